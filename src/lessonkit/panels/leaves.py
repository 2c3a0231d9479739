"""A page of the teacher's guide as HTML: for the screen, and as a sheet of paper that needs no notebook."""

import re
from collections.abc import Sequence
from html import escape

from ..article import Article
from ..facts import Fact, Source
from ..guide import Answer, Moment, Page, Part, Sample, Standard
from ..words import Words
from .markup import language, link, segment_name
from .parts import style

# What is typed, what stands on the screen. Everything is escaped before these are looked for.
_TYPED = re.compile(r"`([^`]+)`([.,;:?)]*)")
_NAMED = re.compile(r"\*([^*]+)\*")

# Whatever fits A4 and Letter at this size has room to spare on neither: tests print every page.
# Where there is none of the usual typefaces there is DejaVu, and only its condensed letters are as narrow as theirs.
_PRINT = """
:root { color-scheme: light; }
body { margin: 1.5rem auto; padding: 0 1rem; max-width: 50rem; background: #fff; color: #1b1b1b; font-family: system-ui, sans-serif; }
.lessonkit { --lk-ink: #1b1b1b; --lk-soft: #4a4a4a; --lk-paper: #fff; --lk-tint: #f1f1f1; --lk-line: #8a8a8a; --lk-link: #0b4a8f; }
.lk-guide.lk-leaf { container-type: normal; }
.lk-leaf + .lk-leaf { break-before: page; }
@page { margin: 11mm 12mm; }
@media print {
  body { margin: 0; padding: 0; max-width: none; }
  .lk-text { max-width: none; font: 9pt/1.3 Arial, "Liberation Sans", Helvetica, "DejaVu Sans Condensed", system-ui, sans-serif; }
  .lk-text h1 { font-size: 14pt; margin: 0; }
  .lk-text .lk-guide .lk-part { font-size: 10pt; margin: 1.6mm 0 0.6mm; break-after: avoid; }
  .lk-text .lk-sample { margin: 1mm 0; }
  .lk-text p, .lk-text ul { margin: 0.7mm 0; }
  .lk-text .lk-question { margin-block-end: 1mm; }
  .lk-text .lk-guide :is(th, td) { padding: 0.5mm 1.2mm; }
  .lk-guide tr { break-inside: avoid; }
  .lk-text .lk-source { font-size: 7.5pt; overflow-wrap: anywhere; }
  /* On paper an address has to be read, not clicked. */
  .lk-text .lk-source a { font-size: 0; text-decoration: none; color: inherit; }
  .lk-source a::after { content: attr(href); font-size: 7.5pt; }
  .lk-guide thead th { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def printable(pages: Sequence[Page], article: Article, words: Words) -> str:
    """
    Put pages of the guide on paper, each on a sheet of its own.

    Parameters
    ----------
    pages
        The pages.
    article
        The article.
    words
        The words on screens.

    Returns
    -------
    str
        A whole HTML document that needs no kernel, no script and no network. Everything in it is escaped.
    """
    title = words("guide.paper", title=article.title)
    leaves = "".join(
        f'<article class="lk-leaf lk-guide"><h1>{escape(one.title)}</h1><p class="lk-question">{escape(one.summary)}</p>'
        f"{leaf(one, article, words, 2)}</article>"
        for one in pages
    )
    return (
        f'<!doctype html>\n<html lang="{escape(words("guide.language"))}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{style('sheet', 'guide')}{_PRINT}</style></head>"
        f'<body class="lessonkit"><main class="lk-text lk-sheet">{leaves}</main></body></html>\n'
    )


def leaf(shown: Page, article: Article, words: Words, level: int) -> str:
    """Set all parts of a page, each under a heading of some level: on the screen, a page stands inside a notebook."""
    return "".join(_part(part, article, words, level) for part in shown.parts)


def _part(part: Part, article: Article, words: Words, level: int) -> str:
    inside = [f"<p>{_inline(text)}</p>" for text in part.text]
    if part.items:
        inside.append(f'<ul class="lk-points">{"".join(f"<li>{_inline(item)}</li>" for item in part.items)}</ul>')
    if part.moments:
        rows = [_moment(moment, start) for moment, start in zip(part.moments, _starts(part), strict=True)]
        inside.append(_table("moments", part.title, words.list("guide.moments"), rows))
    if part.rows:
        inside.append(_table("rows", part.title, part.heads, [[_inline(cell) for cell in row] for row in part.rows]))
    if part.answers:
        rows = [_answer(one, article, words) for one in part.answers]
        inside.append(_table("answers", part.title, words.list("guide.answers"), rows))
    inside += [_sample(sample, words, level + 1) for sample in part.samples]
    if part.standards:
        rows = [_standard(one, words) for one in part.standards]
        inside.append(_table("standards", part.title, words.list("guide.standards"), rows))
    if part.facts:
        items = "".join(f"<li>{_fact(fact, words)}</li>" for fact in part.facts)
        inside.append(f'<ul class="lk-points">{items}</ul>')
    return f'<section><h{level} class="lk-part">{_inline(part.title)}</h{level}>{"".join(inside)}</section>'


def _starts(part: Part) -> list[int]:
    """Give the minute at which each moment begins."""
    return [sum(moment.minutes for moment in part.moments[:number]) for number in range(len(part.moments))]


def _moment(moment: Moment, start: int) -> list[str]:
    when = f"{start}–{start + moment.minutes}"
    return [when, *(_inline(text) for text in (moment.teacher, moment.pupils, moment.materials, moment.cut))]


def _answer(one: Answer, article: Article, words: Words) -> list[str]:
    where = segment_name(article.segment(one.span.segment), words)
    known = f" {_fact(one.known, words)}" if one.known else ""
    quote = f"<span {language(article)}>“{escape(one.quote)}”</span> ({where})"
    return [quote, _inline(one.likely), f"{_inline(one.take)}{known}"]


def _sample(sample: Sample, words: Words, level: int) -> str:
    reason = f"<p>{escape(words('guide.reason'))} {_inline(sample.reason)}</p>" if sample.reason else ""
    # What a sample says is nobody's quotation: it is shown as it is written.
    return (
        f'<div class="lk-sample"><h{level}>{_inline(sample.level)}</h{level}><blockquote>{escape(sample.text)}</blockquote>{reason}'
        f"<p><strong>{escape(words('guide.why'))}</strong> {_inline(sample.why)}</p></div>"
    )


def _standard(one: Standard, words: Words) -> list[str]:
    source = _source(one.source, words)
    return [f"<strong>{escape(one.code)}</strong>", f"{_inline(one.says)} {source}", _inline(one.here)]


def _fact(fact: Fact, words: Words) -> str:
    return f"{_inline(fact.text)} {_source(fact.source, words)}"


def _source(source: Source, words: Words) -> str:
    return f'<span class="lk-source">{link(source.address, words)} ({escape(words("guide.read", year=source.read))})</span>'


def _table(kind: str, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Set a table whose cells are HTML already; the roles are written out because a narrow screen shows rows as cards."""
    top = "".join(f'<th scope="col" role="columnheader">{escape(head)}</th>' for head in heads)
    body = "".join(
        '<tr role="row">'
        + "".join(
            f'<th scope="row" role="rowheader" data-head="{escape(heads[0])}">{cell}</th>'
            if at == 0
            else f'<td role="cell" data-head="{escape(heads[at])}">{cell}</td>'
            for at, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<table role="table" data-kind="{kind}" aria-label="{escape(caption)}"><thead role="rowgroup"><tr role="row">{top}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _inline(text: str) -> str:
    """Escape a text, and set what is typed and what stands on the screen apart."""
    return _NAMED.sub(
        r"<em>\1</em>", _TYPED.sub(r'<span class="lk-typed"><code>\1</code>\2</span>', escape(text, quote=False))
    )
