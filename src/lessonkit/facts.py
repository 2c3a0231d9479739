"""What is known from elsewhere: it is never told without the page it was read on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .faults import LessonError
from .key import is_address
from .tables import inner, texts, within


@dataclass(frozen=True)
class Source:
    """A page that something was read on."""

    address: str
    read: str
    """When it was read, such as ``"2026"``."""
    house: str = ""
    """Who published it first, where that is told."""


@dataclass(frozen=True)
class Fact:
    """Something known from elsewhere, and where it was read."""

    text: str
    source: Source


PAGE = ("address", "read")
"""What says on which page something was read, and when."""
HOUSE = (*PAGE, "house")
"""The same, and who published it first."""

_SUCH = {"address": "https://...", "read": "2026", "house": "..."}


def source_of(entry: Mapping[str, Any], needed: tuple[str, ...] = PAGE) -> Source:
    """
    Read where something was read.

    Parameters
    ----------
    entry
        The table of what was read there.
    needed
        `PAGE` or `HOUSE`.

    Returns
    -------
    Source

    Raises
    ------
    LessonError
        When a part of it is missing, or the address is not that of a web page.
    """
    for name in needed:
        found = entry.get(name)
        if not isinstance(found, str) or not found.strip() or (name == "address" and not is_address(found)):
            fault = f"is “{found}”" if found else "is missing"
            msg = f'{name} {fault}. What does not stand in the article needs the page it was read on. Write {name} = "{_SUCH[name]}".'
            raise LessonError(msg)
    return Source(*(entry[name] for name in needed))


def fact_of(entry: Mapping[str, Any], needed: tuple[str, ...] = PAGE) -> Fact:
    """Read something known from elsewhere, as `source_of` reads where it was read."""
    (text,) = texts(entry, ("text",), other=needed)
    return Fact(text, source_of(entry, needed))


def fact_in(entry: Mapping[str, Any], name: str) -> Fact | None:
    """Read what is known from elsewhere of one entry; None where it has nothing of the name."""
    if name not in entry:
        return None
    with within(name):
        return fact_of(inner(entry, name, '{ text = "...", address = "https://...", read = "2026" }'))
