"""The same event in other houses: what each of them printed, and which of them agree."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .article import Article, Span
from .facts import PAGE, Fact, Source, fact_in, fact_of, source_of
from .faults import LessonError
from .tables import each, flag, inner, is_question, one_of, others, read_tables, texts, within
from .words import Words

# Tables are imported where they are made: most kernels never need them.
if TYPE_CHECKING:
    import pandas as pd

LOOKED_UP = ("whole", "who")
"""What is folded away beside the questions, under names that no column can have."""

READINGS = ("agrees", "conflicts", "only-one", "cannot-tell")
"""What can be said of a column, as it is kept in a workbook."""

_MOST_QUOTED = 10
_MOST_SAID = 80


@dataclass(frozen=True)
class Column:
    """A question that is put to every house."""

    name: str
    title: str
    ask: str
    drawn: bool = False
    """Whether it is in the picture."""
    reading: str = ""
    """One of `READINGS`; empty where learners are not asked."""
    also: tuple[str, ...] = ()
    """Readings that can be defended as well."""
    hint: str = ""
    why: str = ""
    more: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Quote:
    """A few words, exactly as they were printed."""

    text: str
    span: Span | None = None
    """Where they stand, in the article of the lesson."""


@dataclass(frozen=True)
class Cell:
    """What a house has in one column."""

    says: str
    """Short: what is sorted, filtered and drawn. Empty where the whole text was read and has nothing."""
    quotes: tuple[Quote, ...] = ()
    by: str = ""
    """Whose words the house says they are, or that they are its own."""
    note: str = ""
    sort: str = ""
    """What to sort by in place of `says`."""

    @property
    def absent(self) -> bool:
        """Whether the text was read to its end and has nothing of the kind."""
        return not self.says


@dataclass(frozen=True)
class Outlet:
    """A house, or one report of it."""

    name: str
    title: str
    cells: Mapping[str, Cell]
    """By name of the column. A column that is not in it is not known."""
    this: bool = False
    """Whether it is the article of the lesson."""
    home: str = ""
    """The country its newsroom has its seat in; empty where that is not known."""
    about: Fact | None = None
    """Who owns or pays for it."""
    source: Source | None = None
    """None for the article of the lesson, which is here."""
    via: str = ""
    """Who carried the copy, where only a copy was read."""
    whole: bool = False
    """Whether it was read to its last line."""
    doubt: str = ""
    """What should be known about the reading."""
    more: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Gap:
    """Something that the table does not have."""

    title: str
    text: str


@dataclass(frozen=True)
class Choice:
    """What some houses have in common in a column."""

    says: str
    outlets: tuple[Outlet, ...]


@dataclass(frozen=True)
class Coverage:
    """Houses, and the questions put to them."""

    columns: tuple[Column, ...]
    outlets: tuple[Outlet, ...]
    gaps: tuple[Gap, ...] = ()

    @property
    def asked(self) -> tuple[Column, ...]:
        """The columns that learners judge."""
        return tuple(column for column in self.columns if column.reading)

    def choices(self, column: str) -> tuple[Choice, ...]:
        """
        Give what houses have in a column, each thing once.

        Parameters
        ----------
        column
            Name of the column.

        Returns
        -------
        tuple of Choice
            In the order of the houses that have it first.
        """
        found: dict[str, list[Outlet]] = {}
        for outlet in self.outlets:
            cell = outlet.cells.get(column)
            if cell is not None and not cell.absent:
                found.setdefault(cell.says, []).append(outlet)
        return tuple(Choice(says, tuple(outlets)) for says, outlets in found.items())

    def absent(self, column: str) -> tuple[Outlet, ...]:
        """Give the houses whose whole text was read and has nothing of the kind."""
        return tuple(outlet for outlet in self.outlets if column in outlet.cells and outlet.cells[column].absent)

    def unknown(self, column: str) -> tuple[Outlet, ...]:
        """Give the houses of which nobody here knows what they have."""
        return tuple(outlet for outlet in self.outlets if column not in outlet.cells)

    def sides(self, column: str, words: Words, titles: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """
        Say of a column who has what.

        Parameters
        ----------
        column
            Its name.
        words
            The words learners read.
        titles
            What to call houses here, by name; a house that is not in it has its title.

        Returns
        -------
        tuple of str
            A line for each thing that houses have, one for those that have nothing of the kind,
            and one for those of which it is not known. Every house stands in one of them.
        """

        def houses(outlets: tuple[Outlet, ...]) -> str:
            called = titles or {}
            return words("coverage.and_house").join(called.get(outlet.name, outlet.title) for outlet in outlets)

        lines = [
            words("coverage.have", says=choice.says, houses=houses(choice.outlets)) for choice in self.choices(column)
        ]
        if absent := self.absent(column):
            lines.append(words("coverage.have_absent", houses=houses(absent)))
        if unknown := self.unknown(column):
            lines.append(words("coverage.have_unknown", houses=houses(unknown)))
        return tuple(lines)

    def table(self, *names: str) -> "pd.DataFrame":
        """
        Give all of it as a table, or some columns.

        Parameters
        ----------
        *names
            Names of columns. Without any, all of them.

        Returns
        -------
        pandas.DataFrame
            One row a house: ``house``, ``home``, then a column for each question, by name; or
            ``house`` and the columns that were named, without a row where there are no houses.
            What is not in a text is an empty text; what is not known is missing.
        """
        import pandas as pd

        rows = [
            {"house": outlet.title, "home": outlet.home or None}
            | {name: cell.says for name, cell in outlet.cells.items()}
            for outlet in self.outlets
        ]
        # Where nobody has collected any houses, a notebook that asks for some columns has to go on.
        asked = [column.name for column in self.columns] or names
        made = pd.DataFrame(rows, columns=list(dict.fromkeys(["house", "home", *asked])), dtype="string")
        # A name in the corner, so that a screen reader does not meet a heading without words.
        made.columns.name = "#"
        return made[list(dict.fromkeys(["house", *names]))] if names else made


def kept(column: str) -> str:
    """Give the name under which what a learner makes of a column is kept."""
    return f"coverage-{column}"


def kept_reason(column: str) -> str:
    """Give the name under which the reason for it is kept."""
    return f"{kept(column)}-why"


def read_coverage(article: Article) -> Coverage | None:
    """
    Read what other houses printed of the same event.

    Parameters
    ----------
    article
        The article whose folder holds ``coverage.toml``.

    Returns
    -------
    Coverage or None
        None where the folder has no such file.

    Raises
    ------
    LessonError
        At the first entry that breaks a rule, naming file, entry, fault and remedy.
    """
    path = article.folder / "coverage.toml"
    table = read_tables(path, "column", "outlet", "gap")
    if table is None:
        return None
    with within(path):
        columns = each(table, "column", _column, taken=LOOKED_UP)
        names = [column.name for column in columns]
        for column in columns:
            if kept_reason(column.name) in [kept(name) for name in names]:
                msg = f"the column “{column.name}-why” has the name under which the reason for “{column.name}” is kept. Rename it."
                raise LessonError(msg)
        outlets = each(table, "outlet", lambda entry: _outlet(entry, article, names))
        if not columns or not outlets:
            msg = "write at least one [[column]] and one [[outlet]]."
            raise LessonError(msg)
        if sum(outlet.this for outlet in outlets) > 1:
            msg = "only one outlet can be this article. Take this = true out of the others."
            raise LessonError(msg)
        return Coverage(columns, outlets, each(table, "gap", lambda entry: Gap(*texts(entry, ("title", "text")))))


def _column(entry: Mapping[str, Any]) -> Column:
    name, title, ask, hint, reading, why = texts(
        entry, ("name", "title", "ask"), ("hint", "reading", "why"), ("drawn", "also", "more")
    )
    if reading:
        one_of(entry, "reading", READINGS)
    if bool(reading) != bool(why) or bool(reading) != is_question(hint):
        msg = "a reading comes with a why and with a hint that ends in a question mark, and neither comes alone."
        raise LessonError(msg)
    also, more = others(entry, reading, READINGS), each(entry, "more", fact_of)
    return Column(name, title, ask, flag(entry, "drawn"), reading, also, hint, why, more)


def _outlet(entry: Mapping[str, Any], article: Article, columns: Collection[str]) -> Outlet:
    name, title, home, via, doubt = texts(
        entry, ("name", "title"), ("home", "via", "doubt"), ("this", *PAGE, "about", "whole", "more", "cells")
    )
    this, whole = flag(entry, "this"), flag(entry, "whole")
    cells = {}
    if "cells" in entry:
        written = inner(entry, "cells", "[outlet.cells]")
        texts(written, other=columns)
        for column in written:
            cell = inner(
                written, column, '{ says = "..." }, or { absent = true }, or leave it out where it is not known'
            )
            with within(column):
                cells[column] = _cell(cell, article if this else None, whole=whole)
    return Outlet(
        name,
        title,
        cells,
        this,
        home,
        fact_in(entry, "about"),
        None if this and "address" not in entry else source_of(entry),
        via,
        whole,
        doubt,
        each(entry, "more", fact_of),
    )


def _cell(entry: Mapping[str, Any], article: Article | None, *, whole: bool) -> Cell:
    if "absent" in entry:
        if len(entry) > 1 or not flag(entry, "absent") or not whole:
            msg = "absent = true stands alone, in a house with whole = true. Where the text was not read to its end, leave the cell out: that means not known."
            raise LessonError(msg)
        return Cell("")
    says, by, note, sort = texts(entry, ("says",), ("by", "note", "sort"), ("quotes",))
    if len(says) > _MOST_SAID:
        msg = f"says is longer than {_MOST_SAID} characters. Shorten it: quotations and explanations go into quotes and note."
        raise LessonError(msg)
    quotes = entry.get("quotes", [])
    if not isinstance(quotes, list):
        msg = 'quotes is a list, such as quotes = ["..."].'
        raise LessonError(msg)
    return Cell(says, tuple(_quote(one, article) for one in quotes), by, note, sort)


def _quote(entry: object, article: Article | None) -> Quote:
    given = {"text": entry} if isinstance(entry, str) else entry
    if not isinstance(given, dict) or ("at" in given and article is None):
        msg = 'write each of quotes in quotation marks; { text = "...", at = "s4" } goes only with this article.'
        raise LessonError(msg)
    text, at = texts(given, ("text",), ("at",))
    if len(text.split()) > _MOST_QUOTED:
        msg = f"“{text[:40]}…” is longer than {_MOST_QUOTED} words. Quote fewer: the rest is at the address."
        raise LessonError(msg)
    return Quote(text, article.find(text, at) if article is not None else None)
