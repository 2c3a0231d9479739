"""Questions that need two layers at once, answered from a learner's own marks."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .article import Article
from .faults import LessonError
from .files import read_toml
from .layers import Layer
from .workbook import Mark

Where = Literal["words", "segment", "headline"]


@dataclass(frozen=True)
class Choice:
    """The marks of a layer that a question is about."""

    layer: str
    tags: frozenset[str]
    only: bool = False
    """Whether no mark of the layer with another tag may stand in the same segment."""


@dataclass(frozen=True)
class Question:
    """One question that needs two layers at once."""

    title: str
    how: str
    """How the answer is found, in a sentence."""
    first: Choice
    second: Choice | None
    where: Where


@dataclass(frozen=True)
class Crossing:
    """Marks, and the other marks that they meet."""

    marks: tuple[Mark, ...]
    meets: tuple[Mark, ...]


def read_questions(data: Path, layers: Mapping[str, Layer]) -> tuple[Question, ...]:
    """
    Read the questions from ``together.toml``.

    Parameters
    ----------
    data
        The folder that holds it.
    layers
        All layers, by name.

    Returns
    -------
    tuple of Question
        In the file's order.

    Raises
    ------
    LessonError
        When a question is not complete or names a layer or tag that there is not.
    """
    path = data / "together.toml"
    questions = []
    for number, table in enumerate(read_toml(path).get("question", []), start=1):
        try:
            second = _choice(table["second"], layers) if "second" in table else None
            question = Question(table["title"], table["how"], _choice(table["first"], layers), second, table["where"])
        except (KeyError, TypeError) as error:
            msg = f"{path}, question {number}: {error} is missing. Every question has title, how, first and where."
            raise LessonError(msg) from None
        except LessonError as error:
            msg = f"{path}, question {number}: {error}"
            raise LessonError(msg) from None
        if question.where not in {"words", "segment", "headline"} or (question.where != "headline" and second is None):
            msg = f"{path}, question {number}: where is “{question.where}”. Choose words or segment, each with a second, or headline."
            raise LessonError(msg)
        questions.append(question)
    return tuple(questions)


def crossings(question: Question, marks: Mapping[str, tuple[Mark, ...]], article: Article) -> tuple[Crossing, ...]:
    """
    Answer a question from a learner's marks.

    Parameters
    ----------
    question
        The question.
    marks
        The learner's marks in article order, by layer.
    article
        The article.

    Returns
    -------
    tuple of Crossing
        In article order; empty where no two marks meet.
    """
    if question.where == "headline":
        return _headline(marks, article)
    assert question.second is not None  # noqa: S101 - read_questions refuses a question without
    others = marks.get(question.second.layer, ())
    found = []
    for mark in marks.get(question.first.layer, ()):
        if mark.tag not in question.first.tags:
            continue
        near = [other for other in others if other.span.segment == mark.span.segment]
        if question.where == "words":
            near = [other for other in near if other.span.words & mark.span.words]
        fitting = tuple(other for other in near if other.tag in question.second.tags)
        if fitting and not (question.second.only and len(fitting) < len(near)):
            found.append(Crossing((mark,), fitting))
    return tuple(found)


def _headline(marks: Mapping[str, tuple[Mark, ...]], article: Article) -> tuple[Crossing, ...]:
    """Put the marks of the headline beside those of the body with the same tags, tag by tag."""
    kinds = {segment.id: segment.kind for segment in article.segments}
    pairs: dict[tuple[str, str], tuple[list[Mark], list[Mark]]] = {}
    for mark in itertools.chain.from_iterable(marks.values()):
        above, below = pairs.setdefault((mark.layer, mark.tag), ([], []))
        match kinds.get(mark.span.segment):
            case "headline":
                above.append(mark)
            case "sentence":
                below.append(mark)
    return tuple(Crossing(tuple(above), tuple(below)) for above, below in pairs.values() if above)


def _choice(table: Mapping[str, Any], layers: Mapping[str, Layer]) -> Choice:
    name, tags = table["layer"], table["tags"]
    if name and name not in layers:
        msg = f"there is no layer “{name}”. The layers are {', '.join(layers)}."
        raise LessonError(msg)
    for tag in tags:
        layers[name].tag(tag)
    return Choice(name, frozenset(tags), table.get("only", False))
