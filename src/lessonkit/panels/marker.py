"""The marking panel: an article whose words can be selected, tagged and reasoned about."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import traitlets

from ..article import Article, Segment
from ..faults import LessonError
from ..layers import Layer
from ..workbook import Mark, Restored, Workbook
from .panel import Panel
from .parts import module, style


class Marker(Panel):
    """
    The panel behind ``lesson.mark()``.

    Marking is painted in the browser and heard of here through one trait, `marks`. A mark that
    is missing from that list is not removed: two panels may show the same work, and each tells
    only what it knows. Removal is a newer version of the mark that says so.

    Parameters
    ----------
    workbook
        Where the marks are kept.
    layer
        The question that is asked of the article.
    """

    _esm = module("work", "marker")
    _css = style("marker")

    article = traitlets.Dict().tag(sync=True)
    """Segments as alternating gaps and words, so that the browser never counts characters."""
    layer = traitlets.Dict().tag(sync=True)
    marks: traitlets.List[Any] = traitlets.List().tag(sync=True)
    """Every mark of the layer that is known, removed ones too, as plain data."""
    saved = traitlets.Dict().tag(sync=True)
    """The version of each mark, by id, that is on disk."""
    looked: traitlets.List[Any] = traitlets.List().tag(sync=True)
    """Ids of the segments the learner has looked at."""

    def __init__(self, workbook: Workbook, layer: Layer) -> None:
        self._layer = layer
        self._segments = workbook.article.over(layer.over)
        self._unsaved: dict[str, Mark] = {}
        """Heard of and not yet on disk, by id."""
        self._unseen: set[str] = set()
        """Looked at, and not yet on disk."""
        self._telling = False
        super().__init__(
            workbook,
            article=_plain_article(workbook.article, self._segments),
            layer=_plain_layer(layer),
            words={
                **workbook.words.section("marker"),
                "confidences": workbook.words.section("confidence"),
                "kinds": workbook.words.section("kind"),
            },
        )
        self.observe(self._heard, ["marks", "looked"])

    def __repr__(self) -> str:
        """Say what is shown, without anything of the learner: notebooks are shared and compared."""
        article = self._workbook.article
        return f"Marker(article={article.name!r}, layer={self._layer.name!r}, segments={len(self._segments)})"

    def _heard(self, change: Mapping[str, Any]) -> None:
        """Take what the browser, or a test, has put into `marks` or `looked`."""
        with self._workbook.lock:
            if not self._telling:
                self._take(**{change["name"]: change["new"]})
                self._save()

    def _take(self, marks: Sequence[object] = (), looked: Sequence[object] = ()) -> None:
        """Note what is newer than what is known."""
        known = {mark.id: mark.rev for mark in self._workbook.known(self._layer.name)}
        for raw in marks:
            mark = self._workbook.mark_from(raw, self._layer.name)
            if mark is not None and (mark.id not in self._unsaved or mark.rev > self._unsaved[mark.id].rev):
                self._unsaved[mark.id] = mark
        self._unsaved = {mark.id: mark for mark in self._unsaved.values() if mark.rev > known.get(mark.id, 0)}
        self._unseen.update({segment.id for segment in self._segments}.intersection(map(str, looked)))

    def _save(self) -> None:
        """Write what is not on disk yet, and tell the browser what now is."""
        try:
            self._workbook.put(list(self._unsaved.values()))
            self._unsaved.clear()
            self._workbook.look(self._layer.name, sorted(self._unseen))
            self._unseen.clear()
        except LessonError as error:
            self.trouble = str(error)
        else:
            self.trouble = ""
        self._tell()

    def _tell(self) -> None:
        """Show the workbook's present state, with the marks that wait to be saved on top."""
        with self._workbook.lock:
            known = self._workbook.known(self._layer.name)
            looked = self._workbook.looked(self._layer.name) | self._unseen
            self._telling = True
            try:
                with self.hold_sync():
                    self.marks = _as_plain(known, self._unsaved)
                    self.saved = {mark.id: mark.rev for mark in known}
                    self.looked = [segment.id for segment in self._segments if segment.id in looked]
                    super()._tell()
            finally:
                self._telling = False

    def _brought(self, restored: Restored) -> str:
        """Say what was brought in."""
        words = self._workbook.words
        sentences = [
            words("marker.brought_one") if restored.marks == 1 else words("marker.brought", marks=restored.marks)
        ]
        if restored.set_aside:
            sentences.append(
                words("marker.brought_aside", quotes="; ".join(f"“{quote}”" for quote in restored.set_aside))
            )
        return " ".join(sentences)


def _as_plain(known: Iterable[Mark], unsaved: Mapping[str, Mark]) -> list[dict[str, Any]]:
    return [mark.plain() for mark in {**{mark.id: mark for mark in known}, **unsaved}.values()]


def _plain_article(article: Article, segments: Sequence[Segment]) -> dict[str, Any]:
    return {
        "name": article.name,
        "title": article.title,
        "language": article.language,
        "direction": article.direction,
        "segments": [
            {"id": segment.id, "kind": segment.kind, "paragraph": segment.paragraph, "pieces": _pieces(segment)}
            for segment in segments
        ],
    }


def _pieces(segment: Segment) -> list[str]:
    """Cut a segment into gap, word, gap, word, … gap."""
    pieces, at = [], 0
    for start, end in segment.words:
        pieces += [segment.text[at:start], segment.text[start:end]]
        at = end
    return [*pieces, segment.text[at:]]


def _plain_layer(layer: Layer) -> dict[str, Any]:
    shown = ("name", "key", "title", "definition", "ask", "shape")
    return {
        "name": layer.name,
        "title": layer.title,
        "question": layer.question,
        "how": layer.how,
        "tags": [{name: getattr(tag, name) for name in shown} for tag in layer.tags],
    }
