"""The panel to write in: a few fields that are saved while the learner types."""

from collections.abc import Mapping

import anywidget
import traitlets

from ..faults import LessonError
from ..workbook import MOST_TEXT, Workbook
from ..writing import Task
from .parts import module, style


class Writer(anywidget.AnyWidget):
    """
    The panel behind ``lesson.write()``.

    The browser tells what is in a field through `drafts`, each with a number that grows; `heard`
    answers with the number that is on disk. Only then does the panel say “saved”.

    Parameters
    ----------
    workbook
        Where the texts are kept.
    task
        What is to be written.
    """

    _esm = module("work", "writer")
    _css = style("writer")
    task = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    """What the panel shows and speaks."""
    texts = traitlets.Dict().tag(sync=True)
    """What is on disk, by the name of its field."""
    drafts = traitlets.Dict().tag(sync=True)
    """What the browser has, by the name of its field: ``{"text": ..., "number": ...}``."""
    heard = traitlets.Dict().tag(sync=True)
    """The number of each draft that is on disk."""
    trouble = traitlets.Unicode().tag(sync=True)
    """Why the last change could not be written, in a sentence; empty when all is well."""
    told = traitlets.Unicode().tag(sync=True)
    """What came of the last request, in a sentence."""
    messages = traitlets.List(traitlets.Unicode()).tag(sync=True)
    kept = traitlets.Dict().tag(sync=True)
    """The whole workbook as plain data, for the browser to hold a copy of."""
    workbook_id = traitlets.Unicode().tag(sync=True)

    def __init__(self, workbook: Workbook, task: Task) -> None:
        self._workbook = workbook
        self._task = task
        self._names = [line.name for line in task.lines]
        workbook.catch_up()
        super().__init__(
            task={
                "name": task.name,
                "article": workbook.article.name,
                "title": task.title,
                "prompt": task.prompt,
                "words": task.words or 0,
                "most": MOST_TEXT,
                "fields": [{"name": line.name, "label": line.label, "rows": line.rows} for line in task.lines],
            },
            words=workbook.words.section("writer"),
        )
        self._tell()
        workbook.watch(self._tell)
        self.observe(self._heard, "drafts")
        self.on_msg(self._asked)

    def __repr__(self) -> str:
        """Say what is shown, without anything of the learner: notebooks are shared and compared."""
        return f"Writer({self._task.name!r}, article={self._workbook.article.name!r}, fields={len(self._names)})"

    def _heard(self, _change: object) -> None:
        """Write down what the browser, or a test, has put into `drafts`."""
        with self._workbook.lock:
            heard = dict(self.heard)
            try:
                for name in self._names:
                    match self.drafts.get(name):
                        case {"text": str(text), "number": int(number)} if number > heard.get(name, 0):
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
            self.texts = {name: texts.get(name, "") for name in self._names}
            self.kept = self._workbook.kept()
            self.workbook_id = self._workbook.id
            self.messages = list(self._workbook.messages)

    def _asked(self, _widget: object, request: object, _buffers: object) -> None:
        """Do what the browser asks for by message."""
        match request:
            case {"do": "save"}:
                self._heard(None)
            case {"do": "catch up"}:
                self._workbook.catch_up()
                self._tell()
                self.send({"did": "catch up"})
            case {"do": "restore", "kept": kept}:
                self._restore(kept)

    def _restore(self, kept: object) -> None:
        """Bring in what a browser has held, and say what came of it."""
        words = self._workbook.words
        # The same sentence twice is two answers; the browser hears of a trait only when it changes.
        self.told = ""
        try:
            restored = self._workbook.restore(kept if isinstance(kept, Mapping) else {})
        except LessonError as error:
            self.told = str(error)
            return
        self.told = words("writer.brought" if restored.texts or restored.marks else "writer.brought_nothing")
