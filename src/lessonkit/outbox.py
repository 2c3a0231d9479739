"""Files that are made for people: whole or not at all, and never over another without leave."""

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from .faults import LessonError
from .files import write_whole
from .words import Words

Content = Callable[[], Iterable[bytes]]
"""Gives what is in a file, piece by piece, when its turn has come."""


def refuse_taken(paths: Collection[Path], words: Words) -> None:
    """
    Refuse to go on where something would be written over.

    Parameters
    ----------
    paths
        The files that are to be written.
    words
        The words people read.

    Raises
    ------
    LessonError
        When one of them is there already.
    """
    there = [path for path in paths if path.exists()]
    if there:
        name = "files.there_many" if len(there) > 1 else "files.there"
        raise LessonError(words(name, file=there[0], more=len(there) - 1))


def put_all(
    files: Mapping[Path, Content], words: Words, *, replace: bool = False, tell: Callable[[Path], None] | None = None
) -> tuple[Path, ...]:
    """
    Write files, and make the folders they go into.

    Parameters
    ----------
    files
        What is in each of them.
    words
        The words people read.
    replace
        Whether files that are there already are written over.
    tell
        Hears of each file when it is there.

    Returns
    -------
    tuple of Path
        The files, in order.

    Raises
    ------
    LessonError
        When one of them is there already, and then nothing is written; or when one cannot be
        written, and then what was there in its place is there still.
    """
    if not replace:
        refuse_taken(files, words)
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content())
        except OSError as error:
            raise LessonError(words("files.not_written", file=path, error=error.strerror or error)) from None
        if tell is not None:
            tell(path)
    return tuple(files)
