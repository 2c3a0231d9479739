"""A layer as a picture, the same in words, and the table behind it."""

import base64
import io
import itertools
import unicodedata
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .article import Article, Segment, Span
from .faults import LessonError
from .key import Key, Note
from .layers import Layer, Tag
from .words import Words
from .workbook import Mark

# Drawing and tables are imported where they are made: most kernels never need them.
if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

_SOURCE = "source"
_CONTENT = "content"
_NO_SOURCE = "own-voice"

# Lengths are inches and type sizes points. On a telephone the picture is shown at less than
# half its size, so the smallest type is large here.
_DPI = 110
_STEPS = 6  # between two colours of the palette; nine tags then take no more than 255 colours
_WIDTH = 8.0
_MARGIN = 0.3
_POINT = 1 / 72
_LINE = 1.28

_NAMES = 3.3
_BAR = 0.26
_MOST_BARS = 12  # of one tag
_BAND = 0.27
_LANE = 0.46
_BLANK_LANE = 0.34
_WORDS_A_LINE = 150
_MOST_LINES = 24
_LEAST_CHIP = 0.3

INK = "#1b1b1b"
SOFT = "#565656"
_FAINT = "#a8a8a8"
PAPER = "#ffffff"


@dataclass(frozen=True)
class _Type:
    """How a line is written."""

    size: float
    bold: bool = False
    colour: str = INK

    @property
    def step(self) -> float:
        """From one line to the next, in inches."""
        return self.size * _POINT * _LINE


_TITLE = _Type(20, bold=True)
_HEAD = _Type(16, bold=True)
_LABEL = _Type(14)
_HOW = _Type(14, colour=SOFT)
_EMPTY = _Type(16, colour=SOFT)
_CHIP = _Type(14, bold=True)
_CHIP_SMALL = _Type(12, bold=True)

_CARD = (
    "box-sizing:border-box;max-width:56rem;margin:0;padding:0.75rem;border:1px solid #bdbdbd;"
    f"border-radius:8px;background:{PAPER};color:{INK};color-scheme:light"
)


@dataclass(frozen=True)
class Look:
    """How a tag is drawn: never by its colour alone."""

    fill: str
    ink: str
    """Colour of the hatching."""
    edge: str
    hatch: str


_COLOURS = (
    # Fill, hatching, outline. The hues are those of the panels; the lightnesses differ, so that
    # the fills stay apart for colour-blind eyes.
    ("#0b5cad", "#ffffff", "#0b5cad"),
    ("#f5b041", "#8a4b00", "#8a4b00"),
    ("#f2a0c4", "#a00d51", "#b0125b"),
    ("#1f8a6c", "#ffffff", "#0f6b52"),
    ("#f0ecfd", "#5b3fb5", "#5b3fb5"),
    ("#8a750f", "#ffffff", "#6b5900"),
    ("#863e2d", "#ffffff", "#863e2d"),
    ("#1f3a47", "#ffffff", "#1f3a47"),
    ("#000000", "#ffffff", "#000000"),
)
_HATCHES = {"solid": "", "double": "--", "wavy": "xx", "dotted": "..", "dashed": "//"}
_MORE_HATCHES = ("||", "\\\\", "++", "oo", "**")

Align = Literal["start", "middle"]
Place = tuple[float, float, float, float]
"""Left, top, width and height, in inches."""


@dataclass(frozen=True)
class Part:
    """One part of what a picture shows, in words."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Picture:
    """A picture of one layer of an article, and the same in words."""

    article: str
    """Name of the article."""
    layer: str
    """Name of the layer."""
    title: str
    png: bytes
    """The picture as a PNG file; empty where there is nothing to draw."""
    parts: tuple[Part, ...]
    """Everything the picture shows, in words."""
    words: Words = field(compare=False)

    @property
    def description(self) -> str:
        """Everything the picture shows, as plain text, a line for each thing."""
        return "\n".join(
            line for part in self.parts for line in ((part.title, *part.lines) if part.title else part.lines)
        )

    def __repr__(self) -> str:
        """Say what is shown, without anything of the learner: notebooks are shared and compared."""
        return f"Picture(article={self.article!r}, layer={self.layer!r})"

    def _repr_html_(self) -> str:
        figure = f'<figure class="lessonkit-picture" style="{_CARD}">'
        if not self.png:
            return f'{figure}<p style="margin:0">{escape(self.description)}</p></figure>'
        alt, in_words = escape(self.words("chart.alt", title=self.title)), escape(self.words("chart.in_words"))
        parts = []
        for part in self.parts:
            items = "".join(f'<li dir="auto">{escape(line)}</li>' for line in part.lines)
            parts.append(
                f'<p style="margin:0.75rem 0 0.25rem"><strong>{escape(part.title)}</strong></p><ul>{items}</ul>'
            )
        # The attribute on the summary keeps JupyterLab's one-letter shortcuts away from it: without
        # it, pressing d twice there deletes the cell.
        return (
            f'{figure}<img alt="{alt}" src="data:image/png;base64,{self._base64()}"'
            f' style="display:block;max-width:100%;height:auto;margin:0 auto;background:{PAPER}">'
            '<details style="margin-top:0.75rem"><summary tabindex="0" data-lm-suppress-shortcuts="true"'
            f' style="cursor:pointer;padding:0.35rem 0;font-weight:600">{in_words}</summary>'
            f"{''.join(parts)}</details></figure>"
        )

    def _base64(self) -> str:
        return base64.b64encode(self.png).decode("ascii")

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        bundle = {"text/plain": repr(self), "text/html": self._repr_html_()}
        if self.png:
            bundle["image/png"] = self._base64()
        wanted = set(bundle if include is None else include) - set(exclude or ())
        return {kind: data for kind, data in bundle.items() if kind in wanted}

    def save(self, path: str | Path) -> Path:
        """
        Write the picture to a file.

        Parameters
        ----------
        path
            Where to; the name should end in ``.png``.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        LessonError
            When there is no picture to write, or the file cannot be written.
        """
        if not self.png:
            raise LessonError(self.description)
        file = Path(path)
        try:
            file.write_bytes(self.png)
        except OSError as error:
            raise LessonError(
                self.words("chart.not_saved", file=str(file), error=error.strerror or str(error))
            ) from error
        return file


def table(article: Article, layer: Layer, marks_or_key: Sequence[Mark] | Key | None) -> "pd.DataFrame":
    """
    Give marks or notes as a table.

    Parameters
    ----------
    article
        The article.
    layer
        The layer.
    marks_or_key
        A learner's marks, or the key; None where the article has no key.

    Returns
    -------
    pandas.DataFrame
        One row a mark or note, in article order, with the same columns when it is empty:
        ``segment``, ``kind``, ``quote`` and ``tag``; ``source`` in a layer that asks for one;
        ``words`` and ``segment_words``; then ``reason`` and ``confidence`` of a mark, or the
        layer's own fields of a note, such as ``cue``, ``content`` and ``basis``.

        ``words`` counts the words of a mark's quotation; of a note, the words it reports
        (``content``), or of its quotation where it has no content. The ``source`` of a mark is
        its quotation, and is empty where the tag says that there is none. What is not said is
        an empty text.
    """
    import pandas as pd

    asks_source = any(field.name == _SOURCE for field in layer.fields)
    rows: list[dict[str, Any]] = []
    if isinstance(marks_or_key, Key) or marks_or_key is None:
        # Addresses are for reveal, which makes links of them.
        more = [field.name for field in layer.fields if field.name != _SOURCE and not field.address]
        for note in marks_or_key.notes if marks_or_key is not None else ():
            told = {name: note.fields.get(name, "") for name in (_SOURCE, *more)}
            rows.append(
                _row(article, note.span, note.quote, note.tag) | told | {"words": len(_given(note, article).words)}
            )
    else:
        more = ["reason", "confidence"]
        for mark in marks_or_key:
            told = {
                _SOURCE: "" if mark.tag == _NO_SOURCE else mark.quote,
                "reason": mark.reason,
                "confidence": mark.confidence,
            }
            rows.append(_row(article, mark.span, mark.quote, mark.tag) | told | {"words": len(mark.span.words)})
    order = {segment.id: number for number, segment in enumerate(article.segments)}
    rows.sort(key=lambda row: (order[row["segment"]], *row["span"]))
    columns = ["segment", "kind", "quote", "tag", *([_SOURCE] if asks_source else []), "words", "segment_words", *more]
    types: dict[str, Any] = dict.fromkeys(columns, "string") | {
        "tag": pd.CategoricalDtype([tag.name for tag in layer.tags]),
        "words": "int64",
        "segment_words": "int64",
    }
    made = pd.DataFrame(rows, columns=columns).astype(types)
    # A name in the corner, so that a screen reader does not meet a heading without words.
    made.columns.name = "#"
    return made


def chart(article: Article, layer: Layer, marks: Sequence[Mark], key: Key | None, words: Words) -> Picture:
    """
    Draw one layer of an article.

    Above stand bars: who gets how many words, as the key has it; by tag where the layer asks
    for no source, and from the learner's marks where there is no key. Below stands the article
    as a strip, a block for each segment, in the learner's reading and in the key's. Nothing
    is added up to a score. The same marks always give the same bytes.

    Parameters
    ----------
    article
        The article.
    layer
        The layer.
    marks
        The learner's marks of this layer.
    key
        Its key, or None where the article has none.
    words
        The words learners read.

    Returns
    -------
    Picture
        Without a picture in it where there is neither a mark nor a key: then its description
        says what to do.
    """
    title = words("chart.title", layer=layer.title)
    marks = [mark for mark in marks if layer.has(mark.tag) and article.has(mark.span.segment)]
    if key is None and not marks:
        return Picture(article.name, layer.name, title, b"", (Part("", (words("chart.nothing"),)),), words)
    shown = _Shown(article, layer, tuple(marks), key, words)
    parts = (Part(shown.bars_title, shown.bars_in_words()), Part(words("chart.strip_title"), shown.strip_in_words()))
    return Picture(article.name, layer.name, title, _draw(shown), parts, words)


def looks(layer: Layer) -> Mapping[str, Look]:
    """
    Give the look of each tag of a layer.

    Parameters
    ----------
    layer
        The layer. Its tags' shapes choose the hatching; where two tags have the same shape, the
        second gets another.

    Returns
    -------
    Mapping of str to Look
        By name of the tag.
    """
    found: dict[str, Look] = {}
    for tag, colours in zip(layer.tags, _COLOURS, strict=False):
        used = {look.hatch for look in found.values()}
        hatches = (_HATCHES[tag.shape], *_MORE_HATCHES, *_HATCHES.values())
        hatch = next(hatch for hatch in hatches if hatch not in used)
        found[tag.name] = Look(*colours, hatch)
    return found


# What is shown


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
class _Shown:
    """Everything the picture shows and the description says, counted once for both."""

    article: Article
    layer: Layer
    marks: tuple[Mark, ...]
    key: Key | None
    words: Words

    @cached_property
    def total(self) -> int:
        return sum(len(segment.words) for segment in self.article.segments)

    @cached_property
    def by_source(self) -> bool:
        """Whether the bars are those of sources, and not of tags."""
        return self.key is not None and any(field.name == _SOURCE for field in self.layer.fields)

    @property
    def bars_title(self) -> str:
        return self.words(f"chart.{self._counted}_title")

    @property
    def bars_how(self) -> str:
        text = self.words(f"chart.{self._counted}_how", total=self.total)
        shared = self.words("chart.sources_shared" if self.by_source else "chart.tags_shared")
        return f"{text} {shared}" if self._shared else text

    @property
    def _counted(self) -> str:
        return "sources" if self.by_source else "marks" if self.key is None else "notes"

    @cached_property
    def readings(self) -> tuple[tuple[str, Mapping[str, tuple[str, ...]]], ...]:
        """The rows of the strip: what each is called, and the tags of each segment in it."""
        yours = (self.words("chart.you"), self._tags(self.marks))
        return (yours,) if self.key is None else (yours, (self.words("chart.key"), self._tags(self.key.notes)))

    def bars_of(self, tag: Tag) -> tuple[_Bar, ...]:
        """Give the bars of one tag, the longest first."""
        return tuple(bar for bar in self.bars if bar.tag == tag.name)

    def bars_in_words(self) -> tuple[str, ...]:
        lines = [self.bars_how]
        for tag in self.layer.tags:
            bars = self.bars_of(tag)
            if not bars:
                lines.append(self.words("chart.tag_none", tag=tag.title))
            for bar in bars:
                share = bar.words * 100 / self.total
                lines.append(
                    self.words(
                        "chart.source_line" if bar.name else "chart.tag_line",
                        words=self.count(bar.words),
                        share=self.words("chart.share" if share >= 1 else "chart.share_small", percent=round(share)),
                        tag=tag.title,
                        source=bar.name if bar.label == bar.name else f"{bar.label} ({bar.name})",
                    )
                )
        return tuple(lines)

    def strip_in_words(self) -> tuple[str, ...]:
        lines = [self.words("chart.strip_how")]
        if not self.marks:
            lines.append(self.words("chart.no_marks_line"))
        for segment in self.article.segments:
            said = [
                self.words(
                    "chart.reading",
                    reader=reader,
                    tags="; ".join(self.layer.tag(tag).title for tag in tags[segment.id]) or self.words("chart.no_tag"),
                )
                for reader, tags in self.readings
            ]
            kind = self.words(f"kind.{segment.kind}")
            what = self.words("chart.segment", id=segment.id, kind=kind, words=self.count(len(segment.words)))
            lines.append(" ".join((what, *said)))
        return tuple(lines)

    def count(self, number: int) -> str:
        return self.words("chart.words_one" if number == 1 else "chart.words", number=number)

    def _tags(self, things: Sequence[Mark | Note]) -> dict[str, tuple[str, ...]]:
        """Give the tags of each segment, each once, in the order of the layer."""
        used = {(thing.span.segment, thing.tag) for thing in things}
        return {
            segment.id: tuple(tag.name for tag in self.layer.tags if (segment.id, tag.name) in used)
            for segment in self.article.segments
        }

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
                name = short_name(note.fields.get(_SOURCE, "")) if self.by_source else ""
                name = names.setdefault(name.casefold(), name)
                found.setdefault((note.tag, name), set()).update(_places(_given(note, self.article)))
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
            label = name if _drawable(name) else self.words("chart.source_number", number=number)
            bars.append(_Bar(tag, name, label, len(found)))
        return tuple(bars)


# Arabic comma and semicolon; the wide comma, semicolon, colon, full stop and list comma.
_ENDS = "\u060c\u061b\uff0c\uff1b\uff1a\u3002\u3001"
_LONGEST_ABBREVIATION = 4


def short_name(source: str) -> str:
    """
    Shorten what a note says of a source to its name.

    Parameters
    ----------
    source
        Such as ``"Turkey. Which person spoke, the headline does not say."``

    Returns
    -------
    str
        What stands before the first comma, colon, semicolon or full stop: ``"Turkey"``. The
        full stop of an abbreviation, after fewer than five letters, ends nothing.
    """
    text = " ".join(source.split())
    for at, character in enumerate(text):
        followed = text[at + 1 : at + 2] in {"", " "}
        if character in _ENDS or (character in ",;:" and followed):
            return text[:at].strip() or text
        if character == "." and followed and _ends_sentence(text[:at]):
            return text[:at].strip()
    return text


def _ends_sentence(before: str) -> bool:
    word = before.rsplit(" ", 1)[-1]
    return not word[-1:].isalpha() or (len(word) > _LONGEST_ABBREVIATION and "." not in word)


def _given(note: Note, article: Article) -> Span:
    """Give the words a note hands to its source: what is reported, or else what it quotes."""
    content = note.fields.get(_CONTENT)
    if content is None:
        return note.span
    try:
        return article.find(content, note.span.segment)
    except LessonError:
        return note.span


def _places(span: Span) -> Iterable[tuple[str, int]]:
    return ((span.segment, number) for number in span.words)


def _row(article: Article, span: Span, quote: str, tag: str) -> dict[str, Any]:
    segment = article.segment(span.segment)
    return {
        "segment": segment.id,
        "kind": segment.kind,
        "span": (span.first, span.last),
        "quote": quote,
        "tag": tag,
        "segment_words": len(segment.words),
    }


# Drawing


class _Paper:
    """
    A sheet of paper, written on from the top down.

    Parameters
    ----------
    mirrored
        Whether it is laid out from right to left.
    """

    def __init__(self, *, mirrored: bool) -> None:
        self.y = _MARGIN
        self._mirrored = mirrored
        self._boxes: list[tuple[Place, Look | None]] = []
        self._texts: list[tuple[float, float, str, _Type, Align, bool]] = []

    def write(
        self, at: tuple[float, float], text: str, kind: _Type, align: Align = "start", *, chip: bool = False
    ) -> None:
        """Write one line, `at` where it begins (or its middle) and the middle of its height."""
        self._texts.append((*at, text, kind, align, chip))

    def paragraph(self, text: str, kind: _Type) -> None:
        """Write lines over the whole width and move down."""
        for line in _wrapped(text, _WIDTH - 2 * _MARGIN, kind):
            self.write((_MARGIN, self.y + kind.step / 2), line, kind)
            self.y += kind.step

    def box(self, place: Place, look: Look | None) -> None:
        """Draw a box; a dashed outline where there is no look."""
        self._boxes.append((place, look))

    def png(self) -> bytes:
        """Draw everything and give the file."""
        from matplotlib.figure import Figure

        height = self.y + _MARGIN
        figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor=PAPER)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim((_WIDTH, 0) if self._mirrored else (0, _WIDTH))
        axes.set_ylim(height, 0)
        self._draw_boxes(axes)
        self._draw_texts(axes)
        raw = io.BytesIO()
        figure.savefig(raw, format="rgba", dpi=_DPI, facecolor=PAPER)
        return _with_palette(raw.getvalue(), round(_WIDTH * _DPI), self._palette())

    def _draw_boxes(self, axes: "Axes") -> None:
        from matplotlib.patches import Rectangle

        for (left, top, width, height), look in self._boxes:
            box = partial(Rectangle, (left, top), width, height)
            if look is None:
                axes.add_artist(box(fill=False, edgecolor=_FAINT, linewidth=1.4, linestyle=(0, (3, 2.5))))
                continue
            # Matplotlib hatches in the colour of the edge, so the outline is a box of its own.
            axes.add_artist(box(facecolor=look.fill, edgecolor=look.ink, hatch=look.hatch, linewidth=0))
            axes.add_artist(box(fill=False, edgecolor=look.edge, linewidth=1.4))

    def _draw_texts(self, axes: "Axes") -> None:
        start = "right" if self._mirrored else "left"
        around = {"boxstyle": "round,pad=0.14,rounding_size=0.3", "facecolor": PAPER, "edgecolor": "none"}
        for x, y, text, kind, align, chip in self._texts:
            axes.text(
                x,
                y,
                text,
                fontproperties=_font(kind),
                color=kind.colour,
                ha="center" if align == "middle" else start,
                va="center_baseline",
                parse_math=False,
                bbox=around if chip else None,
            )

    def _palette(self) -> list[tuple[int, ...]]:
        """Give the colours in use, and the steps between those that touch."""
        pairs = [(PAPER, INK), (PAPER, SOFT), (PAPER, _FAINT)]
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

    pixels = np.frombuffer(raw, dtype=np.uint8).reshape(-1, width, 4)[..., :3].astype(np.int64)
    palette = np.array(colours, dtype=np.int64)
    used, which = np.unique(pixels @ np.array([65536, 256, 1]), return_inverse=True)
    rgb = np.stack((used >> 16, used >> 8 & 255, used & 255), axis=-1)
    nearest = ((rgb[:, None, :] - palette) ** 2).sum(axis=-1).argmin(axis=-1).astype(np.uint8)
    picture = Image.fromarray(nearest[which].reshape(pixels.shape[:2]))
    picture.putpalette(palette.astype(np.uint8).tobytes())
    file = io.BytesIO()
    picture.save(file, format="png", optimize=True)
    return file.getvalue()


def _draw(shown: _Shown) -> bytes:
    import matplotlib as mpl

    # A user's own settings must not change the picture, nor the picture them.
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mpl.rcdefaults()
        mpl.rcParams["hatch.linewidth"] = 1.3
        paper = _Paper(mirrored=shown.article.direction == "rtl")
        _draw_bars(paper, shown)
        paper.y += 0.42
        _draw_strip(paper, shown)
        return paper.png()


def _draw_heading(paper: _Paper, title: str, how: str) -> None:
    if _drawable(title):
        paper.paragraph(title, _TITLE)
    if _drawable(how):
        paper.y += 0.04
        paper.paragraph(how, _HOW)
    paper.y += 0.12


def _draw_bars(paper: _Paper, shown: _Shown) -> None:
    _draw_heading(paper, shown.bars_title, shown.bars_how)
    longest = max((bar.words for bar in shown.bars), default=1)
    start = _MARGIN + (_NAMES if shown.by_source else 0)
    inch = (_WIDTH - _MARGIN - start - _wide(str(longest), _HEAD) - 0.12) / longest
    for tag in shown.layer.tags:
        look, bars = looks(shown.layer)[tag.name], shown.bars_of(tag)
        paper.y += 0.1
        _draw_tag(paper, tag, look, none="" if bars else shown.words("chart.none"))
        for bar in bars[:_MOST_BARS]:
            _draw_bar(paper, bar, look, start, inch)
        more = shown.words("chart.more", number=len(bars) - _MOST_BARS)
        if len(bars) > _MOST_BARS and _drawable(more):
            paper.paragraph(more, _HOW)


def _draw_tag(paper: _Paper, tag: Tag, look: Look, none: str) -> None:
    """Write the name of a tag behind its number and a sample of its look."""
    tall, wide = 0.3, 0.5
    paper.box((_MARGIN, paper.y, wide, tall), look)
    paper.write((_MARGIN + wide / 2, paper.y + tall / 2), tag.key, _CHIP, "middle", chip=True)
    x, y = _MARGIN + wide + 0.15, paper.y + tall / 2
    lines = _wrapped(tag.title if _drawable(tag.title) else tag.name, _WIDTH - 2 * _MARGIN - 1.6, _HEAD)
    for number, line in enumerate(lines):
        paper.write((x, y + number * _HEAD.step), line, _HEAD)
    below = (len(lines) - 1) * _HEAD.step
    if none and _drawable(none):
        paper.write((x + _wide(lines[-1], _HEAD) + 0.15, y + below), none, _HOW)
    paper.y += tall + below + 0.06


def _draw_bar(paper: _Paper, bar: _Bar, look: Look, start: float, inch: float) -> None:
    """Draw a bar from `start`, `inch` long for each word, with its name before it and its number behind."""
    lines = _wrapped(bar.label, _NAMES - 0.2, _LABEL) if bar.label else []
    step = _LABEL.step * 0.9
    tall = max(_BAR, step * len(lines)) + 0.1
    middle = paper.y + tall / 2
    for number, line in enumerate(lines):
        paper.write((_MARGIN, middle + (number - (len(lines) - 1) / 2) * step), line, _LABEL)
    paper.box((start, middle - _BAR / 2, bar.words * inch, _BAR), look)
    paper.write((start + bar.words * inch + 0.1, middle), str(bar.words), _HEAD)
    paper.y += tall


def _draw_strip(paper: _Paper, shown: _Shown) -> None:
    _draw_heading(paper, shown.words("chart.strip_title"), shown.words("chart.strip_how"))
    names = [name if _drawable(name) else "" for name, _ in shown.readings]
    start = _MARGIN + max(_wide(name, _HEAD) for name in names) + 0.15
    lines = _lines(shown.article.segments)
    inch = (_WIDTH - _MARGIN - start) / max(sum(len(segment.words) for segment in line) for line in lines)
    no_marks = "" if shown.marks else shown.words("chart.no_marks")
    for line in lines:
        edges = list(itertools.accumulate((len(segment.words) * inch for segment in line), initial=start))
        _draw_ids(paper, line, edges)
        most = max(len(tags[segment.id]) for _, tags in shown.readings for segment in line)
        for name, (_, tags) in zip(names, shown.readings, strict=True):
            blank = not any(tags.values())
            lane = _BLANK_LANE if blank else max(_LANE, _BAND * most)
            paper.write((_MARGIN, paper.y + lane / 2), name, _HEAD)
            for segment, left, right in zip(line, edges, edges[1:], strict=False):
                _draw_block(paper, shown, tags[segment.id], (left, paper.y, right - left, lane))
            if blank and no_marks and _drawable(no_marks):
                paper.write(((start + edges[-1]) / 2, paper.y + lane / 2), no_marks, _EMPTY, "middle", chip=True)
                no_marks = ""
            paper.y += lane + 0.07
        paper.y += 0.12


def _draw_ids(paper: _Paper, line: Sequence[Segment], edges: Sequence[float]) -> None:
    """Write the ids above their blocks, a step higher where they would run into each other."""
    free: list[float] = []
    levels = []
    for segment, left in zip(line, edges, strict=False):
        level = next((level for level, taken in enumerate(free) if taken <= left), len(free))
        free[level : level + 1] = [left + _wide(segment.id, _HOW) + 0.06]
        levels.append(level)
    paper.y += _HOW.step * len(free)
    for segment, left, level in zip(line, edges, levels, strict=False):
        paper.write((left + 0.02, paper.y - (level + 0.5) * _HOW.step), segment.id, _HOW)


def _draw_block(paper: _Paper, shown: _Shown, tags: Sequence[str], place: Place) -> None:
    """Draw a segment. Several tags lie one above the other, so that each is as wide as the segment."""
    left, top, width, height = place
    gap = min(0.03, width / 4)
    if not tags:
        paper.box((left, top, width - gap, height), None)
    for row, name in enumerate(tags):
        band = height / len(tags)
        paper.box((left, top + row * band, width - gap, band), looks(shown.layer)[name])
        if width >= _LEAST_CHIP:
            middle = (left + (width - gap) / 2, top + (row + 0.5) * band)
            paper.write(middle, shown.layer.tag(name).key, _CHIP_SMALL, "middle", chip=True)


def _lines(segments: Sequence[Segment]) -> list[list[Segment]]:
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


@cache
def _font(kind: _Type) -> "FontProperties":
    """Give the font that comes with Matplotlib, by file: the one of the same name on a machine may differ."""
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties

    name = "DejaVuSans-Bold.ttf" if kind.bold else "DejaVuSans.ttf"
    return FontProperties(fname=str(Path(mpl.get_data_path(), "fonts", "ttf", name)), size=kind.size)


@cache
def _letters() -> frozenset[int]:
    from matplotlib.font_manager import get_font

    fonts = (get_font(str(_font(kind).get_file())) for kind in (_LABEL, _HEAD))
    return frozenset.intersection(*(frozenset(font.get_charmap()) for font in fonts))


def _drawable(text: str) -> bool:
    """Say whether the font has every letter; what it lacks would be drawn as empty boxes."""
    return all(ord(character) in _letters() or unicodedata.category(character)[0] in "CZ" for character in text)


def _wide(text: str, kind: _Type) -> float:
    """Measure a line, in inches."""
    from matplotlib.textpath import text_to_path

    if not text:
        return 0
    return float(text_to_path.get_text_width_height_descent(text, _font(kind), ismath=False)[0]) * _POINT


def _wrapped(text: str, room: float, kind: _Type) -> list[str]:
    """Break a text into lines between words, and inside a word only where it alone is too long."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _wide(longer, kind) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        rest = word
        while _wide(rest, kind) > room:
            fits = itertools.takewhile(lambda at: _wide(rest[:at], kind) <= room, range(2, len(rest)))  # noqa: B023 - used up before the next turn
            cut = max(fits, default=1)
            if cut == len(rest):
                break
            lines[-1:] = [rest[:cut], ""]
            rest = rest[cut:]
        lines[-1] = rest
    return lines
