"""Every word a learner reads on a screen that belongs to no article."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .article import Article
from .faults import LessonError
from .files import read_toml


class Words:
    """
    The sentences of ``words.toml``, by dotted name.

    A translation is another ``words.toml``; no sentence stands in Python.

    Parameters
    ----------
    table
        The file's content: sections of names and texts.
    path
        The file, for messages.
    """

    def __init__(self, table: Mapping[str, Any], path: Path) -> None:
        self._table = table
        self._path = path

    def __call__(self, name: str, /, **values: object) -> str:
        """
        Give one text with its blanks filled in.

        Parameters
        ----------
        name
            Section and name, such as ``"save.full"``.
        **values
            What goes into the text's ``{blanks}``.

        Returns
        -------
        str

        Raises
        ------
        LessonError
            When the file has no such text.
        """
        text = self._look_up(name)
        if not isinstance(text, str):
            raise self._fault(name)
        # Not str.format: a learner's words may hold braces, and must not be read as blanks.
        for blank, value in values.items():
            text = text.replace("{" + blank + "}", str(value))
        return text

    def list(self, name: str) -> tuple[str, ...]:
        """Give a list of texts."""
        texts = self._look_up(name)
        if not isinstance(texts, list) or not texts:
            raise self._fault(name)
        return tuple(str(text) for text in texts)

    def section(self, name: str) -> dict[str, Any]:
        """Give a whole section, to hand it to the browser."""
        section = self._look_up(name)
        if not isinstance(section, dict):
            raise self._fault(name)
        return section

    def _look_up(self, name: str) -> object:
        place: object = self._table
        for part in name.split("."):
            if not isinstance(place, Mapping) or part not in place:
                raise self._fault(name)
            place = place[part]
        return place

    def _fault(self, name: str) -> LessonError:
        return LessonError(
            f"{self._path} has no text {name}. Copy it from data/words.toml of the kit and translate it."
        )


def read_words(data: Path) -> Words:
    """
    Read ``words.toml``.

    Parameters
    ----------
    data
        The folder that holds it.

    Returns
    -------
    Words

    Raises
    ------
    LessonError
        When the file is missing or cannot be read.
    """
    path = data / "words.toml"
    return Words(read_toml(path), path)


def nothing_there(article: Article, file: str, words: Words) -> str:
    """
    Say that an article's folder has nothing for a lab.

    Parameters
    ----------
    article
        The article.
    file
        The file that the lab is made from.
    words
        The words people read.

    Returns
    -------
    str
        One sentence or two; in a copy without the key, that the teacher has it.
    """
    return words("pack.away_lab") if article.key_is_away else words("lab.missing", article=article.name, file=file)
