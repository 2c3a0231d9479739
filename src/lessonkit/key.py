"""The key of a layer: notes that quote the article, and what a careful reader can say about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from .article import Article, Span
from .faults import LessonError
from .files import read_toml
from .layers import Layer


@dataclass(frozen=True)
class Reading:
    """A tag for some words that somebody could defend."""

    tag: str
    span: Span


@dataclass(frozen=True)
class Note:
    """One thing the key has to say about some words of the article."""

    span: Span
    quote: str
    """The words as the key's author wrote them down."""
    tag: str
    also: tuple[Reading, ...]
    """Other readings that a colleague could defend, of the same words or of words near them."""
    hint: str
    """What to say before saying why: a question."""
    why: str
    fields: Mapping[str, str]
    """The layer's own fields, such as ``source`` and ``cue``."""


@dataclass(frozen=True)
class Key:
    """All notes of one layer, in article order."""

    layer: str
    notes: tuple[Note, ...]

    def of(self, segment_id: str) -> tuple[Note, ...]:
        """Give the notes of one segment."""
        return tuple(note for note in self.notes if note.span.segment == segment_id)


@dataclass(frozen=True)
class Term:
    """A person, place or body that the article names."""

    name: str
    line: str
    """One neutral sentence."""
    address: str
    """Where the line can be checked."""


_NOTE_STRINGS = ("quote", "tag", "hint", "why")


def read_key(article: Article, layer: Layer) -> Key | None:
    """
    Read the key of one layer.

    Parameters
    ----------
    article
        The article whose folder holds the key.
    layer
        The layer.

    Returns
    -------
    Key or None
        None where the folder has no key for this layer; it is still a lesson.

    Raises
    ------
    LessonError
        At the first note that breaks a rule, naming file, quotation, fault and remedy.
    """
    path = article.folder / f"{layer.name}.toml"
    if not path.is_file():
        return None
    notes, faults = notes_and_faults(path, article, layer)
    if faults:
        raise LessonError(faults[0])
    return Key(layer.name, notes)


def notes_and_faults(path: Path, article: Article, layer: Layer) -> tuple[tuple[Note, ...], list[str]]:
    """
    Read the notes of a file and everything that is wrong with them.

    Parameters
    ----------
    path
        The TOML file.
    article, layer
        What its notes are about.

    Returns
    -------
    notes : tuple of Note
        The notes without a fault, in article order.
    faults : list of str
        One sentence or two for each fault: file, quotation, fault, remedy.
    """
    notes: list[Note] = []
    faults: list[str] = []
    table = read_toml(path)
    faults.extend(
        f"{path}: [[{name}]] is not known here. A key is made of [[note]] tables." for name in table if name != "note"
    )
    entries = table.get("note", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return (), [*faults, f"{path}: notes are written as [[note]], with two brackets on each side."]
    for number, entry in enumerate(entries, start=1):
        where = f"{path}, note {number} (“{_short(entry.get('quote', 'no quote'))}”)"
        found = _entry_faults(entry, layer)
        if not found:
            try:
                note = _note(entry, article, layer)
            except LessonError as error:
                found = [str(error)]
            else:
                notes.append(note)
                found = _field_faults(note, article, layer)
        faults.extend(f"{where}: {fault}" for fault in found)
    order = {segment.id: number for number, segment in enumerate(article.segments)}
    notes.sort(key=lambda note: (order[note.span.segment], note.span.first, note.span.last))
    faults.extend(
        f"{path}: “{_short(one.quote)}” in {one.span.segment} has the tag {one.tag} twice. Delete one of the two notes."
        for one, other in pairwise(notes)
        if (one.span, one.tag) == (other.span, other.tag)
    )
    return tuple(notes), faults


def read_glossary(article: Article) -> tuple[Term, ...]:
    """
    Read the people, places and bodies an article names.

    Parameters
    ----------
    article
        The article whose folder holds ``glossary.toml``.

    Returns
    -------
    tuple of Term
        Empty where the folder has no glossary.

    Raises
    ------
    LessonError
        When an entry has no line or no address.
    """
    path = article.folder / "glossary.toml"
    if not path.is_file():
        return ()
    terms = []
    for name, entry in read_toml(path).items():
        line, address = (entry.get("line"), entry.get("address")) if isinstance(entry, dict) else (None, None)
        if not line or not str(address).startswith("https://"):
            msg = f"{path}, [{name}]: write one neutral sentence as line, and the page where it can be checked as address, beginning with https://."
            raise LessonError(msg)
        terms.append(Term(name, str(line), str(address)))
    return tuple(terms)


def _note(entry: Mapping[str, Any], article: Article, layer: Layer) -> Note:
    span = article.find(entry["quote"], entry.get("at"))
    return Note(
        span=span,
        quote=entry["quote"],
        tag=layer.tag(entry["tag"]).name,
        also=tuple(_reading(other, span, article, layer) for other in entry.get("also", ())),
        hint=entry["hint"],
        why=entry["why"],
        fields={field.name: entry[field.name] for field in layer.fields if field.name in entry},
    )


def _reading(other: str | Mapping[str, str], span: Span, article: Article, layer: Layer) -> Reading:
    """Read one entry of ``also``: a tag for the note's words, or a table with words of its own."""
    if isinstance(other, str):
        return Reading(layer.tag(other).name, span)
    return Reading(layer.tag(other["tag"]).name, article.find(other["quote"], span.segment))


def _entry_faults(entry: Mapping[str, Any], layer: Layer) -> list[str]:
    """Say what is wrong with the form of a note, before its words are looked for."""
    own = [field.name for field in layer.fields]
    known = {*_NOTE_STRINGS, "at", "also", *own}
    faults = [
        f'{name} is missing. Write {name} = "...".'
        for name in (*_NOTE_STRINGS, *(field.name for field in layer.fields if field.required))
        if not entry.get(name)
    ]
    faults.extend(
        f"{name} must be text in quotation marks."
        for name in (*_NOTE_STRINGS, "at", *own)
        if name in entry and not isinstance(entry[name], str)
    )
    faults.extend(
        f"{name} is not a field of {layer.name}. Its fields are {', '.join([*_NOTE_STRINGS, 'at', 'also', *own])}."
        for name in entry
        if name not in known
    )
    also = entry.get("also", [])
    if not isinstance(also, list) or not all(_is_reading(other) for other in also):
        faults.append(
            'also must be a list of tags, such as also = ["observer"], or of tags with words, such as also = [{ tag = "party", quote = "..." }].'
        )
    elif entry.get("tag") in also:
        faults.append(f"also names the note's own tag, {entry['tag']}. Leave only the other readings there.")
    return faults


def _is_reading(other: object) -> bool:
    if isinstance(other, dict):
        return set(other) == {"tag", "quote"} and all(isinstance(value, str) for value in other.values())
    return isinstance(other, str)


def _field_faults(note: Note, article: Article, layer: Layer) -> list[str]:
    """Say which of a note's own fields break a rule of the layer."""
    faults = []
    for field in layer.fields:
        value = note.fields.get(field.name)
        if value is None:
            continue
        if field.values is not None and value not in field.values:
            faults.append(f"{field.name} is “{value}”. Choose one of {', '.join(field.values)}.")
        if field.address and not value.startswith("https://"):
            faults.append(f"{field.name} is “{_short(value)}”. Write the whole address, beginning with https://.")
        if field.quoted:
            try:
                article.find(value, note.span.segment)
            except LessonError:
                faults.append(
                    f"{field.name} quotes “{_short(value)}”, which does not stand once, whole words, in {note.span.segment}. Copy it exactly."
                )
    return faults


def _short(text: object, most: int = 60) -> str:
    words = str(text)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
