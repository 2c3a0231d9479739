"""A class held against the key: what most missed, and what many saw that the key lacks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from .article import Article, Span
from .faults import LessonError
from .key import Key, Note, Reading
from .layers import Layer
from .tally import FEW_PUPILS, LEAST, NONE
from .words import Words

if TYPE_CHECKING:
    import pandas as pd

MANY = 1 / 3
"""This share of those who read words are many."""


@dataclass(frozen=True)
class Met:
    """A note of the key, and how a class reads its words."""

    note: Note
    readers: int
    """Who reached the segment."""
    unmarked: float
    """How many of them have no mark on the note's words, on average over its words."""
    accepted: float
    """How many gave them the note's tag, or one the key can defend as well."""
    other: float
    """How many gave them another tag."""


def met(table: "pd.DataFrame", key: Key) -> tuple[Met, ...]:
    """
    Hold the votes of a class against each note of the key.

    Counted are the words that a note decides: where a shorter note stands inside a longer one, its
    words are its own.

    Parameters
    ----------
    table
        The votes of the key's layer.
    key
        The key.

    Returns
    -------
    tuple of Met
        In article order.
    """
    deciding: dict[tuple[str, int], Note] = {}
    for note in sorted(key.notes, key=lambda note: len(note.span.words), reverse=True):
        deciding.update({(note.span.segment, word): note for word in note.span.words})
    allowed = _allowed(key)
    names = [str(name) for name in table.columns]
    rows = dict(zip(table.index, table.to_numpy().tolist(), strict=True))
    found = []
    for note in key.notes:
        places = [(note.span.segment, word) for word in sorted(note.span.words)]
        own = [place for place in places if deciding[place] is note] or places
        unmarked = accepted = all_ = 0
        for place in own:
            row = dict(zip(names, rows[place], strict=True))
            all_ += sum(row.values())
            unmarked += row[NONE]
            accepted += sum(number for name, number in row.items() if name in allowed.get(place, ()))
        many = len(own)
        found.append(Met(note, all_ // many, unmarked / many, accepted / many, (all_ - unmarked - accepted) / many))
    return tuple(found)


def missed_by_most(table: "pd.DataFrame", key: Key) -> tuple[Met, ...]:
    """Give the notes whose words more than half of those who read them left unmarked, the most first."""
    found = [one for one in met(table, key) if one.readers and one.unmarked * 2 > one.readers]
    return tuple(sorted(found, key=lambda one: -one.unmarked / one.readers))


def read_otherwise(table: "pd.DataFrame", key: Key) -> tuple[Met, ...]:
    """Give the notes to whose words more pupils gave another tag than one of the key's, and many did, the most first."""
    found = [one for one in met(table, key) if one.other > one.accepted and one.other >= max(LEAST, MANY * one.readers)]
    return tuple(sorted(found, key=lambda one: -one.other / one.readers))


@dataclass(frozen=True)
class Seen:
    """Words to which many give a tag that the key neither gives nor defends."""

    span: Span
    quote: str
    tag: str
    pupils: int
    """How many give it to the word among them that most give it to."""
    readers: int
    note: Note | None
    """The note of the key on these words, None where it has none."""


def seen_by_many(table: "pd.DataFrame", key: Key, article: Article) -> tuple[Seen, ...]:
    """
    Find what many see and the key does not have.

    Where the key gives the same tag to words that touch these, only the edges differ, and nothing is
    said.

    Parameters
    ----------
    table
        The votes of the key's layer.
    key
        The key.
    article
        What was read.

    Returns
    -------
    tuple of Seen
        What most see first.
    """
    allowed = _allowed(key)
    found = []
    names = [str(name) for name in table.columns if name != NONE]
    for segment, rows in table.groupby(level="segment", sort=False):
        where = str(segment)
        read = int(rows.iloc[0].sum())
        least = max(LEAST if read >= FEW_PUPILS else 1, MANY * read)
        for tag in names:
            given = [int(number) for number in rows[tag]]
            fresh = [number >= least and tag not in allowed.get((where, at), ()) for at, number in enumerate(given)]
            for span in _runs(where, fresh):
                if not any(tag in allowed.get((where, at), ()) for at in (span.first - 1, span.last + 1)):
                    most = max(given[span.first : span.last + 1])
                    found.append(Seen(span, article.quote(span), tag, most, read, _note_on(span, key)))
    return tuple(sorted(found, key=lambda one: (-one.pupils / one.readers, article.place(one.span))))


def toml_of(one: Seen, article: Article, layer: Layer, words: Words) -> str:
    """
    Write what would take a reading of the class into the key.

    Parameters
    ----------
    one
        The reading.
    article
        What was read.
    layer
        The layer.
    words
        What stands where the teacher has to write, under ``class``.

    Returns
    -------
    str
        TOML: the new ``also`` line of a note, or a whole new note.
    """
    span = _findable(one.span, article)
    if one.note is not None:
        readings = [*one.note.also, Reading(one.tag, one.note.span if one.span == one.note.span else span)]
        listed = ", ".join(
            _text(other.tag)
            if other.span == one.note.span
            else f"{{ tag = {_text(other.tag)}, quote = {_text(article.quote(other.span))} }}"
            for other in readings
        )
        return f"also = [{listed}]\n"
    lines = [
        "[[note]]",
        f"quote = {_text(article.quote(span))}",
        f"at = {_text(span.segment)}",
        f"tag = {_text(one.tag)}",
    ]
    for own in layer.fields:
        allowed = list(own.values or ())  # noqa: PD011 - a field of a layer, no table
        if own.required and allowed:
            lines.append(f"{own.name} = {_text(allowed[0])} # {' | '.join(allowed)}")
        elif own.required:
            lines.append(f"{own.name} = {_text(words('class.toml_field', field=own.title))}")
    lines += [f"hint = {_text(words('class.toml_hint'))}", f"why = {_text(words('class.toml_why'))}"]
    return "\n".join(lines) + "\n"


def _allowed(key: Key) -> dict[tuple[str, int], set[str]]:
    """Give for each word the tags that the key gives it or can defend."""
    found: dict[tuple[str, int], set[str]] = {}
    for note in key.notes:
        for reading in (Reading(note.tag, note.span), *note.also):
            for word in reading.span.words:
                found.setdefault((reading.span.segment, word), set()).add(reading.tag)
    return found


def _runs(segment: str, here: Sequence[bool]) -> Iterator[Span]:
    for is_in, run in groupby(enumerate(here), key=lambda pair: pair[1]):
        numbers = [number for number, _ in run]
        if is_in:
            yield Span(segment, numbers[0], numbers[-1])


def _note_on(span: Span, key: Key) -> Note | None:
    """Give the note that shares most of its words with a span."""
    sharing = [note for note in key.of(span.segment) if note.span.words & span.words]
    return max(
        sharing, key=lambda note: len(note.span.words & span.words) / len(note.span.words | span.words), default=None
    )


def _findable(span: Span, article: Article) -> Span:
    """Take in more words, until the words stand only once in their segment."""
    most = len(article.segment(span.segment).words) - 1
    while True:
        try:
            return article.find(article.quote(span), span.segment)
        except LessonError:
            if (span.first, span.last) == (0, most):
                return span
            span = Span(span.segment, max(0, span.first - 1), min(most, span.last + 1))


def _text(text: str) -> str:
    """Write a text as TOML does."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
