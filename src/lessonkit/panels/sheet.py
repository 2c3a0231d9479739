"""Pages to read: the article, the findings, the key, and two readings side by side."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from html import escape
from itertools import groupby

import anywidget
import traitlets

from ..article import Article
from ..feedback import Finding, hold_against, with_sources
from ..key import Key, Term
from ..layers import Layer
from ..words import Words, nothing_there
from ..workbook import Mark, Workbook
from .markup import language, legend, link, note_list, page, painted, plain, segment_name, set_article, step, tag_name
from .parts import module, style

_MOST_MISSED = 3
"""Parts of the article that only the key has notes on and that stand open; more would be read by nobody."""


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


def check_sheet(workbook: Workbook, layer: Layer, key: Key | None, sourcing: Key | None = None) -> Sheet:
    """Show the findings of a layer; the page follows the workbook. A layer may have to stay apart from another's key."""

    def make() -> str:
        return _check_page(workbook, layer, key, sourcing)

    return following(workbook, Sheet("check", workbook.article, layer.name, make))


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

    return following(workbook, Sheet("compare", workbook.article, layer.name, make))


def missing_sheet(lab: str, article: Article, file: str, words: Words) -> Sheet:
    """Say in a sentence that an article's folder has no data for a lab."""

    def make() -> str:
        return page(words(f"{lab}.title"), words(f"{lab}.question"), [plain(nothing_there(article, file, words))])

    return Sheet(lab, article, None, make)


def following(workbook: Workbook, sheet: Sheet) -> Sheet:
    """Have a page made again whenever the workbook changes."""
    workbook.watch(sheet.refresh)
    return sheet


# Pages


def _article_page(article: Article, glossary: Sequence[Term], words: Words) -> str:
    terms = "".join(
        f"<dt>{escape(term.name)}</dt><dd>{escape(term.line)} {link(term.address, words)}</dd>" for term in glossary
    )
    known = "".join(
        f"<dt>{escape(str(item.get('what', '')))}</dt><dd>{escape(str(item.get('text', '')))} {link(item.get('address'), words)}</dd>"
        for item in article.header.get("known", ())
    )
    unknown = "".join(
        f"<dt>{escape(str(item.get('what', '')))}</dt><dd>{escape(str(item.get('text', '')))} {link(item.get('address'), words)}</dd>"
        for item in article.header.get("unknown", ())
    )
    parts = [set_article(article, words, lambda segment: escape(segment.text))]
    if terms:
        parts.append(step("glossary", words("sheet.glossary"), f"<dl>{terms}</dl>"))
    if known or unknown:
        inside = f"<dl>{known}</dl>" if known else ""
        if unknown:
            inside += f"<h4>{escape(words('sheet.unknown'))}</h4><dl>{unknown}</dl>"
        parts.append(step("known", words("sheet.known"), inside))
    elif article.key_is_away:
        parts.append(plain(words("pack.away_known")))
    return page(words("sheet.read_title"), article.title, parts)


def _check_page(workbook: Workbook, layer: Layer, key: Key | None, sourcing: Key | None) -> str:
    words, article = workbook.words, workbook.article
    title = words("check.title", layer=layer.title)
    if key is None:
        return page(title, layer.question, [plain(words(_no_key(workbook.article, "check.no_key")))])
    marks = workbook.marks(layer.name)
    if not marks:
        return page(title, layer.question, [plain(words("check.no_marks"))])
    parts = findings(article, layer, key, marks, workbook.looked(layer.name), words, sourcing)
    return page(title, layer.question, [plain(words("check.how")), *parts])


def findings(  # noqa: PLR0913, PLR0917 - a reading, and what it is held against
    article: Article,
    layer: Layer,
    key: Key,
    marks: Sequence[Mark],
    looked: AbstractSet[str],
    words: Words,
    sourcing: Key | None = None,
) -> list[str]:
    """
    Hold a reading against the key, segment by segment.

    Parameters
    ----------
    article, layer, key
        What was read, and the key of the layer.
    marks
        The reader's marks in this layer.
    looked
        Ids of the segments the reader has looked at; those with marks need not be among them.
    words
        The words learners read.
    sourcing
        The key of the layer that this one stays apart from, if it does.

    Returns
    -------
    list of str
        HTML. What a learner marked and what there is to think about it comes first, then a few places
        that only the key has. The others, what agrees, and what a learner has not come to yet, is folded
        away: nobody is met with a wall.
    """
    found = with_sources(hold_against(marks, key, article), layer, sourcing, article)
    reached = looked | {mark.span.segment for mark in marks}
    parts: list[str] = []
    missed: list[str] = []
    alike: list[str] = []
    later: list[str] = []
    for segment_id, group in groupby(found, key=lambda finding: finding.span.segment):
        # What somebody marked comes before what they left out, and what agrees stands between.
        here, segment = sorted(group, key=_weight), article.segment(segment_id)
        mine = [(mark.span, layer.tag(mark.tag)) for mark in marks if mark.span.segment == segment_id]
        items = "".join(_finding(finding, layer, words, article, number) for number, finding in enumerate(here))
        shown = (
            f'<section class="lk-segment"><h4>{segment_name(segment, words)}</h4>'
            f"<p {language(article)}>{painted(segment, mine)}</p><ul>{items}</ul></section>"
        )
        weights = {_weight(finding) for finding in here}
        pile = later if segment_id not in reached else alike if weights == {1} else parts if 0 in weights else missed
        pile.append(shown)
    if missed:
        parts += [f"<h3>{escape(words('check.missed'))}</h3>", *missed[:_MOST_MISSED]]
    for name, folded in (("more", missed[_MOST_MISSED:]), ("alike", alike), ("later", later)):
        if folded:
            parts.append(step(name, words(f"check.{name}", number=len(folded)), "".join(folded)))
    return parts


def _weight(finding: Finding) -> int:
    """Give 0 to a mark there is something to ask about, 1 to one that agrees, 2 to words that nobody marked."""
    return 2 if finding.mark is None else 1 if finding.is_alike else 0


def said_as(finding: Finding) -> str:
    """Name the words with which a finding is said."""
    mark, note = finding.mark, finding.note
    if finding.source is not None:
        return "source"
    if finding.edges == "wide" and mark and note and mark.tag in {note.tag, *(other.tag for other in note.also)}:
        return "wide"
    return finding.kind


def _finding(finding: Finding, layer: Layer, words: Words, article: Article, number: int) -> str:
    note, mark = finding.note, finding.mark
    kind, said = finding.kind, said_as(finding)
    sign = words(f"finding.{said}.sign")
    lines = [
        f'<p class="lk-kind"><span class="lk-sign" aria-hidden="true">{escape(sign)}</span> <strong>{escape(words(f"finding.{said}.title"))}</strong>'
    ]
    if mark is not None:
        lines.append(
            f'<span class="lk-yours">“{escape(mark.quote)}” {tag_name(layer.tag(mark.tag))}</span></p>'
            + (
                f'<p class="lk-reason">{escape(words("check.your_reason"))} {escape(mark.reason)}</p>'
                if mark.reason
                else ""
            )
        )
    else:
        lines.append("</p>")
    ask = layer.tag(mark.tag).ask if mark is not None else ""
    source = article.quote(finding.source) if finding.source else ""
    lines.append(plain(words(f"finding.{said}.says", ask=ask, source=source)))
    if note is not None:
        place = f"{finding.span.segment}-{note.span.first}-{note.span.last}-{number}"
        steps = step(f"{place}-key", words("check.step_key"), note_list(note, layer, words))
        steps = step(f"{place}-why", words("check.step_why"), plain(note.why) + steps)
        lines.append(step(f"{place}-hint", words("check.step_hint"), plain(note.hint) + steps))
    return f'<li class="lk-finding" data-kind="{escape(kind)}">{"".join(lines)}</li>'


def _reveal_page(workbook: Workbook, layer: Layer, key: Key | None) -> str:
    words, article = workbook.words, workbook.article
    title = words("reveal.title", layer=layer.title)
    if key is None:
        return page(title, layer.question, [plain(words(_no_key(workbook.article, "check.no_key")))])
    parts = [plain(words("reveal.how")), legend(layer)]
    for segment in article.over(layer.over):
        notes = key.of(segment.id)
        spans = [(note.span, layer.tag(note.tag)) for note in notes]
        items = "".join(
            f"<li>{step(f'{segment.id}-{number}', f'“{note.quote}”', plain(note.why) + note_list(note, layer, words, named=True), layer.tag(note.tag))}</li>"
            for number, note in enumerate(notes)
        )
        parts.append(
            f'<section class="lk-segment"><h4>{segment_name(segment, words)}</h4>'
            f"<p {language(article)}>{painted(segment, spans)}</p>"
            + (f"<ul>{items}</ul>" if items else plain(words("reveal.no_note")))
            + "</section>"
        )
    if key.missing:
        items = "".join(
            f"<li>{step(f'missing-{number}', one.question, plain(one.why) + link(one.address, words))}</li>"
            for number, one in enumerate(key.missing)
        )
        parts.append(f'<section class="lk-segment"><h4>{escape(layer.missing)}</h4><ul>{items}</ul></section>')
    return page(title, layer.question, parts)


def _no_key(article: Article, otherwise: str) -> str:
    """Name the sentence that says why there is no key: in a pupil's copy, because the teacher has it."""
    away = {"check.no_key": "pack.away", "compare.alone": "pack.away_compare"}
    return away[otherwise] if article.key_is_away else otherwise


def _compare_page(workbook: Workbook, layer: Layer, others: Sequence[Mark], name: str) -> str:
    words, article = workbook.words, workbook.article
    readers: list[tuple[str, Sequence[Mark]]] = [(words("compare.you"), workbook.marks(layer.name))]
    if name:
        readers.append((name, others))
    rows = []
    for segment in article.over(layer.over):
        sides = []
        for who, marks in readers:
            here = [mark for mark in marks if mark.span.segment == segment.id]
            items = "".join(
                f"<li>“{escape(mark.quote)}” {tag_name(layer.tag(mark.tag))}"
                + (f'<p class="lk-reason">{escape(mark.reason)}</p>' if mark.reason else "")
                + "</li>"
                for mark in here
            )
            text = painted(segment, [(mark.span, layer.tag(mark.tag)) for mark in here])
            sides.append(
                f'<div class="lk-side"><h5>{escape(who)}</h5><p {language(article)}>{text}</p>'
                + (f"<ul>{items}</ul>" if items else plain(words("compare.nothing")))
                + "</div>"
            )
        rows.append(
            f'<section class="lk-segment"><h4>{segment_name(segment, words)}</h4><div class="lk-sides">{"".join(sides)}</div></section>'
        )
    return page(
        words("compare.title", layer=layer.title),
        layer.question,
        [plain(words("compare.how" if name else _no_key(article, "compare.alone"))), legend(layer), *rows],
    )
