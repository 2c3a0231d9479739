"""Who speaks for whom, how they can know, and who is named and not heard."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..article import Article
from ..deeds import Deeds
from ..key import Key, Note
from ..layers import Layer
from ..trace import Named, Speaker
from ..words import Words
from .bars import count, share
from .looks import Look
from .paper import (
    CHIP,
    CHIP_SMALL,
    HEAD,
    HOW,
    LABEL,
    MARGIN,
    WIDTH,
    Paper,
    draw_heading,
    drawable,
    drawn,
    wide,
    wrapped,
)
from .picture import Part, Picture
from .sources import OWN_VOICE, SOURCE, given, short_name

_BASIS = "basis"
_OUTSIDE_SELF = ("rival", "outside")
_BAR = 0.3
_SAMPLE = 0.5
_LEAST_CHIP = 0.42

# What the words are about is told by the pattern. The colours are not those of the tags, which mean something else.
_LOOKS = (
    Look("#1f3a47", "#ffffff", "#1f3a47", ""),
    Look("#ffffff", "#863e2d", "#863e2d", "//"),
    Look("#e8f3ef", "#0f6b52", "#0f6b52", ".."),
    None,  # a dashed outline
)

_Place = tuple[str, int]


@dataclass(frozen=True)
class Row:
    """One source and the words that reach the reader through it."""

    name: str
    named: Named | None
    """None where nobody wrote it down, and for the article itself."""
    side: str
    bases: tuple[tuple[str, int], ...]
    """How many words are about what, by the values of the layer's field."""
    words: int
    number: int = 0
    """Which of the sources it is, in the order of the picture: what it is called where its name cannot be drawn."""

    @property
    def only_others(self) -> bool:
        """Whether it speaks of others, and never of itself."""
        return bool(self.bases) and all(basis in _OUTSIDE_SELF for basis, _ in self.bases)


@dataclass(frozen=True)
class Voices:
    """The sources of an article, counted once for the picture and for its words."""

    article: Article
    layer: Layer
    key: Key
    speakers: Sequence[Speaker]
    deeds: Deeds | None
    words: Words

    @cached_property
    def total(self) -> int:
        """How many words the article has."""
        return sum(len(segment.words) for segment in self.article.segments)

    @cached_property
    def values(self) -> dict[str, str]:
        """What a source's words can be about, and how that is said."""
        return next((dict(field.values or {}) for field in self.layer.fields if field.name == _BASIS), {})

    @cached_property
    def groups(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """The rows under their headings: the sides, those of no side, and the article itself."""
        rows = tuple(self._rows())
        sides = dict.fromkeys(row.side for row in rows if row.side)
        groups = [(self.words("trace.side", side=side), tuple(r for r in rows if r.side == side)) for side in sides]
        rest = tuple(row for row in rows if not row.side)
        groups.append((self.words("trace.no_side" if self.speakers else "trace.sources"), rest))
        own = self._row(self.words("trace.own_voice"), [note for note in self.key.notes if note.tag == OWN_VOICE], None)
        groups.append((self.words("trace.no_source_side"), (own,) if own.words else ()))
        counter = itertools.count(1)
        return tuple(
            (title, tuple(replace(row, number=next(counter)) for row in inside)) for title, inside in groups if inside
        )

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """Who is named as doing something, or having it done to them, and has no source of its own."""
        if self.deeds is None or not self.speakers:
            return ()
        heard = {speaker.side for speaker in self.speakers}
        return tuple(actor.name for actor in self.deeds.actors if actor.name not in heard)

    def parts(self) -> tuple[Part, ...]:
        """Say it in words."""
        parts = [Part(self.words("trace.chart_title"), (self._how,))]
        for number, (heading, rows) in enumerate(self.groups, start=1):
            lines = tuple(self._numbered("source", row.number, row.name, self._line(row)) for row in rows)
            parts.append(Part(self._numbered("side", number, heading, heading), lines))
        if self.silent:
            names = (self._numbered("silent", number, name, name) for number, name in enumerate(self.silent, start=1))
            parts.append(Part(self.words("trace.silent_title"), (self.words("trace.silent_how"), *names)))
        return tuple(parts)

    def draw(self, paper: Paper) -> None:
        """Draw it."""
        draw_heading(paper, self.words("trace.chart_title"), self._how)
        for text, look in self._legend():
            self._draw_sample(paper, text, look)
        longest = max(row.words for _, rows in self.groups for row in rows)
        inch = (WIDTH - 2 * MARGIN - wide(str(longest), HEAD) - 0.12) / longest
        for number, (heading, rows) in enumerate(self.groups, start=1):
            paper.y += 0.16
            paper.shape(((MARGIN, paper.y), (WIDTH - MARGIN, paper.y)))
            paper.y += 0.08
            paper.paragraph(self._drawn("side", number, heading), HEAD)
            for row in rows:
                self._draw_row(paper, row, inch)
        if self.silent:
            paper.y += 0.3
            draw_heading(paper, self.words("trace.silent_title"), self.words("trace.silent_how"))
            for number, name in enumerate(self.silent, start=1):
                self._draw_silent(paper, self._drawn("silent", number, name))

    def _drawn(self, kind: str, number: int, name: str) -> str:
        """Give a name, or a number in its place where the font lacks its letters: nobody may drop out of the picture."""
        return name if drawable(name) else self.words(f"trace.{kind}_number", number=number)

    def _numbered(self, kind: str, number: int, name: str, line: str) -> str:
        """Put the number that stands in the picture before a line on a name that could not be drawn."""
        if drawable(name):
            return line
        return self.words("trace.numbered", number=self.words(f"trace.{kind}_number", number=number), line=line)

    @property
    def _how(self) -> str:
        text = self.words("trace.chart_how", total=self.total)
        counted = sum(row.words for _, rows in self.groups for row in rows)
        places = {place for note in self.key.notes for place in self._places(note)}
        return f"{text} {self.words('trace.chart_shared')}" if counted > len(places) else text

    def _legend(self) -> Iterator[tuple[str, Look | None]]:
        used = {basis for _, rows in self.groups for row in rows for basis, _ in row.bases}
        yield from ((text, self._look(basis)) for basis, text in self.values.items() if basis in used)

    def _look(self, basis: str) -> Look | None:
        number = list(self.values).index(basis) if basis in self.values else len(_LOOKS)
        return _LOOKS[number] if number < len(_LOOKS) else None

    def _rows(self) -> Iterator[Row]:
        """Give a row for each source of the key, in the order of the article."""
        found: dict[str, tuple[str, Speaker | None, list[Note]]] = {}
        for note in self.key.notes:
            if note.tag == OWN_VOICE:
                continue
            source = note.fields.get(SOURCE, "")
            name = short_name(source)
            fits = [speaker for speaker in self.speakers if source.startswith(speaker.source)]
            speaker = max(fits, key=lambda one: len(one.source), default=None)
            found.setdefault(name.casefold(), (name, speaker, []))[2].append(note)
        for name, speaker, notes in found.values():
            yield self._row(name, notes, speaker)

    def _row(self, name: str, notes: Sequence[Note], speaker: Speaker | None) -> Row:
        counted: dict[str, set[_Place]] = {}
        seen: set[_Place] = set()
        for note in notes:
            places = self._places(note) - seen
            seen |= places
            counted.setdefault(note.fields.get(_BASIS, ""), set()).update(places)
        order = [*self.values, *(basis for basis in counted if basis not in self.values)]
        bases = tuple((basis, len(counted[basis])) for basis in order if counted.get(basis))
        named, side = (speaker.named, speaker.side) if speaker else (None, "")
        return Row(name, named, side, bases, len(seen))

    def _places(self, note: Note) -> set[_Place]:
        span = given(note, self.article)
        return {(span.segment, number) for number in span.words}

    def _named(self, row: Row) -> str:
        return self.words(f"trace.named.{row.named}") if row.named else ""

    def _line(self, row: Row) -> str:
        """Say a row in words."""
        bases = " ".join(
            self.words("trace.base", basis=self.values.get(basis, basis), words=count(number, self.words))
            for basis, number in row.bases
        )
        named = self._named(row)
        source = self.words("trace.named_source", source=row.name, named=named) if named else row.name
        size = {"words": count(row.words, self.words), "share": share(row.words, self.total, self.words)}
        line = self.words("trace.source_line", source=source, bases=bases, **size)
        return f"{line} {self.words('trace.only_others')}" if row.only_others else line

    def _draw_sample(self, paper: Paper, text: str, look: Look | None) -> None:
        lines = wrapped(text, WIDTH - 2 * MARGIN - _SAMPLE - 0.15, LABEL) if drawable(text) else []
        paper.box((MARGIN, paper.y, _SAMPLE, _BAR), look)
        for number, line in enumerate(lines):
            paper.write((MARGIN + _SAMPLE + 0.15, paper.y + _BAR / 2 + number * LABEL.step), line, LABEL)
        paper.y += max(_BAR, _BAR / 2 + (len(lines) - 0.5) * LABEL.step) + 0.09

    def _draw_row(self, paper: Paper, row: Row, inch: float) -> None:
        """Draw a source: its name and how it is named, the bar, and whether it speaks of others alone."""
        paper.y += 0.06
        named = self._named(row)
        for line in wrapped(self._drawn("source", row.number, row.name), WIDTH - 2 * MARGIN, CHIP):
            paper.write((MARGIN, paper.y + CHIP.step / 2), line, CHIP)
            paper.y += CHIP.step
        told = " · ".join(text for text in (named, self.words("trace.only_others") if row.only_others else "") if text)
        if told and drawable(told):
            paper.paragraph(told, HOW)
        paper.y += 0.06
        left = MARGIN
        for basis, number in row.bases:
            look = self._look(basis)
            paper.box((left, paper.y, number * inch - 0.03, _BAR), look)
            if len(row.bases) > 1 and number * inch > _LEAST_CHIP:
                middle = (left + number * inch / 2, paper.y + _BAR / 2)
                paper.write(middle, str(number), CHIP_SMALL, "middle", chip=True)
            left += number * inch
        paper.write((left + 0.08, paper.y + _BAR / 2), str(row.words), HEAD)
        paper.y += _BAR + 0.1

    def _draw_silent(self, paper: Paper, name: str) -> None:
        lines = wrapped(name, WIDTH - 2 * MARGIN - 0.3, LABEL)
        tall = len(lines) * LABEL.step + 0.14
        paper.box((MARGIN, paper.y, WIDTH - 2 * MARGIN, tall), None)
        for number, line in enumerate(lines):
            paper.write((MARGIN + 0.15, paper.y + 0.07 + (number + 0.5) * LABEL.step), line, LABEL)
        paper.y += tall + 0.08


def trace_chart(  # noqa: PLR0913, PLR0917 - each is another thing the picture is made from
    article: Article,
    layer: Layer,
    key: Key | None,
    speakers: Sequence[Speaker],
    deeds: Deeds | None,
    words: Words,
) -> Picture:
    """
    Draw who speaks for whom.

    Parameters
    ----------
    article
        The article.
    layer, key
        The sourcing layer and its key: sources, words and how they can know are counted from it.
    speakers
        For whom each source speaks.
    deeds
        Who is named in the article; None where nobody wrote it down.
    words
        The words learners read.

    Returns
    -------
    Picture
        Without a picture in it where there is no key.
    """
    title = words("trace.chart_title")
    if key is None or not key.notes:
        return Picture(article.name, "trace", title, b"", (Part("", (words("trace.chart_nothing"),)),), words)
    voices = Voices(article, layer, key, speakers, deeds, words)
    png = drawn([voices.draw], mirrored=article.direction == "rtl")
    return Picture(article.name, "trace", title, png, voices.parts(), words, "trace.alt")
