"""The same event in other houses: what each of them printed, and which of them agree."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from .article import Article, Span
from .faults import LessonError
from .files import read_toml
from .key import is_address
from .words import Words

# Tables are imported where they are made: most kernels never need them.
if TYPE_CHECKING:
    import pandas as pd

READINGS = ("agrees", "conflicts", "only-one", "cannot-tell")
"""What can be said of a column, as it is kept in a workbook."""

_NAME = re.compile(r"[a-z0-9-]{1,20}")
_MOST_QUOTED = 10
_MOST_SAID = 80
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Fact:
    """Something known from elsewhere, and where it was read."""

    text: str
    address: str
    read: str


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
    """Whose words the house says they are."""
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
    address: str = ""
    read: str = ""
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

    def sides(self, column: str, words: Words) -> tuple[str, ...]:
        """
        Say of a column who has what.

        Parameters
        ----------
        column
            Its name.
        words
            The words learners read.

        Returns
        -------
        tuple of str
            A line for each thing that houses have, one for those that have nothing of the kind,
            and one for those of which it is not known. Every house stands in one of them.
        """

        def houses(outlets: tuple[Outlet, ...]) -> str:
            return words("coverage.and_house").join(outlet.title for outlet in outlets)

        lines = [
            words("coverage.have", says=choice.says, houses=houses(choice.outlets)) for choice in self.choices(column)
        ]
        if absent := self.absent(column):
            lines.append(words("coverage.have_absent", houses=houses(absent)))
        if unknown := self.unknown(column):
            lines.append(words("coverage.have_unknown", houses=houses(unknown)))
        return tuple(lines)

    def table(self) -> "pd.DataFrame":
        """
        Give all of it as a table.

        Returns
        -------
        pandas.DataFrame
            One row a house: ``house``, ``home``, then a column for each question, by name.
            What is not in a text is an empty text; what is not known is missing.
        """
        import pandas as pd

        rows = [
            {"house": outlet.title, "home": outlet.home or None}
            | {name: cell.says for name, cell in outlet.cells.items()}
            for outlet in self.outlets
        ]
        columns = ["house", "home", *(column.name for column in self.columns)]
        made = pd.DataFrame(rows, columns=columns, dtype="string")
        # A name in the corner, so that a screen reader does not meet a heading without words.
        made.columns.name = "#"
        return made


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
    if not path.is_file():
        return None
    table = read_toml(path)
    try:
        _only(table, "column", "outlet", "gap")
    except LessonError as error:
        msg = f"{path}: {error}"
        raise LessonError(msg) from None

    def each(kind: str, read: Callable[[Mapping[str, Any]], _Read]) -> tuple[_Read, ...]:
        """Read all entries of a kind; a fault names the file and the entry."""
        found = []
        entries = table.get(kind, [])
        for number, entry in enumerate(entries if isinstance(entries, list) else [entries], start=1):
            one = entry if isinstance(entry, dict) else {}
            try:
                found.append(read(one))
            except LessonError as error:
                msg = f"{path}, {kind} {number} (“{one.get('name') or one.get('title') or 'no name'}”): {error}"
                raise LessonError(msg) from None
        return tuple(found)

    columns = each("column", _column)
    names = [column.name for column in columns]
    outlets = each("outlet", lambda entry: _outlet(entry, article, names))
    faults = [
        *_twice("column", names),
        *_twice("outlet", [outlet.name for outlet in outlets]),
        *(() if columns and outlets else ("write at least one [[column]] and one [[outlet]].",)),
        *(("only one outlet can be this article.",) if sum(outlet.this for outlet in outlets) > 1 else ()),
    ]
    if faults:
        msg = f"{path}: {faults[0]}"
        raise LessonError(msg)
    return Coverage(columns, outlets, each("gap", _gap))


def _twice(kind: str, names: list[str]) -> list[str]:
    return [
        f"two [[{kind}]] are called “{name}”. Give each a name of its own." for name in names if names.count(name) > 1
    ]


def _column(entry: Mapping[str, Any]) -> Column:
    _only(entry, "name", "title", "ask", "drawn", "hint", "reading", "also", "why", "more")
    reading, also = _text(entry, "reading"), entry.get("also", [])
    if not isinstance(also, list) or any(one not in READINGS or one == reading for one in also):
        msg = f"also is a list of other readings. A reading is one of {', '.join(READINGS)}."
        raise LessonError(msg)
    hint, why = _text(entry, "hint"), _text(entry, "why")
    if reading and reading not in READINGS:
        msg = (
            f"reading is “{reading}”. Write one of {', '.join(READINGS)}, or leave it out where learners are not asked."
        )
        raise LessonError(msg)
    if bool(reading) != bool(why) or bool(reading) != bool(hint.endswith("?")):
        msg = "a reading comes with a why and with a hint that ends in a question mark, and neither comes alone."
        raise LessonError(msg)
    return Column(
        _name(entry),
        _text(entry, "title", needed=True),
        _text(entry, "ask", needed=True),
        _flag(entry, "drawn"),
        reading,
        tuple(also),
        hint,
        why,
        _facts(entry),
    )


def _outlet(entry: Mapping[str, Any], article: Article, columns: list[str]) -> Outlet:
    _only(entry, "name", "title", "this", "home", "about", "address", "read", "via", "whole", "doubt", "more", "cells")
    this, whole = _flag(entry, "this"), _flag(entry, "whole")
    if not this:
        _sourced(entry, "it")
    cells = entry.get("cells", {})
    if not isinstance(cells, dict):
        msg = "write its cells under [outlet.cells]."
        raise LessonError(msg)
    found = {}
    for column, cell in cells.items():
        if column not in columns:
            msg = f"there is no column “{column}”. The columns are {', '.join(columns)}."
            raise LessonError(msg)
        try:
            found[column] = _cell(cell, article if this else None, whole=whole)
        except LessonError as error:
            msg = f"{column}: {error}"
            raise LessonError(msg) from None
    return Outlet(
        _name(entry),
        _text(entry, "title", needed=True),
        found,
        this,
        _text(entry, "home"),
        _fact(entry["about"], "about") if "about" in entry else None,
        _text(entry, "address"),
        _text(entry, "read"),
        _text(entry, "via"),
        whole,
        _text(entry, "doubt"),
        _facts(entry),
    )


def _cell(entry: object, article: Article | None, *, whole: bool) -> Cell:
    if not isinstance(entry, dict):
        msg = 'write { says = "..." }, or { absent = true }, or leave the cell out where it is not known.'
        raise LessonError(msg)
    _only(entry, "says", "quotes", "by", "note", "sort", "absent")
    if "absent" in entry:
        if len(entry) > 1 or not _flag(entry, "absent") or not whole:
            msg = "absent = true stands alone, in a house with whole = true. Where the text was not read to its end, leave the cell out: that means not known."
            raise LessonError(msg)
        return Cell("")
    says = _text(entry, "says", needed=True)
    if len(says) > _MOST_SAID:
        msg = f"says is longer than {_MOST_SAID} characters. Shorten it: quotations and explanations go into quotes and note."
        raise LessonError(msg)
    quotes = tuple(_quote(one, article) for one in _list(entry, "quotes"))
    return Cell(says, quotes, _text(entry, "by"), _text(entry, "note"), _text(entry, "sort"))


def _quote(entry: object, article: Article | None) -> Quote:
    given = {"text": entry} if isinstance(entry, str) else entry
    if not isinstance(given, dict) or not set(given) <= {"text", "at"} or ("at" in given and article is None):
        msg = 'write each of quotes in quotation marks; { text = "...", at = "s4" } goes only with this article.'
        raise LessonError(msg)
    text, at = _text(given, "text", needed=True), _text(given, "at")
    if len(text.split()) > _MOST_QUOTED:
        msg = f"“{text[:40]}…” is longer than {_MOST_QUOTED} words. Quote fewer: the rest is at the address."
        raise LessonError(msg)
    return Quote(text, article.find(text, at or None) if article is not None else None)


def _gap(entry: Mapping[str, Any]) -> Gap:
    _only(entry, "title", "text")
    return Gap(_text(entry, "title", needed=True), _text(entry, "text", needed=True))


def _facts(entry: Mapping[str, Any]) -> tuple[Fact, ...]:
    return tuple(_fact(one, "more") for one in _list(entry, "more"))


def _fact(entry: object, name: str) -> Fact:
    if not isinstance(entry, dict):
        msg = f'write {name} as {{ text = "...", address = "https://...", read = "2026" }}.'
        raise LessonError(msg)
    _only(entry, "text", "address", "read")
    _sourced(entry, name)
    return Fact(_text(entry, "text", needed=True), entry["address"], entry["read"])


def _sourced(entry: Mapping[str, Any], what: str) -> None:
    """Refuse what does not say where and when it was read."""
    if not is_address(entry.get("address")):
        msg = f"{what} has no address. Write the page where it was read, beginning with https://."
        raise LessonError(msg)
    if not _text(entry, "read"):
        msg = f'{what} does not say when it was read. Write read = "2026", with the year you read it in.'
        raise LessonError(msg)


def _name(entry: Mapping[str, Any]) -> str:
    name = entry.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        msg = "name is made of 1 to 20 small letters, digits and hyphens."
        raise LessonError(msg)
    return name


def _only(entry: Mapping[str, Any], *known: str) -> None:
    if unknown := sorted(set(entry) - set(known)):
        msg = f"{unknown[0]} is not known here. Known are {', '.join(known)}."
        raise LessonError(msg)


def _text(entry: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    text = entry.get(name, "")
    if not isinstance(text, str) or (needed and not text.strip()):
        msg = f"write {name} in quotation marks{', and leave it not empty' if needed else ''}."
        raise LessonError(msg)
    return text


def _flag(entry: Mapping[str, Any], name: str) -> bool:
    flag = entry.get(name, False)
    if not isinstance(flag, bool):
        msg = f"{name} is true or false, without quotation marks."
        raise LessonError(msg)
    return flag


def _list(entry: Mapping[str, Any], name: str) -> list[Any]:
    items = entry.get(name, [])
    if not isinstance(items, list):
        msg = f"write {name} as a list, in square brackets."
        raise LessonError(msg)
    return items
