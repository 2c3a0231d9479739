"""A sheet as PDF, set line by line, with letters that are inside the file."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ..key import is_address
from . import blocks
from .blocks import Block, Column, Document, Entry, Sign, Tag, Underline
from .letters import alone
from .looks import Look
from .setting import Face, Line, Run, Setting

# The library is imported where a PDF is made: nobody else needs it.
if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

# Lengths are points.
_MARGIN = 51.0
_FOOT = 34.0
_FONT = "sheet"
_FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
_MADE = datetime(2020, 1, 1, tzinfo=UTC)  # not the day of printing: the same sheet gives the same bytes
_INK = "#000000"
_GREY = "#6e6e6e"
_TINT = "#f1f1f1"
_ID = 2.9  # how wide the margin with the ids is, in sizes of the text
_UNDER = 0.24  # from the foot of the letters to the first line under them, in sizes of the letters
_LANE = 0.28  # and from each line to the next
_SHORT = 0.15  # the part of the width up to which a column holds a word or a number
_PAD = 6.0
_MORE_ROWS = 30  # rows that a table may grow by, to fill its last page
_WHOLE = 5  # a passage of at most so many lines is never cut,
_HIGH = 160.0  # if it is no higher than this: with large letters it would leave half of a page empty


@dataclass(frozen=True)
class Written:
    """A PDF, and what it could not show."""

    data: bytes
    missing: frozenset[str]
    """Letters that the typeface does not have; an empty box stands in their place."""


@dataclass(frozen=True, slots=True)
class _Strip:
    """Something that is never cut by the end of a page."""

    height: float
    draw: Callable[[float], None] | None
    """Draws it with its upper edge there; None for white."""
    stays: bool = False
    """Whether the next strip has to stand on the same page."""
    spare: bool = False
    """Whether it is left out where the page has no room for it."""


def written(document: Document, look: Look, paper: str) -> Written:
    """
    Write a sheet as PDF.

    Parameters
    ----------
    document
        The sheet.
    look
        How it looks.
    paper
        ``"a4"`` or ``"letter"``.

    Returns
    -------
    Written
        The same sheet always gives the same bytes.
    """
    return _Setter(document, look, paper).written()


class _Setter:
    """Sets one document."""

    def __init__(self, document: Document, look: Look, paper: str) -> None:
        self._document = document
        self._look = look
        self._pdf = _empty(document, paper)
        self._regular, self._bold = _faces(self._pdf)
        self._missing: set[str] = set()
        self._left = _MARGIN
        self._right = self._pdf.w - _MARGIN
        self._bottom = self._pdf.h - _FOOT - 2 * look.text
        self._flow: list[_Strip] = []
        for block in document.blocks:
            self._lay(block)

    def written(self) -> Written:
        pages = self._pages()
        for number, page in enumerate(pages, start=1):
            self._pdf.add_page()
            for strip, top in page:
                if strip.draw is not None:
                    strip.draw(top)
            text = self._document.page.replace("{number}", str(number)).replace("{pages}", str(len(pages)))
            foot = self._set([Run(text)], self._look.text, self._left, self._right)
            self._letters(foot, foot.lines[0], self._left, self._right, self._pdf.h - _FOOT)
        return Written(bytes(self._pdf.output()), frozenset(self._missing))

    # Pages

    def _pages(self) -> list[list[tuple[_Strip, float]]]:
        """Give the strips of each page, each with its upper edge; those that belong together stand on one."""
        pages: list[list[tuple[_Strip, float]]] = [[]]
        y = _MARGIN
        group: list[_Strip] = []
        for number, strip in enumerate(self._flow):
            group.append(strip)
            if strip.stays and number + 1 < len(self._flow):
                continue
            fits = y + sum(one.height for one in group) <= self._bottom
            if not fits and strip.spare:
                group = []
                continue
            for at, one in enumerate(group):
                # What is higher than a page is cut where the page ends.
                if pages[-1] and ((at == 0 and not fits) or y + one.height > self._bottom):
                    pages.append([])
                    y = _MARGIN
                if one.draw is None and not pages[-1]:
                    continue
                pages[-1].append((one, y))
                y += one.height
            group = []
        return pages

    def _gap(self, height: float, *, stays: bool = False) -> None:
        self._flow.append(_Strip(height, None, stays=stays))

    # Blocks

    def _lay(self, block: Block) -> None:  # noqa: C901 - one for each kind of block
        size = self._look.text
        match block:
            case blocks.Title():
                self._paragraph([Run(block.above)], stays=True)
                self._gap(size * 0.3, stays=True)
                self._paragraph([Run(block.text, bold=True)], size=self._look.title, stays=True)
                self._gap(size * 0.8)
            case blocks.Heading():
                self._gap(size * 1.3, stays=True)
                self._paragraph([Run(block.text, bold=True)], size=self._look.heading, stays=True)
                self._gap(size * 0.4, stays=True)
            case blocks.Text():
                if block.boxed:
                    self._boxed(block.text)
                else:
                    self._paragraph([Run(block.text)], indent=_ID * size if block.indented else 0)
                self._gap(size * 0.5)
            case blocks.Blanks():
                self._blanks(block)
            case blocks.Legend():
                self._legend(block)
            case blocks.Passage():
                self._passage(block)
            case blocks.Ruled():
                self._ruled(block)
            case blocks.Note():
                self._note(block)
            case blocks.Rights():
                self._gap(size * 1.5, stays=True)
                self._flow.append(_Strip(size * 0.6, partial(self._rule, self._left, self._right), stays=True))
                self._paragraph([Run(block.text)], whole=True)

    def _paragraph(  # noqa: PLR0913 - how it looks, and what it must not be parted from
        self,
        runs: Sequence[Run],
        *,
        size: float = 0,
        indent: float = 0,
        stays: bool = False,
        whole: bool = False,
        signed: bool = False,
    ) -> None:
        """Lay text over the width; where tags are underlined in it, its lines stand further apart."""
        size = size or self._look.text
        left = self._left + indent
        text = self._set(runs, size, left, self._right)
        height = size * (self._look.leading + (_UNDER if signed else 0))
        for number, line in enumerate(text.lines, start=1):
            draw = partial(self._line, text, line, left, self._right)
            # A first line is not left alone at the foot of a page, nor a last one at the head.
            near_edge = whole or number == 1 or number == len(text.lines) - 1
            self._flow.append(_Strip(height, draw, stays=stays or (near_edge and number < len(text.lines))))

    def _boxed(self, text: str) -> None:
        inside = self._set([Run(text)], self._look.text, self._left + 2 * _PAD, self._right - 2 * _PAD)
        step = self._look.text * self._look.leading
        height = step * len(inside.lines) + 3 * _PAD

        def draw(top: float) -> None:
            self._box(self._left, top, self._right - self._left, height, tinted=True)
            for number, line in enumerate(inside.lines):
                self._line(
                    inside, line, self._left + 2 * _PAD, self._right - 2 * _PAD, top + 1.5 * _PAD + number * step
                )

        self._flow.append(_Strip(height, draw))

    def _blanks(self, blanks: blocks.Blanks) -> None:
        size = self._look.text
        per_line = len(blanks.names) if self._look.columns else 1
        for names in _batched(blanks.names, per_line):
            self._flow.append(_Strip(size * 2.2, partial(self._fill_in, names)))
        self._gap(size)

    def _fill_in(self, names: Sequence[str], top: float) -> None:
        """Draw blanks side by side, each with its name."""
        size = self._look.text
        apart = 2 * _PAD
        wide = (self._right - self._left + apart) / len(names)
        for number, name in enumerate(names):
            left = self._left + number * wide
            right = left + wide - apart
            text = self._set([Run(name)], size, left, right)
            base = top + size * 1.5
            self._letters(text, text.lines[0], left, right, base)
            self._rule(left + text.lines[0].width + _PAD, right, base + 2)

    def _legend(self, legend: blocks.Legend) -> None:
        if not self._look.columns:
            for tag in legend.tags:
                self._paragraph(_told_sign(tag.sign), stays=True, signed=True)
                self._paragraph([Run(f"{tag.definition} {tag.ask}")], stays=True)
                self._gap(self._look.text * 0.8)
            return
        edges = self._edges((0.28, 0.36, 0.36))
        self._row([[Run(title, bold=True)] for title in legend.columns], edges, tinted=True)
        for tag in legend.tags:
            self._row(_told(tag), edges)

    def _row(self, cells: Sequence[Sequence[Run]], edges: Sequence[float], *, tinted: bool = False) -> None:
        """Lay one row of a table."""
        size = self._look.text
        set_cells = [
            (self._set(cell, size, left + _PAD, right - _PAD), left + _PAD, right - _PAD)
            for cell, (left, right) in zip(cells, itertools.pairwise(edges), strict=True)
        ]
        step = size * self._look.leading
        height = max(len(text.lines) for text, _, _ in set_cells) * step + 1.6 * _PAD

        def draw(top: float) -> None:
            for left, right in itertools.pairwise(edges):
                self._box(left, top, right - left, height, tinted=tinted)
            for text, left, right in set_cells:
                for number, line in enumerate(text.lines):
                    self._line(text, line, left, right, top + 0.6 * _PAD + number * step)

        self._flow.append(_Strip(height, draw, stays=tinted))

    def _passage(self, passage: blocks.Passage) -> None:
        look, size = self._look, self._look.passage
        margin = _ID * look.text
        backwards = passage.direction == "rtl"
        left = self._left + (0 if backwards else margin)
        right = self._right - (margin if backwards else 0)
        text = self._set([Run(passage.text, bold=passage.head)], size, left, right, passage.direction)
        lanes = 1 + max((line.lane for line in passage.underlines), default=-1)
        step = size * (look.wide if passage.wide else 1.35 + _UNDER + _LANE * lanes)
        mark = self._set([Run(passage.id, bold=True)], look.text, self._left, self._right)
        aside = self._right - mark.lines[0].width if backwards else self._left
        most = len(text.lines)
        whole = most <= _WHOLE and most * step <= _HIGH
        for number, line in enumerate(text.lines):

            def draw(top: float, number: int = number, line: Line = line) -> None:
                base = top + size * 1.15
                if number == 0:
                    self._letters(mark, mark.lines[0], aside, self._right, base)
                self._letters(text, line, left, right, base, passage.direction)
                self._underline(line, passage.underlines, self._start(line, left, right, passage.direction), base, size)

            last = number == most - 1
            # One line alone stands at no edge of a page, and the words stay with the first thing that is said of them.
            near_edge = number in {0, most - 2}
            self._flow.append(
                _Strip(step, draw, stays=(not last and (whole or near_edge)) or (last and not passage.wide))
            )
        if not passage.wide:
            self._gap(look.text * 0.3, stays=True)

    def _note(self, note: blocks.Note) -> None:
        indent = _ID * self._look.text
        runs = [Run(f"{note.number}. "), Run(alone(note.text), bold=bool(note.entries))]
        if note.sign:
            runs += [Run("   " if note.text else ""), *_told_sign(note.sign)]
        self._paragraph(runs, indent=indent, stays=bool(note.entries), signed=note.sign is not None)
        for entry in note.entries:
            self._paragraph(_said(entry), indent=indent)
        self._gap(self._look.text * (0.9 if note.entries else 0.35))

    def _ruled(self, ruled: blocks.Ruled) -> None:
        self._paragraph([Run(ruled.how)], stays=True)
        self._gap(self._look.text * 0.5, stays=True)
        if not self._look.columns:
            self._stacked(ruled)
            return
        edges = self._edges([column.share for column in ruled.columns])
        self._row([[Run(column.title, bold=True)] for column in ruled.columns], edges, tinted=True)
        height = self._look.row

        def draw(top: float) -> None:
            for left, right in itertools.pairwise(edges):
                self._box(left, top, right - left, height)

        rows = [_Strip(height, draw, stays=number + 1 < ruled.rows) for number in range(ruled.rows)]
        self._flow += [*rows, *([_Strip(height, draw, spare=True)] * _MORE_ROWS)]

    def _stacked(self, ruled: blocks.Ruled) -> None:
        """Rule a table for large letters: what would be a row are lines one below the other."""
        short, long = _by_length(ruled.columns)
        height = self._look.row * (1 + 2 * len(long)) + 2 * _PAD

        def draw(top: float) -> None:
            self._fill_in([column.title for column in short], top)
            for number, column in enumerate(long):
                at = top + self._look.row * (1 + 2 * number)
                self._fill_in([column.title], at)
                self._rule(self._left, self._right, at + self._look.row + self._look.text * 1.5 + 2)

        self._flow += [_Strip(height, draw)] * ruled.rows
        self._flow += [_Strip(height, draw, spare=True)] * 2

    # Drawing

    def _set(self, runs: Sequence[Run], size: float, left: float, right: float, direction: str = "") -> Setting:
        found = Setting(self._regular, self._bold, runs, size, right - left, direction or self._document.direction)
        self._missing |= found.missing
        return found

    def _line(self, text: Setting, line: Line, left: float, right: float, top: float) -> None:
        """Draw a line of text, with what is drawn under some of its words."""
        base = top + text.size * 1.05
        self._letters(text, line, left, right, base)
        at = self._start(line, left, right, text.direction)
        for start, end, run in text.stretches:
            if run.sign is not None:
                self._underline(line, [Underline(start, end, run.sign, 0)], at, base, text.size)
            if run.address:
                for x, until in line.stretches(start, end):
                    self._pdf.link(at + x, base - text.size, until - x, text.size * 1.2, run.address)

    def _letters(  # noqa: PLR0913, PLR0917 - text, place and direction
        self, text: Setting, line: Line, left: float, right: float, base: float, direction: str = ""
    ) -> None:
        at = self._start(line, left, right, direction or text.direction)
        for x, letters, bold in line.pieces:
            self._pdf.set_font(_FONT, "B" if bold else "", text.size)
            self._pdf.text(at + x, base, letters)

    @staticmethod
    def _start(line: Line, left: float, right: float, direction: str) -> float:
        return right - line.width if direction == "rtl" else left

    def _underline(self, line: Line, underlines: Sequence[Underline], at: float, base: float, size: float) -> None:
        for one in underlines:
            y = base + size * (_UNDER + _LANE * one.lane)
            for left, right in line.stretches(one.start, one.end):
                self._stroke(one.sign, at + left, at + right, y)

    def _stroke(self, sign: Sign, left: float, right: float, y: float) -> None:
        """Draw a line in the shape of its tag."""
        pdf, wide = self._pdf, self._look.stroke
        pdf.set_draw_color(sign.colour if self._look.ink else _INK)
        pdf.set_line_width(wide)
        match sign.shape:
            case "double":
                pdf.set_line_width(wide * 0.7)
                pdf.line(left, y - wide, right, y - wide)
                pdf.line(left, y + wide, right, y + wide)
            case "wavy":
                pdf.set_line_width(wide * 0.8)
                steps = max(2, round((right - left) / 1.1))
                points = [left + (right - left) * step / steps for step in range(steps + 1)]
                pdf.polyline([(x, y + 1.6 * math.sin((x - left) * 1.15)) for x in points])
            case "dotted":
                dot = max(wide * 1.25, 1)
                pdf.set_line_width(dot)
                pdf.set_dash_pattern(dot, dot * 2)
                pdf.line(left, y, right, y)
            case "dashed":
                pdf.set_dash_pattern(7, 3.5)
                pdf.line(left, y, right, y)
            case _:
                pdf.line(left, y, right, y)
        pdf.set_dash_pattern()

    def _rule(self, left: float, right: float, y: float) -> None:
        self._pdf.set_draw_color(_GREY if self._look.ink else _INK)
        self._pdf.set_line_width(self._look.rule)
        self._pdf.line(left, y, right, y)

    def _box(self, left: float, top: float, width: float, height: float, *, tinted: bool = False) -> None:
        self._pdf.set_draw_color(_GREY if self._look.ink else _INK)
        self._pdf.set_line_width(self._look.rule)
        self._pdf.set_fill_color(_TINT)
        self._pdf.rect(left, top, width, height, style="DF" if tinted and self._look.ink else "D")

    def _edges(self, shares: Sequence[float]) -> list[float]:
        wide = self._right - self._left
        return [self._left + wide * share for share in itertools.accumulate(shares, initial=0)]


def _empty(document: Document, paper: str) -> "FPDF":
    from fpdf import FPDF

    pdf = FPDF(unit="pt", format=paper)
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(_MADE)
    pdf.set_title(document.title)
    pdf.set_lang(document.language)
    for style, name in _FILES.items():
        pdf.add_font(_FONT, style, _folder() / name)
    return pdf


@cache
def _folder() -> Path:
    """
    Find the typeface.

    DejaVu Sans comes with Matplotlib, which the kit needs anyway. It has the letters of most
    scripts that are written from left to right, and Arabic and Hebrew; its licence allows that
    it is put into documents.
    """
    import matplotlib as mpl

    return Path(mpl.get_data_path(), "fonts", "ttf")


def _faces(pdf: "FPDF") -> tuple[Face, Face]:
    """Give the typeface as its letters and how wide they are."""
    regular, bold = (cast("TTFFont", pdf.fonts[f"{_FONT}{style}"]) for style in _FILES)
    return Face(regular.cmap, regular.cw), Face(bold.cmap, bold.cw)


def _named(sign: Sign) -> Run:
    return Run(sign.title, bold=True, sign=sign)


def _told_sign(sign: Sign) -> list[Run]:
    return [Run(f"{sign.key}\u00a0"), _named(sign)]


def _told(tag: Tag) -> list[list[Run]]:
    return [_told_sign(tag.sign), [Run(tag.definition)], [Run(tag.ask)]]


def _said(entry: Entry) -> list[Run]:
    runs = [Run(f"{entry.head} " if entry.title else "", bold=True), Run(alone(entry.text))]
    # An address comes from a file, and "javascript:" is an address, too.
    if is_address(entry.address):
        runs += [Run(" " if entry.text else ""), Run(entry.address, address=entry.address)]
    return runs


def _by_length(columns: Sequence[Column]) -> tuple[list[Column], list[Column]]:
    """Part the columns that hold a word or a number from those that hold a sentence."""
    return [one for one in columns if one.share < _SHORT], [one for one in columns if one.share >= _SHORT]


def _batched(names: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(names[at : at + size]) for at in range(0, len(names), size)]
