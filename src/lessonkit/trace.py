"""How statements reached a reader: the links of their chains, and copies held against each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .article import Article, Span
from .facts import PAGE, Source, source_of
from .faults import LessonError
from .key import Key, Note
from .tables import each, flag, inner, is_question, listed, one_of, others, read_tables, texts, within

OPEN = "open"
"""The card for a link of which the article says nothing."""
NOBODY = "none"
"""The card for a link with nobody in it: the one before speaks to the one after."""

Reading = Literal["kept", "changed", "cannot tell"]
READINGS: tuple[Reading, ...] = ("kept", "changed", "cannot tell")
"""What can be said of two copies: the meaning is kept, it is changed, or nobody can tell from here."""

Named = Literal["person", "body", "nobody"]
"""Whether a source has the name of a person, only that of a body, or none."""

State = Literal["empty", "same", "also", "elsewhere", "open", "closed", "other"]
"""
What comes of a link: nothing chosen, the key's card, a card that can be defended as well, a card
known from elsewhere, a card where the article leaves the link open, a link left open where the
article fills it, or another card.
"""

_OWN_VOICE = "own-voice"
_TAKEN = {"all", "pair", "clue"}  # in names of fields, where the name of a chain stands
_LONGEST = 16  # letters of a name
_PILES = ("people", "houses")
_NAMED: tuple[Named, ...] = ("person", "body", "nobody")


@dataclass(frozen=True)
class Card:
    """A person, a body or a house that can be a link."""

    name: str
    title: str
    pile: str
    """``"people"`` or ``"houses"``."""
    span: Span | None
    """Where the article names it; None where it is known from elsewhere."""
    line: str = ""
    """Of a card from elsewhere, what is known of it."""
    source: Source | None = None
    """Of a card from elsewhere, where that was read."""


@dataclass(frozen=True)
class Elsewhere:
    """A card that an open link may be filled with from outside the article."""

    card: str
    why: str
    sure: bool
    """Whether it is known, or only a trace."""
    source: Source


@dataclass(frozen=True)
class Link:
    """What the key has to say of one link."""

    card: str
    """Name of a card the article names, `OPEN` or `NOBODY`."""
    also: tuple[str, ...]
    """Other cards that can be defended."""
    why: str
    elsewhere: tuple[Elsewhere, ...]


@dataclass(frozen=True)
class Station:
    """One place on the way from what happened to the reader."""

    name: str
    title: str
    ask: str = ""
    pile: str = ""
    """The cards that can lie here; none where nothing is chosen."""
    fixed: str = ""
    """What lies here for every statement, where nothing is chosen."""
    link: Link | None = None
    """What lies here for every statement, where it is chosen once for the whole page."""


@dataclass(frozen=True)
class Chain:
    """One statement and the way it came."""

    name: str
    span: Span
    """What is said to have happened, or to have been said."""
    quote: str
    source: Span | None
    """The words that name its source; None where the article names none."""
    hint: str
    links: Mapping[str, Link]
    """By the name of the station; stations that are the same for all statements are not in it."""


@dataclass(frozen=True)
class Side:
    """A few words of one house."""

    house: str
    words: str
    source: Source | None
    """Where they were read; None for words of the article."""


@dataclass(frozen=True)
class Pair:
    """The same thing in the words of two houses."""

    name: str
    title: str
    one: Side
    other: Side
    hint: str
    reading: Reading
    also: tuple[Reading, ...]
    why: str
    order: str
    """What there is to tell which came first."""
    pages: tuple[Source, ...] = ()
    """Where more was read than the words of the two houses."""


@dataclass(frozen=True)
class Clue:
    """Something that may tell which of two texts came first."""

    name: str
    title: str
    why: str
    pages: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Speaker:
    """For whom a source of the sourcing key speaks."""

    source: str
    """How what the key says of the source begins."""
    side: str
    """The side it speaks for; empty where it is no side in the story."""
    named: Named


@dataclass(frozen=True)
class Trace:
    """All stations, cards, chains and pairs of an article."""

    stations: tuple[Station, ...]
    cards: tuple[Card, ...]
    chains: tuple[Chain, ...]
    pairs: tuple[Pair, ...]
    clues: tuple[Clue, ...]
    speakers: tuple[Speaker, ...]

    def card(self, name: str) -> Card | None:
        """Give a card by its name; None for `OPEN`, `NOBODY` and names that are no card's."""
        return next((card for card in self.cards if card.name == name), None)

    def link(self, chain: Chain, station: Station) -> Link | None:
        """Give what the key says of a link; None at a station where nothing is chosen."""
        return station.link or chain.links.get(station.name)


def field_of(chain: Chain, station: Station) -> str:
    """Give the name under which a workbook keeps the card of a link."""
    return f"trace-all-{station.name}" if station.link else f"trace-{chain.name}-{station.name}"


def field_of_pair(pair: Pair) -> str:
    """Give the name under which a workbook keeps what a learner says of a pair."""
    return f"trace-pair-{pair.name}"


def state_of(link: Link, chosen: str) -> State:
    """
    Hold a learner's card against the key.

    Parameters
    ----------
    link
        What the key says.
    chosen
        Name of the learner's card; empty where there is none yet.

    Returns
    -------
    State
        A card known from elsewhere fills a link that the article leaves open, and does not make
        the article say more: so it is told apart from the key's card.
    """
    if not chosen:
        return "empty"
    if chosen == link.card:
        return "same"
    if chosen in link.also:
        return "also"
    if chosen in {one.card for one in link.elsewhere}:
        return "elsewhere"
    if link.card == OPEN:
        return "open"
    return "closed" if chosen == OPEN else "other"


def read_trace(article: Article, key: Key | None = None) -> Trace | None:
    """
    Read how the statements of an article reached its readers.

    Parameters
    ----------
    article
        The article whose folder holds ``trace.toml``.
    key
        The key of the sourcing layer, which must not be contradicted; None where there is none.

    Returns
    -------
    Trace or None
        None where the folder has no such file.

    Raises
    ------
    LessonError
        At the first entry that breaks a rule, naming file, entry, fault and remedy.
    """
    path = article.folder / "trace.toml"
    table = read_tables(path, "station", "card", "chain", "pair", "clue", "speaker")
    if table is None:
        return None
    with within(path):
        cards = each(table, "card", lambda entry: _card(entry, article), longest=_LONGEST, taken=(OPEN, NOBODY))
        piles = {pile: [card for card in cards if card.pile == pile] for pile in _PILES}
        stations = each(table, "station", lambda entry: _station(entry, piles), longest=_LONGEST)
        chains = each(
            table, "chain", lambda entry: _chain(entry, article, stations, piles, key), longest=_LONGEST, taken=_TAKEN
        )
        pairs = each(table, "pair", lambda entry: _pair(entry, article), longest=_LONGEST)
        clues = each(table, "clue", _clue, longest=_LONGEST)
        speakers = each(table, "speaker", lambda entry: _speaker(entry, key))
        if not chains or not any(station.pile for station in stations):
            msg = "there is nothing to choose. Write at least one [[chain]], and one [[station]] with a pile of cards."
            raise LessonError(msg)
        for note in key.notes if key is not None and speakers else ():
            source = note.fields.get("source", "")
            if note.tag != _OWN_VOICE and not any(source.startswith(one.source) for one in speakers):
                msg = f"sourcing.toml has the source “{source}”, and no [[speaker]] says whom it speaks for. Add one."
                raise LessonError(msg)
    return Trace(stations, cards, chains, pairs, clues, speakers)


def _hint(hint: str) -> str:
    if not is_question(hint):
        msg = (
            "the hint is not a question. Ask something that makes the reader look again, and end with a question mark."
        )
        raise LessonError(msg)
    return hint


def _card(entry: Mapping[str, Any], article: Article) -> Card:
    pile = one_of(entry, "pile", _PILES)
    if "quote" in entry:
        name, title, quote, at = texts(entry, ("name", "title", "quote"), ("at",), ("pile",))
        return Card(name, title, pile, article.find(quote, at))
    name, title, line = texts(entry, ("name", "title", "line"), other=("pile", *PAGE))
    return Card(name, title, pile, None, line, source_of(entry))


def _station(entry: Mapping[str, Any], piles: Mapping[str, Sequence[Card]]) -> Station:
    if "pile" not in entry:
        name, title, fixed = texts(entry, ("name", "title"), ("fixed",))
        return Station(name, title, fixed=fixed)
    name, title, ask = texts(entry, ("name", "title", "ask"), other=("pile", "all"))
    pile = one_of(entry, "pile", _PILES)
    return Station(name, title, ask, pile, link=_link(entry, "all", piles[pile]) if "all" in entry else None)


def _chain(
    entry: Mapping[str, Any],
    article: Article,
    stations: Sequence[Station],
    piles: Mapping[str, Sequence[Card]],
    key: Key | None,
) -> Chain:
    own = [station for station in stations if station.pile and not station.link]
    name, at, quote, hint, words = texts(
        entry, ("name", "at", "quote", "hint"), ("source",), [station.name for station in own]
    )
    span = article.find(quote, at)
    source = article.find(words, at) if words else None
    links = {station.name: _link(entry, station.name, piles[station.pile]) for station in own}
    if key is not None:
        _agree(span, source, key)
    return Chain(name, span, quote, source, _hint(hint), links)


def _agree(span: Span, source: Span | None, key: Key) -> None:
    """Refuse a chain that says something else of its source than the key of the sourcing layer."""
    notes = key.of(span.segment)
    if source is None:
        if any(_OWN_VOICE in _tags(note) and note.span.words & span.words for note in notes):
            return
        msg = "it names no source, and sourcing.toml does not say of these words that the article has none. Add source, or look at the key."
        raise LessonError(msg)
    if any(note.tag != _OWN_VOICE and source.words & note.span.words for note in notes):
        return
    msg = f"sourcing.toml has no source in {span.segment} at the words of source. Quote the words that the key quotes."
    raise LessonError(msg)


def _tags(note: Note) -> set[str]:
    return {note.tag, *(reading.tag for reading in note.also)}


def _link(entry: Mapping[str, Any], name: str, pile: Sequence[Card]) -> Link:
    table = inner(entry, name, f'{{ card = "...", why = "..." }}; the card may be "{OPEN}" or "{NOBODY}"')
    with within(name):
        card, why = texts(table, ("card", "why"), other=("also", "elsewhere"))
        also = listed(table, "also")
        inside = {OPEN, NOBODY, *(one.name for one in pile if one.span is not None)}
        if not {card, *also} <= inside or card in also:
            msg = f"it has a card, and other cards in also = [...]. Choose from {', '.join(sorted(inside))}; a card from elsewhere belongs into elsewhere."
            raise LessonError(msg)
        outside = [one.name for one in pile if one.span is None]
        elsewhere = each(table, "elsewhere", lambda one: _elsewhere(one, outside))
        if elsewhere and card != OPEN:
            msg = f'elsewhere = [...] goes with card = "{OPEN}" only. What the article says needs no help from outside.'
            raise LessonError(msg)
        return Link(card, also, why, elsewhere)


def _elsewhere(entry: Mapping[str, Any], cards: Sequence[str]) -> Elsewhere:
    (why,) = texts(entry, ("why",), other=("card", "sure", *PAGE))
    return Elsewhere(one_of(entry, "card", cards), why, flag(entry, "sure"), source_of(entry))


def _pair(entry: Mapping[str, Any], article: Article) -> Pair:
    name, title, hint, why, order = texts(
        entry, ("name", "title", "hint", "why", "order"), other=("reading", "also", "one", "other", "pages")
    )
    reading = one_of(entry, "reading", READINGS)
    also = others(entry, reading, READINGS)
    one, other = (_side(entry, side, article) for side in ("one", "other"))
    return Pair(name, title, one, other, _hint(hint), reading, also, why, order, _pages(entry))


def _clue(entry: Mapping[str, Any]) -> Clue:
    name, title, why = texts(entry, ("name", "title", "why"), other=("pages",))
    return Clue(name, title, why, _pages(entry))


def _pages(entry: Mapping[str, Any]) -> tuple[Source, ...]:
    return each(entry, "pages", source_of)


def _side(entry: Mapping[str, Any], name: str, article: Article) -> Side:
    shape = '{ house = "...", words = "...", address = "https://...", read = "2026" }, or { house = "...", quote = "...", at = "s3" } for the article'
    table = inner(entry, name, shape)
    with within(name):
        if "quote" in table:
            house, quote, at = texts(table, ("house", "quote"), ("at",))
            return Side(house, article.quote(article.find(quote, at)), None)
        house, words = texts(table, ("house", "words"), other=PAGE)
        return Side(house, words, source_of(table))


def _speaker(entry: Mapping[str, Any], key: Key | None) -> Speaker:
    source, side = texts(entry, ("source",), ("for",), ("named",))
    named = one_of(entry, "named", _NAMED)
    notes = [note for note in key.notes if note.fields.get("source", "").startswith(source)] if key else []
    if key is not None and not notes:
        msg = "no source in sourcing.toml begins with these words. Copy its beginning."
        raise LessonError(msg)
    if any(
        (note.tag == "unnamed") != (named == "nobody") for note in notes if note.tag in {"unnamed", "party", "observer"}
    ):
        msg = 'named does not fit the tag in sourcing.toml: a source with the tag unnamed is named = "nobody", and a side or an observer is not.'
        raise LessonError(msg)
    return Speaker(source, side, named)
