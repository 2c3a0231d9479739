"""The teacher's guide: pages that are read before a lesson, and printed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .article import Article, Span
from .facts import PAGE, Fact, Source, fact_in, fact_of, source_of
from .faults import LessonError
from .tables import each, listed, read_tables, texts, within

_QUOTED = re.compile("“([^”]*)”")


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
    source: Source


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
        yield from (Fact(f"{one.code}: {one.says}", one.source) for one in self.standards)
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
    table = read_tables(path, "page")
    with within(path):
        return each(table or {}, "page", lambda entry: _page(entry, article), longest=40)


def _page(entry: Mapping[str, Any], article: Article) -> Page:
    name, title, summary = texts(entry, ("name", "title", "summary"), other=("minutes", "part"))
    page = Page(name, title, summary, _minutes(entry), each(entry, "part", lambda part: _part(part, article)))
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
    (title,) = texts(entry, ("title",), other=("text", "list", "heads", "rows", *kinds))
    heads, rows = listed(entry, "heads"), entry.get("rows", [])
    if not isinstance(rows, list) or not all(_is_row(row, len(heads)) for row in rows) or bool(heads) != bool(rows):
        msg = "a table has heads, and rows with as many texts each as there are heads."
        raise LessonError(msg)
    part = Part(
        title,
        text=listed(entry, "text"),
        items=listed(entry, "list"),
        moments=each(entry, "moment", _moment),
        heads=heads,
        rows=tuple(tuple(row) for row in rows),
        answers=each(entry, "answer", lambda one: _answer(one, article)),
        samples=each(entry, "sample", lambda one: Sample(*texts(one, ("level", "text", "why"), ("reason",)))),
        standards=each(entry, "standard", _standard),
        facts=each(entry, "fact", fact_of),
    )
    if part == Part(part.title):
        msg = f"there is nothing in it. Give it one of text, list, heads and rows, {', '.join(kinds)}."
        raise LessonError(msg)
    return part


def _moment(entry: Mapping[str, Any]) -> Moment:
    said = texts(entry, ("teacher", "pupils"), ("with", "cut"), ("minutes",))
    minutes = entry.get("minutes")
    if type(minutes) is not int or minutes <= 0:
        msg = "minutes is a whole number, without quotation marks."
        raise LessonError(msg)
    return Moment(minutes, *said)


def _answer(entry: Mapping[str, Any], article: Article) -> Answer:
    quote, likely, take, at = texts(entry, ("quote", "likely", "take"), ("at",), ("known",))
    return Answer(quote, article.find(quote, at), likely, take, fact_in(entry, "known"))


def _standard(entry: Mapping[str, Any]) -> Standard:
    code, says, here = texts(entry, ("code", "says", "here"), other=PAGE)
    return Standard(code, says, here, source_of(entry))


def _is_row(row: object, length: int) -> bool:
    return isinstance(row, list) and len(row) == length and all(isinstance(one, str) for one in row)
