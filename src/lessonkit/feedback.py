"""A learner's marks held against a key: what agrees, what differs, and what could also be defended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .article import Article, Span
from .faults import LessonError
from .key import Key, Note, Reading
from .layers import Layer
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
    source: Span | None = None
    """Words in the mark that say who says so, where they were to stay out of it; see `with_sources`."""

    @property
    def is_alike(self) -> bool:
        """Whether mark and key read the same, with nothing left to ask."""
        return self.kind == "agrees" and self.source is None


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


def with_sources(
    findings: Sequence[Finding], layer: Layer, sourcing: Key | None, article: Article
) -> tuple[Finding, ...]:
    """
    Say of each mark where it takes in who says so, in a layer where that stays out.

    “She said that it rained” holds two claims: that she said it, and that it rained. A mark on all of it
    asserts neither. A mark takes the source in when it has all the words of a cue, such as “said”, that
    are not in the key's own words for it.

    Parameters
    ----------
    findings
        What `hold_against` gave.
    layer
        Their layer. Where it does not say what it stays apart from, nothing changes.
    sourcing
        The key that says who speaks and by which cue, or None.
    article
        The article of all.

    Returns
    -------
    tuple of Finding
        The same findings, some with `Finding.source`.
    """
    if not layer.apart_from or sourcing is None:
        return tuple(findings)

    def held(finding: Finding) -> Finding:
        mark, note = finding.mark, finding.note
        if mark is None or layer.tag(mark.tag).with_source:
            return finding
        wanted = {word for one, _ in _readings(note) for word in one.span.words} if note else set()
        for source, cue in _cues(sourcing, mark.span.segment, article):
            if cue.words <= mark.span.words and not cue.words & wanted:
                taken = (source.words | cue.words) & mark.span.words
                between = Span(mark.span.segment, min(taken), max(taken))
                # “has said Turkey expects”: where much stands between the two, the cue alone is shown.
                return replace(finding, source=between if len(between.words) <= len(taken) + _APART else cue)
        return finding

    return tuple(held(finding) for finding in findings)


_APART = 3  # words between a source and its cue that are shown with them


def _cues(sourcing: Key, segment_id: str, article: Article) -> Iterator[tuple[Span, Span]]:
    """Give each source of a segment, and of the places where its cue stands the one nearest to it."""
    text = article.segment(segment_id)
    every = [text.quote(number, number).casefold() for number in range(len(text.words))]
    for note in sourcing.of(segment_id):
        cue = note.fields.get("cue", "").casefold().split()
        there = [at for at in range(len(every) - len(cue) + 1) if cue and every[at : at + len(cue)] == cue]
        if there:
            at = min(there, key=lambda first: min(abs(first - note.span.first), abs(first - note.span.last)))
            yield note.span, Span(segment_id, at, at + len(cue) - 1)


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
