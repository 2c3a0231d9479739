"""The key of a layer: notes that quote the article, and what a careful reader can say about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeGuard

from .article import Article, LineKind, Span
from .faults import LessonError
from .files import read_toml
from .layers import Layer
from .words import Words


@dataclass(frozen=True)
class Reading:
    """A tag for some words that somebody could defend."""

    tag: str
    span: Span


@dataclass(frozen=True)
class Label:
    """Another name that was in use for the same person, group or deed."""

    label: str
    by: str
    """Who used it."""
    address: str = ""
    """Where it was read; empty where it stands in the article itself."""


@dataclass(frozen=True)
class Missing:
    """A question about what the article does not hold; it is talked about and never marked."""

    question: str
    why: str
    address: str = ""


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
    labels: tuple[Label, ...] = ()
    """Other labels in use for the same, where the layer asks for them."""


@dataclass(frozen=True)
class Key:
    """All notes of one layer, in article order."""

    layer: str
    notes: tuple[Note, ...]
    missing: tuple[Missing, ...] = ()
    """Questions without words to mark."""

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
    key, faults = key_and_faults(path, article, layer)
    if faults:
        raise LessonError(faults[0])
    return key


_PAGE_TAGS: dict[LineKind, tuple[str, str | None]] = {
    "headline": ("headline", None),
    "caption": ("caption", None),
    "repeated caption": ("furniture", "caption"),
    "sentence": ("body", None),
    "furniture": ("furniture", None),
}
"""What each kind of line is on the page, and what it could be taken for as well."""


def page_key(article: Article, layer: Layer, words: Words) -> Key:
    """
    Make the key of the layer that is laid over the saved page.

    Nobody types it: what a line is follows from the article's own segments. Which of two showings
    of a caption is the caption, and which the page's copy of it, words alone cannot tell; so both
    readings are defensible for both.

    Parameters
    ----------
    article
        The article, with its page.
    layer
        The layer, with the tags headline, caption, body and furniture.
    words
        Hint and why for each kind of line, under ``page``.

    Returns
    -------
    Key
    """
    repeated = {line.text for line in article.page_lines if line.kind == "repeated caption"}
    notes = []
    for segment, line in zip(article.page_segments, article.page_lines, strict=True):
        tag, other = _PAGE_TAGS[line.kind]
        shown_twice = line.kind == "caption" and line.text in repeated
        said = "first caption" if shown_twice else line.kind
        also = ("furniture" if shown_twice else other,)
        span = Span(segment.id, 0, len(segment.words) - 1)
        notes.append(
            Note(
                span=span,
                quote=segment.text,
                tag=layer.tag(tag).name,
                also=tuple(Reading(layer.tag(name).name, span) for name in also if name),
                hint=words(f"page.{said}.hint"),
                why=words(f"page.{said}.why"),
                fields={},
            )
        )
    return Key(layer.name, tuple(notes))


def key_and_faults(path: Path, article: Article, layer: Layer) -> tuple[Key, list[str]]:
    """
    Read a key and everything that is wrong with it.

    Parameters
    ----------
    path
        The TOML file.
    article, layer
        What its notes are about.

    Returns
    -------
    key : Key
        What has no fault, in article order.
    faults : list of str
        One sentence or two for each fault: file, quotation, fault, remedy.
    """
    notes: list[Note] = []
    faults: list[str] = []
    table = read_toml(path)
    kinds = ["note", "missing"] if layer.missing else ["note"]
    faults.extend(
        f"{path}: [[{name}]] is not known here. A key of {layer.name} is made of [[{']] and [['.join(kinds)}]] tables."
        for name in table
        if name not in kinds
    )
    entries, questions = table.get("note", []), table.get("missing", [])
    if not _are_tables(entries) or not _are_tables(questions):
        return Key(layer.name, ()), [*faults, f"{path}: notes are written as [[note]], with two brackets on each side."]
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
    notes.sort(key=lambda note: article.place(note.span))
    faults.extend(
        f"{path}: “{_short(one.quote)}” in {one.span.segment} has the tag {one.tag} twice. Delete one of the two notes."
        for one, other in pairwise(notes)
        if (one.span, one.tag) == (other.span, other.tag)
    )
    faults.extend(
        f"{path}, missing {number}: write question and why in quotation marks, and the whole address if there is one."
        for number, entry in enumerate(questions, start=1)
        if not _fits(entry, ("question", "why"))
    )
    missing = tuple(Missing(**entry) for entry in questions if _fits(entry, ("question", "why")))
    return Key(layer.name, tuple(notes), missing), faults


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
        if not line or not is_address(address):
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
        labels=tuple(Label(**label) for label in entry.get("labels", ())),
    )


def _reading(other: str | Mapping[str, str], span: Span, article: Article, layer: Layer) -> Reading:
    """Read one entry of ``also``: a tag for the note's words, or a table with words of its own."""
    if isinstance(other, str):
        return Reading(layer.tag(other).name, span)
    return Reading(layer.tag(other["tag"]).name, article.find(other["quote"], span.segment))


def _entry_faults(entry: Mapping[str, Any], layer: Layer) -> list[str]:
    """Say what is wrong with the form of a note, before its words are looked for."""
    own = [field.name for field in layer.fields]
    known = {*_NOTE_STRINGS, "at", "also", *own, *(("labels",) if layer.labels else ())}
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
    if layer.labels and not (
        _are_tables(labels := entry.get("labels", [])) and all(_fits(one, ("label", "by")) for one in labels)
    ):
        faults.append('labels must be a list such as [{ label = "...", by = "...", address = "https://..." }].')
    return faults


def _are_tables(entries: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)


def _fits(entry: Mapping[str, Any], needed: tuple[str, ...]) -> bool:
    """Say whether a small table has what it needs, and nothing else but an address."""
    address = entry.get("address")
    return (
        set(needed) <= set(entry) <= {*needed, "address"}
        and all(isinstance(value, str) and value for value in entry.values())
        and (address is None or is_address(address))
    )


def is_address(text: object) -> bool:
    """Say whether a text is the whole address of a web page."""
    return isinstance(text, str) and text.startswith(("https://", "http://"))


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
        if field.address and not is_address(value):
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
