"""The lesson: one article, its layers, and the verbs a learner types."""

import sys
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .article import Article, read_article
from .coverage import Coverage, read_coverage
from .crossings import read_questions
from .dates import read_dates
from .deeds import read_deeds
from .faults import LessonError
from .key import Key, Term, page_key, read_glossary, read_key
from .layers import Layer, read_layers
from .places import data_folder, work_folder
from .trace import Trace, read_trace
from .words import Words, nothing_there, read_words
from .workbook import Mark, Workbook
from .writing import Task, read_tasks

# The panels and pandas are imported by the verb that shows them: six open notebooks are six
# kernels, and most of them never draw a picture.
if TYPE_CHECKING:
    import pandas as pd

    from .charts import Picture
    from .evidence import Evidence, Measured
    from .panels.classpages import Classroom
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

    @property
    def workbook(self) -> Workbook:
        """The learner's workbook for this article, with what other notebooks have written meanwhile."""
        self._workbook.catch_up()
        return self._workbook

    @cached_property
    def _workbook(self) -> Workbook:
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
        if self.article.key_is_away:
            return None
        return read_key(self.article, known)

    def _apart(self, layer: Layer) -> Key | None:
        """Give the key of the layer that this one stays apart from, where there is one."""
        return self.key(layer.apart_from) if layer.apart_from else None

    @cached_property
    def glossary(self) -> tuple[Term, ...]:
        """The people, places and bodies the article names."""
        return read_glossary(self.article)

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """What there is to write, by name."""
        return read_tasks(self._data)

    @property
    def houses(self) -> Coverage:
        """What other houses printed of the same event; ``houses.table()`` gives it as a table."""
        coverage = read_coverage(self.article)
        if coverage is None:
            sys.stdout.write(f"{nothing_there(self.article, LABS['coverage'], self.words)}\n")
            return Coverage((), ())
        return coverage

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

        asked = self.layer(layer)
        return check_sheet(self.workbook, asked, self.key(layer), self._apart(asked))

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
        """
        Draw what the layer's key shows, and the article as a strip, with a description in words.

        Parameters
        ----------
        layer
            Name of the layer; or ``"trace"`` for who speaks for whom, counted from the sourcing key;
            ``"verify"`` for the map, with the places you chose on the evidence desk;
            or ``"coverage"`` for what other houses have, each held against the others.

        Returns
        -------
        Picture
        """
        from .charts import chart

        if layer == "trace":
            return self._trace_chart()
        if layer == "verify":
            return self._verify_chart()
        if layer == "coverage":
            from .charts.coverage import coverage_chart

            return coverage_chart(self.article, read_coverage(self.article), self.words)
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

    def _trace_chart(self) -> "Picture":
        """Draw who speaks for whom."""
        from .charts.trace import trace_chart

        sources, key, trace = self.layer("sourcing"), self.key("sourcing"), self._chains
        speakers = trace.speakers if trace else ()
        return trace_chart(self.article, sources, key, speakers, read_deeds(self.article), self.words)

    @property
    def _chains(self) -> Trace | None:
        """How the article's statements reached the reader, held against the sourcing key."""
        sources = self.layers.get("sourcing")
        return read_trace(self.article, read_key(self.article, sources) if sources is not None else None)

    def _verify_chart(self) -> "Picture":
        """Draw the map of the evidence desk."""
        from .charts.map import map_chart
        from .evidence import FROM, TO

        texts = self.workbook.texts
        return map_chart(self.article, self._evidence(), (texts.get(FROM, ""), texts.get(TO, "")), self.words)

    def _evidence(self) -> "Evidence | None":
        """Read what is on the evidence desk; None where the article's folder has nothing for it."""
        from .evidence import read_evidence

        claims = self.layers.get("claims")
        return read_evidence(self.article, read_key(self.article, claims) if claims is not None else None)

    def measure(self, start: "str | tuple[float, float]", end: "str | tuple[float, float]") -> "Measured | Sheet":
        """
        Measure how far and in which direction one place lies from another.

        Parameters
        ----------
        start, end
            Names of places on the evidence desk, such as ``"Idlib"``, or points of your own as
            latitude and longitude, such as ``(35.93, 36.63)``.

        Returns
        -------
        Measured or Sheet
            A page that says so where the article's folder has nothing for the evidence desk.

        Raises
        ------
        LessonError
            When there is no such place; the message lists the places there are.
        """
        from .evidence import in_words, measured, spot

        evidence = self._evidence()
        if evidence is None:
            from .panels.sheet import missing_sheet

            return missing_sheet("verify", self.article, LABS["verify"], self.words)
        return in_words(measured(spot(start, evidence, self.words), spot(end, evidence, self.words)), self.words)

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

        if of == "key" and self.article.key_is_away and self.key(layer) is None:
            sys.stdout.write(f"{self.words('pack.away_table')}\n")
        return table(self.article, self.layer(layer), self.workbook.marks(layer) if of == "you" else self.key(layer))

    # The labs

    def trace(self) -> "Desk | Sheet":
        """Build the chain from what happened to you, for statements of the article; and tell copies from originals."""
        return self._lab("trace")

    def verify(self) -> "Desk | Sheet":
        """Ask of claims what would settle them, and try what can be tried here: calendar, map, numbers, the text itself."""
        return self._lab("verify")

    def rewrite(self, others: str | None = None) -> "Desk | Sheet":
        """
        Put other words in the place of the article's, and see what changes and what does not.

        Parameters
        ----------
        others
            Path of a file that somebody else kept of the same article, or of a folder of such
            files. Their predictions then stand beside yours, counted and without names.

        Returns
        -------
        Desk or Sheet

        Raises
        ------
        LessonError
            When the file or the folder cannot be read, or holds no kept file.
        """
        return self._lab("rewrite", others)

    def coverage(self) -> "Desk | Sheet":
        """Hold the article against what other houses wrote of the same event on the same days."""
        return self._lab("coverage")

    def _labs(self) -> "dict[str, tuple[Step, ...]]":
        """Give what is on the desk of each lab, by the lab's title."""
        from .panels.desk import Field, Step

        labs: dict[str, tuple[Step, ...]] = {}
        for name in LABS:
            # A fault in a lab's file is said by the lab's own verb; the learner's other work must not wait for it.
            with suppress(LessonError):
                labs[self.words(f"{name}.title")] = self._lab_steps(name)
        known = {field.name for steps in labs.values() for step in steps for field in step.fields}
        left = [name for name in self.workbook.texts if name.partition("-")[0] in LABS and name not in known]
        if left:
            # Their lab is not here any more, or not readable; the learner's words are.
            labs[self.words("together.left_over")] = (Step("", tuple(Field(name, name) for name in left)),)
        return labs

    def _lab(self, name: str, others: str | None = None) -> "Desk | Sheet":
        from .panels.desk import Desk
        from .panels.sheet import missing_sheet

        steps = self._lab_steps(name, others)
        if not steps:
            return missing_sheet(name, self.article, LABS[name], self.words)
        return Desk(self.workbook, name, self.words(f"{name}.title"), self.words(f"{name}.question"), steps)

    def _lab_steps(self, name: str, others: str | None = None) -> "tuple[Step, ...]":
        """Give what is on the desk of a lab; nothing where the article's folder has no data for it."""
        match name:
            case "trace":
                from .panels.trace import trace_steps

                trace = self._chains
                return trace_steps(trace, self.article, self.words) if trace is not None else ()
            case "verify":
                from .panels.verify import verify_steps

                evidence = self._evidence()
                if evidence is None:
                    return ()
                dates = read_dates(self.article)
                return verify_steps(self.article, evidence, dates, self.layers.get("claims"), self.words)
            case "rewrite":
                from .panels.rewrite import rewrite_steps
                from .rewrite import others_in, read_bench

                bench = read_bench(self.article, self.layers.get("framing"))
                theirs = others_in(Path(others), self.workbook) if bench and others is not None else None
                deeds = read_deeds(self.article)
                return rewrite_steps(self.article, bench, self.words, deeds, theirs) if bench is not None else ()
            case "coverage":
                from .panels.coverage import coverage_steps

                coverage = read_coverage(self.article)
                return coverage_steps(self.article, coverage, self.words) if coverage is not None else ()
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
        layers = self._article_layers()
        keys = {layer.name: key for layer in layers if (key := self.key(layer.name))}
        return together_sheet(self.workbook, layers, questions, self._labs(), keys)

    def guide(self, page: str | None = None) -> "Sheet":
        """
        Show the teacher's guide: lesson plans, likely answers, care, rubrics, standards.

        Parameters
        ----------
        page
            Name of a page, such as ``"plan-45"``. Without it, the pages are listed.

        Returns
        -------
        Sheet

        Raises
        ------
        LessonError
            When there is no such page; the message lists the right names.
        """
        from .guide import read_guide
        from .panels.guide import guide_sheet

        pages = read_guide(self.article)
        if pages and page is not None and page not in {one.name for one in pages}:
            names = ", ".join(f"“{one.name}”" for one in pages)
            raise LessonError(self.words("guide.no_page", name=page, names=names))
        return guide_sheet(self.article, pages, page, self.words)

    # The class

    def classroom(self, source: str | Path) -> "Classroom":
        """
        Open what a class has handed in, to be looked at together.

        Parameters
        ----------
        source
            A folder or a zip of files that keep() gave.

        Returns
        -------
        Classroom
            Its verbs are ``files, see, talk, reasons, vote, agreement, against_key, check, confidence``.

        Raises
        ------
        LessonError
            When there is no such folder or file. A file that cannot be taken is no error: it is
            named by ``files``, with the reason.
        """
        from .intake import hand_in
        from .panels.classpages import Classroom, reading_bar

        folder = Path(source).expanduser()
        handed_in = hand_in(folder, self.article, self.layers, self.words, reading_bar(self.words))
        return Classroom(handed_in, self.layer, self.key, self.workbook, folder.resolve().name)

    def rehearse(self, number: int = 30) -> Path:
        """
        Make up a class, to practise with before there is one.

        Parameters
        ----------
        number
            How many pupils.

        Returns
        -------
        Path
            The folder of their files, for `classroom`. The same number gives the same class.
        """
        from tempfile import TemporaryDirectory

        from .rehearsal import rehearse

        folder = self._work / f"rehearsed-{self.article.name}-{number}"
        if not folder.is_dir() or not any(folder.iterdir()):
            keys = {layer.name: self.key(layer.name) for layer in self._article_layers()}
            made = {name: key for name, key in keys.items() if key is not None}
            # Made beside it and moved into its place: who is interrupted has no class, and not half of one.
            self._work.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(dir=self._work, prefix="rehearsing-") as making:
                rehearse(number, Path(making, "class"), self.article, self.layers, made, self.words)
                if folder.is_dir():
                    folder.rmdir()
                Path(making, "class").replace(folder)
        return folder

    def type_in(self, layer: str, folder: str | Path | None = None) -> "Desk":
        """
        Type in what pupils wrote on the worksheets of a layer, so that they join the class.

        Parameters
        ----------
        layer
            Name of the layer.
        folder
            Where each pupil's file goes, as if they had kept it; it can be the folder with the files of
            those who worked on screen. Without it, it is ``paper-`` and the name of the article in the
            work folder. Each folder has a pile of its own, and all layers share its names.

        Returns
        -------
        Desk
            It fills the folder that `classroom` opens.

        Raises
        ------
        LessonError
            When there is no such layer; the message lists the right names.
        """
        from .panels.paperdesk import PaperDesk
        from .paper import Pile

        into = self._work / f"paper-{self.article.name}" if folder is None else Path(folder).expanduser()
        return PaperDesk(self.workbook, self.layer(layer), Pile(self.workbook, into))

    def _article_layers(self) -> list[Layer]:
        """Give the layers that are marked in the article itself, and not in the page around it."""
        return [layer for layer in self.layers.values() if layer.over == "article"]

    def _portfolio(self) -> str:
        """Put the whole work on one page."""
        from .panels.desk import Step, entries, task_fields
        from .panels.portfolio import portfolio

        layers = self._article_layers()
        keys = {layer.name: self.key(layer.name) for layer in layers}
        pictures = {layer.name: self.chart(layer.name) for layer in layers if self.workbook.marks(layer.name)}
        texts = self.workbook.texts
        steps = [Step(task.title, task_fields(task, self.words)) for task in self.tasks.values()]
        writing = entries(steps, texts)
        labs = {title: entries(steps, texts) for title, steps in self._labs().items()}
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
