"""Putting all exports of a class into a folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..classroom import Class
from ..faults import LessonError
from ..outbox import Content, put_all
from ..tally import counts
from ..words import Words
from .annotations import collection, source_of
from .gradebooks import canvas, columns_of, moodle
from .report import report
from .tables import as_csv, class_table, write_parquet

if TYPE_CHECKING:
    import pandas as pd

    from ..article import Over


@dataclass(frozen=True)
class Written:
    """What was written."""

    files: tuple[Path, ...]
    left_out: tuple[str, ...]
    """Why a file is not there, in a sentence each."""


def write_exports(  # noqa: PLR0913 - what is written, where to, and how
    handed_in: Class,
    folder: Path,
    words: Words,
    *,
    fields: Sequence[str] = (),
    names: bool = False,
    replace: bool = False,
    counted: "pd.DataFrame | None" = None,
) -> Written:
    """
    Write everything that a class can be exported as.

    Parameters
    ----------
    handed_in
        The class.
    folder
        Where to. It is made if it is not there.
    words
        The words people read.
    fields
        The names of the texts that the lesson asks for; the gradebooks count them.
    names
        Whether the report lists the made-up names of those who handed in.
    replace
        Whether files that are there already are written over.
    counted
        What the class did, if it has been counted.

    Returns
    -------
    Written

    Raises
    ------
    LessonError
        When one of the files is there already, and then nothing is written; or when one cannot
        be written.
    """
    article, layers, pupils = handed_in.article, handed_in.layers, handed_in.pupils
    counted = counts(pupils, article, layers) if counted is None else counted
    table = class_table(pupils)
    columns = columns_of(pupils, article, layers, fields, words)
    page = report(
        counted,
        article,
        layers,
        words,
        made_up=sum(pupil.made_up for pupil in pupils),
        names=[pupil.pseudonym for pupil in pupils if pupil.pseudonym] if names else (),
    )
    label = words("exports.label", title=article.title)
    plan: dict[str, Content] = {
        "read-me.txt": lambda: [words("exports.read_me", article=article.name).encode()],
        "report.html": lambda: [page.encode()],
        "marks.csv": lambda: [as_csv(table)],
        "gradebook-canvas.csv": lambda: [canvas(pupils, columns)],
        "gradebook-moodle.csv": lambda: [moodle(pupils, columns, words)],
        "marks.jsonld": lambda: (piece.encode() for piece in collection(pupils, article, layers, label)),
    }
    used: dict[Over, str] = {"article": f"{article.name}.txt", "page": f"{article.name}-page.txt"}
    for over in {layers[mark.layer].over for pupil in pupils for mark in pupil.marks}:
        plan[used[over]] = lambda over=over: [source_of(article, over).encode()]  # type: ignore[misc]
    left_out = []
    try:
        parquet = write_parquet(table, words)
    except LessonError as error:
        left_out.append(str(error))
    else:
        plan["marks.parquet"] = lambda: [parquet]
    return Written(_put(plan, folder, words, replace=replace), tuple(left_out))


def write_report(page: str, folder: Path, words: Words, *, replace: bool = False) -> Written:
    """Write the report alone, as there is of a district."""
    return Written(_put({"report.html": lambda: [page.encode()]}, folder, words, replace=replace), ())


def _put(plan: Mapping[str, Content], folder: Path, words: Words, *, replace: bool) -> tuple[Path, ...]:
    return put_all({folder / name: plan[name] for name in sorted(plan)}, words, replace=replace)
