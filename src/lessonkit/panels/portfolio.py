"""A learner's whole work on one page that needs no kernel, no script and no network."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

from ..charts import Picture
from ..feedback import Finding, hold_against, with_sources
from ..key import Key
from ..layers import Layer
from ..words import Words
from ..workbook import Mark, Workbook
from .desk import Entries, entered
from .markup import language, legend, painted, plain, segment_name, set_article, tag_name
from .parts import style
from .sheet import said_as

_PRINT = """
:root { color-scheme: light; }
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; font-family: system-ui, sans-serif; color: #1b1b1b; background: #fff; }
h1 { font-size: 1.7em; line-height: 1.2; }
h2 { font-size: 1.35em; margin: 2em 0 0.4em; break-after: avoid; }
.lk-segment > p, .lk-segment li, figure { break-inside: avoid; }
.lk-segment > :is(h3, p) { break-after: avoid; }
.lk-text .lk-segment > h3 { font-size: 1em; margin: 0 0 0.3em; }
.lk-segment > p[lang] { line-height: 2.2; }
figure { margin: 0; }
img { display: block; inline-size: 100%; block-size: auto; }
.said { columns: 2; column-gap: 2em; font-size: 0.82em; }
.said p { break-after: avoid; }
p:has(+ dl), dt { break-after: avoid; }
.said ul { list-style: disc; padding-inline-start: 1.2em; }
.rights { border-top: 1px solid #bdbdbd; margin-top: 3em; padding-top: 1em; font-size: 0.9em; }
@page { margin: 18mm; }
@media print {
  body { margin: 0; max-width: none; padding: 0; font-size: 10.5pt; }
  h2.layer { break-before: page; }
  .lk-text .lk-segment { margin-block: 3mm; padding: 2mm 3mm; }
  .lk-text .lk-segment :is(p, ul) { margin-block: 0.8mm; }
  .lk-u { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def portfolio(  # noqa: PLR0913, PLR0917 - each is another part of the page
    workbook: Workbook,
    layers: Sequence[Layer],
    keys: Mapping[str, Key | None],
    pictures: Mapping[str, Picture],
    writing: Entries,
    labs: Mapping[str, Entries],
) -> str:
    """
    Put a learner's marks, reasons, findings, pictures and writing on one page.

    Parameters
    ----------
    workbook
        The work.
    layers
        The layers of the article, in the order they are shown.
    keys
        The key of each layer, by name.
    pictures
        The picture of each layer that has marks, by name.
    writing
        Everything that was written, under what was asked for.
    labs
        What was entered in each lab, by the lab's title; one without entries is left out.

    Returns
    -------
    str
        A whole HTML document. Everything of the learner, the article and the key is escaped.
    """
    words, article = workbook.words, workbook.article
    title = words("portfolio.title", title=article.title)
    parts = [f"<h1>{escape(title)}</h1>", plain(words("portfolio.by", pseudonym=workbook.pseudonym or "–"))]
    parts.append(f"<h2>{escape(words('sheet.read_title'))}</h2>")
    parts.append(set_article(article, words, lambda segment: escape(segment.text), 3))
    for layer in layers:
        marks = workbook.marks(layer.name)
        parts.append(f'<h2 class="layer">{escape(layer.title)}: {escape(layer.question)}</h2>')
        if not marks:
            parts.append(plain(words("portfolio.no_marks")))
            continue
        parts.append(legend(layer))
        parts += _marked(workbook, layer, marks, keys.get(layer.name), keys.get(layer.apart_from))
        if picture := pictures.get(layer.name):
            parts.append(_drawn(picture))
    if writing:
        parts.append(f"<h2>{escape(words('portfolio.writing'))}</h2>")
        parts.append(entered(writing))
    parts += [f"<h2>{escape(title)}</h2>{entered(found)}" for title, found in labs.items() if found]
    rights = str(article.header.get("rights", ""))
    parts.append(f'<p class="rights">{escape(words("portfolio.rights"))} {escape(rights)}</p>')
    return (
        f'<!doctype html>\n<html lang="{escape(words("portfolio.language"))}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
        f"<title>{escape(title)}</title><style>{style('sheet')}{_PRINT}</style></head>"
        f'<body class="lessonkit"><main class="lk-text lk-sheet">{"".join(parts)}</main></body></html>\n'
    )


def _marked(
    workbook: Workbook, layer: Layer, marks: Sequence[Mark], key: Key | None, sourcing: Key | None
) -> list[str]:
    """Show each marked segment with its marks, and under each what the key says to it."""
    words, article = workbook.words, workbook.article
    findings = with_sources(hold_against(marks, key, article), layer, sourcing, article) if key else ()
    said = {finding.mark.id: finding for finding in findings if finding.mark}
    parts = []
    for segment_id, group in groupby(marks, key=lambda mark: mark.span.segment):
        here, segment = list(group), article.segment(segment_id)
        items = "".join(f"<li>{_mark(mark, layer, said.get(mark.id), words)}</li>" for mark in here)
        text = painted(segment, [(mark.span, layer.tag(mark.tag)) for mark in here])
        parts.append(
            f'<section class="lk-segment"><h3>{segment_name(segment, words)}</h3>'
            f"<p {language(article)}>{text}</p><ul>{items}</ul></section>"
        )
    return parts


def _mark(mark: Mark, layer: Layer, finding: Finding | None, words: Words) -> str:
    sure = f" · {escape(words(f'confidence.{mark.confidence}'))}" if mark.confidence else ""
    line = f"<p>“{escape(mark.quote)}” {tag_name(layer.tag(mark.tag))}{sure}</p>"
    if mark.reason:
        line += f'<p class="lk-reason">{escape(mark.reason)}</p>'
    if finding:
        why = f" {escape(finding.note.why)}" if finding.note else ""
        line += f'<p class="lk-inside"><strong>{escape(words(f"finding.{said_as(finding)}.title"))}.</strong>{why}</p>'
    return line


def _drawn(picture: Picture) -> str:
    """Show a picture with everything it says written out, because nothing unfolds on paper."""
    said = "".join(
        f"<p><strong>{escape(part.title)}</strong></p><ul>{''.join(f'<li>{escape(line)}</li>' for line in part.lines)}</ul>"
        for part in picture.parts
    )
    # The first piece has the name of the whole, and what the others show stands below in words.
    pieces = "".join(
        f'<figure><img alt="{escape(picture.title) if number == 0 else ""}" src="{address}"></figure>'
        for number, address in enumerate(picture.pages)
    )
    return f'{pieces}<div class="said">{said}</div>'
