"""Every value of a lesson's files, made into something it should not be: refused in a sentence, or harmless."""

import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import pytest

from lessonkit.article import Article, read_article
from lessonkit.coverage import read_coverage
from lessonkit.dates import read_dates
from lessonkit.deeds import read_deeds
from lessonkit.evidence import read_evidence
from lessonkit.faults import LessonError
from lessonkit.guide import read_guide
from lessonkit.key import read_glossary, read_key
from lessonkit.layers import Layer
from lessonkit.lesson import open_lesson
from lessonkit.places import data_folder
from lessonkit.printing import read_discussion
from lessonkit.rewrite import read_bench
from lessonkit.trace import read_trace

_VALUE = re.compile(
    r'\b(?P<name>[a-z]+) = (?P<value>"(?:[^"\\\n]|\\.)*"|\[(?:[^\[\]"]|"(?:[^"\\\n]|\\.)*")*\]|[\w.:-]+)'
)
_SECTION = re.compile(r"^\[+([\w.]+)\]+$", re.MULTILINE)
_WRONG = (
    '" "', '"x"', "42", "nan", "true", "[]", "[1]", "{}", "[{}]", "2020-02-06",
    '"javascript:alert(1)"', '"<b>{where}\\u0000"', f'"{"x" * 2100}"',
)  # fmt: skip
_EACH = 3  # of them in one place; the next place goes on where this one stopped

Read = Callable[[Article], object]
VERBS = {"trace": "trace", "evidence": "verify", "rewrite": "rewrite", "coverage": "coverage", "guide": "guide"}


def wrong_ones(text: str) -> Iterator[str]:
    """Give the file again and again, each time with one value that is wrong."""
    tried: set[tuple[str, str]] = set()
    takes = cycle(_WRONG)
    for found in _VALUE.finditer(text):
        section = [one[1] for one in _SECTION.finditer(text, 0, found.start())][-1:]
        place = ("".join(section), found["name"])
        if place in tried:
            continue
        tried.add(place)
        for wrong in islice(takes, _EACH):
            yield text[: found.start("value")] + wrong + text[found.end("value") :]


def readers(article: Article, layers: dict[str, Layer]) -> dict[str, Read]:
    """Give what reads each file, held against sound keys."""
    keys = {name: read_key(article, layers[name]) for name in ("sourcing", "claims")}
    return {
        **{name: partial(read_key, layer=layers[name]) for name in ("sourcing", "claims", "framing")},
        "coverage": read_coverage,
        "dates": read_dates,
        "deeds": read_deeds,
        "evidence": partial(read_evidence, claims=keys["claims"]),
        "glossary": read_glossary,
        "guide": read_guide,
        "print": partial(read_discussion, layers=tuple(layers.values())),
        "rewrite": partial(read_bench, framing=layers["framing"]),
        "trace": partial(read_trace, key=keys["sourcing"]),
    }


@pytest.mark.parametrize("name", sorted(path.stem for path in (data_folder() / "idlib").glob("*.toml")))
def test_a_wrong_value_is_refused_in_a_sentence_or_does_no_harm(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layers: dict[str, Layer]
) -> None:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    folder = shutil.copytree(data_folder() / "idlib", tmp_path / "idlib")
    article, path = read_article(folder), folder / f"{name}.toml"
    read, lesson = readers(article, layers)[name], open_lesson(str(folder))
    said = []

    for text in wrong_ones(path.read_text(encoding="utf-8")):
        path.write_text(text, encoding="utf-8")
        try:
            read(article)
        except LessonError as error:
            said.append(str(error))
            continue
        if name in VERBS:
            getattr(lesson, VERBS[name])()

    assert said
    assert [fault for fault in said if not fault.startswith(str(path))] == []
