"""The lesson: one article, its layers, and the verbs a learner types."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .article import Article, read_article
from .faults import LessonError
from .key import Key, Term, read_glossary, read_key
from .layers import Layer, read_layers
from .places import data_folder, work_folder
from .words import Words, read_words
from .workbook import Mark, Workbook

# The panels and pandas are imported by the verb that shows them: six open notebooks are six
# kernels, and most of them never draw a picture.
if TYPE_CHECKING:
    import pandas as pd

    from .charts import Picture
    from .panels.keeper import Keeper
    from .panels.marker import Marker
    from .panels.sheet import Sheet


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
    """

    def __init__(self, article: Article, layers: dict[str, Layer], words: Words, work: Path) -> None:
        self.article = article
        self.layers = layers
        self.words = words
        self._work = work

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
            When there is no such layer; the message lists the right names.
        """
        if name not in self.layers:
            raise LessonError(
                self.words("lesson.no_layer", name=name, names=", ".join(f"“{known}”" for known in self.layers))
            )
        return self.layers[name]

    def key(self, layer: str) -> Key | None:
        """Give the key of a layer, or None where the article has none."""
        return read_key(self.article, self.layer(layer))

    @cached_property
    def glossary(self) -> tuple[Term, ...]:
        """The people, places and bodies the article names."""
        return read_glossary(self.article)

    def read(self) -> "Sheet":
        """Show the article and nothing else."""
        from .panels.sheet import read_sheet

        return read_sheet(self.article, self.glossary, self.words)

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
        """Draw who gets how many words, and the article as a strip, with a description in words."""
        from .charts import chart

        return chart(self.article, self.layer(layer), self.workbook.marks(layer), self.key(layer), self.words)

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

    def keep(self) -> "Keeper":
        """Take your work away as a small file, or bring it back."""
        from .panels.keeper import Keeper

        return Keeper(self.workbook)


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
    return Lesson(read_article(folder), read_layers(data), words, work_folder())
