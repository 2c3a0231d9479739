"""The teacher's guide: pages that are read before a lesson, and printed."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .article import Article, Span
from .faults import LessonError
from .files import read_toml
from .key import is_address

_NAME = re.compile(r"[a-z0-9-]{1,40}")
_QUOTED = re.compile("“([^”]*)”")
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Fact:
    """Something known from elsewhere, and where it was read."""

    text: str
    address: str
    read: str


@dataclass(frozen=True)
class Moment:
    """Some minutes of a lesson."""

    minutes: int
    teacher: str
    pupils: str
    materials: str = ""
    cut: str = ""
    """What to leave out where time is short; empty where nothing should be."""


@dataclass(frozen=True)
class Answer:
    """What pupils are likely to say of some words, and how to take it."""

    quote: str
    span: Span
    likely: str
    take: str
    known: Fact | None = None


@dataclass(frozen=True)
class Sample:
    """A piece of writing at one level, and why it stands there."""

    level: str
    text: str
    why: str
    reason: str = ""
    """What its writer says about it, where the task asks for that."""


@dataclass(frozen=True)
class Standard:
    """A standard of somebody else's, and where the kit touches it."""

    code: str
    says: str
    here: str
    address: str
    read: str


@dataclass(frozen=True)
class Part:
    """A part of a page: one of its kinds of content, or several."""

    title: str
    text: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    answers: tuple[Answer, ...] = ()
    samples: tuple[Sample, ...] = ()
    standards: tuple[Standard, ...] = ()
    facts: tuple[Fact, ...] = ()

    def prose(self) -> Iterator[str]:
        """Go through all that the guide says in its own voice, where quotation marks hold the article's words."""
        yield from (self.title, *self.text, *self.items, *self.heads)
        for moment in self.moments:
            yield from (moment.teacher, moment.pupils, moment.materials, moment.cut)
        for row in self.rows:
            yield from row
        for answer in self.answers:
            yield from (answer.likely, answer.take)
        for sample in self.samples:
            yield from (sample.level, sample.reason, sample.why)
        yield from (standard.here for standard in self.standards)

    def known(self) -> Iterator[Fact]:
        """Go through all that is known from elsewhere."""
        yield from (answer.known for answer in self.answers if answer.known is not None)
        yield from (Fact(f"{one.code}: {one.says}", one.address, one.read) for one in self.standards)
        yield from self.facts


@dataclass(frozen=True)
class Page:
    """One page of the guide."""

    name: str
    title: str
    summary: str
    minutes: tuple[int, ...]
    """How long each of its lessons is; empty where it plans none."""
    parts: tuple[Part, ...]


def read_guide(article: Article) -> tuple[Page, ...]:
    """
    Read the teacher's guide to an article.

    Parameters
    ----------
    article
        The article whose folder holds ``guide.toml``.

    Returns
    -------
    tuple of Page
        In the order of the file; empty where the folder has no such file.

    Raises
    ------
    LessonError
        At the first page that breaks a rule, naming file, page, fault and remedy.
    """
    path = article.folder / "guide.toml"
    if not path.is_file():
        return ()
    table = read_toml(path)
    if unknown := sorted(set(table) - {"page"}):
        msg = f"{path}: {unknown[0]} is not known here. A guide is made of [[page]] tables."
        raise LessonError(msg)
    pages: list[Page] = []
    for number, entry in enumerate(_tables(table, "page", f"{path}: "), start=1):
        try:
            pages.append(_page(entry, article, [page.name for page in pages]))
        except LessonError as error:
            msg = f"{path}, page {number} (“{entry.get('name', 'no name')}”): {error}"
            raise LessonError(msg) from None
    return tuple(pages)


def _page(entry: Mapping[str, Any], article: Article, taken: Sequence[str]) -> Page:
    _only(entry, ("name", "title", "summary"), other=("minutes", "part"))
    if not _NAME.fullmatch(entry["name"]):
        msg = f"its name is “{entry['name']}”. Use up to 40 small letters, figures and hyphens."
        raise LessonError(msg)
    if entry["name"] in taken:
        msg = "another page has this name. Names of pages are typed by teachers: give each its own."
        raise LessonError(msg)
    parts = []
    for number, part in enumerate(_tables(entry, "part"), start=1):
        try:
            parts.append(_part(part, article))
        except LessonError as error:
            msg = f"part {number} (“{part.get('title', 'no title')}”): {error}"
            raise LessonError(msg) from None
    page = Page(entry["name"], entry["title"], entry["summary"], _minutes(entry), tuple(parts))
    _check_minutes(page)
    for text in (page.title, page.summary, *(text for part in page.parts for text in part.prose())):
        _check_quotations(text, article)
    return page


def _minutes(entry: Mapping[str, Any]) -> tuple[int, ...]:
    minutes = entry.get("minutes", [])
    if not isinstance(minutes, list) or not all(type(one) is int and one > 0 for one in minutes):
        msg = "minutes is a list with the length of each lesson, such as [45] or [45, 45, 45]."
        raise LessonError(msg)
    return tuple(minutes)


def _check_minutes(page: Page) -> None:
    planned = tuple(sum(moment.minutes for moment in part.moments) for part in page.parts if part.moments)
    if planned != page.minutes:
        msg = f"its moments add up to {list(planned)} minutes, and the page says {list(page.minutes)}. Change one of the two."
        raise LessonError(msg)


def _check_quotations(text: str, article: Article) -> None:
    """Refuse words in double quotation marks that the article does not have: nobody could tell who said them."""
    for quote in _QUOTED.findall(text):
        if not any(quote in segment.text for segment in article.segments):
            msg = f"“{quote}” does not stand in the article. Copy the words exactly, or write what somebody says in single quotation marks."
            raise LessonError(msg)


def _part(entry: Mapping[str, Any], article: Article) -> Part:
    kinds = ("moment", "answer", "sample", "standard", "fact")
    _only(entry, ("title",), other=("text", "list", "heads", "rows", *kinds))

    def made(kind: str, make: Callable[[Mapping[str, Any]], _Read]) -> tuple[_Read, ...]:
        found = []
        for number, one in enumerate(_tables(entry, kind), start=1):
            try:
                found.append(make(one))
            except LessonError as error:
                msg = f"{kind} {number}: {error}"
                raise LessonError(msg) from None
        return tuple(found)

    heads, rows = _texts(entry, "heads"), entry.get("rows", [])
    if not isinstance(rows, list) or not all(_is_row(row, len(heads)) for row in rows) or bool(heads) != bool(rows):
        msg = "a table has heads, and rows with as many texts each as there are heads."
        raise LessonError(msg)
    part = Part(
        entry["title"],
        text=_texts(entry, "text"),
        items=_texts(entry, "list"),
        moments=made("moment", _moment),
        heads=heads,
        rows=tuple(tuple(row) for row in rows),
        answers=made("answer", lambda one: _answer(one, article)),
        samples=made("sample", _sample),
        standards=made("standard", _standard),
        facts=made("fact", _fact),
    )
    if part == Part(part.title):
        msg = f"there is nothing in it. Give it one of text, list, heads and rows, {', '.join(kinds)}."
        raise LessonError(msg)
    return part


def _moment(entry: Mapping[str, Any]) -> Moment:
    minutes = entry.get("minutes")
    if type(minutes) is not int or minutes <= 0:
        msg = "minutes is a whole number, without quotation marks."
        raise LessonError(msg)
    said = {name: value for name, value in entry.items() if name != "minutes"}
    _only(said, ("teacher", "pupils"), ("with", "cut"))
    return Moment(minutes, said["teacher"], said["pupils"], said.get("with", ""), said.get("cut", ""))


def _answer(entry: Mapping[str, Any], article: Article) -> Answer:
    _only(entry, ("quote", "likely", "take"), ("at",), ("known",))
    span = article.find(entry["quote"], entry.get("at"))
    known = entry.get("known")
    if known is not None and not isinstance(known, dict):
        msg = 'known is written as { text = "...", address = "https://...", read = "2026" }.'
        raise LessonError(msg)
    return Answer(entry["quote"], span, entry["likely"], entry["take"], _fact(known) if known is not None else None)


def _sample(entry: Mapping[str, Any]) -> Sample:
    _only(entry, ("level", "text", "why"), ("reason",))
    return Sample(entry["level"], entry["text"], entry["why"], entry.get("reason", ""))


def _standard(entry: Mapping[str, Any]) -> Standard:
    _only(entry, ("code", "says", "here", "address", "read"))
    _check_address(entry["address"])
    return Standard(entry["code"], entry["says"], entry["here"], entry["address"], entry["read"])


def _fact(entry: Mapping[str, Any]) -> Fact:
    _only(entry, ("text", "address", "read"))
    _check_address(entry["address"])
    return Fact(entry["text"], entry["address"], entry["read"])


def _check_address(address: str) -> None:
    if not is_address(address):
        msg = f"address is “{address}”. Write the page where it was read, beginning with https://."
        raise LessonError(msg)


def _only(
    entry: Mapping[str, Any], needed: tuple[str, ...], texts: tuple[str, ...] = (), other: tuple[str, ...] = ()
) -> None:
    """Refuse an entry that misses a text, or has something that nobody would ever see; `other` is looked at elsewhere."""
    if unknown := sorted(set(entry) - {*needed, *texts, *other}):
        msg = f"{unknown[0]} is not known here. There is {', '.join((*needed, *texts, *other))}."
        raise LessonError(msg)
    for name in needed + tuple(name for name in texts if name in entry):
        value = entry.get(name)
        if not isinstance(value, str) or not value.strip():
            msg = f'{name} is missing, empty or no text. Write {name} = "...".'
            raise LessonError(msg)


def _tables(entry: Mapping[str, Any], name: str, where: str = "") -> list[Mapping[str, Any]]:
    found = entry.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        msg = f"{where}{name} is written as a table of its own, with two brackets on each side."
        raise LessonError(msg)
    return found


def _texts(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = entry.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        msg = f'{name} is a list of texts, such as {name} = ["..."].'
        raise LessonError(msg)
    return tuple(found)


def _is_row(row: object, length: int) -> bool:
    return isinstance(row, list) and len(row) == length and all(isinstance(one, str) for one in row)
