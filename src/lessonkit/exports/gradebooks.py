"""
How much each pupil did, as files that gradebooks of learning platforms import.

Completion and effort, and nothing else: how far marks agree with the key or with the class is in
none of these files. The key is one careful reading, and marks that differ can be defended. If
agreeing earned points, pupils would mark what they think the key says, and no longer what they read.

There are two files, because no one file fits both platforms. What they must hold is read off the
importers themselves:

- Canvas takes a row "Points Possible" below the header, and looks for pupils by ``ID``, then by
  ``SIS Login ID``, then by name: https://github.com/instructure/canvas-lms, lib/gradebook_importer.rb.
- Moodle looks for a pupil in every row, so such a row would stop it; and a grade item that it makes
  from a new column goes to 100: https://github.com/moodle/moodle, grade/import/csv/classes/load_data.php,
  and https://docs.moodle.org/311/en/Grade_import.

Both read CSV with the byte order mark that a spreadsheet needs: Canvas writes it itself for whoever
asks for it, and Moodle takes it off. (All read 2026.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..article import Article
from ..classroom import Pupil
from ..layers import Layer
from ..words import Words
from .tables import csv_of, guarded, unlike_names

_HUNDRED = 100
_CANVAS = ("Student", "ID", "SIS Login ID", "Section")
_POINTS = "    Points Possible"  # as Canvas writes it itself, with the spaces


@dataclass(frozen=True)
class Column:
    """One thing that pupils did, as numbers."""

    title: str
    points: int
    """All there is to do."""
    done: tuple[int, ...]
    """How much of it each pupil did."""


def columns_of(
    pupils: Sequence[Pupil], article: Article, layers: Mapping[str, Layer], fields: Sequence[str], words: Words
) -> tuple[Column, ...]:
    """
    Count how much each pupil did.

    Parameters
    ----------
    pupils
        The pupils.
    article
        What they read.
    layers
        All layers, by name.
    fields
        The names of the texts that the lesson asks for.
    words
        The titles of the columns, under ``exports``.

    Returns
    -------
    tuple of Column
        By layer the segments reached; the marks with a reason, of a hundred marks, rounded down; the texts
        written. What nobody in the class has done was not asked of it, and has no column.
    """
    found = []
    for layer in layers.values():
        here = {segment.id for segment in article.over(layer.over)}
        done = tuple(len(pupil.reached(layer.name) & here) for pupil in pupils)
        title = words("exports.reached", article=article.name, layer=layer.title)
        found.append(Column(title, len(here), done))
    with_reason = tuple(_share(pupil) for pupil in pupils)
    found.append(Column(words("exports.with_reason", article=article.name), _HUNDRED, with_reason))
    written = tuple(sum(bool(pupil.texts.get(name)) for name in fields) for pupil in pupils)
    found.append(Column(words("exports.written", article=article.name), len(fields), written))
    return tuple(column for column in found if any(column.done))


def _share(pupil: Pupil) -> int:
    return _HUNDRED * sum(bool(mark.reason) for mark in pupil.marks) // max(1, len(pupil.marks))


def canvas(pupils: Sequence[Pupil], columns: Sequence[Column]) -> bytes:
    """
    Write the gradebook that Canvas imports.

    Canvas knows pupils by names and logins that the kit does not have. The made-up name stands where
    a name is asked for; the teacher writes the login beside it, or answers when Canvas asks who it is.

    Parameters
    ----------
    pupils
        The pupils.
    columns
        What they did.

    Returns
    -------
    bytes
        CSV.
    """
    names = unlike_names(pupils)
    rows = [
        [guarded(name), "", "", "", *(column.done[number] for column in columns)] for number, name in enumerate(names)
    ]
    head = [*_CANVAS, *(column.title for column in columns)]
    return csv_of([head, [_POINTS, "", "", "", *(column.points for column in columns)], *rows])


def moodle(pupils: Sequence[Pupil], columns: Sequence[Column], words: Words) -> bytes:
    """
    Write the gradebook that Moodle imports.

    Every number is of a hundred, rounded down, because that is what Moodle takes a new column for.
    The teacher writes each pupil's address beside the made-up name.

    Parameters
    ----------
    pupils
        The pupils.
    columns
        What they did.
    words
        The titles of the first columns, under ``exports``.

    Returns
    -------
    bytes
        CSV.
    """
    rows = [
        ["", guarded(name), guarded(pupil.id), *(_HUNDRED * column.done[number] // column.points for column in columns)]
        for number, (name, pupil) in enumerate(zip(unlike_names(pupils), pupils, strict=True))
    ]
    return csv_of([[*words.list("exports.moodle_head"), *(column.title for column in columns)], *rows])
