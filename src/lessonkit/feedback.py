"""A learner's marks held against a key: what agrees, what differs, and what could also be defended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .article import Article, Span
from .faults import LessonError
from .key import Key, Note, Reading
from .workbook import Mark

FindingKind = Literal["agrees", "also defensible", "differs", "missed", "extra"]
Edges = Literal["same", "close", "wide"]


@dataclass(frozen=True)
class Finding:
    """A mark held against the key, or a note that nobody has marked."""

    kind: FindingKind
    span: Span
    """Where it is: the mark's words, or the note's where there is no mark."""
    mark: Mark | None
    note: Note | None
    edges: Edges = "same"
    """How the mark's words lie on the words it was held against. Only ``"wide"`` makes a difference."""


def hold_against(marks: Sequence[Mark], key: Key, article: Article) -> tuple[Finding, ...]:
    """
    Hold the marks of a layer against its key.

    Every mark is held against the note of its segment that it meets best; every note that no
    mark meets is missed. A mark *meets* some words when it lies inside them, or shares at
    least half of the shorter of the two. It *agrees* when it meets a note's words with the
    note's tag, and is *also defensible* when it does so with one of the note's other readings.

    The edges of a mark are taken with tolerance, because trained coders differ there most.
    The rules follow PolNeAR's guidelines for attributions, which part a source from the cue
    and from the content: words that say who the source is belong to it, and so a mark that
    takes in title, name or cue, or leaves some of them out, is ``"close"``. Clauses that only
    add circumstances do not belong to it, but do no harm. A mark is ``"wide"`` when it takes
    in more than half of what is reported: then it marks the statement and not its source, and
    the finding is that it differs. For a note without content, a mark is wide when it has
    more than twice the note's words and four more.

    Parameters
    ----------
    marks
        A learner's marks of the key's layer.
    key
        The key.
    article
        The article of both.

    Returns
    -------
    tuple of Finding
        In article order.

    References
    ----------
    .. [1] E. Newell, D. Margolin, D. Ruths, "An Attribution Relations Corpus for Political
       News", LREC 2018; annotation guidelines in networkdynamics/PolNeAR,
       ``annotation-guidelines/guidelines.pdf``, pp. 8-11.
    """
    met: dict[int, list[tuple[_Fit, Mark]]] = {}
    findings: list[Finding] = []
    for mark in marks:
        fits = [
            (fit, number) for number, note in enumerate(key.notes) if (fit := _fit(mark, note, article)) is not None
        ]
        if fits:
            best, number = max(fits, key=lambda pair: (pair[0].rank, -pair[1]))
            met.setdefault(number, []).append((best, mark))
        else:
            findings.append(Finding("extra", mark.span, mark, None))
    for number, note in enumerate(key.notes):
        if number not in met:
            findings.append(Finding("missed", note.span, None, note))
            continue
        # Two marks can meet one note: the better one speaks, and another tag beside it is
        # shown too; only a second mark that says the same again is passed over.
        told: set[str] = set()
        for fit, mark in sorted(met[number], key=lambda pair: pair[0].rank, reverse=True):
            if mark.tag not in told:
                told.add(mark.tag)
                findings.append(Finding(fit.kind, mark.span, mark, note, fit.edges))
    findings.sort(key=lambda finding: article.place(finding.span))
    return tuple(findings)


@dataclass(frozen=True)
class _Fit:
    """How well a mark meets a note."""

    kind: FindingKind
    edges: Edges
    shared: float
    """Words in both, over words in either: 0 to 1."""

    @property
    def rank(self) -> tuple[int, float]:
        order = {"agrees": 2, "also defensible": 1}
        return order.get(self.kind, 0), self.shared


def _fit(mark: Mark, note: Note, article: Article) -> _Fit | None:
    """Hold one mark against one note; None where it does not meet it."""
    if mark.span.segment != note.span.segment:
        return None
    fits = []
    for reading, kind in _readings(note):
        if reading.tag != mark.tag or not _meets(mark.span, reading.span):
            continue
        # Another tag on a small part of the words is another claim, not this other reading.
        if kind == "also defensible" and len(mark.span.words & reading.span.words) * 2 < len(reading.span.words):
            continue
        edges = _edges(mark.span, reading.span, note, article)
        fits.append(_Fit("differs" if edges == "wide" else kind, edges, _shared(mark.span, reading.span)))
    if fits:
        return max(fits, key=lambda fit: fit.rank)
    if _meets(mark.span, note.span):
        return _Fit("differs", _edges(mark.span, note.span, note, article), _shared(mark.span, note.span))
    return None


def _readings(note: Note) -> list[tuple[Reading, FindingKind]]:
    own: tuple[Reading, FindingKind] = (Reading(note.tag, note.span), "agrees")
    return [own, *((reading, "also defensible") for reading in note.also)]


def _meets(one: Span, other: Span) -> bool:
    shared = len(one.words & other.words)
    return shared > 0 and (one.words <= other.words or shared * 2 >= min(len(one.words), len(other.words)))


def _shared(one: Span, other: Span) -> float:
    return len(one.words & other.words) / len(one.words | other.words)


def _edges(mark: Span, target: Span, note: Note, article: Article) -> Edges:
    if mark.words == target.words:
        return "same"
    content = _place(note.fields.get("content"), note, article)
    # Where the note's own words are the content, as in a statement without a source, taking
    # it in is what was asked for.
    if content is not None and not content.words & target.words:
        wide = len(mark.words & content.words) * 2 > len(content.words)
    else:
        wide = len(mark.words) > 2 * len(target.words) + 4
    return "wide" if wide else "close"


def _place(words: str | None, note: Note, article: Article) -> Span | None:
    if words is None:
        return None
    try:
        return article.find(words, note.span.segment)
    except LessonError:
        return None
