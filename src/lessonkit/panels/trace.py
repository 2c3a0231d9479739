"""What is on the desk of the lab that traces a statement back to where it came from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Literal

from ..article import Article, Span
from ..facts import Source
from ..trace import (
    NOBODY,
    OPEN,
    READINGS,
    Card,
    Chain,
    Elsewhere,
    Link,
    Pair,
    Side,
    Station,
    Trace,
    field_of,
    field_of_pair,
    state_of,
)
from ..words import Words
from .desk import Field, Fold, Made, Option, Shown, Step
from .markup import language, link, plain, segment_name, step

_FIRST = 6  # statements that stand open to be chosen; the others are folded away
_CLUE, _HOW = "trace-clue-best", "trace-clue-how"

Look = Literal["plain", "empty", "open", "elsewhere"]

# A link is told by its outline and by words: never by a colour.
_LIST = "list-style:none;margin:0.6em 0;padding:0"
_BOX = "margin:0;padding:0.45em 0.8em;border-radius:8px;border:2px solid var(--lk-edge)"
_BOXES: Mapping[Look, str] = {
    "plain": _BOX,
    "empty": f"{_BOX};border-width:1px;border-color:var(--lk-line);color:var(--lk-soft)",
    "open": f"{_BOX};border-style:dashed",
    "elsewhere": f"{_BOX};border-style:dotted;border-width:3px",
}
_ARROW = '<span aria-hidden="true" style="display:block;text-align:center;line-height:1.2">↓</span>'
_RULED = "margin-block:0.7em;padding-block-start:0.6em;border-block-start:1px solid var(--lk-line)"
_SOFT = "display:block;color:var(--lk-soft);font-size:0.92em"


def trace_steps(trace: Trace, article: Article, words: Words) -> tuple[Step, ...]:
    """
    Give the steps: the cards, the chains, and the same in the words of two houses.

    Parameters
    ----------
    trace
        What there is to trace.
    article
        The article.
    words
        The words learners read.

    Returns
    -------
    tuple of Step
    """
    desk = _Desk(trace, article, words)
    steps = [Step(words("trace.cards_title"), desk.cards()), Step(words("trace.chains_title"), tuple(desk.chains()))]
    if trace.pairs:
        steps.append(Step(words("trace.pairs_title"), tuple(desk.pairs())))
    return tuple(steps)


class _Desk:
    """The parts of the desk, made from the data of one article."""

    def __init__(self, trace: Trace, article: Article, words: Words) -> None:
        self.trace = trace
        self.article = article
        self.words = words

    # The cards

    def cards(self) -> tuple[Shown | Fold, ...]:
        """Lay out the cards: those of the article, and those known from elsewhere."""
        words = self.words
        inside = "".join(
            f"<li><strong>{escape(card.title)}</strong> ({self._where(card.span)})</li>"
            for card in self.trace.cards
            if card.span is not None
        )
        outside = "".join(
            f"<li><strong>{escape(card.title)}</strong>. {escape(card.line)} {self._source(card.source)}</li>"
            for card in self.trace.cards
            if card.span is None
        )
        parts: list[Shown | Fold] = [Shown(plain(words("trace.cards_how")))]
        parts.append(Fold("cards-inside", words("trace.inside"), (Shown(_items(inside)),)))
        if outside:
            told = plain(words("trace.outside_how")) + _items(outside)
            parts.append(Fold("cards-outside", words("trace.outside"), (Shown(told),)))
        return tuple(parts)

    # The chains

    def chains(self) -> Iterator[Shown | Fold]:
        """Give a fold for the links all statements share, and one for each statement."""
        words, trace = self.words, self.trace
        yield Shown(plain(words("trace.chains_how")))
        for station in trace.stations:
            if station.link is not None:
                title = words("trace.once", station=station.title)
                parts = (self._field(trace.chains[0], station), Made(f"all-{station.name}", self._once(station)))
                yield Fold(f"all-{station.name}", title, parts)
        folds = [self._statement(chain) for chain in trace.chains]
        yield from folds[:_FIRST]
        if folds[_FIRST:]:
            yield Fold("chains-more", words("trace.more"), tuple(folds[_FIRST:]))

    def _statement(self, chain: Chain) -> Fold:
        words, trace = self.words, self.trace
        segment = self.article.segment(chain.span.segment)
        title = words("trace.statement", where=self._where(chain.span, plainly=True), quote=chain.quote)
        fields = tuple(self._field(chain, one) for one in trace.stations if one.pile and one.link is None)
        return Fold(
            f"chain-{chain.name}",
            title,
            (
                Shown(f"<p {language(self.article)}>{_strong(segment.text, self._edges(chain.span))}</p>"),
                *fields,
                Made(f"chain-{chain.name}", self._chain(chain)),
            ),
        )

    def _field(self, chain: Chain, station: Station) -> Field:
        return Field(field_of(chain, station), station.title, options=self._options(station), hint=station.ask)

    def _options(self, station: Station) -> tuple[Option, ...]:
        cards = [card for card in self.trace.cards if card.pile == station.pile]
        inside = [Option(card.name, card.title) for card in cards if card.span is not None]
        outside = [
            Option(card.name, self.words("trace.outside_card", card=card.title)) for card in cards if card.span is None
        ]
        return (*self._specials(station), *inside, *outside)

    def _specials(self, station: Station) -> tuple[Option, ...]:
        open_ = Option(OPEN, self.words("trace.open"))
        return (open_,) if station.link else (open_, Option(NOBODY, self.words("trace.nobody")))

    def _chosen(self, chain: Chain, station: Station, texts: Mapping[str, str]) -> str:
        """Give the card a learner has laid; what is no card of this station counts as none."""
        value = texts.get(field_of(chain, station), "")
        return value if any(option.value == value for option in self._options(station)) else ""

    def _once(self, station: Station) -> Callable[[Mapping[str, str]], str]:
        """Make the feedback on a link that is the same for all statements."""
        chain = self.trace.chains[0]

        def make(texts: Mapping[str, str]) -> str:
            if station.link is None:
                return ""
            told = self._told(station.link, self._chosen(chain, station, texts))
            return step(f"all-{station.name}-key", self.words("trace.key_once"), told)

        return make

    def _chain(self, chain: Chain) -> Callable[[Mapping[str, str]], str]:
        """Make the chain as it stands, and behind a question, the key's."""

        def make(texts: Mapping[str, str]) -> str:
            words = self.words
            links = [
                (station, found, self._chosen(chain, station, texts))
                for station in self.trace.stations
                if (found := self.trace.link(chain, station)) is not None
            ]
            own = any(chosen for station, _, chosen in links if not station.link)
            shown = self._list(chain, texts) if own else plain(words("trace.empty"))
            told = "".join(
                f'<li style="{_RULED}"><strong>{escape(station.title)}</strong>{self._told(link_, chosen)}</li>'
                for station, link_, chosen in links
            )
            key = "" if any(chosen for _, _, chosen in links) else plain(words("trace.try_first"))
            key += plain(self._source_of(chain)) + plain(self._open_in_key(links)) + _items(told)
            hint = plain(chain.hint) + step(f"{chain.name}-key", words("trace.key"), key)
            return shown + step(f"{chain.name}-hint", words("trace.hint"), hint)

        return make

    def _list(self, chain: Chain, texts: Mapping[str, str]) -> str:
        """Set the learner's chain as a list, from what happened down to the reader."""
        words = self.words
        items, opened, asked = [], 0, 0
        for number, station in enumerate(self.trace.stations):
            look: Look = "plain"
            if not station.pile:
                said = escape(station.fixed or words("trace.quoted", quote=chain.quote))
            else:
                asked += 1
                chosen = self._chosen(chain, station, texts)
                card = self.trace.card(chosen)
                if not chosen:
                    look, said = "empty", escape(words("trace.not_chosen"))
                elif chosen == OPEN:
                    opened += 1
                    look, said = "open", escape(words("trace.open_link"))
                elif card is not None and card.span is None:
                    look = "elsewhere"
                    said = escape(words("trace.outside_link", card=card.title))
                else:
                    said = f"<strong>{escape(self._name(chosen))}</strong>"
            arrow = _ARROW if number else ""
            items.append(
                f'<li>{arrow}<div data-look="{look}" style="{_BOXES[look]}">'
                f'<span style="{_SOFT}">{escape(station.title)}</span>{said}</div></li>'
            )
        count = words("trace.count", number=opened, all=asked)
        title = f"<h5>{escape(words('trace.chain'))}</h5>"
        return f'{title}<ol role="list" style="{_LIST}">{"".join(items)}</ol>{plain(count)}'

    def _told(self, link_: Link, chosen: str) -> str:
        """Say of one link what the learner has, what the key has, and why."""
        state, also = state_of(link_, chosen), [self._name(name) for name in link_.also]
        told = self._both(self._name(chosen) if chosen else "", self._name(link_.card), also)
        if state not in {"empty", "same"}:
            told += plain(self.words(f"trace.state.{state}"))
        return told + plain(link_.why) + "".join(self._elsewhere(one) for one in link_.elsewhere)

    def _both(self, yours: str, keys: str, also: Sequence[str]) -> str:
        """Put what the learner has above what the key has; one line where the two agree."""
        words = self.words
        lines = [words("trace.both", card=keys)] if yours == keys else [words("trace.key_card", card=keys)]
        if yours not in {"", keys}:
            lines.insert(0, words("trace.you", card=yours))
        if also:
            lines.append(words("trace.also", cards=words("trace.or").join(also)))
        return _items("".join(f"<li>{escape(line)}</li>" for line in lines))

    def _elsewhere(self, one: Elsewhere) -> str:
        said = self.words("trace.known" if one.sure else "trace.likely", card=self._name(one.card))
        return f"<p>{escape(said)} {escape(one.why)} {self._source(one.source)}</p>"

    def _open_in_key(self, links: Sequence[tuple[Station, Link, str]]) -> str:
        opened = [link_ for _, link_, _ in links if link_.card == OPEN]
        known = sum(any(one.sure for one in link_.elsewhere) for link_ in opened)
        likely = sum(bool(link_.elsewhere) for link_ in opened) - known
        return self.words("trace.count_key", number=len(opened), all=len(links), known=known, likely=likely)

    def _source_of(self, chain: Chain) -> str:
        if chain.source is None:
            return self.words("trace.no_source")
        return self.words("trace.source", quote=self.article.quote(chain.source))

    # The same in the words of two houses

    def pairs(self) -> Iterator[Shown | Field | Fold | Made]:
        """Give a fold for each pair, and what may tell which of two came first."""
        words = self.words
        yield Shown(plain(words("trace.pairs_how")))
        readings = tuple(Option(reading, words(f"trace.reading.{reading}")) for reading in READINGS)
        for pair in self.trace.pairs:
            sides = f'<div class="lk-sides">{self._side(pair.one)}{self._side(pair.other)}</div>'
            field = Field(field_of_pair(pair), words("trace.pair_ask"), options=readings)
            made = Made(f"pair-{pair.name}", self._pair(pair))
            yield Fold(f"pair-{pair.name}", pair.title, (Shown(sides), field, made))
        if self.trace.clues:
            options = tuple(Option(clue.name, clue.title) for clue in self.trace.clues)
            told = _items(
                "".join(
                    f"<li><strong>{escape(one.title)}</strong>{plain(one.why)}{self._pages(one.pages)}</li>"
                    for one in self.trace.clues
                )
            )
            parts = (
                Field(_CLUE, words("trace.clue_ask"), options=options),
                Field(_HOW, words("trace.clue_how"), rows=3, hint=words("trace.clue_hint")),
                Shown(step("clues-key", words("trace.clue_key"), told)),
            )
            yield Fold("clues", words("trace.clues"), parts)

    def _side(self, side: Side) -> str:
        return (
            f'<div class="lk-side"><h5>{escape(side.house)}</h5>'
            f"<p>“<strong>{escape(side.words)}</strong>”</p><p>{self._source(side.source)}</p></div>"
        )

    def _pair(self, pair: Pair) -> Callable[[Mapping[str, str]], str]:
        """Make the feedback on a pair: a question, what can be said, and which may have come first."""

        def make(texts: Mapping[str, str]) -> str:
            words = self.words
            chosen = texts.get(field_of_pair(pair), "")
            yours, keys, *also = (
                words(f"trace.reading.{one}") if one in READINGS else "" for one in (chosen, pair.reading, *pair.also)
            )
            told = (
                self._both(yours, keys, also) if yours else plain(words("trace.try_first")) + self._both("", keys, also)
            )
            order = step(f"{pair.name}-order", words("trace.order"), plain(pair.order) + self._pages(pair.pages))
            why = step(f"{pair.name}-why", words("trace.pair_key"), told + plain(pair.why))
            return step(f"{pair.name}-hint", words("trace.hint"), plain(pair.hint) + why + order)

        return make

    # Small things

    def _name(self, name: str) -> str:
        """Name a card as the key speaks of it."""
        card: Card | None = self.trace.card(name)
        if card is not None:
            return card.title
        return self.words("trace.open" if name == OPEN else "trace.nobody")

    def _source(self, source: Source | None) -> str:
        if source is None:
            return ""
        return f"{link(source.address, self.words)} {escape(self.words('trace.read', read=source.read))}"

    def _pages(self, pages: Sequence[Source]) -> str:
        return "".join(f"<p>{self._source(page)}</p>" for page in pages)

    def _where(self, span: Span, *, plainly: bool = False) -> str:
        segment = self.article.segment(span.segment)
        if not plainly:
            return segment_name(segment, self.words)
        name = self.words(f"kind.{segment.kind}")
        return name if segment.kind == "headline" else f"{name} {segment.id[1:]}"

    def _edges(self, span: Span) -> tuple[int, int]:
        places = self.article.segment(span.segment).words
        return places[span.first][0], places[span.last][1]


def _strong(text: str, edges: tuple[int, int]) -> str:
    start, end = edges
    return f"{escape(text[:start])}<strong>{escape(text[start:end])}</strong>{escape(text[end:])}"


def _items(items: str) -> str:
    return f'<ul class="lk-list">{items}</ul>'
