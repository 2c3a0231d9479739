"""An article and its segments, read from a folder."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from .faults import LessonError
from .files import parse_toml, read_text

SegmentKind = Literal["headline", "caption", "sentence", "line"]
LineKind = Literal["headline", "caption", "sentence", "repeated caption", "furniture"]

Over = Literal["article", "page"]
"""What a layer is laid over: the article, or the page as it was saved."""

_ID_LETTER: dict[SegmentKind, str] = {"headline": "h", "caption": "c", "sentence": "s", "line": "p"}
_CHUNK = re.compile(r"\S+")
# Dashes and slashes join words without a space, and Chinese and Japanese write none at all:
# a reader would still mark one of them alone.
_PIECE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\u2013\u2014/\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive words of one segment, both ends included."""

    segment: str
    """Id of the segment, such as ``"s4"``."""
    first: int
    """Number of the first word, counted from 0."""
    last: int
    """Number of the last word, counted from 0."""

    @property
    def words(self) -> frozenset[int]:
        """The numbers of all words in the span."""
        return frozenset(range(self.first, self.last + 1))


@dataclass(frozen=True)
class Segment:
    """A headline, a caption or a sentence of an article, or a line of the page it was saved from."""

    id: str
    """``h1`` for the headline, ``c1``... for captions, ``s1``... for sentences, ``p1``... for lines, in page order."""
    kind: SegmentKind
    text: str
    """The words exactly as the page has them."""
    paragraph: int
    """Number of the paragraph the segment stands in, counted from 0."""

    @cached_property
    def words(self) -> tuple[tuple[int, int], ...]:
        """
        Start and end of every word, in characters of `text`.

        A word is what stands between spaces, without the punctuation around it. Dashes and
        slashes part words as well, and each character of a script written without spaces
        (Chinese, Japanese) is a word of its own, so that it can be marked.
        """
        return tuple(word for chunk in _CHUNK.finditer(self.text) for word in _words_in(self.text, *chunk.span()))

    def quote(self, first: int, last: int) -> str:
        """
        Give the words from number `first` to number `last`, both included.

        Parameters
        ----------
        first, last
            Numbers of words, counted from 0.

        Returns
        -------
        str
            The words as they stand in the text, with everything between them.
        """
        return self.text[self.words[first][0] : self.words[last][1]]


@dataclass(frozen=True)
class PageLine:
    """A line of the saved page and what it is."""

    number: int
    """Line number in ``page.txt``, counted from 1."""
    text: str
    kind: LineKind


@dataclass(frozen=True)
class Article:
    """A news article, cut into segments, and the page it was saved from."""

    name: str
    """Name of its folder, such as ``"idlib"``."""
    folder: Path
    header: Mapping[str, Any]
    """What stands between the ``+++`` lines of ``article.md``."""
    segments: tuple[Segment, ...]
    page: str | None = field(repr=False)
    """The page as it was saved, or None where no ``page.txt`` was kept."""

    @property
    def title(self) -> str:
        """What the lesson is called; the headline where the header gives no title."""
        return str(self.header.get("title") or self.segments[0].text)

    @property
    def language(self) -> str:
        """BCP 47 tag of the language the article is written in, such as ``"en"``."""
        return str(self.header.get("language", "en"))

    @property
    def direction(self) -> str:
        """``"ltr"`` or ``"rtl"``."""
        return str(self.header.get("direction", "ltr"))

    @property
    def key_is_away(self) -> bool:
        """Whether this is a pupil's copy, of which a teacher has the key."""
        return self.header.get("key") == "teacher"

    @cached_property
    def text_hash(self) -> str:
        """SHA-256 over ids and words: two articles with the same hash have the same words to mark."""
        lines = "\n".join(f"{segment.id}\t{segment.text}" for segment in self.segments)
        return hashlib.sha256(lines.encode()).hexdigest()

    def segment(self, segment_id: str) -> Segment:
        """
        Give one segment.

        Parameters
        ----------
        segment_id
            An id such as ``"s4"``.

        Returns
        -------
        Segment

        Raises
        ------
        LessonError
            When the article has no such segment.
        """
        if segment_id in self._numbers:
            return self.every_segment[self._numbers[segment_id]]
        ids = ", ".join(segment.id for segment in self.segments)
        msg = f"There is no segment “{segment_id}” in {self.name}. Its segments are {ids}."
        raise LessonError(msg)

    def has(self, segment_id: str) -> bool:
        """Say whether the article has a segment of this id."""
        return segment_id in self._numbers

    def over(self, over: Over) -> tuple[Segment, ...]:
        """Give the segments a layer is laid over."""
        return self.page_segments if over == "page" else self.segments

    @cached_property
    def page_segments(self) -> tuple[Segment, ...]:
        """
        The lines of the saved page, to be marked as segments of their own.

        They are neither among `segments` nor part of `text_hash`.
        """
        return tuple(
            Segment(f"{_ID_LETTER['line']}{number}", "line", line.text, number - 1)
            for number, line in enumerate(self.page_lines, start=1)
        )

    @cached_property
    def every_segment(self) -> tuple[Segment, ...]:
        """The segments of the article, and after them the lines of the page."""
        return (*self.segments, *self.page_segments)

    def place(self, span: Span) -> tuple[int, int, int]:
        """Give what spans are put in order by: the number of the segment, the first word, the last."""
        return self._numbers[span.segment], span.first, span.last

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {segment.id: number for number, segment in enumerate(self.every_segment)}

    def quote(self, span: Span) -> str:
        """Give the words of a span as they stand in the article."""
        return self.segment(span.segment).quote(span.first, span.last)

    def find(self, quote: str, at: str | None = None, *, over: Over = "article") -> Span:
        """
        Find where exact words stand.

        Words count only where they begin and end with whole words, so that "Turk" is not
        found in "Turkey". Punctuation around them may be given or left out.

        Parameters
        ----------
        quote
            The words, exactly as the article has them.
        at
            Id of the segment they stand in. Needed where they stand in several.
        over
            Where to look if `at` does not say it: in the article, or on the saved page.

        Returns
        -------
        Span

        Raises
        ------
        LessonError
            When the words stand nowhere, or in several places and `at` does not decide.
        """
        pool = (self.segment(at),) if at else self.over(over)
        wanted = " ".join(quote.split())
        spans = [span for segment in pool for span in _spans_of(wanted, segment)]
        if len(spans) == 1:
            return spans[0]
        if not spans:
            where = f"segment {at}" if at else "any one segment"
            msg = f"The words “{quote}” do not stand in {where}. Copy them exactly, whole words, from one line of article.md."
            raise LessonError(msg)
        places = sorted({span.segment for span in spans}, key=self._numbers.__getitem__)
        if len(places) > 1:
            msg = f'The words “{quote}” stand in {", ".join(places)}. Say which one with at = "{places[0]}".'
        else:
            msg = f"The words “{quote}” stand {len(spans)} times in {places[0]}. Quote more words, so that only one place fits."
        raise LessonError(msg)

    @cached_property
    def page_lines(self) -> tuple[PageLine, ...]:
        """
        What each line of the saved page is, lines without a word left out.

        A line is made of whole segments or it is furniture: what the website put around the
        article. The second showing of a caption is a ``"repeated caption"``.
        """
        seen: set[str] = set()
        lines = []
        for number, raw in enumerate((self.page or "").splitlines(), start=1):
            text = raw.strip()
            if not Segment("", "line", text, 0).words:
                continue
            run = _segments_of(text, self.segments)
            kind: LineKind = "furniture"
            for first in run[:1]:
                if first.kind != "line":
                    kind = "repeated caption" if first.kind == "caption" and first.id in seen else first.kind
            seen.update(segment.id for segment in run)
            lines.append(PageLine(number, text, kind))
        return tuple(lines)

    @cached_property
    def not_on_page(self) -> tuple[Segment, ...]:
        """Segments that the saved page does not have, word for word."""
        if self.page is None:
            return ()
        found = {segment.id for raw in self.page.splitlines() for segment in _segments_of(raw.strip(), self.segments)}
        return tuple(segment for segment in self.segments if segment.id not in found)


def read_article(folder: Path) -> Article:
    """
    Read an article from its folder.

    Parameters
    ----------
    folder
        The folder that holds ``article.md`` and, where it was kept, ``page.txt``.

    Returns
    -------
    Article

    Raises
    ------
    LessonError
        When ``article.md`` is missing or cannot be read, naming file, line and remedy.
    """
    path = folder / "article.md"
    lines = read_text(path).splitlines()
    header, body_at = _header(path, lines)
    segments: list[Segment] = []
    counts = dict.fromkeys(_ID_LETTER, 0)
    paragraph, in_paragraph = 0, False
    for number, raw in enumerate(lines[body_at:], start=body_at + 1):
        line = raw.strip()
        if not line:
            paragraph += in_paragraph
            in_paragraph = False
            continue
        in_paragraph = True
        kind: SegmentKind = "headline" if line.startswith("# ") else "caption" if line.startswith("> ") else "sentence"
        text = line if kind == "sentence" else line[2:].strip()
        counts[kind] += 1
        segment = Segment(f"{_ID_LETTER[kind]}{counts[kind]}", kind, text, paragraph)
        if not segment.words:
            msg = f"{path}, line {number}: “{text}” holds no word. Put one headline, caption or sentence on each line, or delete the line."
            raise LessonError(msg)
        segments.append(segment)
    if not segments:
        msg = f"{path} holds no text below its header. Write one sentence a line, and leave a blank line between paragraphs."
        raise LessonError(msg)
    page = folder / "page.txt"
    return Article(folder.name, folder, header, tuple(segments), read_text(page) if page.is_file() else None)


def _header(path: Path, lines: list[str]) -> tuple[dict[str, Any], int]:
    """Give the header and the number of lines above the text."""
    if not lines or lines[0].strip() != "+++":
        return {}, 0
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == "+++":
            # The newline in front keeps the line numbers of TOML's messages those of the file.
            return parse_toml(path, "\n" + "\n".join(lines[1:number])), number + 1
    msg = (
        f"{path}, line 1: the header is never closed. Put +++ on a line of its own between the header and the headline."
    )
    raise LessonError(msg)


def _segments_of(text: str, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Give the consecutive segments that make up the whole of a page line, or none."""
    for start, segment in enumerate(segments):
        built, end = segment.text, start + 1
        while built != text and text.startswith(f"{built} ") and end < len(segments):
            built = f"{built} {segments[end].text}"
            end += 1
        if built == text:
            return segments[start:end]
    return ()


def _spans_of(wanted: str, segment: Segment) -> list[Span]:
    """Find every place where the words of a quotation, one space between them, stand in a segment as whole words."""
    if wanted not in segment.text:
        # Nearly always so. The words of a long quotation would be cut apart for nothing.
        return []
    starts = {start: number for number, (start, _) in enumerate(segment.words)}
    ends = {end: number for number, (_, end) in enumerate(segment.words)}
    inner = Segment("", "sentence", wanted, 0).words
    if not inner:
        return []
    head, tail = inner[0][0], inner[-1][1]
    spans, at = [], segment.text.find(wanted)
    while at >= 0:
        first, last = starts.get(at + head), ends.get(at + tail)
        if first is not None and last is not None:
            spans.append(Span(segment.id, first, last))
        at = segment.text.find(wanted, at + 1)
    return spans


def _words_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split what stands between two spaces into words and strip their punctuation."""
    words = []
    for piece in _PIECE.finditer(text, start, end):
        left, right = piece.span()
        while left < right and _is_punctuation(text[left]):
            left += 1
        while right > left and _is_punctuation(text[right - 1]):
            right -= 1
        if left < right:
            words.append((left, right))
    return words


def _is_punctuation(character: str) -> bool:
    # Letters, digits and the combining marks that belong to them are words; P and S are not.
    return unicodedata.category(character)[0] in "PS"
