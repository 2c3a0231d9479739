"""The desk: fields that are saved while the learner works, and what is made of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import traitlets

from ..faults import LessonError
from ..words import Words
from ..workbook import MOST_TEXT, Restored, Workbook
from ..writing import Task
from .panel import Panel
from .parts import module, style


@dataclass(frozen=True)
class Option:
    """One thing to choose."""

    value: str
    """What is stored: short, and never translated."""
    label: str


@dataclass(frozen=True)
class Field:
    """Something to write or to choose."""

    name: str
    """What it is kept under in a workbook: letters, digits, - and _, 40 at most."""
    label: str
    rows: int = 1
    options: tuple[Option, ...] = ()
    """What there is to choose from; with none, it is a field to write in."""
    kind: Literal["text", "date", "number"] = "text"
    """What is written in it; the browser helps with a date or a number."""
    hint: str = ""
    """A line below the label."""
    above: "Made | None" = None
    """In place of the hint, a line that follows what the learner has entered elsewhere."""

    def said(self, texts: Mapping[str, str]) -> str:
        """Give what the learner entered, in words: the label of what was chosen; empty where there is nothing."""
        text = texts.get(self.name, "")
        if not self.options:
            return text
        return next((option.label for option in self.options if option.value == text), "")


@dataclass(frozen=True)
class Shown:
    """HTML that stays as it is; everything in it is escaped."""

    html: str


@dataclass(frozen=True)
class Made:
    """HTML that is made again from what the learner has entered, whenever something changes."""

    name: str
    """Name of its own on this desk."""
    make: Callable[[Mapping[str, str]], str]
    """Takes all texts of the workbook by name, and gives HTML in which everything is escaped."""
    spoken: bool = False
    """Whether a screen reader says it when it changes; only for a line or two."""


@dataclass(frozen=True)
class Fold:
    """Parts that are folded away until they are asked for."""

    name: str
    """Name of its own on this desk."""
    title: str
    parts: "tuple[Part, ...]"


Part = Field | Shown | Made | Fold


Entries = list[tuple[str, list[tuple[str, str]]]]
"""Headings, and below each the label and the text of every field that is filled in."""


@dataclass(frozen=True)
class Step:
    """One step of the work, under a heading of its own."""

    title: str
    """The heading; empty where the desk has only one step."""
    parts: tuple[Part, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields in it, in order."""
        return tuple(part for part in _unfolded(self.parts) if isinstance(part, Field))


class Desk(Panel):
    """
    The panel behind ``lesson.write()`` and the labs.

    The browser tells what is in a field through `drafts`, each with a number that grows; `heard`
    answers with the number that is on disk. Only then does the panel say “saved”.

    Parameters
    ----------
    workbook
        Where what is entered is kept.
    name
        Name of the desk, such as ``"stuck"`` or ``"trace"``.
    title, prompt
        What stands above it.
    steps
        What is on it.
    words
        How many words to aim at in all fields together; 0 where no length is asked for.
    """

    _esm = module("work", "table", "desk")
    _css = style("sheet", "desk")
    plan = traitlets.Dict().tag(sync=True)
    """What stands where."""
    texts = traitlets.Dict().tag(sync=True)
    """What is on disk, by the name of its field."""
    made = traitlets.Dict().tag(sync=True)
    """The HTML that is made from it, by its name."""
    drafts = traitlets.Dict().tag(sync=True)
    """What the browser has, by the name of its field: ``{"text": ..., "number": ...}``."""
    heard = traitlets.Dict().tag(sync=True)
    """The number of each draft that is on disk."""

    def __init__(  # noqa: PLR0913, PLR0917 - each is another thing that stands on the desk
        self, workbook: Workbook, name: str, title: str, prompt: str, steps: Sequence[Step], words: int = 0
    ) -> None:
        self._name = name
        self._fields = {field.name: field for step in steps for field in step.fields}
        self._makers = [part for step in steps for part in _unfolded(step.parts) if isinstance(part, Made)]
        self._makers += [field.above for field in self._fields.values() if field.above]
        super().__init__(
            workbook,
            plan={
                "name": name,
                "article": workbook.article.name,
                "title": title,
                "prompt": prompt,
                "words": words,
                "most": MOST_TEXT,
                "steps": [{"title": step.title, "parts": [_plain(part) for part in step.parts]} for step in steps],
            },
            words=workbook.words.section("desk"),
        )
        self.observe(self._save, "drafts")

    def __repr__(self) -> str:
        """Say what is shown, without anything of the learner: notebooks are shared and compared."""
        return f"Desk({self._name!r}, article={self._workbook.article.name!r}, fields={len(self._fields)})"

    def _save(self, _change: object = None) -> None:
        """Write down what the browser, or a test, has put into `drafts`."""
        with self._workbook.lock:
            heard = dict(self.heard)
            try:
                for name, field in self._fields.items():
                    match self.drafts.get(name):
                        case {"text": str(text), "number": int(number)} if number > heard.get(name, 0):
                            if not field.options or not text or field.said({name: text}):
                                self._workbook.write(name, text)
                            heard[name] = number
            except LessonError as error:
                self.trouble = str(error)
            else:
                self.trouble = ""
            with self.hold_sync():
                self._tell()
                self.heard = heard

    def _tell(self) -> None:
        """Show the workbook's present state."""
        with self._workbook.lock, self.hold_sync():
            texts = self._workbook.texts
            self.texts = {name: texts.get(name, "") for name in self._fields}
            self.made = {made.name: made.make(texts) for made in self._makers}
            super()._tell()

    def _brought(self, restored: Restored) -> str:
        """Say what was brought in."""
        return self._workbook.words("desk.brought" if restored.texts or restored.marks else "desk.brought_nothing")


def writing_desk(workbook: Workbook, task: Task) -> Desk:
    """Show something to write."""
    fields = task_fields(task, workbook.words)
    return Desk(workbook, task.name, task.title, task.prompt, [Step("", fields)], task.words or 0)


def task_fields(task: Task, words: Words) -> tuple[Field, ...]:
    """Give the fields of something to write; each with what was written before, where it takes up an earlier task."""

    def before(name: str) -> Made:
        return Made(f"{name}-before", lambda texts: escape(_before(texts.get(name, ""), words)))

    if task.after is None:
        return tuple(Field(line.name, line.label, line.rows) for line in task.lines)
    return tuple(
        Field(line.name, line.label, line.rows, above=before(earlier.name))
        for line, earlier in zip(task.lines, task.after.lines, strict=True)
    )


def _before(text: str, words: Words) -> str:
    return words("writing.before", text=text) if text else words("writing.nothing_before")


def entries(steps: Sequence[Step], texts: Mapping[str, str]) -> Entries:
    """
    Give what a learner has entered on a desk, in words.

    Parameters
    ----------
    steps
        What is on the desk.
    texts
        What is in the workbook.

    Returns
    -------
    Entries
        Heading, and label and text of each field that is filled in, in order. Fields in a fold
        stand under the fold's title. Headings with nothing to say are left out.
    """
    found = [(step.title, step.parts) for step in steps]
    lines: Entries = []
    while found:
        title, parts = found.pop(0)
        own = [(part.label, said) for part in parts if isinstance(part, Field) and (said := part.said(texts))]
        if own:
            lines.append((title, own))
        found[:0] = [(part.title, part.parts) for part in parts if isinstance(part, Fold)]
    return lines


def entered(found: Entries) -> str:
    """Write down what a learner has entered on a desk, as HTML for a page."""
    parts = []
    for title, lines in found:
        rows = "".join(f'<dt>{escape(name)}</dt><dd class="lk-own-words">{escape(said)}</dd>' for name, said in lines)
        parts.append((f"<p><strong>{escape(title)}</strong></p>" if title else "") + f"<dl>{rows}</dl>")
    return "".join(parts)


def _unfolded(parts: Sequence[Part]) -> Iterator[Part]:
    """Go through parts and through what is folded away in them."""
    for part in parts:
        yield part
        if isinstance(part, Fold):
            yield from _unfolded(part.parts)


def _plain(part: Part) -> dict[str, Any]:
    """Give a part as plain data for the browser."""
    match part:
        case Field():
            options = [{"value": option.value, "label": option.label} for option in part.options]
            plain = {"name": part.name, "label": part.label, "rows": part.rows, "type": part.kind, "hint": part.hint}
            above = part.above.name if part.above else ""
            return {"part": "field", **plain, "above": above, "options": options}
        case Shown():
            return {"part": "shown", "html": part.html}
        case Made():
            return {"part": "made", "name": part.name, "spoken": part.spoken}
        case Fold():
            parts = [_plain(inner) for inner in part.parts]
            return {"part": "fold", "name": part.name, "title": part.title, "parts": parts}
