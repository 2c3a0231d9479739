"""All layers of a learner's marks on one page, and what two of them say together."""

from collections.abc import Mapping, Sequence
from html import escape

from ..article import Segment
from ..crossings import Question, crossings
from ..key import Key
from ..layers import Layer
from ..words import Words
from ..workbook import Mark, Workbook
from .desk import Step, entered, entries
from .markup import language, page, painted, plain, segment_name, step
from .sheet import Sheet, following


def together_sheet(
    workbook: Workbook,
    layers: Sequence[Layer],
    questions: Sequence[Question],
    labs: Mapping[str, Sequence[Step]],
    keys: Mapping[str, Key],
) -> Sheet:
    """
    Show all layers on one page, each switchable; the page follows the workbook.

    Parameters
    ----------
    workbook
        The learner's marks.
    layers
        The layers of the article, in the order they are shown.
    questions
        What is asked of two layers at once.
    labs
        What is on the desk of each lab, by the lab's title.
    keys
        The keys of the layers that have one, by the layer's name; a pupil's copy has none.
    """
    theirs = {name: _marks_of(key) for name, key in keys.items()}

    def make() -> str:
        marks = {layer.name: workbook.marks(layer.name) for layer in layers}
        words = workbook.words
        parts = [plain(words("together.how")), _switches(layers, words)]
        parts += [_segment(segment, workbook, layers, marks) for segment in workbook.article.segments]
        parts.append(f"<h3>{escape(words('together.questions'))}</h3>")
        parts.append(plain(words("together.questions_how")))
        parts += [_question(number, one, workbook, layers, marks, theirs) for number, one in enumerate(questions)]
        parts += [f"<h3>{escape(words('together.labs'))}</h3>", *_labs(workbook, labs)]
        title = words("together.title")
        return f'<div class="lk-together">{page(title, words("together.question"), parts)}</div>'

    return following(workbook, Sheet("together", workbook.article, None, make))


def _labs(workbook: Workbook, labs: Mapping[str, Sequence[Step]]) -> list[str]:
    """Fold up what was entered in each lab; say so where nothing was."""
    found = {title: entries(steps, workbook.texts) for title, steps in labs.items()}
    shown = [
        step(f"lab-{number}", title, entered(lines)) for number, (title, lines) in enumerate(found.items()) if lines
    ]
    return shown or [plain(workbook.words("together.no_labs"))]


def mark_line(mark: Mark, layer: Layer) -> str:
    """Write a mark as a line: layer, tag, words, reason."""
    reason = f' <span class="lk-reason">{escape(mark.reason)}</span>' if mark.reason else ""
    tag = layer.tag(mark.tag)
    return f"{escape(layer.title)}: <strong>{escape(tag.title)}</strong> “{escape(mark.quote)}”{reason}"


def _switches(layers: Sequence[Layer], words: Words) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" data-layer="{escape(layer.name)}" checked>'
        f'<span class="lk-u" data-layer="{escape(layer.name)}" data-shape="solid" data-lane="0">{escape(layer.title)}</span></label>'
        for layer in layers
    )
    return f'<fieldset class="lk-layers"><legend>{escape(words("together.layers"))}</legend>{boxes}</fieldset>'


def _segment(segment: Segment, workbook: Workbook, layers: Sequence[Layer], marks: Mapping[str, Sequence[Mark]]) -> str:
    here = [(layer, mark) for layer in layers for mark in marks[layer.name] if mark.span.segment == segment.id]
    text = painted(
        segment, [(mark.span, layer.tag(mark.tag)) for layer, mark in here], [layer.name for layer, _ in here]
    )
    items = "".join(
        f'<li class="lk-chip" data-layer="{escape(layer.name)}">{mark_line(mark, layer)}</li>' for layer, mark in here
    )
    return (
        f'<section class="lk-segment"><h4>{segment_name(segment, workbook.words)}</h4>'
        f"<p {language(workbook.article)}>{text}</p>{f'<ul>{items}</ul>' if items else ''}</section>"
    )


def _marks_of(key: Key) -> tuple[Mark, ...]:
    """Give what the key marks, as if a learner had marked it."""
    return tuple(
        Mark(f"key-{number}", key.layer, note.span, note.quote, note.tag) for number, note in enumerate(key.notes)
    )


def _question(  # noqa: PLR0913, PLR0917 - a question, and two readings that answer it
    number: int,
    question: Question,
    workbook: Workbook,
    layers: Sequence[Layer],
    marks: Mapping[str, tuple[Mark, ...]],
    theirs: Mapping[str, tuple[Mark, ...]],
) -> str:
    """Ask; what the marks answer, and what the key's would, is folded up, for the learner is asked first."""
    words = workbook.words
    own = _answers(question, workbook, layers, marks)
    keys = _answers(question, workbook, layers, theirs)
    answer = step(f"question-{number}", words("together.answer", number=len(own)), _listed(own)) if own else ""
    answer = answer or plain(words("together.none"))
    if keys:
        answer += step(f"question-{number}-key", words("together.key_answer", number=len(keys)), _listed(keys))
    return f'<section class="lk-segment"><h4>{escape(question.title)}</h4>{plain(question.how)}{answer}</section>'


def _answers(
    question: Question, workbook: Workbook, layers: Sequence[Layer], marks: Mapping[str, tuple[Mark, ...]]
) -> list[str]:
    """Write down each place where marks answer a question."""
    words = workbook.words
    by_name = {layer.name: layer for layer in layers}
    items = []
    for crossing in crossings(question, marks, workbook.article):
        segment = workbook.article.segment(crossing.marks[0].span.segment)
        asked, met = (
            "".join(f"<li>{mark_line(mark, by_name[mark.layer])}</li>" for mark in marks)
            for marks in (crossing.marks, crossing.meets)
        )
        items.append(
            f"<li><h5>{segment_name(segment, words)}</h5><ul>{asked}</ul>"
            + (f'<ul class="lk-inside">{met}</ul>' if met else plain(words("together.alone")))
            + "</li>"
        )
    return items


def _listed(items: Sequence[str]) -> str:
    return f'<ul class="lk-list">{"".join(items)}</ul>'
