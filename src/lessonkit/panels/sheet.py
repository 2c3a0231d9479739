"""Pages to read: the article, the findings, the key, and two readings side by side."""

from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby, pairwise

import anywidget
import traitlets

from ..article import Article, Segment, Span
from ..feedback import Finding, hold_against
from ..key import Key, Note, Term, is_address
from ..layers import Layer, Tag
from ..words import Words
from ..workbook import Mark, Workbook
from .parts import module, style


class Sheet(anywidget.AnyWidget):
    """
    A page to read, with steps that open when they are asked for.

    Parameters
    ----------
    verb
        The verb that shows it, such as ``"check"``.
    article
        Name of the article.
    layer
        Name of the layer, or None where the page belongs to none.
    make
        Makes the page's HTML. Everything that came from an article, a learner or a file is
        escaped in there, because the page is shown as it is.
    language, direction
        Of the article, for screen readers and for right-to-left text.
    """

    _esm = module("sheet")
    _css = style("sheet")
    page = traitlets.Unicode().tag(sync=True)

    def __init__(self, verb: str, article: Article, layer: str | None, make: Callable[[], str]) -> None:
        self._name = f"Sheet({verb!r}, article={article.name!r}{f', layer={layer!r}' if layer else ''})"
        self._make = make
        super().__init__(page=make())

    def refresh(self) -> None:
        """Make the page again from the present state of the workbook."""
        self.page = self._make()

    def __repr__(self) -> str:
        """Say what is shown, without anything of the learner: notebooks are shared and compared."""
        return self._name


def read_sheet(article: Article, glossary: Sequence[Term], words: Words) -> Sheet:
    """Show the article, and folded below it who is who and what is known from elsewhere."""
    return Sheet("read", article, None, lambda: _article_page(article, glossary, words))


def check_sheet(workbook: Workbook, layer: Layer, key: Key | None) -> Sheet:
    """Show the findings of a layer; the page follows the workbook."""
    return _following(workbook, Sheet("check", workbook.article, layer.name, lambda: _check_page(workbook, layer, key)))


def reveal_sheet(workbook: Workbook, layer: Layer, key: Key | None) -> Sheet:
    """Show the key over the article."""
    return Sheet("reveal", workbook.article, layer.name, lambda: _reveal_page(workbook, layer, key))


def compare_sheet(workbook: Workbook, layer: Layer, others: Sequence[Mark], name: str) -> Sheet:
    """
    Show two readers' marks side by side; the page follows the workbook.

    Parameters
    ----------
    workbook
        The learner's own marks.
    layer
        The layer.
    others, name
        The other reader's marks, and what they go by; without a name the learner's stand alone.
    """

    def make() -> str:
        return _compare_page(workbook, layer, others, name)

    return _following(workbook, Sheet("compare", workbook.article, layer.name, make))


def _following(workbook: Workbook, sheet: Sheet) -> Sheet:
    workbook.watch(sheet.refresh)
    return sheet


# Pages


def _article_page(article: Article, glossary: Sequence[Term], words: Words) -> str:
    terms = "".join(
        f"<dt>{escape(term.name)}</dt><dd>{escape(term.line)} {_link(term.address, words)}</dd>" for term in glossary
    )
    known = "".join(
        f"<dt>{escape(str(item.get('what', '')))}</dt><dd>{escape(str(item.get('text', '')))} {_link(item.get('address'), words)}</dd>"
        for item in article.header.get("known", ())
    )
    unknown = "".join(
        f"<dt>{escape(str(item.get('what', '')))}</dt><dd>{escape(str(item.get('text', '')))} {_link(item.get('address'), words)}</dd>"
        for item in article.header.get("unknown", ())
    )
    parts = [_text(article, words, lambda segment: escape(segment.text))]
    if terms:
        parts.append(_step("glossary", words("sheet.glossary"), f"<dl>{terms}</dl>"))
    if known or unknown:
        inside = f"<dl>{known}</dl>" if known else ""
        if unknown:
            inside += f"<h4>{escape(words('sheet.unknown'))}</h4><dl>{unknown}</dl>"
        parts.append(_step("known", words("sheet.known"), inside))
    return _page(words("sheet.read_title"), article.title, parts)


def _check_page(workbook: Workbook, layer: Layer, key: Key | None) -> str:
    words, article = workbook.words, workbook.article
    title = words("check.title", layer=layer.title)
    if key is None:
        return _page(title, layer.question, [_plain(words("check.no_key"))])
    marks = workbook.marks(layer.name)
    if not marks:
        return _page(title, layer.question, [_plain(words("check.no_marks"))])
    parts = [_plain(words("check.how"))]
    findings = hold_against(marks, key, article)
    for segment_id, here in groupby(findings, key=lambda finding: finding.span.segment):
        segment = article.segment(segment_id)
        mine = [(mark.span, layer.tag(mark.tag)) for mark in marks if mark.span.segment == segment_id]
        items = "".join(_finding(finding, layer, words, number) for number, finding in enumerate(here))
        parts.append(
            f'<section class="lk-segment"><h4>{_label(segment, words)}</h4>'
            f"<p {_lang(article)}>{_painted(segment, mine)}</p><ul>{items}</ul></section>"
        )
    return _page(title, layer.question, parts)


def _finding(finding: Finding, layer: Layer, words: Words, number: int) -> str:
    note, mark = finding.note, finding.mark
    kind = finding.kind
    sign = words(f"finding.{kind}.sign")
    lines = [
        f'<p class="lk-kind"><span class="lk-sign" aria-hidden="true">{escape(sign)}</span> <strong>{escape(words(f"finding.{kind}.title"))}</strong>'
    ]
    if mark is not None:
        lines.append(
            f'<span class="lk-yours">“{escape(mark.quote)}” {_tag(layer.tag(mark.tag))}</span></p>'
            + (
                f'<p class="lk-reason">{escape(words("check.your_reason"))} {escape(mark.reason)}</p>'
                if mark.reason
                else ""
            )
        )
    else:
        lines.append("</p>")
    wide = (
        finding.edges == "wide"
        and mark is not None
        and note is not None
        and mark.tag in {note.tag, *(other.tag for other in note.also)}
    )
    ask = layer.tag(mark.tag).ask if mark is not None else ""
    lines.append(_plain(words(f"finding.{'wide' if wide else kind}.says", ask=ask)))
    if note is not None:
        place = f"{finding.span.segment}-{note.span.first}-{note.span.last}-{number}"
        steps = _step(f"{place}-key", words("check.step_key"), _note_list(note, layer, words))
        steps = _step(f"{place}-why", words("check.step_why"), _plain(note.why) + steps)
        lines.append(_step(f"{place}-hint", words("check.step_hint"), _plain(note.hint) + steps))
    return f'<li class="lk-finding" data-kind="{escape(kind)}">{"".join(lines)}</li>'


def _reveal_page(workbook: Workbook, layer: Layer, key: Key | None) -> str:
    words, article = workbook.words, workbook.article
    title = words("reveal.title", layer=layer.title)
    if key is None:
        return _page(title, layer.question, [_plain(words("check.no_key"))])
    parts = [_plain(words("reveal.how")), _legend(layer)]
    for segment in article.segments:
        notes = key.of(segment.id)
        spans = [(note.span, layer.tag(note.tag)) for note in notes]
        items = "".join(
            f"<li>{_step(f'{segment.id}-{number}', f'“{note.quote}”', _plain(note.why) + _note_list(note, layer, words, named=True), layer.tag(note.tag))}</li>"
            for number, note in enumerate(notes)
        )
        parts.append(
            f'<section class="lk-segment"><h4>{_label(segment, words)}</h4>'
            f"<p {_lang(article)}>{_painted(segment, spans)}</p>"
            + (f"<ul>{items}</ul>" if items else _plain(words("reveal.no_note")))
            + "</section>"
        )
    if key.missing:
        items = "".join(
            f"<li>{_step(f'missing-{number}', one.question, _plain(one.why) + _link(one.address, words))}</li>"
            for number, one in enumerate(key.missing)
        )
        parts.append(f'<section class="lk-segment"><h4>{escape(layer.missing)}</h4><ul>{items}</ul></section>')
    return _page(title, layer.question, parts)


def _compare_page(workbook: Workbook, layer: Layer, others: Sequence[Mark], name: str) -> str:
    words, article = workbook.words, workbook.article
    readers: list[tuple[str, Sequence[Mark]]] = [(words("compare.you"), workbook.marks(layer.name))]
    if name:
        readers.append((name, others))
    rows = []
    for segment in article.segments:
        sides = []
        for who, marks in readers:
            here = [mark for mark in marks if mark.span.segment == segment.id]
            items = "".join(
                f"<li>“{escape(mark.quote)}” {_tag(layer.tag(mark.tag))}"
                + (f'<p class="lk-reason">{escape(mark.reason)}</p>' if mark.reason else "")
                + "</li>"
                for mark in here
            )
            painted = _painted(segment, [(mark.span, layer.tag(mark.tag)) for mark in here])
            sides.append(
                f'<div class="lk-side"><h5>{escape(who)}</h5><p {_lang(article)}>{painted}</p>'
                + (f"<ul>{items}</ul>" if items else _plain(words("compare.nothing")))
                + "</div>"
            )
        rows.append(
            f'<section class="lk-segment"><h4>{_label(segment, words)}</h4><div class="lk-sides">{"".join(sides)}</div></section>'
        )
    return _page(
        words("compare.title", layer=layer.title),
        layer.question,
        [_plain(words("compare.how" if name else "compare.alone")), _legend(layer), *rows],
    )


# Parts of pages


def _page(title: str, subtitle: str, parts: Sequence[str]) -> str:
    return f'<section class="lk-page" aria-label="{escape(title)}"><h3>{escape(title)}</h3><p class="lk-question">{escape(subtitle)}</p>{"".join(parts)}</section>'


def _text(article: Article, words: Words, inside: Callable[[Segment], str]) -> str:
    """Set the article as an article: headline, paragraphs, and captions that say that they are captions."""
    blocks = []
    for _, here in groupby(article.segments, key=lambda segment: segment.paragraph):
        segments = list(here)
        kind = segments[0].kind
        text = " ".join(inside(segment) for segment in segments)
        if kind == "headline":
            blocks.append(f'<h4 class="lk-headline">{text}</h4>')
        elif kind == "caption":
            blocks.append(
                f'<p class="lk-caption"><span class="lk-label">{escape(words("sheet.caption"))}</span> {text}</p>'
            )
        else:
            blocks.append(f"<p>{text}</p>")
    return f'<div class="lk-article" {_lang(article)}>{"".join(blocks)}</div>'


def _painted(segment: Segment, spans: Sequence[tuple[Span, Tag]]) -> str:
    """
    Give the text of a segment with its spans underlined.

    Where spans overlap, each keeps a line of its own: nested elements draw their underlines
    at the offset of their lane.
    """
    lanes = _lanes([span for span, _ in spans])
    cuts = sorted({0, len(segment.text), *(edge for span, _ in spans for edge in _characters(segment, span))})
    pieces = []
    for start, end in pairwise(cuts):
        piece = escape(segment.text[start:end])
        for (span, tag), lane in zip(spans, lanes, strict=True):
            left, right = _characters(segment, span)
            if left <= start and end <= right:
                piece = f'<span class="lk-u" data-tag="{tag.key}" data-shape="{escape(tag.shape)}" data-lane="{min(lane, 3)}">{piece}</span>'
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


def _note_list(note: Note, layer: Layer, words: Words, *, named: bool = False) -> str:
    """Say everything the key says of a note beside its reason; what names the note may have been said already."""
    rows: list[tuple[str, str]] = []
    if not named:
        rows.append((words("note.quote"), f"“{escape(note.quote)}”"))
        rows.append((words("note.tag"), _tag(layer.tag(note.tag))))
    if note.also:
        rows.append(
            (
                words("note.also"),
                ", ".join(_tag(layer.tag(tag)) for tag in dict.fromkeys(other.tag for other in note.also)),
            )
        )
    for field in layer.fields:
        if (value := note.fields.get(field.name)) is None:
            continue
        shown = _link(value, words) if field.address else escape((field.values or {}).get(value, value))
        rows.append((field.title, f"“{shown}”" if field.quoted else shown))
    if note.labels:
        items = "".join(
            f"<li>“{escape(one.label)}”: {escape(one.by)} {_link(one.address, words)}</li>" for one in note.labels
        )
        rows.append((layer.labels, f'<ul class="lk-list">{items}</ul>'))
    return "<dl>" + "".join(f"<dt>{escape(title)}</dt><dd>{value}</dd>" for title, value in rows) + "</dl>"


def _legend(layer: Layer) -> str:
    items = "".join(f"<li>{_tag(tag)}</li>" for tag in layer.tags)
    return f'<ul class="lk-legend">{items}</ul>'


def _tag(tag: Tag) -> str:
    return f'<span class="lk-tag lk-u" data-tag="{tag.key}" data-shape="{escape(tag.shape)}" data-lane="0">{escape(tag.title)}</span>'


def _label(segment: Segment, words: Words) -> str:
    """Name a segment as a reader would: "Headline", "Caption 2", "Sentence 4"."""
    name = words(f"kind.{segment.kind}")
    return escape(name if segment.kind == "headline" else f"{name} {segment.id[1:]}")


def _step(name: str, title: str, inside: str, tag: Tag | None = None) -> str:
    """Fold something away until it is asked for; `name` lets it stay open when the page is made again."""
    shown = escape(title) + (f" {_tag(tag)}" if tag else "")
    return (
        f'<details data-name="{escape(name)}"><summary>{shown}</summary><div class="lk-inside">{inside}</div></details>'
    )


def _plain(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _link(address: object, words: Words) -> str:
    # An address comes from a file, and "javascript:" is an address, too.
    if not isinstance(address, str) or not is_address(address):
        return ""
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(words("sheet.source", site=address.split("/")[2]))}</a>'


def _lang(article: Article) -> str:
    return f'lang="{escape(article.language)}" dir="{escape(article.direction)}"'
