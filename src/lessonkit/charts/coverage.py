"""Houses against choices: who has the same as whom, question by question."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..article import Article
from ..coverage import Column, Coverage, Outlet
from ..words import Words, nothing_there
from .looks import Look
from .paper import (
    CHIP,
    FAINT,
    HOW,
    INK,
    LABEL,
    MARGIN,
    PAPER,
    SOFT,
    WIDTH,
    Paper,
    Point,
    Type,
    draw_heading,
    drawable,
    drawn,
    wrapped,
)
from .picture import Part, Picture

_HOUSE = 2.2
_SIGN = 0.27
_GAP = 0.1
_SIDE_BY_SIDE = 2  # more would leave no room for words on a telephone
_EMPTY = Look(PAPER, FAINT, SOFT, "///")

# Corners, and how deep the star is cut between them; each is drawn full, and then hollow.
_SHAPES = ((32, 1.0), (4, 1.0), (3, 1.0), (5, 0.42), (6, 1.0), (4, 0.38), (3, 0.4), (8, 0.6))


@dataclass(frozen=True)
class Houses:
    """All houses, and what each of them has in the columns that are drawn."""

    coverage: Coverage
    words: Words

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are drawn."""
        return tuple(column for column in self.coverage.columns if column.drawn)

    def parts(self) -> tuple[Part, ...]:
        """Say it in words."""
        titles = {
            outlet.name: self.words("coverage.numbered", house=self._number(number), title=outlet.title)
            for number, outlet in enumerate(self.coverage.outlets, start=1)
            if not drawable(outlet.title)
        }
        return tuple(
            Part(column.title, (column.ask, *self.coverage.sides(column.name, self.words, titles)))
            for column in self.columns
        )

    def _number(self, number: int) -> str:
        """Name a house by its row: what the font cannot draw is found again in the words below the picture."""
        name = self.words("coverage.house_number", number=number)
        return name if drawable(name) else str(number)

    def draw(self, paper: Paper) -> None:
        """Draw it."""
        draw_heading(paper, self.words("coverage.picture"), self.words("coverage.picture_how"))
        for first in range(0, len(self.columns), _SIDE_BY_SIDE):
            columns = self.columns[first : first + _SIDE_BY_SIDE]
            paper.y += 0.2
            self._draw_heads(paper, columns)
            for number, outlet in enumerate(self.coverage.outlets, start=1):
                self._draw_row(paper, outlet, number, columns)

    def _draw_heads(self, paper: Paper, columns: Sequence[Column]) -> None:
        room = _room(columns)
        tall = 0
        for at, column in enumerate(columns):
            lines = wrapped(column.title, room - _GAP, CHIP) if drawable(column.title) else []
            for number, line in enumerate(lines):
                paper.write((_left(at, columns), paper.y + (number + 0.5) * CHIP.step), line, CHIP)
            tall = max(tall, len(lines))
        paper.y += tall * CHIP.step + 0.08

    def _draw_row(self, paper: Paper, outlet: Outlet, number: int, columns: Sequence[Column]) -> None:
        paper.shape(((MARGIN, paper.y), (WIDTH - MARGIN, paper.y)), edge=FAINT)
        kind = CHIP if outlet.this else LABEL
        name = outlet.title if drawable(outlet.title) else self._number(number)
        lines = [wrapped(name, _HOUSE - _GAP, kind)]
        lines += [wrapped(self._said(outlet, column), _room(columns) - _SIGN - 2 * _GAP, LABEL) for column in columns]
        tall = max(0.4, max(map(len, lines)) * LABEL.step + 0.12)
        middle = paper.y + tall / 2
        _write(paper, MARGIN, middle, lines[0], kind)
        for at, (column, said) in enumerate(zip(columns, lines[1:], strict=True)):
            left = _left(at, columns)
            self._draw_sign(paper, (left + _SIGN / 2, middle), outlet, column)
            _write(paper, left + _SIGN + _GAP, middle, said, LABEL if _has(outlet, column) else HOW)
        paper.y += tall

    def _said(self, outlet: Outlet, column: Column) -> str:
        cell = outlet.cells.get(column.name)
        if cell is None or cell.absent:
            said = self.words("coverage.unknown" if cell is None else "coverage.absent")
        else:
            said = cell.says
        return said if drawable(said) else ""

    def _draw_sign(self, paper: Paper, middle: Point, outlet: Outlet, column: Column) -> None:
        place = (middle[0] - _SIGN / 2, middle[1] - _SIGN / 2, _SIGN, _SIGN)
        if not _has(outlet, column):
            paper.box(place, _EMPTY if column.name not in outlet.cells else None)
            return
        choices = [choice.says for choice in self.coverage.choices(column.name)]
        number = choices.index(outlet.cells[column.name].says)
        if number >= 2 * len(_SHAPES):
            paper.frame(place)
            paper.write(middle, str(number + 1), LABEL, "middle")
            return
        corners, cut = _SHAPES[number % len(_SHAPES)]
        paper.shape(_corners(middle, corners, cut), fill=INK if number < len(_SHAPES) else PAPER)


def _has(outlet: Outlet, column: Column) -> bool:
    return column.name in outlet.cells and not outlet.cells[column.name].absent


def _room(columns: Sequence[Column]) -> float:
    return (WIDTH - 2 * MARGIN - _HOUSE) / len(columns)


def _left(at: int, columns: Sequence[Column]) -> float:
    return MARGIN + _HOUSE + at * _room(columns)


def _write(paper: Paper, left: float, middle: float, lines: Sequence[str], kind: Type) -> None:
    for number, line in enumerate(lines):
        paper.write((left, middle + (number - (len(lines) - 1) / 2) * kind.step), line, kind)


def _corners(middle: Point, corners: int, cut: float) -> list[Point]:
    """Give the corners of a shape that is as many-cornered, and as deeply cut between its corners, as told."""
    places = []
    for number in range(2 * corners if cut < 1 else corners):
        turn = number / (2 * corners if cut < 1 else corners)
        far = _SIGN / 2 * (cut if cut < 1 and number % 2 else 1)
        angle = 2 * math.pi * turn - math.pi / 2
        places.append((middle[0] + far * math.cos(angle), middle[1] + far * math.sin(angle)))
    return places


def coverage_chart(article: Article, coverage: Coverage | None, words: Words) -> Picture:
    """
    Draw which houses have the same.

    Parameters
    ----------
    article
        The article of the lesson.
    coverage
        The houses, and what each of them has; None where the article's folder has none.
    words
        The words learners read.

    Returns
    -------
    Picture
        Without a picture in it where there is nothing to draw; then its description says so.
    """
    title = words("coverage.picture")
    if coverage is None:
        said = nothing_there(article, "coverage.toml", words)
        return Picture(article.name, "coverage", title, b"", (Part("", (said,)),), words)
    houses = Houses(coverage, words)
    if not houses.columns:
        return Picture(article.name, "coverage", title, b"", (Part("", (words("chart.nothing"),)),), words)
    png = drawn([houses.draw], mirrored=article.direction == "rtl")
    return Picture(article.name, "coverage", title, png, houses.parts(), words, "coverage.alt")
