"""Breaking text into lines, and placing each letter of a line."""

import itertools
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .blocks import Sign
from .letters import mirrored, ordered, shaped

_EMPTY_BOX = "\u25a1"
_GOOD_ENDS = "/?&=-._"  # where an address may be broken
_TIED = "\u00a0"  # a space at which no line ends
_UNSEEN = {"Mn", "Me"}


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that look the same."""

    text: str
    bold: bool = False
    sign: Sign | None = None
    """The tag whose line is drawn under them."""
    address: str = ""
    """Where they lead to."""


@dataclass(frozen=True, slots=True)
class Face:
    """The letters of a typeface, by code point."""

    letters: Container[int]
    widths: Mapping[int, float]
    """In thousandths of its size."""

    def has(self, text: str) -> bool:
        """Say whether it has all these letters."""
        return all(ord(letter) in self.letters for letter in text)


@dataclass(slots=True)
class Line:
    """A line as it stands on paper."""

    pieces: list[tuple[float, str, bool]]
    """Where each piece begins, its letters from left to right, and whether they are bold."""
    places: dict[int, tuple[float, float]]
    """From where to where each letter of the text reaches, by its number in the text."""
    width: float

    def stretches(self, start: int, end: int) -> Iterator[tuple[float, float]]:
        """Give where the letters from `start` to `end` stand, letters side by side as one stretch."""
        here = sorted(self.places[at] for at in range(start, end) if at in self.places)
        while here:
            left, right = here.pop(0)
            while here and here[0][0] <= right + 0.01:
                right = max(right, here.pop(0)[1])
            if right > left:
                yield left, right


@dataclass
class Setting:
    """
    Text as it is set: in a size, in lines no wider than the room there is.

    Parameters
    ----------
    regular, bold
        The typeface.
    runs
        The text.
    size
        Of its letters, in points.
    room
        The width of a line, in points.
    direction
        ``"ltr"`` or ``"rtl"``.
    """

    regular: Face
    bold: Face
    runs: Sequence[Run]
    size: float
    room: float
    direction: str

    @cached_property
    def text(self) -> str:
        """All letters in the order in which they are read; anything that would break a line is a space."""
        joined = "".join(run.text for run in self.runs)
        if joined.isprintable():
            return joined
        return "".join(
            " " if one != _TIED and (one.isspace() or unicodedata.category(one) == "Cc") else one for one in joined
        )

    @cached_property
    def missing(self) -> frozenset[str]:
        """Letters that the typeface does not have."""
        return frozenset(
            letter for letter, shape in zip(self.text, self._shapes, strict=True) if shape == _EMPTY_BOX != letter
        )

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines."""
        return tuple(self._line(start, end) for start, end in self._breaks())

    @cached_property
    def stretches(self) -> tuple[tuple[int, int, Run], ...]:
        """From which letter to which each run goes."""
        ends = list(itertools.accumulate(len(run.text) for run in self.runs))
        return tuple(zip([0, *ends], ends, self.runs, strict=False))

    @cached_property
    def _formed(self) -> list[str]:
        return shaped(self.text)

    @cached_property
    def _bold(self) -> list[bool]:
        wanted = (run.bold for run in self.runs for _ in run.text)
        # A letter that the bold face lacks is better set in the other one than left out.
        return [bold and self.bold.has(shape) for bold, shape in zip(wanted, self._formed, strict=True)]

    @cached_property
    def _shapes(self) -> list[str]:
        return [self._shape(letter, shape) for letter, shape in zip(self.text, self._formed, strict=True)]

    def _shape(self, letter: str, shape: str) -> str:
        if unicodedata.category(letter) == "Cf":
            return ""
        if self.regular.has(shape):
            return shape
        if self.regular.has(letter):
            return letter
        return "" if unicodedata.category(letter) in _UNSEEN else _EMPTY_BOX

    @cached_property
    def _wide(self) -> list[float]:
        scale = self.size / 1000
        return [
            sum((self.bold if bold else self.regular).widths[ord(one)] for one in shape) * scale
            for bold, shape in zip(self._bold, self._shapes, strict=True)
        ]

    def _breaks(self) -> Iterator[tuple[int, int]]:
        """Give the first letter of each line, and the one behind its last."""
        text, wide = self.text, self._wide
        start = 0
        while start < len(text):
            if text[start] == " ":
                start += 1
                continue
            end, x, space = start, 0.0, start
            while end < len(text) and x + wide[end] <= self.room:
                x += wide[end]
                end += 1
                if end < len(text) and text[end] == " ":
                    space = end
            if end == len(text):
                space = end
            elif space == start:
                # One word alone is wider than a line.
                good = [at for at in range(start + 1, end) if text[at - 1] in _GOOD_ENDS]
                space = max(good[-1] if good else end, start + 1)
            yield start, space
            start = space

    def _line(self, start: int, end: int) -> Line:
        while end > start and self.text[end - 1] == " ":
            end -= 1
        line = Line([], {}, 0)
        for inside, right_to_left in ordered(self.text[start:end], self.direction):
            at = start + inside
            shape, bold = self._shapes[at], self._bold[at]
            if right_to_left:
                shape = mirrored(shape)
            if line.pieces and line.pieces[-1][2] == bold:
                x, letters, _ = line.pieces[-1]
                line.pieces[-1] = (x, letters + shape, bold)
            else:
                line.pieces.append((line.width, shape, bold))
            line.places[at] = (line.width, line.width + self._wide[at])
            line.width += self._wide[at]
        return line
