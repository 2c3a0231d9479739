"""Taking work away as a small file, and bringing it back."""

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from ..faults import LessonError
from ..workbook import MOST_KEPT_BYTES, MOST_PSEUDONYM, Workbook
from .parts import module, style


class Keeper(anywidget.AnyWidget):
    """
    The panel behind ``lesson.keep()``.

    The file is made in the browser, so that no server has to hand it out: from what Python answers
    when it is asked for, which is what is on disk at that moment, or else from `kept`, which follows
    the workbook.

    Parameters
    ----------
    workbook
        The workbook to keep.
    portfolio
        Makes the page that holds the whole work; called when it is asked for, because pictures
        are drawn for it.
    """

    _esm = module("keeper")
    _css = style("keeper")
    kept = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    limits = traitlets.Dict().tag(sync=True)
    messages = traitlets.List(traitlets.Unicode()).tag(sync=True)
    told = traitlets.Unicode().tag(sync=True)
    """What the last request came to, in a sentence."""

    def __init__(self, workbook: Workbook, portfolio: Callable[[], str]) -> None:
        self._workbook = workbook
        self._portfolio = portfolio
        super().__init__(
            kept=workbook.kept(),
            words=workbook.words.section("keep"),
            limits={"bytes": MOST_KEPT_BYTES, "pseudonym": MOST_PSEUDONYM},
            messages=workbook.messages,
        )
        workbook.watch(self._follow)
        self.on_msg(self._asked)

    def bring_back(self, text: str) -> None:
        """
        Bring in a kept file and tell what came of it.

        Parameters
        ----------
        text
            The file's content.
        """
        words = self._workbook.words
        try:
            restored = self._workbook.restore(text)
        except LessonError as error:
            self._tell(str(error))
            return
        told = words("keep.nothing_new")
        if restored.marks or restored.texts:
            told = words("keep.restored", marks=restored.marks)
            told += " " + words("keep.restored_texts", texts=restored.texts) if restored.texts else ""
        if restored.left_out:
            told += " " + words("keep.left_out", texts="; ".join(f"“{text}”" for text in restored.left_out))
        if restored.set_aside:
            told += " " + words("keep.set_aside", quotes="; ".join(f"“{quote}”" for quote in restored.set_aside))
        self._tell(told)

    def rename(self, pseudonym: str) -> None:
        """
        Give the learner another pseudonym.

        Parameters
        ----------
        pseudonym
            What they want to be called; an empty one is replaced by a made-up one.
        """
        try:
            self._workbook.rename(pseudonym)
        except LessonError as error:
            self._tell(str(error))
        else:
            self._tell(self._workbook.words("keep.renamed", pseudonym=self._workbook.pseudonym))

    def __repr__(self) -> str:
        """Say what is shown, without anything of the learner: notebooks are shared and compared."""
        return f"Keeper(article={self._workbook.article.name!r})"

    def _follow(self) -> None:
        self.kept = self._workbook.kept()

    def _tell(self, sentence: str) -> None:
        # The same sentence twice is no change of the trait, and would not be spoken again.
        self.told = ""
        self.told = sentence

    def _asked(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        match content:
            case {"do": "keep"}:
                self._workbook.catch_up()
                self.send({"did": "keep", "kept": self._workbook.kept()})
            case {"do": "restore", "text": str(text)}:
                self.bring_back(text)
            case {"do": "rename", "pseudonym": str(pseudonym)}:
                self.rename(pseudonym)
            case {"do": "portfolio"}:
                self.send({"did": "portfolio", **self._page()})

    def _page(self) -> dict[str, str]:
        """Make the page, or say why it could not be made: somebody is waiting for an answer."""
        try:
            return {"page": self._portfolio()}
        except LessonError as error:
            return {"page": "", "why": str(error)}
