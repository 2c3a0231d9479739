"""
The desk on which a teacher types in what pupils wrote on paper.

One sheet of paper is one made-up name and one field of rows, and the Tab key leads from sheet to sheet:
a class is typed in without the mouse and without a button. See `lessonkit.paper` for why it is not one
long text.
"""

from collections.abc import Mapping
from html import escape
from pathlib import Path

from ..faults import LessonError
from ..layers import Layer
from ..paper import MOST_SHEETS, ROWS, Pile, Row
from ..words import Words
from ..workbook import Restored, Workbook
from . import markup
from .desk import Desk, Field, Fold, Made, Part, Shown, Step

_TOGETHER = 10
"""Sheets that are folded away together."""


class PaperDesk(Desk):
    """
    The panel behind ``lesson.type_in()``: a desk that also writes the pupils' files.

    Parameters
    ----------
    workbook
        The teacher's own, which holds what is typed.
    layer
        The layer of the worksheets.
    pile
        The sheets, and the folder their files go to.
    """

    def __init__(self, workbook: Workbook, layer: Layer, pile: Pile) -> None:
        self._pile = pile
        words = workbook.words
        title = words("paper.title", layer=layer.title)
        super().__init__(workbook, f"paper-{layer.name}", title, words("paper.prompt"), _steps(workbook, layer, pile))

    def _save(self, change: object = None) -> None:
        super()._save(change)
        self._hand_in()

    def _brought(self, restored: Restored) -> str:
        self._hand_in()
        return super()._brought(restored)

    def _hand_in(self) -> None:
        """Have the files say what the sheets say."""
        if self.trouble:
            return
        with self._workbook.lock:
            try:
                self._pile.write(self._workbook.texts)
                if self._pile.pupils(self._workbook.texts):
                    self._pile.remember()
            except LessonError as error:
                self.trouble = str(error)


def _steps(workbook: Workbook, layer: Layer, pile: Pile) -> tuple[Step, ...]:
    words = workbook.words
    tags = "".join(f"<li>{tag.key} {markup.tag_name(tag)}</li>" for tag in layer.tags)
    # The example is of this article, so that typing it shows what becomes of it.
    segment = workbook.article.over(layer.over)[-1]
    example = words("paper.how", segment=segment.id, words=segment.quote(0, min(1, len(segment.words) - 1)))
    where = f"<p>{_filled(words('paper.where'), folder=_path(str(pile.folder.resolve())))}</p>"
    others = Made("paper-others", lambda texts: _others(words, layer, pile, texts))
    how = f'{markup.plain(example)}{markup.plain(words("paper.more"))}<ul class="lk-legend">{tags}</ul>'
    first = [part for sheet in range(1, _TOGETHER + 1) for part in _sheet(workbook, layer, pile, sheet)]
    folds: list[Part] = [
        Fold(
            f"pile-{start}",
            words("paper.sheets", first=start, last=min(start + _TOGETHER - 1, MOST_SHEETS)),
            tuple(
                part
                for sheet in range(start, min(start + _TOGETHER, MOST_SHEETS + 1))
                for part in _sheet(workbook, layer, pile, sheet)
            ),
        )
        for start in range(_TOGETHER + 1, MOST_SHEETS + 1, _TOGETHER)
    ]
    stand = Made("paper-stand", lambda texts: _stand(workbook, layer, pile, texts))
    return (
        Step("", (Shown(where), others, Shown(how))),
        Step(words("paper.heading"), (*first, *folds)),
        Step(words("paper.class"), (stand,)),
    )


def _sheet(workbook: Workbook, layer: Layer, pile: Pile, sheet: int) -> tuple[Part, ...]:
    words = workbook.words
    rows = pile.rows_field(sheet, layer.name)
    return (
        Field(pile.name_field(sheet), words("paper.name", number=sheet)),
        Field(rows, words("paper.rows", number=sheet), rows=ROWS),
        Made(f"{rows}-count", lambda texts: _count(workbook, pile.rows(sheet, layer.name, texts)), spoken=True),
        Made(f"{rows}-read", lambda texts: _read(workbook, layer, pile.rows(sheet, layer.name, texts))),
    )


def _count(workbook: Workbook, rows: tuple[Row, ...]) -> str:
    """Say in a line how many rows were understood, and apart from them how far the pupil got."""
    if not rows:
        return ""
    words, faults = workbook.words, sum(bool(row.fault) for row in rows)
    said = [words("paper.understood", number=sum(bool(row.mark) for row in rows))]
    if faults:
        said.append(words("paper.not_understood", number=faults))
    said += [words("paper.got_to", segment=row.to) for row in rows if row.to][-1:]
    return markup.plain(" ".join(said))


def _read(workbook: Workbook, layer: Layer, rows: tuple[Row, ...]) -> str:
    """Say of each row what was understood, or why it was not."""
    return (
        f'<ul class="lk-list">{"".join(f"<li>{_row(workbook, layer, row)}</li>" for row in rows)}</ul>' if rows else ""
    )


def _row(workbook: Workbook, layer: Layer, row: Row) -> str:
    words, mark = workbook.words, row.mark
    if mark is None:
        return f"<strong>{escape(row.fault)}</strong>" if row.fault else escape(words("paper.got_to", segment=row.to))
    quote = f"<bdi {markup.language(workbook.article)}>{escape(mark.quote)}</bdi>"
    parts = [f"{escape(mark.span.segment)} “{quote}”", markup.tag_name(layer.tag(mark.tag))]
    if mark.confidence:
        parts.append(escape(words(f"confidence.{mark.confidence}")))
    if mark.reason:
        parts.append(f'<bdi dir="auto">{escape(mark.reason)}</bdi>')
    return " · ".join(parts)


def _stand(workbook: Workbook, layer: Layer, pile: Pile, texts: Mapping[str, str]) -> str:
    """Say who is in the class, and on which sheet to find them again."""
    words = workbook.words
    pupils = pile.pupils(texts)
    if not pupils:
        return markup.plain(words("paper.nobody"))
    items = []
    for pupil in pupils:
        sheets = ", ".join(map(str, pupil.sheets))
        number = sum(mark.layer == layer.name for mark in pupil.marks)
        said = words("paper.pupil", sheets=sheets, marks=number, name="\0")
        items.append(f"<li>{escape(said).replace(chr(0), f'<bdi>{escape(pupil.name)}</bdi>')}</li>")
    line = f'classroom = lesson.classroom("{_typable(pile.folder.resolve().as_posix())}")'
    opened = f"<p>{_filled(words('paper.open'), line=f'<code>{escape(line)}</code>')}</p>"
    told = markup.plain(words("paper.stand", pupils=len(pupils)))
    return f'{told}<ul class="lk-list">{"".join(items)}</ul>{opened}'


def _others(words: Words, layer: Layer, pile: Pile, texts: Mapping[str, str]) -> str:
    """Say which other piles there are, while this one is empty: its folder may have been named by mistake."""
    lines = []
    for one in pile.others(texts):
        if not one.folder:
            lines.append(escape(words("paper.other_unknown", number=one.sheets)))
            continue
        line = f'lesson.type_in("{layer.name}", "{_typable(Path(one.folder).as_posix())}")'
        blanks = {"number": str(one.sheets), "folder": _path(one.folder), "line": f"<code>{escape(line)}</code>"}
        lines.append(_filled(words("paper.other"), **blanks))
    return "".join(f"<p>{line}</p>" for line in lines)


def _filled(sentence: str, **blanks: str) -> str:
    """Escape a sentence, and put HTML into its blanks."""
    filled = escape(sentence)
    for name, html in blanks.items():
        filled = filled.replace(f"{{{name}}}", html)
    return filled


def _path(folder: str) -> str:
    return f'<bdi class="dk-path">{escape(folder)}</bdi>'


def _typable(text: str) -> str:
    """Write a text so that it can stand between the quotation marks of a line to type."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
