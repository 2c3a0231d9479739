"""Who acts on whom, and the room each actor gets."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..article import Article, Segment
from ..deeds import Actor, Deed, Deeds, names
from ..words import Words
from .bars import count, share
from .looks import Look
from .paper import CHIP, FAINT, HOW, INK, LABEL, MARGIN, WIDTH, Paper, Type, draw_heading, drawable, wide, wrapped
from .picture import Part
from .strip import draw_ids

_IDS = 0.5
_BOX = 2.25
_PAD = 0.1
_HEAD_LONG, _HEAD_HIGH = 0.17, 0.08
_LANE = 0.28


@dataclass(frozen=True)
class Actions:
    """Doer, deed and done-to, one row each, in article order."""

    deeds: Deeds
    words: Words
    empty: Look | None
    """How the box of a hidden doer is drawn; with a dashed outline where there is no look."""

    def parts(self) -> tuple[Part, ...]:
        """Say it in words."""
        lines = [
            self.words(
                "chart.deed_line",
                id=deed.span.segment,
                doer=self._said(deed.doer, "chart.no_doer"),
                deed=deed.quote,
                to=self._said(deed.to, "chart.no_to"),
            )
            for deed in self.deeds.deeds
        ]
        return (Part(self.words("chart.deeds_title"), (self.words("chart.deeds_how"), *lines)),)

    def draw(self, paper: Paper) -> None:
        """Draw it."""
        draw_heading(paper, self.words("chart.deeds_title"), self.words("chart.deeds_how"))
        for deed in self.deeds.deeds:
            self._draw_deed(paper, deed)

    def _said(self, words: str, none: str) -> str:
        return self.words("chart.quoted", words=words) if words else self.words(none)

    def _draw_deed(self, paper: Paper, deed: Deed) -> None:
        left, right = MARGIN + _IDS, WIDTH - MARGIN - _BOX
        start, end = left + _BOX + _PAD, right - _PAD
        doer = _lines(deed.doer or self.words("chart.no_doer"), _BOX - 2 * _PAD, LABEL if deed.doer else CHIP)
        to = _lines(deed.to or self.words("chart.no_to"), _BOX - 2 * _PAD, LABEL if deed.to else HOW)
        what = _lines(deed.quote, end - start - 2 * _HEAD_LONG, CHIP)
        step = LABEL.step
        tall = max(max(len(doer), len(to)) * step + 0.16, len(what) * step + _HEAD_HIGH + 0.16)
        middle = paper.y + tall / 2
        paper.write((MARGIN, middle), deed.span.segment, HOW)
        if not deed.doer and self.empty is not None:
            paper.box((left, paper.y, _BOX, tall), self.empty)
        else:
            paper.frame((left, paper.y, _BOX, tall), dashed=not deed.doer)
        _write_middle(paper, (left + _BOX / 2, middle), doer, LABEL if deed.doer else CHIP, chip=not deed.doer)
        paper.frame((right, paper.y, _BOX, tall), edge=INK if deed.to else FAINT, dashed=not deed.to)
        _write_middle(paper, (right + _BOX / 2, middle), to, LABEL if deed.to else HOW)
        # The words of the deed stand on its arrow.
        block = len(what) * step + _HEAD_HIGH
        top = middle - block / 2
        _write_middle(paper, ((start + end) / 2, top + len(what) * step / 2), what, CHIP)
        at = top + len(what) * step + 0.05
        paper.shape(((start, at), (end - _HEAD_LONG, at)))
        head = ((end - _HEAD_LONG, at - _HEAD_HIGH), (end, at), (end - _HEAD_LONG, at + _HEAD_HIGH))
        paper.shape(head, INK, None)
        paper.y += tall + 0.1
        paper.may_break()


@dataclass(frozen=True)
class Room:
    """How early each actor is named, and how much of the article names it."""

    article: Article
    deeds: Deeds
    words: Words

    @cached_property
    def actors(self) -> tuple[tuple[Actor, tuple[Segment, ...]], ...]:
        """Every actor with the segments that name it, the earliest first, and the larger of two as early."""
        order = {segment.id: number for number, segment in enumerate(self.article.segments)}
        found = [
            (actor, tuple(one for one in self.article.segments if any(names(name, one) for name in actor.named)))
            for actor in self.deeds.actors or self._unlisted()
        ]
        return tuple(
            sorted(
                ((actor, segments) for actor, segments in found if segments),
                key=lambda pair: (order[pair[1][0].id], -_size(pair[1])),
            )
        )

    def parts(self) -> tuple[Part, ...]:
        """Say it in words."""
        total = _size(self.article.segments)
        lines = [
            self.words(
                "chart.actor_line",
                actor=actor.name,
                first=segments[0].id,
                segments=", ".join(segment.id for segment in segments),
                words=count(_size(segments), self.words),
                share=share(_size(segments), total, self.words),
            )
            for actor, segments in self.actors
        ]
        return (Part(self.words("chart.actors_title"), (self.words("chart.actors_how"), *lines)),)

    def draw(self, paper: Paper) -> None:
        """Draw it."""
        draw_heading(paper, self.words("chart.actors_title"), self.words("chart.actors_how"))
        all_ = self.article.segments
        inch = (WIDTH - 2 * MARGIN) / _size(all_)
        edges = list(itertools.accumulate((len(segment.words) * inch for segment in all_), initial=MARGIN))
        draw_ids(paper, all_, edges)
        paper.y += 0.04
        for actor, segments in self.actors:
            x = MARGIN
            for text, kind in self._label(actor, segments):
                paper.write((x, paper.y + kind.step / 2), text, kind)
                x += wide(text, kind) + 0.12
            paper.y += CHIP.step + 0.02
            for segment, left, right in zip(all_, edges, edges[1:], strict=False):
                place = (left, paper.y, max(right - left - 0.04, 0.01), _LANE)
                named = segment in segments
                paper.frame(place, INK if named else None, None if named else FAINT)
            paper.y += _LANE + 0.13
            paper.may_break()

    def _label(self, actor: Actor, segments: Sequence[Segment]) -> list[tuple[str, Type]]:
        told = self.words("chart.actor_label", first=segments[0].id, words=count(_size(segments), self.words))
        return [(text, kind) for text, kind in ((actor.name, CHIP), (told, HOW)) if drawable(text)]

    def _unlisted(self) -> tuple[Actor, ...]:
        """Make an actor of every doer and done-to, where nobody wrote down who is who."""
        named = dict.fromkeys(name for deed in self.deeds.deeds for name in (deed.doer, deed.to) if name)
        return tuple(Actor(name, (name,)) for name in named)


def _size(segments: Sequence[Segment]) -> int:
    return sum(len(segment.words) for segment in segments)


def _lines(text: str, room: float, kind: Type) -> list[str]:
    return wrapped(text, room, kind) if drawable(text) else []


def _write_middle(
    paper: Paper, at: tuple[float, float], lines: Sequence[str], kind: Type, *, chip: bool = False
) -> None:
    """Write lines around a point."""
    x, y = at
    for number, line in enumerate(lines):
        paper.write((x, y + (number - (len(lines) - 1) / 2) * kind.step), line, kind, "middle", chip=chip)
