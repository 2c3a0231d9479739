"""Writing the sheets of a lesson into a folder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..article import Article
from ..faults import LessonError
from ..key import Key
from ..layers import Layer
from ..words import Words
from . import as_html, as_pdf
from .blocks import Document
from .looks import LOOKS, Look
from .sheets import sheets

PAPERS = ("a4", "letter")
_HTML = "html"


@dataclass(frozen=True)
class Printed:
    """What was made."""

    files: tuple[Path, ...]
    missing: frozenset[str]
    """Letters of the lesson that the PDF files cannot show."""


def print_sheets(  # noqa: PLR0913 - what is printed, where to, and whether over something
    article: Article,
    layers: Sequence[Layer],
    keys: Mapping[str, Key | None],
    words: Words,
    folder: Path,
    *,
    replace: bool = False,
    tell: Callable[[Path], None] | None = None,
) -> Printed:
    """
    Write all sheets of a lesson, in every look, as HTML and as PDF for both sizes of paper.

    Parameters
    ----------
    article, layers, keys, words
        What the sheets are made from; see `sheets`.
    folder
        Where they go: into ``a4``, ``letter`` and ``html`` in there.
    replace
        Whether files that are there already are written over.
    tell
        Hears of each file when it is made.

    Returns
    -------
    Printed

    Raises
    ------
    LessonError
        When one of the files is there already, and then nothing is written; or when one cannot
        be written.
    """
    plan = _plan(sheets(article, layers, keys, words), folder)
    there = [path for path in plan if path.exists()]
    if there and not replace:
        name = "print.there_many" if len(there) > 1 else "print.there"
        raise LessonError(words(name, file=there[0], more=len(there) - 1))
    missing: set[str] = set()
    for path, (document, look) in plan.items():
        if path.parent.name == _HTML:
            data = as_html.written(document, look)
        else:
            made = as_pdf.written(document, look, path.parent.name)
            data = made.data
            missing |= made.missing
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise LessonError(words("print.not_written", file=path, error=error.strerror)) from None
        if tell is not None:
            tell(path)
    return Printed(tuple(plan), frozenset(missing))


def _plan(documents: Sequence[Document], folder: Path) -> dict[Path, tuple[Document, Look]]:
    """Say which file holds which sheet in which look."""
    plan = {}
    for kind, ending in (*((paper, "pdf") for paper in PAPERS), (_HTML, "html")):
        for document in documents:
            for look in LOOKS:
                name = f"{document.name}-{look.name}" if look.name else document.name
                plan[folder / kind / f"{name}.{ending}"] = document, look
    return plan
