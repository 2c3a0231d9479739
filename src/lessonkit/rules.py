"""All rules that a lesson's folder has to keep, said in a teacher's words."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from .article import Article, read_article
from .coverage import read_coverage
from .crossings import read_questions
from .dates import read_dates
from .deeds import deeds_and_faults
from .evidence import read_evidence
from .faults import LessonError
from .files import read_text
from .guide import read_guide
from .key import Key, is_address, key_and_faults, read_glossary, read_key
from .layers import Layer, read_layers
from .places import data_folder
from .printing import read_discussion
from .rewrite import read_bench
from .trace import read_trace
from .words import read_words
from .writing import read_tasks

_SENTENCE_ENDS = tuple('.?”"’')


def faults_of(folder: Path, layers: dict[str, Layer]) -> list[str]:
    """
    Hold a lesson's folder against all rules.

    Parameters
    ----------
    folder
        The lesson's folder.
    layers
        All layers, by name.

    Returns
    -------
    list of str
        Each fault in a sentence or two: file, line or quotation, what is wrong, what to do.
        Empty when the lesson can be taught.
    """
    try:
        article = read_article(folder)
    except LessonError as error:
        return [str(error)]
    faults = [*_article_faults(article), *_rights_faults(folder)]
    # What is on the saved page follows from the article: a key for that would never be read.
    typed = [layer for layer in layers.values() if layer.over == "article"]
    for layer in typed:
        path = folder / f"{layer.name}.toml"
        if path.is_file():
            faults.extend(_key_faults(path, article, layer))
    for read in (
        read_glossary,
        read_dates,
        read_coverage,
        read_guide,
        partial(read_discussion, layers=tuple(layers.values())),
        partial(read_trace, key=_sound_key(article, layers.get("sourcing"))),
        partial(read_evidence, claims=_sound_key(article, layers.get("claims"))),
        partial(read_bench, framing=layers.get("framing")),
    ):
        try:
            read(article)
        except LessonError as error:
            # Where the bench takes labels from a key with a fault, that fault has been told already.
            faults.extend({str(error)} - set(faults))
    faults.extend(_deed_faults(article))
    known = {
        f"{name}.toml"
        for name in (
            *(layer.name for layer in typed),
            "deeds",
            "glossary",
            "dates",
            "coverage",
            "trace",
            "rewrite",
            "evidence",
            "guide",
            "print",
        )
    }
    faults.extend(
        f"{path}: no layer is called “{path.stem}”, so nobody would ever see this file. Rename it to one of {', '.join(sorted(known))}."
        for path in sorted(folder.glob("*.toml"))
        if path.name not in known
    )
    return faults


def lessons_in(data: Path) -> list[Path]:
    """Give the folders of all lessons in a data folder; names that begin with ``_`` or ``.`` are no lessons."""
    return sorted(path for path in data.iterdir() if path.is_dir() and path.name[0] not in "_.")


def layers_or_faults(data: Path) -> tuple[dict[str, Layer], list[str]]:
    """
    Read what all lessons share: the layers, what there is to write, and the questions of two layers.

    Parameters
    ----------
    data
        The folder that holds it.

    Returns
    -------
    layers : dict of str to Layer
        By name; empty where they cannot be read.
    faults : list of str
        A sentence or two for each file that cannot be read.
    """
    faults: list[str] = []
    layers: dict[str, Layer] = {}
    try:
        layers = read_layers(data)
    except LessonError as error:
        faults.append(str(error))
    for read in (read_tasks, partial(read_questions, layers=layers)):
        try:
            # Without the layers, every question would be said to name one that does not exist.
            if layers:
                read(data)
        except LessonError as error:
            faults.append(str(error))
    return layers, faults


def _article_faults(article: Article) -> Iterator[str]:
    path = article.folder / "article.md"
    header = article.header
    for name in ("title", "language", "direction"):
        if not isinstance(header.get(name), str) or not header[name]:
            yield f'{path}: the header does not say {name}. Write {name} = "..." between the +++ lines, as data/_template/article.md shows.'
    if article.direction not in {"ltr", "rtl"}:
        yield f'{path}: direction is “{article.direction}”. Write "ltr" for text that runs from left to right, "rtl" for right to left.'
    if article.segments[0].kind != "headline":
        yield f"{path}: the first line of the text is not a headline. Begin the headline with # and a space."
    texts: set[str] = set()
    for segment in article.segments:
        if segment.text in texts:
            yield f"{path}: “{segment.text[:60]}” stands there twice, as {segment.id} the second time. Delete one; a repeated caption counts once."
        texts.add(segment.text)
    for segment in article.not_on_page:
        yield f"{path}, {segment.id}: “{segment.text[:60]}” does not stand in page.txt word for word. Copy it from there, or correct the page if it was saved wrong."
    if "key" in header and not article.key_is_away:
        yield f'{path}: key is “{header["key"]}”. Write key = "teacher" in a pupil\'s copy of the lesson, and nowhere else; otherwise leave it out.'
    yield from _known_faults(path, header)


def _known_faults(path: Path, header: Mapping[str, Any]) -> Iterator[str]:
    for name in ("known", "unknown"):
        items = header.get(name, [])
        for number, item in enumerate(items if isinstance(items, list) else [items], start=1):
            if not isinstance(item, dict) or not item.get("what") or not item.get("text"):
                yield f"{path}, [[{name}]] number {number}: it needs what and text. Say what it is about, and then what there is to say."
            elif (name == "known" or "address" in item) and not is_address(item.get("address")):
                yield f"{path}, [[{name}]] “{item['what']}”: it has no address. Write the page where it can be checked, beginning with https://."


def _rights_faults(folder: Path) -> Iterator[str]:
    path = folder / "rights.md"
    try:
        text = read_text(path)
    except LessonError as error:
        yield str(error)
        return
    if not text.strip():
        yield f"{path} is empty. Write down whose text this is and what may be done with it."


def _deed_faults(article: Article) -> list[str]:
    try:
        return deeds_and_faults(article)[1]
    except LessonError as error:
        return [str(error)]


def _sound_key(article: Article, layer: Layer | None) -> Key | None:
    """Give the key that a lab is held against; what is wrong with the key itself has been said already."""
    with suppress(LessonError):
        return read_key(article, layer) if layer is not None else None
    return None


def _blanks(layer: Layer) -> dict[str, str]:
    """Give what stands, by the name of its line, in a note that is proposed to a teacher until they write it."""
    with suppress(LessonError):
        words = read_words(data_folder())
        fields = {field.name: words("class.toml_field", field=field.title) for field in layer.fields}
        return {"hint": words("class.toml_hint"), "why": words("class.toml_why"), **fields}
    # Without its words the kit says nothing at all: that is told where they are read.
    return {}


def _key_faults(path: Path, article: Article, layer: Layer) -> list[str]:
    try:
        key, faults = key_and_faults(path, article, layer)
    except LessonError as error:
        return [str(error)]
    blanks = _blanks(layer)
    for note in key.notes:
        where = f"{path}, “{note.quote[:60]}” in {note.span.segment}"
        faults.extend(
            f"{where}: {name} still says “{text}”, which only holds the place. Put your own words there, or delete the note."
            for name, text in {"hint": note.hint, "why": note.why, **note.fields}.items()
            if text.strip() == blanks.get(name)
        )
        if not note.hint.rstrip('”"’ ').endswith(("?", "؟", "？")):
            faults.append(
                f"{where}: the hint is not a question. Ask something that makes the reader look again, and end with a question mark."
            )
        if not note.why.rstrip().endswith(_SENTENCE_ENDS):
            faults.append(f"{where}: the why does not end like a sentence. End with a full stop or a question mark.")
    return faults
