"""The article as a strip, a block for each segment, in the learner's reading and the key's."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..article import Article, Segment
from ..key import Key, Note
from ..layers import Layer
from ..words import Words
from ..workbook import Mark
from .bars import count
from .looks import looks
from .paper import CHIP_SMALL, EMPTY, HEAD, HOW, MARGIN, WIDTH, Paper, Place, draw_heading, draw_tag, drawable, wide
from .picture import Part

_BAND = 0.27
_LANE = 0.46
_BLANK_LANE = 0.34
_WORDS_A_LINE = 150
_MOST_LINES = 24
_LEAST_CHIP = 0.3
_BEFORE_TITLE = 0.8


@dataclass(frozen=True)
class Strip:
    """The strip, counted once for the picture and for its words."""

    article: Article
    layer: Layer
    marks: tuple[Mark, ...]
    key: Key | None
    words: Words
    legend: bool = False
    """Whether the looks of the tags have to be shown, because nothing above shows them."""

    @cached_property
    def readings(self) -> tuple[tuple[str, Mapping[str, tuple[str, ...]]], ...]:
        """The rows of the strip: what each is called, and the tags of each segment in it."""
        yours = (self.words("chart.you"), self._tags(self.marks))
        return (yours,) if self.key is None else (yours, (self.words("chart.key"), self._tags(self.key.notes)))

    def parts(self) -> tuple[Part, ...]:
        """Say it in words."""
        lines = [self.words("chart.strip_how")]
        if not self.marks:
            lines.append(self.words("chart.no_marks_line"))
        for segment in self.article.over(self.layer.over):
            said = [
                self.words(
                    "chart.reading",
                    reader=reader,
                    tags="; ".join(self.layer.tag(tag).title for tag in tags[segment.id]) or self.words("chart.no_tag"),
                )
                for reader, tags in self.readings
            ]
            kind = self.words(f"kind.{segment.kind}")
            size = count(len(segment.words), self.words)
            lines.append(" ".join((self.words("chart.segment", id=segment.id, kind=kind, words=size), *said)))
        return (Part(self.words("chart.strip_title"), tuple(lines)),)

    def draw(self, paper: Paper) -> None:
        """Draw it."""
        draw_heading(paper, self.words("chart.strip_title"), self.words("chart.strip_how"))
        if self.legend:
            self._draw_legend(paper)
        names = [name if drawable(name) else "" for name, _ in self.readings]
        start = MARGIN + max(wide(name, HEAD) for name in names) + 0.15
        lines = lines_of(self.article.over(self.layer.over))
        inch = (WIDTH - MARGIN - start) / max(sum(len(segment.words) for segment in line) for line in lines)
        no_marks = "" if self.marks else self.words("chart.no_marks")
        for line in lines:
            edges = list(itertools.accumulate((len(segment.words) * inch for segment in line), initial=start))
            draw_ids(paper, line, edges)
            most = max(len(tags[segment.id]) for _, tags in self.readings for segment in line)
            for name, (_, tags) in zip(names, self.readings, strict=True):
                blank = not any(tags.values())
                lane = _BLANK_LANE if blank else max(_LANE, _BAND * most)
                paper.write((MARGIN, paper.y + lane / 2), name, HEAD)
                for segment, left, right in zip(line, edges, edges[1:], strict=False):
                    self._draw_block(paper, tags[segment.id], (left, paper.y, right - left, lane))
                if blank and no_marks and drawable(no_marks):
                    paper.write(((start + edges[-1]) / 2, paper.y + lane / 2), no_marks, EMPTY, "middle", chip=True)
                    no_marks = ""
                paper.y += lane + 0.07
            paper.y += 0.12
            paper.may_break()

    def _tags(self, things: Sequence[Mark | Note]) -> dict[str, tuple[str, ...]]:
        """Give the tags of each segment, each once, in the order of the layer."""
        used = {(thing.span.segment, thing.tag) for thing in things}
        return {
            segment.id: tuple(tag.name for tag in self.layer.tags if (segment.id, tag.name) in used)
            for segment in self.article.over(self.layer.over)
        }

    def _draw_legend(self, paper: Paper) -> None:
        """Show the tags with their looks, two beside each other where both have room."""
        half = (WIDTH - 2 * MARGIN) / 2
        narrow = all(wide(tag.title, HEAD) < half - _BEFORE_TITLE for tag in self.layer.tags)
        for number, tag in enumerate(self.layer.tags):
            top = paper.y
            beside = narrow and number % 2 == 0 and number + 1 < len(self.layer.tags)
            draw_tag(paper, tag, looks(self.layer)[tag.name], none="", left=MARGIN + half * (narrow and number % 2))
            if beside:
                paper.y = top
        paper.y += 0.1

    def _draw_block(self, paper: Paper, tags: Sequence[str], place: Place) -> None:
        """Draw a segment. Several tags lie one above the other, so that each is as wide as the segment."""
        left, top, width, height = place
        gap = min(0.03, width / 4)
        if not tags:
            paper.box((left, top, width - gap, height), None)
        for row, name in enumerate(tags):
            band = height / len(tags)
            paper.box((left, top + row * band, width - gap, band), looks(self.layer)[name])
            if width >= _LEAST_CHIP:
                middle = (left + (width - gap) / 2, top + (row + 0.5) * band)
                paper.write(middle, self.layer.tag(name).key, CHIP_SMALL, "middle", chip=True)


def draw_ids(paper: Paper, line: Sequence[Segment], edges: Sequence[float]) -> None:
    """Write the ids above their blocks, a step higher where they would run into each other."""
    free: list[float] = []
    levels = []
    for segment, left in zip(line, edges, strict=False):
        level = next((level for level, taken in enumerate(free) if taken <= left), len(free))
        free[level : level + 1] = [left + wide(segment.id, HOW) + 0.06]
        levels.append(level)
    paper.y += HOW.step * len(free)
    for segment, left, level in zip(line, edges, levels, strict=False):
        paper.write((left + 0.02, paper.y - (level + 0.5) * HOW.step), segment.id, HOW)


def lines_of(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Break the strip into lines of about the same length, without breaking a segment."""
    sizes = [len(segment.words) for segment in segments]
    wanted = min(max(1, round(sum(sizes) / _WORDS_A_LINE)), _MOST_LINES)
    room = max([*sizes, -(-sum(sizes) // wanted)])
    while True:
        lines: list[list[Segment]] = [[]]
        used = 0
        for segment, size in zip(segments, sizes, strict=True):
            if used + size > room and lines[-1]:
                lines.append([])
                used = 0
            lines[-1].append(segment)
            used += size
        if len(lines) <= wanted:
            return lines
        room += 1
