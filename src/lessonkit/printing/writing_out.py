"""Writing the sheets of a lesson into a folder."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..article import Article
from ..key import Key
from ..layers import Layer
from ..outbox import put_all
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
    missing: set[str] = set()

    def made(kind: str, document: Document, look: Look) -> Iterator[bytes]:
        if kind == _HTML:
            yield as_html.written(document, look)
            return
        pdf = as_pdf.written(document, look, kind)
        missing.update(pdf.missing)
        yield pdf.data

    plan = {
        path: partial(made, path.parent.name, document, look)
        for path, (document, look) in _plan(sheets(article, layers, keys, words), folder).items()
    }
    return Printed(put_all(plan, words, replace=replace, tell=tell), frozenset(missing))


def _plan(documents: Sequence[Document], folder: Path) -> dict[Path, tuple[Document, Look]]:
    """Say which file holds which sheet in which look."""
    plan = {}
    for kind, ending in (*((paper, "pdf") for paper in PAPERS), (_HTML, "html")):
        for document in documents:
            for look in LOOKS:
                name = f"{document.name}-{look.name}" if look.name else document.name
                plan[folder / kind / f"{name}.{ending}"] = document, look
    return plan
