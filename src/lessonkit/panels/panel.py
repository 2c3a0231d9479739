"""What every panel tells the browser about a learner's work, and how it answers."""

from collections.abc import Mapping

import anywidget
import traitlets

from ..faults import LessonError
from ..workbook import Restored, Workbook


class Panel(anywidget.AnyWidget):
    """
    A panel on which a learner works.

    Parameters
    ----------
    workbook
        Where the work is kept.
    **state
        What the panel's own traits begin with.
    """

    words = traitlets.Dict().tag(sync=True)
    """What the panel shows and speaks."""
    trouble = traitlets.Unicode().tag(sync=True)
    """Why the last change could not be written, in a sentence; empty when all is well."""
    told = traitlets.Unicode().tag(sync=True)
    """What came of the last request, in a sentence or two."""
    messages = traitlets.List(traitlets.Unicode()).tag(sync=True)
    kept = traitlets.Dict().tag(sync=True)
    """The whole workbook as plain data, for the browser to hold a copy of."""
    workbook_id = traitlets.Unicode().tag(sync=True)

    def __init__(self, workbook: Workbook, **state: object) -> None:
        self._workbook = workbook
        workbook.catch_up()
        super().__init__(**state)
        self._tell()
        workbook.watch(self._tell)
        self.on_msg(self._asked)

    def _tell(self) -> None:
        """Show the workbook's present state."""
        with self._workbook.lock, self.hold_sync():
            self.kept = self._workbook.kept()
            self.workbook_id = self._workbook.id
            self.messages = list(self._workbook.messages)

    def _save(self) -> None:
        """Write what is not on disk yet, and tell the browser what now is."""
        raise NotImplementedError

    def _brought(self, restored: Restored) -> str:
        """Say what was brought in."""
        raise NotImplementedError

    def _asked(self, _widget: object, request: object, _buffers: object) -> None:
        """Do what the browser asks for by message."""
        match request:
            case {"do": "save"}:
                with self._workbook.lock:
                    self._save()
            case {"do": "catch up"}:
                self._workbook.catch_up()
                self._tell()
                self.send({"did": "catch up"})
            case {"do": "restore", "kept": kept}:
                # The same sentence twice is two answers; the browser hears of a trait only when it changes.
                self.told = ""
                try:
                    self.told = self._brought(self._workbook.restore(kept if isinstance(kept, Mapping) else {}))
                except LessonError as error:
                    self.told = str(error)
