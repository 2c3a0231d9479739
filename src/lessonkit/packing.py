"""A copy of the kit for pupils, with one article and without its key."""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .article import Article
from .faults import LessonError
from .files import read_text, read_toml
from .key import Key
from .layers import Layer
from .outbox import put_all, refuse_taken
from .tables import each, read_tables, texts, within
from .words import Words

REPOSITORY = ("pyproject.toml", "uv.lock", "Makefile", "environment.yml", "LICENSE")
"""What a pupil's computer needs, beside the package, to install the versions that were tested."""

ARTICLE = ("page.txt", "rights.md", "glossary.toml", "dates.toml")
"""
Files of an article that go into a pack as they are; ``article.md`` goes without what is known from elsewhere.

Everything else in the folder stays behind, also what comes to it later: keys, deeds and the labs
say how the article can be read, and why.
"""

INSTEAD = "pack.toml"
"""File with what the notebooks say in a pack in place of what they say of the key; it stays behind itself."""

_HEADER = ("title", "language", "direction", "rights")
_SOURCES = {".py", ".js", ".css", ".json", ".typed"}
_TEACHERS = "90-"
_OPENS = re.compile(r"""open_lesson\(\s*["']([^"']+)["']""")
_SENTENCE_ENDS = (".", "?", "؟", "。", "？")
_FEWEST_WORDS = 3  # shorter texts of the key, such as “AFP”, stand anywhere by chance
_DAY = (1980, 1, 1, 0, 0, 0)  # the first one that a zip knows: the same lesson gives the same bytes


@dataclass(frozen=True)
class Packed:
    """What was packed."""

    file: Path
    names: tuple[str, ...]
    """Its members."""
    notebooks: tuple[str, ...]
    left_out: tuple[str, ...]
    """Notebooks that stand on what the key says, and were left out with it."""


@dataclass(frozen=True)
class Places:
    """Where what is packed is taken from."""

    repository: Path
    package: Path
    data: Path
    notebooks: Path


def pack(  # noqa: PLR0913, PLR0917 - what is packed, from where, and where to
    article: Article,
    layers: Mapping[str, Layer],
    keys: Mapping[str, Key],
    labs: Mapping[str, str],
    words: Words,
    places: Places,
    to: Path,
    *,
    replace: bool = False,
) -> Packed:
    """
    Pack a lesson without its key.

    The key of the saved page is no secret: it is worked out from the article itself, so it
    cannot be left out, and marks on the page are checked in a pack as they are elsewhere.

    Parameters
    ----------
    article
        The article.
    layers
        All layers, by name.
    keys
        The keys that are left out, by name of their layer: nothing they say may be in the pack.
    labs
        The labs by verb, each with the file that it is made from.
    words
        The words of the kit.
    places
        Where everything is.
    to
        The zip to write.
    replace
        Whether a file that is there already is written over.

    Returns
    -------
    Packed

    Raises
    ------
    LessonError
        When something that pupils need is not there, when a file would be written over, or when
        words of the key were found in what would be packed. Then nothing is written.
    """
    if not replace:
        refuse_taken([to], words)
    for name in REPOSITORY:
        if not (places.repository / name).is_file():
            raise LessonError(words("pack.no_checkout", missing=name, folder=places.repository))
    notebooks, left_out = _notebooks(article, labs, places)
    if not notebooks:
        raise LessonError(words("pack.no_notebook", folder=places.notebooks, article=article.name))
    members = {
        **{name: (places.repository / name).read_bytes() for name in REPOSITORY},
        "README.md": _readme(article, words).encode(),
        **_package(places),
        **_data(article, places),
        **{f"notebooks/{name}": text.encode() for name, text in notebooks.items()},
    }
    _refuse_leaks(members, article, layers, keys, labs, words)
    names = [f"lessonkit-{article.name}/{name}" for name in sorted(members)]
    zipped = _zipped(dict(zip(names, (members[name] for name in sorted(members)), strict=True)))
    put_all({to: lambda: [zipped]}, words, replace=replace)
    return Packed(to, tuple(names), tuple(notebooks), left_out)


def _notebooks(article: Article, labs: Mapping[str, str], places: Places) -> tuple[dict[str, str], tuple[str, ...]]:
    """Give the notebooks of an article as pupils get them, and the names of those that need what is left out."""
    kept: dict[str, str] = {}
    instead = _instead(places.data)
    left_out = []
    for path in sorted(places.notebooks.glob("*.ipynb")):
        notebook = json.loads(read_text(path))
        code = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
        if path.name.startswith(_TEACHERS) or article.name not in _OPENS.findall(code):
            continue
        if any(f"lesson.{verb}(" in code for verb in labs):
            left_out.append(path.name)
            continue
        kept[path.name] = json.dumps(_bare(notebook, instead), ensure_ascii=False, indent=1) + "\n"
    return kept, tuple(left_out)


def _instead(data: Path) -> tuple[tuple[str, str], ...]:
    """Read which passages are replaced, and by what; a translation without such a file replaces none."""
    table = read_tables(data / INSTEAD, "instead") or {}

    def passage(entry: Mapping[str, Any]) -> tuple[str, str]:
        text, says = texts(entry, ("text", "says"))
        return text, says

    with within(data / INSTEAD):
        return each(table, "instead", passage)


def _bare(notebook: Mapping[str, Any], instead: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """
    Take out all that running a notebook left in it, and what it promises of the key.

    Outputs show the key, as text, tables and pictures.
    """
    cells = [
        cell | {"outputs": [], "execution_count": None}
        if cell["cell_type"] == "code"
        else cell | {"source": _told_pupils("".join(cell["source"]), instead)}
        for cell in notebook["cells"]
    ]
    kernel = {
        name: notebook["metadata"][name] for name in ("kernelspec", "language_info") if name in notebook["metadata"]
    }
    return {**notebook, "cells": cells, "metadata": kernel}


def _told_pupils(text: str, instead: Sequence[tuple[str, str]]) -> list[str]:
    for passage, says in instead:
        text = text.replace(passage, says)
    return text.splitlines(keepends=True)


def _package(places: Places) -> dict[str, bytes]:
    return {
        f"src/lessonkit/{path.relative_to(places.package).as_posix()}": path.read_bytes()
        for path in places.package.rglob("*")
        if path.suffix in _SOURCES
        and "__pycache__" not in path.parts
        and "data" not in path.parts[len(places.package.parts) :]
    }


def _data(article: Article, places: Places) -> dict[str, bytes]:
    paths = (path for path in sorted(places.data.glob("*.toml")) if path.name != INSTEAD)
    shared = {f"data/{path.name}": path.read_bytes() for path in paths}
    own = {name: (article.folder / name).read_bytes() for name in ARTICLE if (article.folder / name).is_file()}
    own["article.md"] = _article(article).encode()
    return shared | {f"data/{article.name}/{name}": data for name, data in own.items()}


def _article(article: Article) -> str:
    """Write ``article.md`` with a header that holds nothing but what the page needs, and says who has the key."""
    lines = read_text(article.folder / "article.md").splitlines()
    fences = [number for number, line in enumerate(lines) if line.strip() == "+++"][:2]
    body = lines[fences[1] + 1 :] if article.header else lines
    header = {name: article.header[name] for name in _HEADER if isinstance(article.header.get(name), str)}
    said = [f"{name} = {_quoted(text)}" for name, text in (header | {"key": "teacher"}).items()]
    return "\n".join(["+++", *said, "+++", *body, ""])


def _quoted(text: str) -> str:
    # TOML's strings are those of JSON, but for one character that JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _readme(article: Article, words: Words) -> str:
    said = {
        name: words(f"pack.readme.{name}", title=article.title, article=article.name)
        for name in words.section("pack.readme")
    }
    return "\n\n".join(
        (
            f"# {said['title']}",
            said["how"],
            said["start"],
            "```sh\nmake lesson\n```",
            said["start_without"],
            "```sh\nuv run lessonkit lab\n```",
            *(said[name] for name in ("first", "key", "hand_in", "rights")),
            "",
        )
    )


# What may not be in it


def _refuse_leaks(  # noqa: PLR0913, PLR0917 - where is searched, and what for
    members: Mapping[str, bytes],
    article: Article,
    layers: Mapping[str, Layer],
    keys: Mapping[str, Key],
    labs: Mapping[str, str],
    words: Words,
) -> None:
    """Look for everything the key says in everything that would be packed."""
    texts = {name: _plain(_told(name, data)) for name, data in members.items()}
    # What the article itself says, and what every learner is asked, is no secret.
    open_words = [_plain(segment.text) for segment in article.every_segment]
    open_words += [_plain(text) for layer in layers.values() for tag in layer.tags for text in (tag.title, tag.ask)]
    for secret in dict.fromkeys(_secrets(article, layers, keys, labs)):
        wanted = _plain(secret)
        if len(wanted.split()) < _FEWEST_WORDS or any(wanted in text for text in open_words):
            continue
        for name, text in texts.items():
            if wanted in text:
                raise LessonError(words("pack.leak", member=name, words=secret))


def _secrets(
    article: Article, layers: Mapping[str, Layer], keys: Mapping[str, Key], labs: Mapping[str, str]
) -> Iterator[str]:
    """Give every text of the key, of the labs' files and of what is known from elsewhere."""
    for name, key in keys.items():
        free = {field.name for field in layers[name].fields if not field.values and not field.address}
        for note in key.notes:
            yield from (note.hint, note.why)
            yield from (value for field, value in note.fields.items() if field in free)
            yield from (label.by for label in note.labels)
        for one in key.missing:
            yield from (one.question, one.why)
    tables = [article.header.get(name, []) for name in ("known", "unknown")]
    tables += [read_toml(path) for file in labs.values() if (path := article.folder / file).is_file()]
    # Titles and names stand in many places; what is said stands in sentences.
    yield from (text for text in _texts(tables) if text.rstrip("”’\"' ").endswith(_SENTENCE_ENDS))


def _texts(value: object) -> Iterator[str]:
    """Give every text inside a table."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inside in value.values():
            yield from _texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _texts(inside)


def _told(name: str, data: bytes) -> str:
    """Give what a member says to whoever reads it: of a notebook, the text of its cells."""
    text = data.decode("utf-8", errors="replace")
    if not name.endswith(".ipynb"):
        return text
    notebook = json.loads(text)
    # The lines of a cell are a list, and its words may go on from one to the next.
    return "\n".join([*("".join(cell["source"]) for cell in notebook["cells"]), *_texts(notebook)])


def _plain(text: str) -> str:
    return " ".join(text.replace('\\"', '"').split()).casefold()


def _zipped(members: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return made.getvalue()
