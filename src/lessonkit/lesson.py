"""The lesson: one article, its layers, and the verbs a learner types."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .article import Article, read_article
from .crossings import read_questions
from .dates import read_dates
from .deeds import read_deeds
from .faults import LessonError
from .key import Key, Term, page_key, read_glossary, read_key
from .layers import Layer, read_layers
from .places import data_folder, work_folder
from .words import Words, read_words
from .workbook import Mark, Workbook
from .writing import Task, read_tasks

# The panels and pandas are imported by the verb that shows them: six open notebooks are six
# kernels, and most of them never draw a picture.
if TYPE_CHECKING:
    import pandas as pd

    from .charts import Picture
    from .panels.desk import Desk, Step
    from .panels.keeper import Keeper
    from .panels.marker import Marker
    from .panels.sheet import Sheet


LABS = {"trace": "trace.toml", "verify": "evidence.toml", "rewrite": "rewrite.toml", "coverage": "coverage.toml"}
"""The labs by verb, each with the file in an article's folder that it is made from."""


class Lesson:
    """
    One article to walk through, and the verbs to do it with.

    Parameters
    ----------
    article
        The article.
    layers
        All layers, by name.
    words
        The words learners read.
    work
        The folder their workbook is in.
    data
        The folder that holds what all lessons share.
    """

    def __init__(self, article: Article, layers: dict[str, Layer], words: Words, work: Path, data: Path) -> None:
        self.article = article
        self.layers = layers
        self.words = words
        self._work = work
        self._data = data

    def __repr__(self) -> str:
        """Name the lesson and its layers; nothing of the learner, because notebooks are shared."""
        return f"Lesson({self.article.name!r}, layers={list(self.layers)})"

    @cached_property
    def workbook(self) -> Workbook:
        """The learner's workbook for this article."""
        return Workbook(self.article, self.layers, self._work, self.words)

    def layer(self, name: str) -> Layer:
        """
        Give a layer.

        Parameters
        ----------
        name
            Its name, such as ``"sourcing"``.

        Returns
        -------
        Layer

        Raises
        ------
        LessonError
            When there is no such layer; the message lists the right names. Also when the layer is
            laid over the saved page, and none was kept with the article.
        """
        if name not in self.layers:
            raise LessonError(
                self.words("lesson.no_layer", name=name, names=", ".join(f"“{known}”" for known in self.layers))
            )
        layer = self.layers[name]
        if layer.over == "page" and not self.article.page_segments:
            raise LessonError(self.words("lesson.no_page", name=name, article=self.article.name))
        return layer

    def key(self, layer: str) -> Key | None:
        """Give the key of a layer, or None where the article has none."""
        known = self.layer(layer)
        if known.over == "page":
            return page_key(self.article, known, self.words)
        return read_key(self.article, known)

    @cached_property
    def glossary(self) -> tuple[Term, ...]:
        """The people, places and bodies the article names."""
        return read_glossary(self.article)

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """What there is to write, by name."""
        return read_tasks(self._data)

    def read(self) -> "Sheet":
        """Show the article and nothing else."""
        from .panels.sheet import read_sheet

        return read_sheet(self.article, self.glossary, self.words)

    def date(self) -> "Sheet":
        """Date the article from inside: the days it names, and what the calendar makes of them."""
        from .panels.dates import date_sheet

        return date_sheet(self.article, read_dates(self.article), self.words)

    def write(self, task: str) -> "Desk":
        """
        Show something to write.

        Parameters
        ----------
        task
            Its name, such as ``"stuck"``.

        Returns
        -------
        Desk

        Raises
        ------
        LessonError
            When there is nothing to write of that name; the message lists the right names.
        """
        from .panels.desk import writing_desk

        if task not in self.tasks:
            names = ", ".join(f"“{known}”" for known in self.tasks)
            raise LessonError(self.words("lesson.no_task", name=task, names=names))
        return writing_desk(self.workbook, self.tasks[task])

    def mark(self, layer: str) -> "Marker":
        """Show the article to be marked in one layer."""
        from .panels.marker import Marker

        return Marker(self.workbook, self.layer(layer))

    def check(self, layer: str) -> "Sheet":
        """Hold your marks against the key, one finding at a time: a question, the reason, the key's words."""
        from .panels.sheet import check_sheet

        return check_sheet(self.workbook, self.layer(layer), self.key(layer))

    def reveal(self, layer: str) -> "Sheet":
        """Show the key over the article."""
        from .panels.sheet import reveal_sheet

        return reveal_sheet(self.workbook, self.layer(layer), self.key(layer))

    def compare(self, layer: str, partner: str | None = None) -> "Sheet":
        """
        Put two readings side by side, segment by segment.

        Parameters
        ----------
        layer
            Name of the layer.
        partner
            Path of a file that somebody else kept of the same article. Without it, your marks
            stand beside the key, and where there is no key, alone.

        Returns
        -------
        Sheet

        Raises
        ------
        LessonError
            When the partner's file cannot be read, in one sentence.
        """
        from .panels.sheet import compare_sheet

        if partner is not None:
            name, others = self.workbook.marks_in(Path(partner), self.layer(layer).name)
            return compare_sheet(self.workbook, self.layer(layer), others, name)
        key = self.key(layer)
        notes = key.notes if key else ()
        read_by_key = [Mark(str(n), layer, note.span, note.quote, note.tag, note.why) for n, note in enumerate(notes)]
        return compare_sheet(self.workbook, self.layer(layer), read_by_key, self.words("compare.key") if key else "")

    def chart(self, layer: str) -> "Picture":
        """Draw what the layer's key shows, and the article as a strip, with a description in words."""
        from .charts import chart

        asked, key, marks = self.layer(layer), self.key(layer), self.workbook.marks(layer)
        sources = self.layers.get("sourcing")
        vouching = read_key(self.article, sources) if sources is not None else None
        return chart(
            self.article,
            asked,
            marks,
            key,
            self.words,
            sourcing=(sources, vouching) if sources is not None and vouching is not None else None,
            deeds=read_deeds(self.article),
        )

    def marks(self, layer: str, of: Literal["you", "key"] = "you") -> "pd.DataFrame":
        """
        Give the marks of a layer as a table.

        Parameters
        ----------
        layer
            Name of the layer.
        of
            ``"you"`` for your marks, ``"key"`` for the notes of the key.

        Returns
        -------
        pandas.DataFrame
            One row a mark or note, in article order: ``segment``, ``kind``, ``quote``, ``tag``,
            ``words`` (how many words it gives its source), and what else is known of it.
        """
        from .charts import table

        return table(self.article, self.layer(layer), self.workbook.marks(layer) if of == "you" else self.key(layer))

    # The labs

    def trace(self) -> "Desk | Sheet":
        """Build the chain from what happened to you, for statements of the article; and tell copies from originals."""
        return self._lab("trace")

    def verify(self) -> "Desk | Sheet":
        """Ask of claims what would settle them, and try what can be tried here: calendar, map, numbers, the text itself."""
        return self._lab("verify")

    def rewrite(self) -> "Desk | Sheet":
        """Put other words in the place of the article's, and see what changes and what does not."""
        return self._lab("rewrite")

    def coverage(self) -> "Desk | Sheet":
        """Hold the article against what other houses wrote of the same event on the same days."""
        return self._lab("coverage")

    def _lab(self, name: str) -> "Desk | Sheet":
        from .panels.desk import Desk
        from .panels.sheet import missing_sheet

        steps = self._lab_steps(name)
        if not steps:
            return missing_sheet(name, self.article, LABS[name], self.words)
        return Desk(self.workbook, name, self.words(f"{name}.title"), self.words(f"{name}.question"), steps)

    def _lab_steps(self, name: str) -> "tuple[Step, ...]":
        """Give what is on the desk of a lab; nothing where the article's folder has no data for it."""
        match name:
            case "trace":
                return ()
            case "verify":
                return ()
            case "rewrite":
                return ()
            case _:
                return ()

    def keep(self) -> "Keeper":
        """Take your work away as a small file, or bring it back."""
        from .panels.keeper import Keeper

        return Keeper(self.workbook, self._portfolio)

    def together(self) -> "Sheet":
        """Show all layers of your marks on one page, and what two of them say together."""
        from .panels.together import together_sheet

        questions = read_questions(self._data, self.layers)
        labs = {self.words(f"{name}.title"): self._lab_steps(name) for name in LABS}
        return together_sheet(self.workbook, self._article_layers(), questions, labs)

    def _article_layers(self) -> list[Layer]:
        """Give the layers that are marked in the article itself, and not in the page around it."""
        return [layer for layer in self.layers.values() if layer.over == "article"]

    def _portfolio(self) -> str:
        """Put the whole work on one page."""
        from .panels.desk import entries
        from .panels.portfolio import portfolio

        layers = self._article_layers()
        keys = {layer.name: self.key(layer.name) for layer in layers}
        pictures = {layer.name: self.chart(layer.name) for layer in layers if self.workbook.marks(layer.name)}
        texts = self.workbook.texts
        writing = [
            (f"{task.title} {line.label}", texts[line.name])
            for task in self.tasks.values()
            for line in task.lines
            if line.name in texts
        ]
        labs = {self.words(f"{name}.title"): entries(self._lab_steps(name), texts) for name in LABS}
        return portfolio(self.workbook, layers, keys, pictures, writing, labs)


def open_lesson(name: str) -> Lesson:
    """
    Open a lesson.

    Parameters
    ----------
    name
        Name of a folder in ``data/``, such as ``"idlib"``, or the path of a folder elsewhere.

    Returns
    -------
    Lesson

    Raises
    ------
    LessonError
        When there is no such lesson; the message lists the ones there are.
    """
    data = data_folder()
    words = read_words(data)
    folder = data / name
    if not (folder / "article.md").is_file():
        there = sorted(path.parent.name for path in data.glob("[!_]*/article.md"))
        raise LessonError(words("lesson.no_article", name=name, names=", ".join(f"“{known}”" for known in there)))
    return Lesson(read_article(folder), read_layers(data), words, work_folder(), data)
