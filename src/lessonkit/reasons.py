"""Why pupils marked words as they did, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .article import Span
from .classroom import Pupil
from .layers import Layer

if TYPE_CHECKING:
    from .workbook import Mark


@dataclass(frozen=True)
class Reason:
    """Why somebody marked words as they did."""

    span: Span
    quote: str
    tag: str
    reason: str
    confidence: str
    pseudonyms: tuple[str, ...] = field(default=(), repr=False)
    """Who wrote it; more than one where several wrote the same."""


def reasons(pupils: Iterable[Pupil], layer: Layer, segment: str) -> tuple[Reason, ...]:
    """
    Give the reasons written about one segment.

    Parameters
    ----------
    pupils
        The pupils.
    layer
        The layer.
    segment
        Id of the segment.

    Returns
    -------
    tuple of Reason
        By tag, then by the words marked, then by their own letters: the order tells nothing about
        who wrote them.
    """
    found: dict[tuple[int, int, int, str, str], tuple[Mark, list[str]]] = {}
    order = {tag.name: number for number, tag in enumerate(layer.tags)}
    for pupil in pupils:
        for mark in pupil.marks:
            if mark.layer == layer.name and mark.span.segment == segment and mark.tag in order and mark.reason:
                same = order[mark.tag], mark.span.first, mark.span.last, mark.reason, mark.confidence
                found.setdefault(same, (mark, []))[1].append(pupil.pseudonym)
    return tuple(
        Reason(mark.span, mark.quote, mark.tag, mark.reason, mark.confidence, tuple(sorted(names)))
        for _, (mark, names) in sorted(found.items(), key=lambda pair: pair[0])
    )
