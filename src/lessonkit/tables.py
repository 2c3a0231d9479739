"""The tables a lesson's file is made of: what an entry may hold, and faults that name it."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from .faults import LessonError
from .files import read_toml

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_CALLED = ("name", "title", "quote", "source", "kind", "words", "text")
"""What an entry is called by in a message, the first of these that it has."""

_Read = TypeVar("_Read")
_Word = TypeVar("_Word", bound=str)


@contextmanager
def within(place: object) -> Iterator[None]:
    """Put a file, or a place in it, before the fault that is found there."""
    try:
        yield
    except LessonError as error:
        msg = f"{place}: {error}"
        raise LessonError(msg) from None


def read_tables(path: Path, *kinds: str) -> dict[str, Any] | None:
    """
    Read a file that is made of tables of a few kinds.

    Parameters
    ----------
    path
        The TOML file.
    *kinds
        What its tables are called.

    Returns
    -------
    dict or None
        None where there is no such file.

    Raises
    ------
    LessonError
        When it cannot be read or has something else in it.
    """
    if not path.is_file():
        return None
    table = read_toml(path)
    with within(path):
        texts(table, other=kinds)
    return table


def each(
    table: Mapping[str, Any],
    kind: str,
    read: Callable[[Mapping[str, Any]], _Read],
    *,
    longest: int = 20,
    taken: Collection[str] = (),
) -> tuple[_Read, ...]:
    """
    Read a list of tables, each with a name of its own where it has one.

    Parameters
    ----------
    table
        What they stand in.
    kind
        What they are called there.
    read
        Reads one of them.
    longest
        How long a name can be. Work is stored under it, and that has room for forty characters.
    taken
        Names that are in use for something else.

    Returns
    -------
    tuple
        What was read, in order; empty where there are none.

    Raises
    ------
    LessonError
        At the first that breaks a rule, naming it.
    """
    entries = table.get(kind, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        msg = f"{kind} is a list of tables. Write [[{kind}]], with two brackets on each side."
        raise LessonError(msg)
    found, names = [], set(taken)
    for number, entry in enumerate(entries, start=1):
        called = next((str(entry[one]) for one in _CALLED if entry.get(one)), "no name")
        with within(f"{kind} {number} (“{called[:60]}”)"):
            found.append(read(entry))
            name = entry.get("name")
            if name is not None and (len(name) > longest or not _NAME.fullmatch(name)):
                msg = f"the name “{name}” cannot be kept. Use 1 to {longest} letters without accents, digits, - and _."
                raise LessonError(msg)
            if name in names:
                msg = f"the name “{name}” is taken. Give each {kind} a name of its own."
                raise LessonError(msg)
            names |= {name} - {None}
    return tuple(found)


def texts(
    entry: Mapping[str, Any], needed: Collection[str] = (), maybe: Collection[str] = (), other: Collection[str] = ()
) -> tuple[str, ...]:
    """
    Give the texts of an entry.

    Parameters
    ----------
    entry
        The table.
    needed, maybe
        The texts that it must have, and those that it may have.
    other
        What it may have that is no text.

    Returns
    -------
    tuple of str
        The needed ones and the others, in order; empty where one is left out.

    Raises
    ------
    LessonError
        When one is missing or empty, or when there is something that nobody would ever see.
    """
    known = (*needed, *maybe, *other)
    if unknown := sorted(set(entry) - set(known)):
        msg = f"{unknown[0]} is not known here. Known are {', '.join(known)}."
        raise LessonError(msg)
    for name in (*needed, *maybe):
        if name not in entry and name not in maybe:
            msg = f'{name} is missing. Write {name} = "...".'
            raise LessonError(msg)
        if name in entry and not (isinstance(entry[name], str) and entry[name].strip()):
            msg = f'{name} is empty or no text. Write {name} = "...", in quotation marks.'
            raise LessonError(msg)
    return tuple(entry.get(name, "") for name in (*needed, *maybe))


def listed(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Give a list of texts; empty where there is none."""
    found = entry.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        msg = f'{name} is a list of texts, such as {name} = ["..."].'
        raise LessonError(msg)
    return tuple(found)


def inner(entry: Mapping[str, Any], name: str, shape: str) -> Mapping[str, Any]:
    """Give a table that stands in another; `shape` says how it is written."""
    found = entry.get(name)
    if not isinstance(found, dict):
        msg = f"{name} is missing or no table. Write it as {shape}."
        raise LessonError(msg)
    return found


def flag(entry: Mapping[str, Any], name: str) -> bool:
    """Say whether something is so; where it is left out, it is not."""
    found = entry.get(name, False)
    if not isinstance(found, bool):
        msg = f"{name} is true or false, without quotation marks."
        raise LessonError(msg)
    return found


def one_of(entry: Mapping[str, Any], name: str, known: Collection[_Word]) -> _Word:
    """Give one of the words that are known."""
    for one in known:
        if one == entry.get(name):
            return one
    msg = f"{name} is “{entry.get(name, '')}”. Choose one of {', '.join(known)}."
    raise LessonError(msg)


def others(entry: Mapping[str, Any], own: str, known: Collection[_Word]) -> tuple[_Word, ...]:
    """Give the other readings, from ``also``; the key's own is not among them."""
    also = listed(entry, "also")
    if own in also or not set(also) <= set(known):
        msg = f"also is a list of other readings than “{own}”. Choose from {', '.join(known)}."
        raise LessonError(msg)
    return tuple(one for name in also for one in known if one == name)


def is_question(text: str) -> bool:
    """Say whether a text ends with a question mark, in whichever script."""
    return text.rstrip('”"’ ').endswith(("?", "؟", "？"))
