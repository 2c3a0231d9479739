"""The sheets of a lesson: for each layer a worksheet, and where there is a key, the teacher's."""

from collections.abc import Mapping, Sequence

from ..article import Article, Segment, Span
from ..charts.looks import looks
from ..key import Key, Note
from ..layers import Layer
from ..paper import ROWS, SIGNS
from ..tables import inner, listed, read_tables, texts, within
from ..words import Words
from ..workbook import CONFIDENCES
from . import blocks
from .blocks import Block, Column, Document, Entry, Sign, Underline

SHEETS = ("worksheet", "key")

_COLUMNS = (0.12, 0.31, 0.09, 0.37, 0.11)


def sheets(
    article: Article, layers: Sequence[Layer], keys: Mapping[str, Key | None], words: Words
) -> tuple[Document, ...]:
    """
    Make all sheets of a lesson.

    Parameters
    ----------
    article
        The article.
    layers
        All layers, in order. Where the saved page was not kept, a layer that is laid over it has no sheet.
    keys
        The key of each layer, by name; None where there is none, and then no sheet shows one.
    words
        The words of the kit.

    Returns
    -------
    tuple of Document
        For each layer its worksheet, and its key behind it.

    Raises
    ------
    LessonError
        When ``print.toml`` breaks a rule.
    """
    discussion = read_discussion(article, layers)
    made = []
    for layer in layers:
        if not article.over(layer.over):  # the page it was saved from was not kept
            continue
        signs = _signs(layer)
        made.append(_worksheet(article, layer, signs, words))
        if (key := keys.get(layer.name)) is not None:
            made.append(_teachers_key(article, layer, signs, key, discussion.get(layer.name, ()), words))
    return tuple(made)


def read_discussion(article: Article, layers: Sequence[Layer]) -> Mapping[str, tuple[str, ...]]:
    """
    Read the questions to talk about.

    Parameters
    ----------
    article
        The article whose folder holds ``print.toml``.
    layers
        The layers there are.

    Returns
    -------
    Mapping of str to tuple of str
        The questions by name of the layer; empty where the folder has no such file.

    Raises
    ------
    LessonError
        When a table is not that of a layer, or holds anything but a list of questions.
    """
    path = article.folder / "print.toml"
    table = read_tables(path, *(layer.name for layer in layers)) or {}
    found = {}
    for name in table:
        with within(path):
            asked = inner(table, name, f"[{name}], with one bracket on each side")
            with within(name):
                texts(asked, other=("discuss",))
                found[name] = listed(asked, "discuss")
    return found


def _worksheet(article: Article, layer: Layer, signs: Mapping[str, Sign], words: Words) -> Document:
    columns = tuple(Column(title, share) for title, share in zip(words.list("print.columns"), _COLUMNS, strict=True))
    sure = ", ".join(f"{sign} {words(f'confidence.{one}')}" for sign, one in zip(SIGNS, CONFIDENCES, strict=True))
    parts: list[Block] = [
        blocks.Blanks(words.list("print.blanks")),
        blocks.Title(_above(article, layer, "worksheet", words), layer.question),
        # What is done with the lines of the page on a screen is not what is done by pen.
        blocks.Text(
            words("print.by_pen_page") if layer.over == "page" else f"{layer.how} {words('print.by_pen')}", boxed=True
        ),
        blocks.Heading(words("print.tags")),
        _legend(layer, signs, words),
        blocks.Heading(words("print.saved_page" if layer.over == "page" else "print.article")),
        *(_passage(segment, article, words, wide=True) for segment in article.over(layer.over)),
        _rights(article, words),
        blocks.Heading(words("print.reasons")),
        blocks.Ruled(words("print.sure", list=sure), columns, ROWS),
    ]
    return _document(article, layer, "worksheet", parts, words)


def _teachers_key(  # noqa: PLR0913, PLR0917 - each is another thing the sheet is made from
    article: Article,
    layer: Layer,
    signs: Mapping[str, Sign],
    key: Key,
    discuss: Sequence[str],
    words: Words,
) -> Document:
    parts: list[Block] = [
        blocks.Title(_above(article, layer, "key", words), layer.question),
        blocks.Text(words("print.key_how", also=words("note.also")), boxed=True),
    ]
    if discuss:
        parts.append(blocks.Heading(words("print.discuss")))
        parts += [blocks.Note(number, one, None, ()) for number, one in enumerate(discuss, start=1)]
    parts += [blocks.Heading(words("print.tags")), _legend(layer, signs, words), _rights(article, words)]
    parts.append(blocks.Heading(words("print.saved_page" if layer.over == "page" else "print.article")))
    number = 0
    for segment in article.over(layer.over):
        notes = key.of(segment.id)
        parts.append(_passage(segment, article, words, _underlines(segment, notes, signs)))
        for note in notes:
            number += 1
            whole = len(notes) == 1 and len(note.span.words) == len(segment.words)
            quote = "" if whole else f"“{note.quote}”"
            parts.append(blocks.Note(number, quote, signs[note.tag], _entries(note, layer, article, words)))
        if not notes:
            parts.append(blocks.Text(words("print.no_note"), indented=True))
    if key.missing:
        parts.append(blocks.Heading(layer.missing))
        for place, one in enumerate(key.missing, start=1):
            said = (Entry(words("print.why"), one.why), *_address(one.address, words))
            parts.append(blocks.Note(place, one.question, None, said))
    return _document(article, layer, "key", parts, words)


def _document(article: Article, layer: Layer, sheet: str, parts: Sequence[Block], words: Words) -> Document:
    return Document(
        f"{layer.name}-{sheet}",
        f"{article.title} · {words(f'print.{sheet}')} · {layer.title}",
        words("print.language"),
        words("print.direction"),
        words("print.page", layer=layer.title, sheet=words(f"print.{sheet}")),
        tuple(parts),
    )


def _above(article: Article, layer: Layer, sheet: str, words: Words) -> str:
    return words("print.above", title=article.title, layer=layer.title, sheet=words(f"print.{sheet}"))


def _signs(layer: Layer) -> dict[str, Sign]:
    drawn = looks(layer)
    return {tag.name: Sign(tag.key, tag.title, tag.shape, drawn[tag.name].edge) for tag in layer.tags}


def _legend(layer: Layer, signs: Mapping[str, Sign], words: Words) -> blocks.Legend:
    tag, means, ask = words.list("print.legend")
    rows = tuple(blocks.Tag(signs[one.name], one.definition, one.ask) for one in layer.tags)
    return blocks.Legend((tag, means, ask), rows)


def _passage(
    segment: Segment, article: Article, words: Words, underlines: tuple[Underline, ...] = (), *, wide: bool = False
) -> blocks.Passage:
    return blocks.Passage(
        segment.id,
        words(f"kind.{segment.kind}"),
        segment.text,
        article.language,
        article.direction,
        wide,
        segment.kind == "headline",
        underlines,
    )


def _underlines(segment: Segment, notes: Sequence[Note], signs: Mapping[str, Sign]) -> tuple[Underline, ...]:
    lanes: list[int] = []
    made = []
    for number, note in enumerate(notes):
        taken = {lanes[before] for before in range(number) if notes[before].span.words & note.span.words}
        lanes.append(next(lane for lane in range(number + 1) if lane not in taken))
        start, end = segment.words[note.span.first][0], segment.words[note.span.last][1]
        made.append(Underline(start, end, signs[note.tag], lanes[-1]))
    return tuple(made)


def _entries(note: Note, layer: Layer, article: Article, words: Words) -> tuple[Entry, ...]:
    """Say everything the key says of a note, the question first."""
    entries = [Entry(words("print.ask"), note.hint), Entry(words("print.why"), note.why)]
    if note.also:
        readings = dict.fromkeys(_reading(one.tag, one.span, note, layer, article, words) for one in note.also)
        entries.append(Entry(words("note.also"), "; ".join(readings)))
    for field in layer.fields:
        if (value := note.fields.get(field.name)) is None:
            continue
        if field.address:
            entries.append(Entry(field.title, "", value))
        else:
            shown = (field.values or {}).get(value, value)
            entries.append(Entry(field.title, f"“{shown}”" if field.quoted else shown))
    for number, one in enumerate(note.labels):
        entries.append(Entry(layer.labels if number == 0 else "", f"“{one.label}”: {one.by}", one.address))
    return tuple(entries)


def _reading(tag: str, span: Span, note: Note, layer: Layer, article: Article, words: Words) -> str:  # noqa: PLR0913, PLR0917 - what a reading is made of
    title = layer.tag(tag).title
    return title if span == note.span else words("print.also", tag=title, quote=article.quote(span))


def _address(address: str, words: Words) -> tuple[Entry, ...]:
    return (Entry(words("print.address"), "", address),) if address else ()


def _rights(article: Article, words: Words) -> blocks.Rights:
    rights = str(article.header.get("rights", ""))
    return blocks.Rights(words("print.rights", rights=rights) if rights else words("print.rights_unknown"))
