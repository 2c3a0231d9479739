"""What the pages of the class are made of: bars, notes and lists, as HTML in which everything is escaped."""

from collections.abc import Sequence
from html import escape

from ..article import Segment, Span
from ..layers import Tag
from ..words import Words


def plain_name(segment: Segment, words: Words) -> str:
    """Name a segment as a reader would, as plain text."""
    name = words(f"kind.{segment.kind}")
    return name if segment.kind == "headline" else f"{name} {segment.id[1:]}"


def short(quote: str, most: int = 90) -> str:
    """Cut a long quotation between words, where it is only there to be recognised."""
    return quote if len(quote) <= most else f"{quote[:most].rsplit(None, 1)[0]} …"


def quoted(segment: Segment, span: Span, chosen: Span | None, most: int = 90) -> str:
    """
    Quote words of a segment as HTML, with the chosen ones among them set apart.

    A long quotation is cut in its middle: two that begin alike are still told apart by their ends.
    """
    start, end = segment.words[span.first][0], segment.words[span.last][1]
    pieces = [(start, end)]
    if end - start > most:
        half = most // 2
        head = [right for _, right in segment.words[span.first : span.last] if right <= start + half]
        tail = [left for left, _ in segment.words[span.first + 1 : span.last + 1] if left >= end - half]
        pieces = [(start, head[-1] if head else start + half), (tail[0] if tail else end - half, end)]
    return " … ".join(_set_apart(segment, left, right, chosen) for left, right in pieces)


def _set_apart(segment: Segment, start: int, end: int, chosen: Span | None) -> str:
    text = segment.text
    if chosen is None:
        return escape(text[start:end])
    left = min(end, max(start, segment.words[chosen.first][0]))
    right = max(left, min(end, segment.words[chosen.last][1]))
    inside = f'<mark class="cl-passage">{escape(text[left:right])}</mark>' if left < right else ""
    return f"{escape(text[start:left])}{inside}{escape(text[right:end])}"


def wrapped(html: str) -> str:
    """Put a page or a part of one into the look of the class."""
    return f'<div class="lk-class">{html}</div>'


def small(text: str) -> str:
    """Make a small paragraph of plain text."""
    return f'<p class="cl-note">{escape(text)}</p>'


def caution(text: str) -> str:
    """Make a paragraph of plain text that asks to be careful."""
    return f'<p class="cl-caution">{escape(text)}</p>'


def listed(items: Sequence[str]) -> str:
    """List what is HTML already."""
    return f'<ul class="lk-list">{"".join(f"<li>{item}</li>" for item in items)}</ul>'


def bar_list(rows: Sequence[str], kind: str = "") -> str:
    """Put bars below each other; a kind of them can have a look of its own."""
    return f'<ul class="cl-bars {kind}">{"".join(rows)}</ul>'


def bar(name: str, share: float, said: str, tag: Tag | None) -> str:
    """Draw a bar beside its name and its number, both HTML."""
    return f'<li><span class="cl-name">{name}</span>{fill(share, tag)}<span class="cl-n">{said}</span></li>'


def fill(share: float, tag: Tag | None) -> str:
    """Draw a bar that is filled to a share; what it shows is written beside it."""
    colour = f' data-tag="{tag.key}"' if tag else ""
    return f'<span class="cl-bar" aria-hidden="true"><span class="cl-fill"{colour} style="inline-size:{100 * share:.0f}%"></span></span>'
