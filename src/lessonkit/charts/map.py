"""The map: two places, how far and in which direction one lies from the other, and what is said of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..article import Article
from ..evidence import (
    POINTS,
    TURN,
    Distance,
    Evidence,
    Measured,
    Place,
    between,
    corners,
    direction,
    in_words,
    kilometres,
    measured,
    reached,
)
from ..words import Words, nothing_there
from .paper import (
    CHIP,
    FAINT,
    HOW,
    INK,
    MARGIN,
    SOFT,
    WIDTH,
    Paper,
    Point,
    draw_heading,
    drawable,
    drawn,
    shortened,
    wide,
)
from .paper import Place as Box
from .picture import Part, Picture

_LAB = "verify"
_SIDE = WIDTH - 2 * MARGIN
_ROOM = 1.14  # how much wider the map is than what has to be on it
_DARK, _LIGHT = "#e2e2e2", "#f0f0f0"  # two of the steps between white and grey on the paper
_ROUND = 120  # corners of what looks like a circle
_STEPS = 12  # pieces of a line, and of the rim of a wedge
_AROUND = [math.tau * step / 24 for step in range(24)]
_EXACT = (0.0, 0.0)
_DOT = 0.07
_NEAR = 0.24  # from a dot to the middle of its name


def map_chart(article: Article, evidence: Evidence | None, chosen: tuple[str, str], words: Words) -> Picture:
    """
    Draw two places of the evidence desk.

    Distance and direction are true from the first place on: the map is azimuthal equidistant around
    it, and what is on it was measured or reached by the geodesic library. Nothing lies beneath it,
    because a base map would need a network.

    Parameters
    ----------
    article
        The article.
    evidence
        What is on the desk; None where there is nothing.
    chosen
        Names of the places the learner chose; where these are not two, those of the first distance
        that is said take their place.
    words
        The words learners read.

    Returns
    -------
    Picture
        Without a picture in it where there are no two places; then its description says so.
    """
    title = words("verify.chart_title")
    found = None if evidence is None else between(evidence, *chosen) or _first(evidence)
    if evidence is None or found is None:
        why = nothing_there(article, "evidence.toml", words) if evidence is None else words("verify.no_places")
        return Picture(article.name, _LAB, title, b"", (Part("", (why,)),), words)
    ends = (found.start.name, found.end.name)
    said = next((one for one in evidence.distances if (one.start, one.end) == ends), None)
    turned = next((one for one in evidence.distances if (one.end, one.start) == ends), None)
    shown = _Map(evidence.places, found, said, turned, words)
    # Never mirrored, whichever way the article runs: east would lie in the west.
    return Picture(article.name, _LAB, title, drawn([shown.draw], mirrored=False), shown.parts(), words, "verify.alt")


def _first(evidence: Evidence) -> Measured | None:
    """Measure what is said first; where nothing is said, between the first two places."""
    names = [(one.start, one.end) for one in evidence.distances]
    names += [(one.name, other.name) for one, other in zip(evidence.places, evidence.places[1:], strict=False)]
    return next((found for pair in names if (found := between(evidence, *pair)) is not None), None)


class _Sheet:
    """The square that a map is drawn on, and where names have been written on it already."""

    def __init__(self, paper: Paper, reach: float) -> None:
        self.paper = paper
        self.top = paper.y
        self.middle = (MARGIN + _SIDE / 2, paper.y + _SIDE / 2)
        self.inch = _SIDE / 2 / reach
        """How long a kilometer is."""
        self._taken: list[Box] = []
        paper.frame((MARGIN, paper.y, _SIDE, _SIDE), None, FAINT)

    def at(self, bearing: float, km: float) -> Point:
        """Give the place on the paper. Only this is reckoned here; bearing and distance were measured."""
        turn, far = math.radians(bearing), km * self.inch
        return self.middle[0] + far * math.sin(turn), self.middle[1] - far * math.cos(turn)

    def keep_free(self, at: Point, width: float, height: float) -> None:
        """Have no name written over something, if any other place is free."""
        self._taken.append((at[0] - width / 2, at[1] - height / 2, width, height))

    def write(self, text: str, places: Sequence[Point]) -> None:
        """Write a name at the first place that is free and inside the frame; nothing where the font lacks its letters."""
        if not drawable(text):
            return
        text = shortened(text, _SIDE / 3, CHIP, 1)[0]
        width, height = wide(text, CHIP) + 0.16, CHIP.step
        boxes = [self._inside(at, width, height) for at in places]
        box = next((one for one in boxes if not any(_meet(one, other) for other in self._taken)), boxes[0])
        self._taken.append(box)
        self.paper.write((box[0] + width / 2, box[1] + height / 2), text, CHIP, "middle", chip=True)

    def write_beside(self, text: str, at: Point, sides: Sequence[str], gap: float = _NEAR) -> None:
        """Write a name on one side of a point, the first that is free."""
        out = wide(shortened(text, _SIDE / 3, CHIP, 1)[0], CHIP) / 2 + gap if drawable(text) else 0
        ways = {"left": (-out, 0.0), "right": (out, 0.0), "above": (0.0, -gap), "below": (0.0, gap)}
        order = [*sides, *(side for side in ways if side not in sides)]
        self.write(text, [(at[0] + ways[side][0], at[1] + ways[side][1]) for side in order])

    def _inside(self, at: Point, width: float, height: float) -> Box:
        """Give the box of a name, moved into the frame where it would stick out."""
        left = min(max(at[0] - width / 2, MARGIN + 0.08), MARGIN + _SIDE - 0.08 - width)
        top = min(max(at[1] - height / 2, self.top + 0.08), self.top + _SIDE - 0.08 - height)
        return left, top, width, height


def _meet(one: Box, other: Box) -> bool:
    return all(
        abs(2 * one[at] + one[at + 2] - 2 * other[at] - other[at + 2]) < one[at + 2] + other[at + 2] for at in (0, 1)
    )


@dataclass(frozen=True)
class _Map:
    """One map, worked out once for the picture and for its words."""

    places: tuple[Place, ...]
    found: Measured
    said: Distance | None
    turned: Distance | None
    """What is said from the end to the start."""
    words: Words

    @cached_property
    def near(self) -> tuple[Place, ...]:
        """The two places, and those others that are near enough not to push the two together."""
        most = 3 * max(self.found.km, self.said.km if self.said else 0)
        ends = (self.found.start, self.found.end)
        return tuple(one for one in self.places if one in ends or self._from_start(one).km <= most)

    @cached_property
    def reach(self) -> float:
        """How many kilometers the map shows to each side of its middle."""
        far = max(self.said.km if self.said else 0, *(self._from_start(one).km for one in self.near))
        return _ROOM * (far or 1)

    @cached_property
    def scale(self) -> float:
        """How many kilometers the scale shows: a round number, at most a third of the width."""
        wanted = self.reach * 2 / 3
        unit = 10.0 ** math.floor(math.log10(wanted))
        return max(unit * step for step in (1, 2, 5) if unit * step <= wanted)

    @cached_property
    def blurred(self) -> tuple[Place, ...]:
        """The places that are written down so roughly that it can be seen on the map."""
        return tuple(one for one in self.near if max(self._box(one)) * _SIDE / 2 / self.reach > 2 * _DOT)

    def parts(self) -> tuple[Part, ...]:
        """Say it in words."""
        others = [one for one in self.near if one not in {self.found.start, self.found.end}]
        lines = [
            self._sub,
            *self._legend,
            *(in_words(self._from_start(one), self.words).line for one in others),
            *(self.words("verify.map_place", place=one.title, written=one.written) for one in self.near),
        ]
        return (Part(self._title, tuple(lines)),)

    def draw(self, paper: Paper) -> None:
        """Draw it."""
        draw_heading(paper, self._title, self._sub)
        sheet = _Sheet(paper, self.reach)
        for place in self.near:
            sheet.keep_free(self._dot(sheet, place), 2 * _DOT, 2 * _DOT)
        if self.said is not None:
            _draw_shades(sheet, self.said, self.reach)
        for place in self.blurred:
            self._draw_box(sheet, place)
        self._draw_line(sheet)
        self._draw_scale(sheet)
        self._draw_north(sheet)
        for place in sorted(self.near, key=lambda one: (one != self.found.start, one != self.found.end)):
            self._draw_place(sheet, place)
        if self.said is not None:
            self._draw_cross(sheet, self.said)
        self._write_length(sheet)
        if self.said is not None:
            _write_shades(sheet, self.said, self.reach)
        paper.y += _SIDE + 0.2
        for line in filter(drawable, self._legend):
            paper.paragraph(line, HOW)
            paper.y += 0.07

    # What is said

    @property
    def _title(self) -> str:
        return self.words("verify.map_title", start=self.found.start.title, end=self.found.end.title)

    @property
    def _sub(self) -> str:
        return self.words("verify.map_sub", start=self.found.start.title)

    @cached_property
    def _legend(self) -> tuple[str, ...]:
        """Say what the lines and shades are."""
        lines = [in_words(self.found, self.words).line, *self._legend_of_said()]
        lines += [self.words("verify.map_blur", place=place.title) for place in self.blurred]
        return tuple(lines)

    def _legend_of_said(self) -> list[str]:
        words, said, found = self.words, self.said, self.found
        if said is None and self.turned is not None:
            told = words("verify.said_other_way", start=found.end.title, end=found.start.title)
            return [f"{self._who(self.turned)} {told}"]
        if said is None:
            return [words("verify.said_nothing")]
        name, km = direction(said.direction, words), kilometres(said.km)
        there = measured(reached(found.start, said), found.end)
        return [
            self._who(said),
            words("verify.map_circle", km=km, start=found.start.title),
            *(words(f"verify.map_wedge_{names}", direction=name) for names in (16, 8, 4)),
            words("verify.map_point", km=km, direction=name, end=found.end.title, off=kilometres(there.km)),
        ]

    def _who(self, said: Distance) -> str:
        if said.source is None:
            return self.words("verify.said_in_article", quote=said.quote)
        return self.words("verify.said_by_house", house=said.source.house, quote=said.quote)

    # Where it lies

    def _from_start(self, place: Place) -> Measured:
        return measured(self.found.start, place)

    def _box(self, place: Place) -> tuple[float, float]:
        """Give width and height in kilometers of what would be written down with the same coordinates."""
        low, high = corners(place)[0], corners(place)[-1]
        found = measured(
            replace(place, latitude=low[0], longitude=low[1], steps=_EXACT),
            replace(place, latitude=high[0], longitude=high[1], steps=_EXACT),
        )
        return abs(found.east), abs(found.north)

    # What is drawn

    def _dot(self, sheet: _Sheet, place: Place) -> Point:
        found = self._from_start(place)
        return sheet.at(found.bearing, found.km)

    def _draw_box(self, sheet: _Sheet, place: Place) -> None:
        x, y = self._dot(sheet, place)
        width, height = (side * sheet.inch for side in self._box(place))
        sheet.paper.frame((x - width / 2, y - height / 2, width, height), dashed=True)
        if max(width, height) < 1:
            sheet.keep_free((x, y), width, height)

    def _draw_line(self, sheet: _Sheet) -> None:
        bearing, km = self.found.bearing, self.found.km
        sheet.paper.shape((sheet.middle, sheet.at(bearing, km)))
        for step in range(1, _STEPS):
            sheet.keep_free(sheet.at(bearing, km * step / _STEPS), _DOT, _DOT)

    def _write_length(self, sheet: _Sheet) -> None:
        """Write how long the line is beside it, where there is room."""
        places = []
        for share in (0.5, 0.35, 0.65, 0.8, 0.2):
            x, y = sheet.at(self.found.bearing, self.found.km * share)
            turn = math.radians(self.found.bearing)
            across, along = math.cos(turn) * 0.4, math.sin(turn) * 0.26
            places += [(x + across, y + along), (x - across, y - along)]
        sheet.write(self.words("verify.km", km=kilometres(self.found.km)), places)

    def _draw_place(self, sheet: _Sheet, place: Place) -> None:
        x, y = self._dot(sheet, place)
        sheet.paper.shape([(x + _DOT * math.sin(turn), y + _DOT * math.cos(turn)) for turn in _AROUND], INK, None)
        number = self.near.index(place) + 1
        name = place.title if drawable(place.title) else self.words("verify.map_number", number=number)
        if place == self.found.start:
            sheet.write_beside(name, (x, y), ("left",) if self.found.east >= 0 else ("right",))
        else:
            sheet.write_beside(name, (x, y), ("below", "above") if self.found.north < 0 else ("above", "below"))

    def _draw_cross(self, sheet: _Sheet, said: Distance) -> None:
        """Draw where one comes by doing as the words say."""
        bearing = _bearing(said)
        x, y = sheet.at(bearing, said.km)
        arm = _DOT * 1.6
        for side in (1, -1):
            sheet.paper.shape(((x - arm, y - side * arm), (x + arm, y + side * arm)))
        sheet.keep_free((x, y), 2 * arm, 2 * arm)
        name = self.words("verify.map_due", km=kilometres(said.km), direction=direction(said.direction, self.words))
        # Towards the start if it can be: further out stand the names of the shades.
        sheet.write_beside(
            name, (x, y), ("left", "below", "above") if math.sin(math.radians(bearing)) >= 0 else ("right",)
        )

    def _draw_scale(self, sheet: _Sheet) -> None:
        left, y, long = MARGIN + 0.25, sheet.top + _SIDE - 0.3, self.scale * sheet.inch
        sheet.paper.shape(((left, y), (left + long, y)))
        for x in (left, left + long):
            sheet.paper.shape(((x, y - 0.08), (x, y + 0.08)))
        sheet.keep_free((left + long / 2, y), long, 0.2)
        sheet.write(self.words("verify.km", km=kilometres(self.scale)), [(left + long / 2, y - 0.24)])

    def _draw_north(self, sheet: _Sheet) -> None:
        x, y = MARGIN + _SIDE - 0.35, sheet.top + 0.3
        sheet.paper.shape(((x, y + 0.5), (x, y + 0.2)))
        sheet.paper.shape(((x - 0.11, y + 0.24), (x, y), (x + 0.11, y + 0.24)), INK, None)
        sheet.keep_free((x, y + 0.25), 0.3, 0.6)
        sheet.write(self.words("verify.north"), [(x, y + 0.68)])


def _bearing(said: Distance) -> float:
    return POINTS.index(said.direction) * TURN / len(POINTS)


def _draw_shades(sheet: _Sheet, said: Distance, reach: float) -> None:
    """Draw how far is said, and what the name of the direction can take in."""
    bearing = _bearing(said)
    for names, fill in ((8, _LIGHT), (16, _DARK)):
        half = TURN / names / 2
        rim = [sheet.at(bearing - half + 2 * half * step / _STEPS, reach) for step in range(_STEPS + 1)]
        sheet.paper.shape((sheet.middle, *rim), fill, None)
    for side in (-1, 1):
        sheet.paper.shape((sheet.middle, sheet.at(bearing + side * TURN / 8, reach)), edge=FAINT, dashed=True)
    circle = [sheet.at(TURN * step / _ROUND, said.km) for step in range(_ROUND)]
    sheet.paper.shape(circle, edge=SOFT)


def _write_shades(sheet: _Sheet, said: Distance, reach: float) -> None:
    """Write on each shade of how many names the compass is: the shades alone would not tell."""
    for names, inside in ((16, 0.55), (8, 0.75), (4, 0.84)):
        turn = inside * TURN / names / 2
        places = [sheet.at(_bearing(said) + side * turn, out * reach) for out in (0.92, 0.7, 0.5) for side in (-1, 1)]
        sheet.write(str(names), places)
