"""The class on one page: what was handed in, how far it agrees, and what to talk about."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from ..agreement import YARDSTICK, alpha, cautions
from ..article import Article
from ..divided import Topic, topics
from ..layers import Layer
from ..tally import NONE, marks_in, readers, votes_in
from ..words import Words

if TYPE_CHECKING:
    import pandas as pd

MOST_NAMES = 40
"""Made-up names that fit on the page."""

# Sizes that let a class of any size fit on A4 and on Letter: tests print it.
_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 1.5rem auto; padding: 0 1rem; max-width: 50rem; background: #fff; color: #1b1b1b; line-height: 1.4;
  font-family: "Segoe UI", "Noto Sans", "DejaVu Sans", Verdana, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.1rem; margin: 1.1rem 0 0.3rem; break-after: avoid; }
p { margin: 0.35rem 0; }
.below { margin: 0.1rem 0 0.6rem; color: #4a4a4a; }
.note { color: #4a4a4a; font-size: 0.9em; }
.caution { border-inline-start: 4px solid #8a4b00; padding-inline-start: 0.6em; }
table { border-collapse: collapse; }
.beside { display: flex; flex-wrap: wrap; gap: 0.4em 1.2em; align-items: start; }
.beside > div { flex: 1 1 16em; }
.beside p { margin: 0 0 0.3em; }
th, td { border: 1px solid #8a8a8a; padding: 0.3em 0.6em; text-align: start; vertical-align: top; }
thead th { background: #f1f1f1; }
td { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
thead th + th { text-align: end; }
ul { margin: 0.2em 0; padding-inline-start: 1.2em; }
ol { margin: 0.3em 0; padding-inline-start: 1.5em; }
ol > li { margin-block: 0.5em; break-inside: avoid; }
ol p { margin: 0.1em 0; }
.where { font-weight: 600; }
q { quotes: none; }
.ask { border-inline-start: 4px solid #0b5cad; padding-inline-start: 0.6em; }
@page { margin: 10mm 12mm; }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 8.8pt; line-height: 1.28; }
  h1 { font-size: 14pt; }
  h2 { font-size: 10.5pt; margin: 2.5mm 0 0.8mm; }
  p { margin: 0.8mm 0; }
  th, td { padding: 0.6mm 1.2mm; }
  ol > li { margin-block: 1.2mm; }
  thead th { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def report(  # noqa: PLR0913 - what is counted, in what words, and what is shown of it
    counted: "pd.DataFrame",
    article: Article,
    layers: Mapping[str, Layer],
    words: Words,
    *,
    made_up: int = 0,
    names: Sequence[str] = (),
) -> str:
    """
    Write the page about a class that a teacher files, or prints to take along.

    It is made of counts, so a district has one as a class has.

    Parameters
    ----------
    counted
        What `tally.counts` counted.
    article
        What was read.
    layers
        All layers, by name.
    words
        The sentences on the page, under ``exports`` and ``class``.
    made_up
        How many of the pupils are no learners but a rehearsal.
    names
        Made-up names to be listed. Nobody is named otherwise.

    Returns
    -------
    str
        A whole HTML document that needs no kernel, no script and no network. Everything in it is escaped.
    """
    shown = [layer for layer in layers.values() if layer.over == "article" or readers(counted, layer).marks]
    pupils = readers(counted, shown[0]).pupils if shown else 0
    title = words("exports.report_title", title=article.title)
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="below">{escape(words("exports.report_pupils", number=pupils))}</p>',
    ]
    if made_up:
        parts.append(_paragraph(words("class.made_up", number=made_up), "caution"))
    parts += [_agreement(counted, shown, article, words), _talk(counted, shown, article, words)]
    parts.append(_named(names, words))
    parts.append(_paragraph(words("exports.report_end"), "note"))
    return (
        f'<!doctype html>\n<html lang="{escape(words("exports.language"))}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def _agreement(counted: "pd.DataFrame", layers: Sequence[Layer], article: Article, words: Words) -> str:
    """Say layer by layer how many did what, how far they agree, and what to be careful about."""
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in words.list("exports.report_heads"))
    rows: list[str] = []
    careful: dict[str, list[str]] = {}  # a sentence that holds for several layers is said once
    for layer in layers:
        behind, votes = readers(counted, layer), votes_in(counted, article, layer)
        figure = alpha(votes) if behind.marked else None
        shown = words("exports.report_no_figure") if figure is None else f"{figure:.2f}"
        rows.append(
            f'<tr><th scope="row">{escape(layer.title)}</th><td>{behind.marked}</td><td>{behind.marks}</td><td>{escape(shown)}</td></tr>'
        )
        if figure is not None:
            for one in cautions(votes, marks_in(counted, layer), behind, layer):
                careful.setdefault(words(f"class.caution.{one.name}", **one.blanks), []).append(layer.title)
    items = "".join(
        f'<li><span class="where">{escape(words("class.and").join(titles))}:</span> {escape(said)}</li>'
        for said, titles in careful.items()
    )
    listed = f"<ul>{items}</ul>" if items else _paragraph(words("class.cautions_none"), "")
    yardstick = words("class.agreement_yardstick", yardstick=f"{YARDSTICK:.3f}")
    return (
        f"<h2>{escape(words('exports.report_agreement'))}</h2>"
        f'<div class="beside"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table><div>'
        f"{_paragraph(words('exports.report_alpha'), 'note')}"
        f"{_paragraph(yardstick + ' ' + words('class.agreement_source'), 'note')}"
        f"{_paragraph(words('class.agreement_low'), 'note')}</div></div>"
        f"<h2>{escape(words('exports.report_careful'))}</h2>{listed}"
    )


def _talk(counted: "pd.DataFrame", layers: Sequence[Layer], article: Article, words: Words) -> str:
    """Name the segments of all layers on which the class is most divided, with what to ask."""
    items = "".join(_topic(one, article, words) for one in topics(counted, article, layers, words))
    inside = f"<ol>{items}</ol>" if items else _paragraph(words("class.talk_none"), "")
    return f"<h2>{escape(words('exports.report_talk'))}</h2>{inside}"


def _topic(topic: Topic, article: Article, words: Words) -> str:
    given = words("class.and").join(
        words("class.count", tag=words("class.none") if name == NONE else topic.layer.tag(name).title, number=number)
        for name, number in topic.one.counts.items()
    )
    language = f'lang="{escape(article.language)}" dir="{escape(article.direction)}"'
    return (
        f'<li><p><span class="where">{escape(topic.where)}</span> <q {language}>“{escape(topic.beginning)}”</q></p>'
        f'<p class="note">{escape(given)}</p><p class="ask">{escape(topic.ask)}</p></li>'
    )


def _named(names: Sequence[str], words: Words) -> str:
    """List made-up names where they were asked for, in the order of the alphabet."""
    if not names:
        return ""
    listed = words("class.and").join(sorted(names)[:MOST_NAMES])
    more = words("exports.report_more", number=len(names) - MOST_NAMES) if len(names) > MOST_NAMES else ""
    return f"<h2>{escape(words('exports.report_names'))}</h2>{_paragraph(f'{listed} {more}'.strip(), '')}"


def _paragraph(text: str, kind: str) -> str:
    return f'<p class="{kind}">{escape(text)}</p>'
