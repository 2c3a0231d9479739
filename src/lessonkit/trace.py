"""How statements reached a reader: the links of their chains, and copies held against each other."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from .article import Article, Span
from .faults import LessonError
from .files import read_toml
from .key import Key, Note, is_address

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
_NAME = re.compile(r"[A-Za-z0-9_-]{1,16}")
_PILES = ("people", "houses")
_NAMED: tuple[Named, ...] = ("person", "body", "nobody")

One = TypeVar("One")


@dataclass(frozen=True)
class Source:
    """A page that a fact was read on."""

    address: str
    read: str
    """When it was read, such as ``"2026"``."""


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
    if not path.is_file():
        return None
    table = read_toml(path)
    kinds = ("station", "card", "chain", "pair", "clue", "speaker")
    for name, entries in table.items():
        if name not in kinds:
            msg = f"{path}: {name} is not known here. The file is made of [[{']], [['.join(kinds)}]] tables."
            raise LessonError(msg)
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            msg = f"{path}: {name} is written as [[{name}]], with two brackets on each side."
            raise LessonError(msg)

    def each(kind: str, read: Callable[[Mapping[str, Any]], One]) -> tuple[One, ...]:
        """Read all entries of a kind, naming the one that has a fault."""
        found = []
        for number, entry in enumerate(table.get(kind, []), start=1):
            try:
                found.append(read(entry))
            except LessonError as error:
                called = next((entry[one] for one in ("name", "source") if entry.get(one)), "no name")
                msg = f"{path}, {kind} {number} (“{called}”): {error}"
                raise LessonError(msg) from None
        return tuple(found)

    cards = each("card", lambda entry: _card(entry, article))
    piles = {pile: [card for card in cards if card.pile == pile] for pile in _PILES}
    stations = each("station", lambda entry: _station(entry, piles))
    trace = Trace(
        stations,
        cards,
        each("chain", lambda entry: _chain(entry, article, stations, piles, key)),
        each("pair", lambda entry: _pair(entry, article)),
        each("clue", _clue),
        each("speaker", lambda entry: _speaker(entry, key)),
    )
    if fault := _fault_of(trace, key):
        msg = f"{path}: {fault}"
        raise LessonError(msg)
    return trace


def _fault_of(trace: Trace, key: Key | None) -> str:
    """Say what does not fit together in the whole of it; empty when all is well."""
    named: list[tuple[str, Sequence[Station | Card | Chain | Pair | Clue]]] = [
        ("station", trace.stations),
        ("card", trace.cards),
        ("chain", trace.chains),
        ("pair", trace.pairs),
        ("clue", trace.clues),
    ]
    for kind, ones in named:
        names = [one.name for one in ones]
        if twice := next((name for name in names if names.count(name) > 1), None):
            return f"two entries [[{kind}]] are called “{twice}”. Give each a name of its own."
    if not trace.chains or not any(station.pile for station in trace.stations):
        return "there is nothing to choose. Write at least one [[chain]], and one [[station]] with a pile of cards."
    if key is not None and trace.speakers:
        for note in key.notes:
            source = note.fields.get("source", "")
            if note.tag != _OWN_VOICE and not any(source.startswith(one.source) for one in trace.speakers):
                return f"sourcing.toml has the source “{source}”, and no [[speaker]] says whom it speaks for. Add one."
    return ""


def _strings(entry: Mapping[str, Any], needed: Sequence[str], may: Sequence[str] = ()) -> tuple[str, ...]:
    """Give the texts an entry must have, after looking that it has them, and nothing unknown."""
    for name in needed:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            msg = f'{name} is missing. Write {name} = "...".'
            raise LessonError(msg)
    for name in entry:
        if name not in (*needed, *may):
            msg = f"{name} is not known here. Choose from {', '.join((*needed, *may))}."
            raise LessonError(msg)
    if "name" in needed and not _NAME.fullmatch(entry["name"]):
        msg = f"the name “{entry['name']}” cannot be kept. Use 1 to 16 letters without accents, digits, - and _."
        raise LessonError(msg)
    return tuple(entry[name] for name in needed)


def _source(entry: Mapping[str, Any]) -> Source:
    """Read where something was read. What is not in the article is never said without it."""
    if not is_address(entry.get("address")) or not isinstance(entry.get("read"), str) or not entry["read"]:
        msg = 'what does not stand in the article needs the page it was read on. Write address = "https://..." and read = "2026".'
        raise LessonError(msg)
    return Source(entry["address"], entry["read"])


def _asks(hint: str) -> str:
    if not hint.rstrip('”"’ ').endswith(("?", "؟", "？")):
        msg = (
            "the hint is not a question. Ask something that makes the reader look again, and end with a question mark."
        )
        raise LessonError(msg)
    return hint


def _card(entry: Mapping[str, Any], article: Article) -> Card:
    if "quote" in entry:
        name, title, pile, quote = _strings(entry, ("name", "title", "pile", "quote"), ("at",))
        line, source, span = "", None, article.find(quote, entry.get("at"))
    else:
        name, title, pile, line = _strings(entry, ("name", "title", "pile", "line"), ("address", "read"))
        span, source = None, _source(entry)
    if name in {OPEN, NOBODY}:
        msg = f"“{name}” is the name of a card that every lesson has. Choose another."
        raise LessonError(msg)
    if pile not in _PILES:
        msg = f"pile is “{pile}”. Choose one of {', '.join(_PILES)}."
        raise LessonError(msg)
    return Card(name, title, pile, span, line, source)


def _station(entry: Mapping[str, Any], piles: Mapping[str, Sequence[Card]]) -> Station:
    if "fixed" in entry:
        name, title, fixed = _strings(entry, ("name", "title", "fixed"))
        return Station(name, title, fixed=fixed)
    if "pile" not in entry:
        name, title = _strings(entry, ("name", "title"))
        return Station(name, title)
    name, title, ask, pile = _strings(entry, ("name", "title", "ask", "pile"), ("all",))
    if pile not in piles:
        msg = f"pile is “{pile}”. Choose one of {', '.join(_PILES)}."
        raise LessonError(msg)
    link = _link("all", entry["all"], piles[pile]) if "all" in entry else None
    return Station(name, title, ask, pile, link=link)


def _chain(
    entry: Mapping[str, Any],
    article: Article,
    stations: Sequence[Station],
    piles: Mapping[str, Sequence[Card]],
    key: Key | None,
) -> Chain:
    own = [station for station in stations if station.pile and not station.link]
    name, at, quote, hint = _strings(entry, ("name", "at", "quote", "hint"), ("source", *(one.name for one in own)))
    if name in _TAKEN:
        msg = f"the name “{name}” is in use for something else. Choose another."
        raise LessonError(msg)
    span = article.find(quote, at)
    source = article.find(str(entry["source"]), at) if "source" in entry else None
    links = {one.name: _link(one.name, entry.get(one.name), piles[one.pile]) for one in own}
    if key is not None:
        _agree(span, source, key)
    return Chain(name, span, quote, source, _asks(hint), links)


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


def _link(name: str, entry: object, pile: Sequence[Card]) -> Link:
    if not isinstance(entry, dict):
        msg = f'{name} is missing. Write {name} = {{ card = "...", why = "..." }}; the card may be "{OPEN}" or "{NOBODY}".'
        raise LessonError(msg)
    card, why = _strings(entry, ("card", "why"), ("also", "elsewhere"))
    inside = {OPEN, NOBODY, *(one.name for one in pile if one.span is not None)}
    outside = {one.name for one in pile if one.span is None}
    also = entry.get("also", [])
    if not isinstance(also, list) or not {card, *also} <= inside or card in also:
        msg = f"{name} has a card, and other cards in also = [...]. Choose from {', '.join(sorted(inside))}; a card from elsewhere belongs into elsewhere."
        raise LessonError(msg)
    elsewhere = entry.get("elsewhere", [])
    if not isinstance(elsewhere, list) or (elsewhere and card != OPEN):
        msg = f'{name}: elsewhere = [...] goes with card = "{OPEN}" only. What the article says needs no help from outside.'
        raise LessonError(msg)
    found = []
    for one in elsewhere:
        other, reason = _strings(one, ("card", "why"), ("sure", "address", "read"))
        if other not in outside or not isinstance(one.get("sure", False), bool):
            msg = f"{name}: elsewhere names a card from elsewhere ({', '.join(sorted(outside)) or 'there is none'}), and sure is true or false."
            raise LessonError(msg)
        found.append(Elsewhere(other, reason, one.get("sure", False), _source(one)))
    return Link(card, tuple(also), why, tuple(found))


def _pair(entry: Mapping[str, Any], article: Article) -> Pair:
    needed = ("name", "title", "hint", "reading", "why", "order")
    name, title, hint, reading, why, order = _strings(entry, needed, ("also", "one", "other", "pages"))
    also = entry.get("also", [])
    if not isinstance(also, list) or not {reading, *also} <= set(READINGS) or reading in also:
        msg = f"reading, and others in also = [...], are of {', '.join(READINGS)}."
        raise LessonError(msg)
    one, other = (_side(entry.get(side), article) for side in ("one", "other"))
    said, *others = (known for value in (reading, *also) for known in READINGS if known == value)
    return Pair(name, title, one, other, _asks(hint), said, tuple(others), why, order, _pages(entry))


def _clue(entry: Mapping[str, Any]) -> Clue:
    name, title, why = _strings(entry, ("name", "title", "why"), ("pages",))
    return Clue(name, title, why, _pages(entry))


def _pages(entry: Mapping[str, Any]) -> tuple[Source, ...]:
    pages = entry.get("pages", [])
    if not isinstance(pages, list) or not all(isinstance(page, dict) for page in pages):
        msg = 'pages is a list such as [{ address = "https://...", read = "2026" }].'
        raise LessonError(msg)
    return tuple(_source(page) for page in pages)


def _side(entry: object, article: Article) -> Side:
    if not isinstance(entry, dict):
        msg = 'one and other are tables: { house = "...", words = "...", address = "https://...", read = "2026" }, or { house = "...", quote = "...", at = "s3" } for the article.'
        raise LessonError(msg)
    if "quote" in entry:
        house, quote = _strings(entry, ("house", "quote"), ("at",))
        return Side(house, article.quote(article.find(quote, entry.get("at"))), None)
    house, words = _strings(entry, ("house", "words"), ("address", "read"))
    return Side(house, words, _source(entry))


def _speaker(entry: Mapping[str, Any], key: Key | None) -> Speaker:
    source, named = _strings(entry, ("source", "named"), ("for",))
    if named not in _NAMED or not isinstance(entry.get("for", ""), str):
        msg = f"named is one of {', '.join(_NAMED)}, and for is the side in quotation marks, or left out."
        raise LessonError(msg)
    notes = [note for note in key.notes if note.fields.get("source", "").startswith(source)] if key else []
    if key is not None and not notes:
        msg = "no source in sourcing.toml begins with these words. Copy its beginning."
        raise LessonError(msg)
    if any(
        (note.tag == "unnamed") != (named == "nobody") for note in notes if note.tag in {"unnamed", "party", "observer"}
    ):
        msg = 'named does not fit the tag in sourcing.toml: a source with the tag unnamed is named = "nobody", and a side or an observer is not.'
        raise LessonError(msg)
    return Speaker(source, entry.get("for", ""), next(one for one in _NAMED if one == named))
