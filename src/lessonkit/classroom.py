"""A class: what many learners handed in for one article."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .article import Article
from .layers import Layer
from .marks import sign
from .workbook import Mark

MADE_UP = "rehearsal-"
"""How the id of a workbook begins that nobody worked on: it was made up for a rehearsal."""


@dataclass(frozen=True, slots=True)
class Pupil:
    """One learner's work, as it was handed in."""

    id: str
    """Random name of the workbook; two files with the same are one learner's."""
    pseudonym: str
    saved: str
    """When it was saved, UTC, ISO 8601; empty where the file does not say."""
    file: str
    """
    The file it came in, as the teacher would find it.

    Learning platforms put real names into file names, so it is for the teacher alone: never on a
    projector, never in an export.
    """
    marks: tuple[Mark, ...] = ()
    """The marks that stand, in article order: none that was removed, none without its words in the article."""
    looked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Ids of the segments looked at, by layer."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """What was written and chosen, by the name of its field."""
    aside: int = 0
    """How many marks have no place in this article."""
    damaged: int = 0
    """How many lines of a journal could not be read."""
    joined: tuple[str, ...] = ()
    """Ids of other workbooks whose work was brought into this one: files with those ids are the same learner's."""

    @property
    def made_up(self) -> bool:
        """Whether there is no such learner: the workbook was made up for a rehearsal."""
        return self.id.startswith(MADE_UP)

    def reached(self, layer: str) -> frozenset[str]:
        """Give the segments a learner has worked on in a layer: looked at, or marked."""
        marked = {mark.span.segment for mark in self.marks if mark.layer == layer}
        return frozenset(self.looked.get(layer, frozenset()) | marked)


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that was not taken, and why, in one sentence."""

    file: str
    why: str


@dataclass(frozen=True)
class Class:
    """Many learners' work on one article."""

    article: Article
    layers: Mapping[str, Layer]
    pupils: tuple[Pupil, ...]
    """Each learner once, with their newest file, in the order of their ids."""
    passed: tuple[Passed, ...] = ()
    """Files that were not taken."""
    replaced: tuple[Passed, ...] = ()
    """Older files of learners of whom a newer one was taken."""
    partly: tuple[Passed, ...] = ()
    """Files that were taken, and of which a part could not be read."""
    place: str = ""
    """A fingerprint of where the files are, to know the class by when it is opened again."""

    def __repr__(self) -> str:
        """Say how much there is, without anything of a learner."""
        return f"Class(article={self.article.name!r}, pupils={len(self.pupils)}, files not taken={len(self.passed)})"


def place_sign(folder: Path) -> str:
    """
    Give a short fingerprint of where a class's files are, to keep apart what belongs to two classes.

    It is made of the last two parts of the path: two classes may each have a folder ``paper``, and the
    whole path would lose what belongs to a folder that is moved with its class.
    """
    place = "/".join(folder.resolve().parts[-2:])
    return sign(unicodedata.normalize("NFC", place))[:6]
