"""HTML from words of the article, the key and the learner: everything is escaped here."""

from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby, pairwise

from ..article import Article, Segment, Span
from ..key import Note, is_address
from ..layers import Layer, Tag
from ..words import Words

_MOST_LANES = 6


def page(title: str, subtitle: str, parts: Sequence[str]) -> str:
    """Put a heading above parts that are HTML already."""
    return f'<section class="lk-page" aria-label="{escape(title)}"><h3>{escape(title)}</h3><p class="lk-question">{escape(subtitle)}</p>{"".join(parts)}</section>'


def set_article(article: Article, words: Words, inside: Callable[[Segment], str], level: int = 4) -> str:
    """Set the article as an article: headline, as a heading of some level, paragraphs, and captions that say what they are."""
    blocks = []
    for _, here in groupby(article.segments, key=lambda segment: segment.paragraph):
        segments = list(here)
        kind = segments[0].kind
        text = " ".join(inside(segment) for segment in segments)
        if kind == "headline":
            blocks.append(f'<h{level} class="lk-headline">{text}</h{level}>')
        elif kind == "caption":
            blocks.append(
                f'<p class="lk-caption"><span class="lk-label">{escape(words("sheet.caption"))}</span> {text}</p>'
            )
        else:
            blocks.append(f"<p>{text}</p>")
    return f'<div class="lk-article" {language(article)}>{"".join(blocks)}</div>'


def painted(segment: Segment, spans: Sequence[tuple[Span, Tag]], layers: Sequence[str] = ()) -> str:
    """
    Give the text of a segment with its spans underlined.

    With one name of a layer for each span, the colour tells the layer and the shape the tag;
    without, both tell the tag.

    Where spans overlap, each keeps a line of its own: nested elements draw their underlines
    at the offset of their lane.
    """
    lanes = _lanes([span for span, _ in spans])
    cuts = sorted({0, len(segment.text), *(edge for span, _ in spans for edge in _characters(segment, span))})
    pieces = []
    for start, end in pairwise(cuts):
        piece = escape(segment.text[start:end])
        for number, ((span, tag), lane) in enumerate(zip(spans, lanes, strict=True)):
            left, right = _characters(segment, span)
            if left <= start and end <= right:
                colour = f'data-layer="{escape(layers[number])}"' if layers else f'data-tag="{tag.key}"'
                shape = f'data-shape="{escape(tag.shape)}" data-lane="{min(lane, _MOST_LANES)}"'
                piece = f'<span class="lk-u" {colour} {shape}>{piece}</span>'
        pieces.append(piece)
    return "".join(pieces)


def _lanes(spans: Sequence[Span]) -> list[int]:
    """Give each span the first lane that no span before it occupies on the same words."""
    lanes: list[int] = []
    for number, span in enumerate(spans):
        taken = {lanes[before] for before in range(number) if spans[before].words & span.words}
        lanes.append(next(lane for lane in range(number + 1) if lane not in taken))
    return lanes


def _characters(segment: Segment, span: Span) -> tuple[int, int]:
    return segment.words[span.first][0], segment.words[span.last][1]


def note_list(note: Note, layer: Layer, words: Words, *, named: bool = False) -> str:
    """Say everything the key says of a note beside its reason; what names the note may have been said already."""
    rows: list[tuple[str, str]] = []
    if not named:
        rows.append((words("note.quote"), f"“{escape(note.quote)}”"))
        rows.append((words("note.tag"), tag_name(layer.tag(note.tag))))
    # The same tag on other words is another way to draw the edge, and no other reading.
    also = dict.fromkeys(other.tag for other in note.also if other.tag != note.tag)
    if also:
        rows.append((words("note.also"), ", ".join(tag_name(layer.tag(tag)) for tag in also)))
    for field in layer.fields:
        if (value := note.fields.get(field.name)) is None:
            continue
        shown = link(value, words) if field.address else escape((field.values or {}).get(value, value))
        rows.append((field.title, f"“{shown}”" if field.quoted else shown))
    if note.labels:
        items = "".join(
            f"<li>“{escape(one.label)}”: {escape(one.by)} {link(one.address, words)}</li>" for one in note.labels
        )
        rows.append((layer.labels, f'<ul class="lk-list">{items}</ul>'))
    return "<dl>" + "".join(f"<dt>{escape(title)}</dt><dd>{value}</dd>" for title, value in rows) + "</dl>"


def legend(layer: Layer) -> str:
    """List the tags of a layer, each with its underline."""
    items = "".join(f"<li>{tag_name(tag)}</li>" for tag in layer.tags)
    return f'<ul class="lk-legend">{items}</ul>'


def tag_name(tag: Tag) -> str:
    """Write the name of a tag, with its underline."""
    return f'<span class="lk-tag lk-u" data-tag="{tag.key}" data-shape="{escape(tag.shape)}" data-lane="0">{escape(tag.title)}</span>'


def segment_name(segment: Segment, words: Words) -> str:
    """Name a segment as a reader would: "Headline", "Caption 2", "Sentence 4"."""
    name = words(f"kind.{segment.kind}")
    return escape(name if segment.kind == "headline" else f"{name} {segment.id[1:]}")


def step(name: str, title: str, inside: str, tag: Tag | None = None) -> str:
    """Fold something away until it is asked for; `name` lets it stay open when the page is made again."""
    shown = escape(title) + (f" {tag_name(tag)}" if tag else "")
    return (
        f'<details data-name="{escape(name)}"><summary>{shown}</summary><div class="lk-inside">{inside}</div></details>'
    )


def plain(text: str) -> str:
    """Make a paragraph of plain text."""
    return f"<p>{escape(text)}</p>"


def link(address: object, words: Words) -> str:
    """Link to the page where something was read; nothing where there is no address."""
    # An address comes from a file, and "javascript:" is an address, too.
    if not isinstance(address, str) or not is_address(address):
        return ""
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(words("sheet.source", site=address.split("/")[2]))}</a>'


def language(article: Article) -> str:
    """Give the attributes that say in which language and direction a text runs."""
    return f'lang="{escape(article.language)}" dir="{escape(article.direction)}"'
