"""
Measure how hard the kit's own words are to read: ``python -m tests.readability``.

The measure is the Flesch-Kincaid grade: .39 times the words in a sentence, and 11.8 times the
syllables in a word, less 15.59 (Kincaid, Fishburne, Rogers and Chissom 1975). SyllaPy counts the
syllables, from a list of words that it brings along and by rule where a word is not on it.

Only sentences are measured. Headings, code and what stands on a button are no sentences, and the
article's own words, in block quotations, are not the kit's.
"""

import json
import re
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence

import syllapy

from lessonkit.files import read_toml
from lessonkit.lesson import LABS
from lessonkit.places import data_folder, notebooks_folder

HARDEST = 3
_FEW_WORDS = 5  # the grade of fewer words is the chance length of one of them
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# A sentence ends at . ! or ? and the mark that closes it, before a capital: “Feb. 2” goes on.
_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][”\"')]))\s+(?=[“\"'(]?[A-Z{])")
_SENTENCE = re.compile(r".*[.!?][”\"')]?$", re.DOTALL)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_IMAGE_OR_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_CODE = re.compile(r"`[^`]*`")
_EMPHASIS = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)")
_ITEM = re.compile(r"^(?:[-*+]|\d+[.)])\s+")
_BLANK = re.compile(r"\{[a-z_]+\}")
# Texts of a key or a layer that a learner reads as sentences of the kit.
_READ = ("hint", "why", "question", "definition", "ask", "how", "cannot", "open", "order", "status")
_SETTLES = ("calendar", "map", "count", "record", "recording", "second witness", "time", "nothing")
# What is read beside them: in one file a name stands for sentences of the kit, in another for words of a house.
_MORE = {
    "coverage.toml": (*_READ, "doubt"),
    "evidence.toml": (*_READ, "also", "text", "interest"),
    "glossary.toml": ("line",),
    "guide.toml": ("summary", "teacher", "pupils", "likely", "take", "text", "list", "reason", "why", "says"),
    "layers.toml": (*_READ, "self", "rival", "outside", "not said", *_SETTLES),
    "print.toml": ("discuss",),
    "rewrite.toml": (*_READ, "also"),
    "together.toml": ("title", "how"),
    "trace.toml": (*_READ, "line", "fixed"),
    "writing.toml": ("title", "prompt"),
}


def prose(markdown: str) -> list[str]:
    """
    Give the lines of prose in a markdown text.

    Parameters
    ----------
    markdown
        The text.

    Returns
    -------
    list of str
        Without headings, block quotations, code, tables and markup. A link leaves its words.
        The line under a title, of parts between dots, leaves its parts.
    """
    lines: list[str] = []
    for raw in _FENCE.sub("", markdown).splitlines():
        line = raw.strip()
        if not line or line.startswith(("#", ">", "|", "---")):
            continue
        line = _CODE.sub("", _IMAGE_OR_LINK.sub(r"\1", _ITEM.sub("", line)))
        lines.extend(part.strip() for part in _EMPHASIS.sub("", line).split(" · "))
    return lines


def sentences(lines: Sequence[str]) -> list[str]:
    """
    Cut lines into sentences.

    Parameters
    ----------
    lines
        The lines. No sentence runs over the end of one.

    Returns
    -------
    list of str
        Each with at least one word.
    """
    return [part for line in lines for part in _END.split(line) if _WORD.search(part)]


def grade(parts: Sequence[str]) -> float:
    """
    Count the Flesch-Kincaid grade of sentences.

    Parameters
    ----------
    parts
        The sentences, at least one.

    Returns
    -------
    float
        The school year, as counted in the United States, that reads them with ease.
    """
    words = [word for part in parts for word in _WORD.findall(part)]
    # A number in figures has no syllables for SyllaPy; it is said as a word of one at least.
    syllables = sum(max(1, syllapy.count(word.replace("’", "'"))) for word in words)
    return float(0.39 * len(words) / len(parts) + 11.8 * syllables / len(words) - 15.59)


def hardest(parts: Sequence[str]) -> list[str]:
    """
    Give the hardest sentences, each with its grade.

    Parameters
    ----------
    parts
        The sentences. Those of a few words are left out.

    Returns
    -------
    list of str
        At most three, the hardest first.
    """
    pool = {part for part in parts if len(_WORD.findall(part)) >= _FEW_WORDS}
    return [f"{grade([part]):.1f}: {part}" for part in sorted(pool, key=lambda part: (-grade([part]), part))[:HARDEST]]


def notebooks() -> dict[str, list[str]]:
    """Give the sentences of each notebook, and of what a pupil's copy says in their place, by the file's name."""
    found = {}
    for path in sorted(notebooks_folder().glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found[path.name] = sentences(
            [line for cell in cells if cell["cell_type"] == "markdown" for line in prose("".join(cell["source"]))]
        )
    instead = read_toml(data_folder() / "pack.toml")["instead"]
    found["pack.toml"] = sentences([line for one in instead for line in prose(one["says"])])
    return found


def feedback() -> dict[str, list[str]]:
    """Give the sentences of each file that learners or teachers read: layers, words and tasks, and every article's own."""
    data = data_folder()
    layers = read_toml(data / "layers.toml")
    named = [*(f"{name}.toml" for name in layers), *LABS.values(), "glossary.toml", "guide.toml", "print.toml"]
    keys = sorted(path for name in named for path in data.glob(f"*/{name}") if not path.parent.name.startswith("_"))
    shared = [data / name for name in ("layers.toml", "together.toml", "writing.toml")]
    texts = {path: list(_texts(read_toml(path), _MORE.get(path.name, _READ))) for path in (*shared, *keys)}
    # A single word is what a learner can choose, and no sentence.
    texts = {path: [text for text in lines if " " in text] for path, lines in texts.items()}
    words = {name: table for name, table in read_toml(data / "words.toml").items() if name != "pseudonym"}
    texts[data / "words.toml"] = [_BLANK.sub("this", text) for text in _texts(words) if _SENTENCE.match(text)]
    return {path.relative_to(data).as_posix(): sentences(lines) for path, lines in texts.items()}


def _texts(table: Mapping[str, object], names: Sequence[str] | None = None) -> Iterator[str]:
    """Go through all texts of a table, or those of some names."""
    for name, value in table.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from _texts(one, names)
            elif isinstance(one, str) and (names is None or name in names):
                yield one


def main() -> None:
    """Print the grade and the hardest sentences of every file, and the medians."""
    for title, files in (("Notebooks", notebooks()), ("Feedback", feedback())):
        grades = {name: grade(parts) for name, parts in files.items()}
        sys.stdout.write(f"{title}: median {statistics.median(grades.values()):.1f}\n")
        for name, parts in files.items():
            sys.stdout.write(f"  {name}: {grades[name]:.1f}, {len(parts)} sentences\n")
            sys.stdout.writelines(f"    {line}\n" for line in hardest(parts))


if __name__ == "__main__":
    main()
