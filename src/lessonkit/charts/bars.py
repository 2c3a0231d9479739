"""Who gets how many words, as bars."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..article import Article, Span
from ..key import Key
from ..layers import Layer, Tag
from ..words import Words
from ..workbook import Mark
from .looks import Look, looks
from .paper import HEAD, HOW, LABEL, MARGIN, WIDTH, Paper, draw_heading, draw_tag, drawable, wide, wrapped
from .picture import Part
from .sources import SOURCE, given, short_name

_NAMES = 3.3
_BAR = 0.26
_MOST_BARS = 12  # of one tag


@dataclass(frozen=True)
class _Bar:
    """Some words of the article, and to whom they are given."""

    tag: str
    name: str
    """The source; empty where the bar is that of a tag."""
    label: str
    """What the picture calls it: its name, or a number where the font lacks its letters."""
    words: int


@dataclass(frozen=True)
class Bars:
    """The bars, counted once for the picture and for its words."""

    article: Article
    layer: Layer
    marks: tuple[Mark, ...]
    key: Key | None
    words: Words

    @cached_property
    def total(self) -> int:
        """How many words the article has."""
        return sum(len(segment.words) for segment in self.article.over(self.layer.over))

    @cached_property
    def by_source(self) -> bool:
        """Whether the bars are those of sources, and not of tags."""
        return self.key is not None and any(field.name == SOURCE for field in self.layer.fields)

    @property
    def title(self) -> str:
        """What is counted."""
        return self.words(f"chart.{self._counted}_title")

    @property
    def how(self) -> str:
        """From what it is counted."""
        text = self.words(f"chart.{self._counted}_how", total=self.total)
        shared = self.words("chart.sources_shared" if self.by_source else "chart.tags_shared")
        return f"{text} {shared}" if self._shared else text

    @property
    def _counted(self) -> str:
        return "sources" if self.by_source else "marks" if self.key is None else "notes"

    def of(self, tag: Tag) -> tuple[_Bar, ...]:
        """Give the bars of one tag, the longest first."""
        return tuple(bar for bar in self.bars if bar.tag == tag.name)

    def parts(self) -> tuple[Part, ...]:
        """Say it in words."""
        lines = [self.how]
        for tag in self.layer.tags:
            bars = self.of(tag)
            if not bars:
                lines.append(self.words("chart.tag_none", tag=tag.title))
            lines.extend(
                self.words(
                    "chart.source_line" if bar.name else "chart.tag_line",
                    words=count(bar.words, self.words),
                    share=share(bar.words, self.total, self.words),
                    tag=tag.title,
                    source=bar.name if bar.label == bar.name else f"{bar.label} ({bar.name})",
                )
                for bar in bars
            )
        return (Part(self.title, tuple(lines)),)

    def draw(self, paper: Paper) -> None:
        """Draw it."""
        draw_heading(paper, self.title, self.how)
        longest = max((bar.words for bar in self.bars), default=1)
        start = MARGIN + (_NAMES if self.by_source else 0)
        inch = (WIDTH - MARGIN - start - wide(str(longest), HEAD) - 0.12) / longest
        for tag in self.layer.tags:
            look, bars = looks(self.layer)[tag.name], self.of(tag)
            paper.may_break()
            paper.y += 0.1
            draw_tag(paper, tag, look, none="" if bars else self.words("chart.none"))
            for bar in bars[:_MOST_BARS]:
                _draw_bar(paper, bar, look, start, inch)
            more = self.words("chart.more", number=len(bars) - _MOST_BARS)
            if len(bars) > _MOST_BARS and drawable(more):
                paper.paragraph(more, HOW)

    @cached_property
    def _given(self) -> dict[tuple[str, str], set[tuple[str, int]]]:
        """Give the words of each bar, by tag and source, every word once."""
        found: dict[tuple[str, str], set[tuple[str, int]]] = {}
        names: dict[str, str] = {}
        if self.key is None:
            for mark in self.marks:
                found.setdefault((mark.tag, ""), set()).update(_places(mark.span))
        else:
            for note in self.key.notes:
                name = short_name(note.fields.get(SOURCE, "")) if self.by_source else ""
                name = names.setdefault(name.casefold(), name)
                found.setdefault((note.tag, name), set()).update(_places(given(note, self.article)))
        return found

    @cached_property
    def _shared(self) -> bool:
        """Whether some words count in two bars."""
        return sum(map(len, self._given.values())) > len(set().union(*self._given.values()))

    @cached_property
    def bars(self) -> tuple[_Bar, ...]:
        """All bars, by tag, the longest of a tag first."""
        ranks = {tag.name: rank for rank, tag in enumerate(self.layer.tags)}
        ordered = sorted(self._given.items(), key=lambda given: (ranks[given[0][0]], -len(given[1])))
        bars = []
        for number, ((tag, name), found) in enumerate(ordered, start=1):
            label = name if drawable(name) else self.words("chart.source_number", number=number)
            bars.append(_Bar(tag, name, label, len(found)))
        return tuple(bars)


def count(number: int, words: Words) -> str:
    """Say how many words."""
    return words("chart.words_one" if number == 1 else "chart.words", number=number)


def share(number: int, total: int, words: Words) -> str:
    """Say how much of the article some words are."""
    percent = number * 100 / total
    return words("chart.share" if percent >= 1 else "chart.share_small", percent=round(percent))


def _places(span: Span) -> Iterable[tuple[str, int]]:
    return ((span.segment, number) for number in span.words)


def _draw_bar(paper: Paper, bar: _Bar, look: Look, start: float, inch: float) -> None:
    """Draw a bar from `start`, `inch` long for each word, with its name before it and its number behind."""
    lines = wrapped(bar.label, _NAMES - 0.2, LABEL) if bar.label else []
    step = LABEL.step * 0.9
    tall = max(_BAR, step * len(lines)) + 0.1
    middle = paper.y + tall / 2
    for number, line in enumerate(lines):
        paper.write((MARGIN, middle + (number - (len(lines) - 1) / 2) * step), line, LABEL)
    paper.box((start, middle - _BAR / 2, bar.words * inch, _BAR), look)
    paper.write((start + bar.words * inch + 0.1, middle), str(bar.words), HEAD)
    paper.y += tall
