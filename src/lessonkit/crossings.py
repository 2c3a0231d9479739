"""Questions that need two layers at once, answered from a learner's own marks."""

import re
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
_SAYS_SOMETHING = 4  # letters


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
        In article order; empty where no two marks meet. A mark of the headline stands there also
        where it meets none: then the body does not say it with any of its words.
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
    """Put each mark of the headline beside those marks of its layer in the body that share a word with it."""
    kinds = {segment.id: segment.kind for segment in article.segments}
    found = []
    for layer in marks.values():
        below = [mark for mark in layer if kinds.get(mark.span.segment) == "sentence"]
        for mark in layer:
            if kinds.get(mark.span.segment) == "headline":
                meets = tuple(other for other in below if _said(other) & _said(mark))
                found.append(Crossing((mark,), meets))
    return tuple(found)


def _said(mark: Mark) -> set[str]:
    """Give the words of a mark that are long enough to say something: not "in", not "the"."""
    return {word for word in re.findall(r"\w+", mark.quote.casefold()) if len(word) >= _SAYS_SOMETHING}


def _choice(table: Mapping[str, Any], layers: Mapping[str, Layer]) -> Choice:
    name, tags = table["layer"], table["tags"]
    if name and name not in layers:
        msg = f"there is no layer “{name}”. The layers are {', '.join(layers)}."
        raise LessonError(msg)
    for tag in tags:
        layers[name].tag(tag)
    return Choice(name, frozenset(tags), table.get("only", False))
