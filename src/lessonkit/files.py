"""Reading the text files a lesson is made of, and writing files whole."""

import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .faults import LessonError


def read_text(path: Path) -> str:
    """
    Read a text file of a lesson.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    str
        Its text, without a byte order mark.

    Raises
    ------
    LessonError
        When it is missing, may not be read or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        msg = f"{path} is missing. Every lesson needs it: copy it from data/_template and fill it in."
    except UnicodeDecodeError as error:
        msg = f"{path} is not saved as UTF-8 (byte {error.start}). Save it again with the encoding UTF-8."
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}. Check that it is a file and that you may read it."
    raise LessonError(msg)


def read_toml(path: Path) -> dict[str, Any]:
    """
    Read a TOML file of a lesson.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict

    Raises
    ------
    LessonError
        When it is missing, cannot be read, or is not TOML, naming the line.
    """
    return parse_toml(path, read_text(path))


def parse_toml(path: Path, text: str) -> dict[str, Any]:
    """
    Parse TOML.

    Parameters
    ----------
    path
        The file it comes from, for the message.
    text
        The TOML, beginning at the file's first line so that line numbers are those of the file.

    Returns
    -------
    dict

    Raises
    ------
    LessonError
        When it is not TOML, naming the line.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{path} is not valid TOML: {error}. Look at that line for a missing quotation mark, comma or bracket."
        raise LessonError(msg) from None


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """
    Write a file so that whoever reads it has the old one or the new one, and never half of one.

    Parameters
    ----------
    path
        The file, in a folder that is there.
    pieces
        What is in it.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
