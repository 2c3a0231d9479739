"""A sheet of paper, and what can be put on it."""

import io
import itertools
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..layers import Tag
from .looks import Look

# Drawing is imported where it is done: most kernels never need it.
if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

# Lengths are inches and type sizes points. On a telephone the picture is shown at less than
# half its size, so the smallest type is large here.
_DPI = 110
_STEPS = 6  # between two colours of the palette; nine tags then take no more than 255 colours
WIDTH = 8.0
MARGIN = 0.3
PAGE = 10.2
"""How tall a drawing can be, in inches, to stand on A4 and on Letter at the full width of the text."""
_POINT = 1 / 72
_LINE = 1.28
_STROKE = 2.2  # points
_ENDS_OF_A_LINE = 2

INK = "#1b1b1b"
SOFT = "#565656"
FAINT = "#a8a8a8"
PAPER = "#ffffff"


@dataclass(frozen=True)
class Type:
    """How a line is written."""

    size: float
    bold: bool = False
    colour: str = INK

    @property
    def step(self) -> float:
        """From one line to the next, in inches."""
        return self.size * _POINT * _LINE


TITLE = Type(20, bold=True)
HEAD = Type(16, bold=True)
LABEL = Type(14)
HOW = Type(14, colour=SOFT)
EMPTY = Type(16, colour=SOFT)
CHIP = Type(14, bold=True)
CHIP_SMALL = Type(12, bold=True)

Align = Literal["start", "middle"]
Place = tuple[float, float, float, float]
"""Left, top, width and height, in inches."""
Point = tuple[float, float]


@dataclass(frozen=True)
class _Shape:
    """A shape without hatching."""

    points: tuple[Point, ...]
    fill: str | None
    edge: str | None
    dashed: bool


class Paper:
    """
    A sheet of paper, written on from the top down.

    Parameters
    ----------
    mirrored
        Whether it is laid out from right to left.
    """

    def __init__(self, *, mirrored: bool) -> None:
        self.y = MARGIN
        self._mirrored = mirrored
        self._boxes: list[tuple[Place, Look | None]] = []
        self._shapes: list[_Shape] = []
        self._texts: list[tuple[float, float, str, Type, Align, bool]] = []
        self._breaks: list[float] = []

    def may_break(self) -> None:
        """Say that the picture can be cut here, where it is printed on pages."""
        self._breaks.append(self.y)

    def write(
        self, at: tuple[float, float], text: str, kind: Type, align: Align = "start", *, chip: bool = False
    ) -> None:
        """Write one line, `at` where it begins (or its middle) and the middle of its height."""
        self._texts.append((*at, text, kind, align, chip))

    def paragraph(self, text: str, kind: Type) -> None:
        """Write lines over the whole width and move down."""
        for line in wrapped(text, WIDTH - 2 * MARGIN, kind):
            self.write((MARGIN, self.y + kind.step / 2), line, kind)
            self.y += kind.step

    def box(self, place: Place, look: Look | None) -> None:
        """Draw a box; a dashed outline where there is no look."""
        self._boxes.append((place, look))

    def shape(
        self, points: Sequence[Point], fill: str | None = None, edge: str | None = INK, *, dashed: bool = False
    ) -> None:
        """Draw a shape over the boxes, in one of the colours of the type; a line where it has two points."""
        self._shapes.append(_Shape(tuple(points), fill, edge, dashed))

    def frame(self, place: Place, fill: str | None = None, edge: str | None = INK, *, dashed: bool = False) -> None:
        """Draw a rectangle, in colours of the type."""
        left, top, width, height = place
        right, bottom = left + width, top + height
        self.shape(((left, top), (right, top), (right, bottom), (left, bottom)), fill, edge, dashed=dashed)

    def png(self) -> bytes:
        """Draw everything and give the file."""
        from matplotlib.figure import Figure

        height = self.y + MARGIN
        figure = Figure(figsize=(WIDTH, height), dpi=_DPI, facecolor=PAPER)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim((WIDTH, 0) if self._mirrored else (0, WIDTH))
        axes.set_ylim(height, 0)
        self._draw_boxes(axes)
        self._draw_shapes(axes)
        self._draw_texts(axes)
        raw = io.BytesIO()
        figure.savefig(raw, format="rgba", dpi=_DPI, facecolor=PAPER)
        return _with_palette(raw.getvalue(), round(WIDTH * _DPI), self._palette())

    def edges(self, tallest: float) -> tuple[int, ...]:
        """Give the rows of the file at which it is cut where it is taller than that many inches."""
        return tuple(round(y * _DPI) for y in self._cuts(tallest, self.y + MARGIN))

    def _cuts(self, tallest: float, height: float) -> list[float]:
        """Choose where to cut, so that no piece is taller where that can be."""
        cuts, start = [], 0.0
        while height - start > tallest and (left := [y for y in self._breaks if y > start]):
            start = max((y for y in left if y - start <= tallest), default=left[0])
            cuts.append(start)
        return cuts

    def _draw_boxes(self, axes: "Axes") -> None:
        from matplotlib.patches import Rectangle

        for (left, top, width, height), look in self._boxes:
            box = partial(Rectangle, (left, top), width, height)
            if look is None:
                axes.add_artist(box(fill=False, edgecolor=FAINT, linewidth=1.4, linestyle=(0, (3, 2.5))))
                continue
            # Matplotlib hatches in the colour of the edge, so the outline is a box of its own.
            axes.add_artist(box(facecolor=look.fill, edgecolor=look.ink, hatch=look.hatch, linewidth=0))
            axes.add_artist(box(fill=False, edgecolor=look.edge, linewidth=1.4))

    def _draw_shapes(self, axes: "Axes") -> None:
        from matplotlib.patches import Polygon

        for shape in self._shapes:
            axes.add_artist(
                Polygon(
                    shape.points,
                    closed=len(shape.points) > _ENDS_OF_A_LINE,
                    fill=shape.fill is not None,
                    facecolor=shape.fill,
                    edgecolor=shape.edge or "none",
                    linewidth=_STROKE,
                    linestyle=(0, (3, 2)) if shape.dashed else "solid",
                    joinstyle="miter",
                )
            )

    def _draw_texts(self, axes: "Axes") -> None:
        start = "right" if self._mirrored else "left"
        around = {"boxstyle": "round,pad=0.14,rounding_size=0.3", "facecolor": PAPER, "edgecolor": "none"}
        for x, y, text, kind, align, chip in self._texts:
            axes.text(
                x,
                y,
                text,
                fontproperties=font_of(kind),
                color=kind.colour,
                ha="center" if align == "middle" else start,
                va="center_baseline",
                parse_math=False,
                bbox=around if chip else None,
            )

    def _palette(self) -> list[tuple[int, ...]]:
        """Give the colours in use, and the steps between those that touch."""
        pairs = [(PAPER, INK), (PAPER, SOFT), (PAPER, FAINT)]
        for look in dict.fromkeys(look for _, look in self._boxes if look is not None):
            pairs += [(look.fill, look.ink), (look.fill, look.edge), (look.fill, PAPER), (look.edge, PAPER)]
        steps = [_between(one, other, step / _STEPS) for one, other in pairs for step in range(_STEPS + 1)]
        return list(dict.fromkeys(steps))


def _between(one: str, other: str, share: float) -> tuple[int, ...]:
    """Mix two colours, written as ``#rrggbb``."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return tuple(round(first + (second - first) * share) for first, second in pairs)


def _with_palette(raw: bytes, width: int, colours: Sequence[tuple[int, ...]]) -> bytes:
    """
    Make a PNG file with a palette, a quarter of the size: a notebook stores the picture twice.

    Parameters
    ----------
    raw
        The pixels, four bytes each.
    width
        Pixels in a row.
    colours
        The palette; each pixel gets the nearest.

    Returns
    -------
    bytes
    """
    import numpy as np
    from PIL import Image

    red, green, blue = np.moveaxis(np.frombuffer(raw, dtype=np.uint8).reshape(-1, width, 4)[..., :3], -1, 0)
    pixels = red.astype(np.int32) << 16 | green.astype(np.int32) << 8 | blue
    palette = np.array(colours, dtype=np.int64)
    # The few colours are found first and each pixel among them then: sorting the pixels takes five times as long.
    used = np.unique(pixels)
    which = np.searchsorted(used, pixels)
    rgb = np.stack((used >> 16, used >> 8 & 255, used & 255), axis=-1)
    nearest = ((rgb[:, None, :] - palette) ** 2).sum(axis=-1).argmin(axis=-1).astype(np.uint8)
    picture = Image.fromarray(nearest[which])
    picture.putpalette(palette.astype(np.uint8).tobytes())
    file = io.BytesIO()
    picture.save(file, format="png", optimize=True)
    return file.getvalue()


def drawn(draws: Iterable[Callable[[Paper], None]], *, mirrored: bool) -> bytes:
    """
    Draw things one below the other.

    Parameters
    ----------
    draws
        What puts each of them on the paper.
    mirrored
        Whether the paper is laid out from right to left.

    Returns
    -------
    bytes
        A PNG file.
    """
    return drawn_with_edges(draws, mirrored=mirrored)[0]


def drawn_with_edges(draws: Iterable[Callable[[Paper], None]], *, mirrored: bool) -> tuple[bytes, tuple[int, ...]]:
    """
    Draw things one below the other, and say where what is taller than a page can be cut.

    Parameters
    ----------
    draws
        What puts each of them on the paper.
    mirrored
        Whether the paper is laid out from right to left.

    Returns
    -------
    bytes, tuple of int
        A PNG file, and the rows at which it is cut, so that nothing is cut through.
    """
    import matplotlib as mpl

    # A user's own settings must not change the picture, nor the picture them.
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mpl.rcdefaults()
        mpl.rcParams["hatch.linewidth"] = 1.3
        paper = Paper(mirrored=mirrored)
        for number, draw in enumerate(draws):
            if number:
                paper.may_break()
                paper.y += 0.42
            draw(paper)
        return paper.png(), paper.edges(PAGE)


def cut(png: bytes, edges: Sequence[int]) -> tuple[bytes, ...]:
    """Cut a picture at rows. To draw it again would take seconds, and would be the same."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as whole:
        pieces = [
            whole.crop((0, top, whole.width, bottom)) for top, bottom in itertools.pairwise((0, *edges, whole.height))
        ]
    files = []
    for piece in pieces:
        file = io.BytesIO()
        piece.save(file, format="png", optimize=True)
        files.append(file.getvalue())
    return tuple(files)


def draw_heading(paper: Paper, title: str, how: str) -> None:
    """Write a title and, smaller, how to read what stands below."""
    if drawable(title):
        paper.paragraph(title, TITLE)
    if drawable(how):
        paper.y += 0.04
        paper.paragraph(how, HOW)
    paper.y += 0.12


def draw_tag(paper: Paper, tag: Tag, look: Look, none: str, left: float = MARGIN) -> None:
    """Write the name of a tag behind its number and a sample of its look."""
    tall, sample = 0.3, 0.5
    paper.box((left, paper.y, sample, tall), look)
    paper.write((left + sample / 2, paper.y + tall / 2), tag.key, CHIP, "middle", chip=True)
    x, y = left + sample + 0.15, paper.y + tall / 2
    room = WIDTH - MARGIN - left - (1.6 if none else 0.65)
    lines = wrapped(tag.title if drawable(tag.title) else tag.name, room, HEAD)
    for number, line in enumerate(lines):
        paper.write((x, y + number * HEAD.step), line, HEAD)
    below = (len(lines) - 1) * HEAD.step
    if none and drawable(none):
        paper.write((x + wide(lines[-1], HEAD) + 0.15, y + below), none, HOW)
    paper.y += tall + below + 0.06


@cache
def font_of(kind: Type) -> "FontProperties":
    """Give the font that comes with Matplotlib, by file: the one of the same name on a machine may differ."""
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties

    name = "DejaVuSans-Bold.ttf" if kind.bold else "DejaVuSans.ttf"
    return FontProperties(fname=str(Path(mpl.get_data_path(), "fonts", "ttf", name)), size=kind.size)


@cache
def _letters() -> frozenset[int]:
    from matplotlib.font_manager import get_font

    fonts = (get_font(str(font_of(kind).get_file())) for kind in (LABEL, HEAD))
    return frozenset.intersection(*(frozenset(font.get_charmap()) for font in fonts))


def drawable(text: str) -> bool:
    """Say whether the font has every letter; what it lacks would be drawn as empty boxes."""
    return all(ord(character) in _letters() or unicodedata.category(character)[0] in "CZ" for character in text)


def wide(text: str, kind: Type) -> float:
    """Measure a line, in inches."""
    from matplotlib.textpath import text_to_path

    if not text:
        return 0
    return float(text_to_path.get_text_width_height_descent(text, font_of(kind), ismath=False)[0]) * _POINT


def wrapped(text: str, room: float, kind: Type) -> list[str]:
    """Break a text into lines between words, and inside a word only where it alone is too long."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if wide(longer, kind) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        rest = word
        while wide(rest, kind) > room:
            fits = itertools.takewhile(lambda at: wide(rest[:at], kind) <= room, range(2, len(rest)))  # noqa: B023 - used up before the next turn
            cut = max(fits, default=1)
            if cut == len(rest):
                break
            lines[-1:] = [rest[:cut], ""]
            rest = rest[cut:]
        lines[-1] = rest
    return lines


def shortened(text: str, room: float, kind: Type, most: int) -> list[str]:
    """Break a text into at most so many lines, with an ellipsis where there would be more."""
    lines = wrapped(text, room, kind)
    if len(lines) <= most:
        return lines
    kept = lines[:most]
    words = kept[-1].split()
    while len(words) > 1 and wide(f"{' '.join(words)}…", kind) > room:
        words.pop()
    return [*kept[:-1], f"{' '.join(words)}…"]
