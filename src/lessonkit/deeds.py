"""Who acts on whom: the deeds an article tells of, and the names it has for the actors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .article import Article, Segment, Span
from .faults import LessonError
from .files import read_toml


@dataclass(frozen=True)
class Deed:
    """One deed, in the article's own words."""

    span: Span
    quote: str
    """The words of the deed."""
    doer: str
    """Who does it, as the segment has it; empty where its words do not say."""
    to: str
    """To whom or what it is done; empty where its words do not say."""


@dataclass(frozen=True)
class Actor:
    """Somebody who acts or is acted on, under all names the article has for them."""

    name: str
    named: tuple[str, ...]


@dataclass(frozen=True)
class Deeds:
    """All deeds of an article, in article order, and its actors."""

    deeds: tuple[Deed, ...]
    actors: tuple[Actor, ...]


_NEEDED = ("quote", "doer", "to")


def read_deeds(article: Article) -> Deeds | None:
    """
    Read who acts on whom.

    Parameters
    ----------
    article
        The article whose folder holds ``deeds.toml``.

    Returns
    -------
    Deeds or None
        None where the folder has no such file.

    Raises
    ------
    LessonError
        At the first deed or actor that breaks a rule, naming file, words, fault and remedy.
    """
    deeds, faults = deeds_and_faults(article)
    if faults:
        raise LessonError(faults[0])
    return deeds


def deeds_and_faults(article: Article) -> tuple[Deeds | None, list[str]]:
    """
    Read who acts on whom, and everything that is wrong with it.

    Parameters
    ----------
    article
        The article whose folder holds ``deeds.toml``.

    Returns
    -------
    deeds : Deeds or None
        What has no fault; None where the folder has no such file.
    faults : list of str
        One sentence or two for each fault: file, words, fault, remedy.
    """
    path = article.folder / "deeds.toml"
    if not path.is_file():
        return None, []
    table = read_toml(path)
    faults = [
        f"{path}: {name} is not known here. The file is made of [[deed]] and [[actor]] tables."
        for name in table
        if name not in {"deed", "actor"}
    ]
    deeds: list[Deed] = []
    actors: list[Actor] = []
    for number, entry in enumerate(_tables(table.get("deed", [])), start=1):
        found = _deed(entry, article)
        if isinstance(found, Deed):
            deeds.append(found)
        else:
            faults.append(f"{path}, deed {number} (“{entry.get('quote', 'no quote')}”): {found}")
    for number, entry in enumerate(_tables(table.get("actor", [])), start=1):
        read = _actor(entry, article)
        if isinstance(read, Actor):
            actors.append(read)
        else:
            faults.append(f"{path}, actor {number} (“{entry.get('name', 'no name')}”): {read}")
    order = {segment.id: number for number, segment in enumerate(article.segments)}
    deeds.sort(key=lambda deed: (order[deed.span.segment], deed.span.first, deed.span.last))
    return Deeds(tuple(deeds), tuple(actors)), faults


def names(words: str, segment: Segment) -> bool:
    """
    Say whether words stand in a segment, as whole words.

    Parameters
    ----------
    words
        The words, with or without the punctuation around them.
    segment
        The segment.

    Returns
    -------
    bool
    """
    wanted = Segment("", "sentence", " ".join(words.split()), 0)
    size = len(wanted.words)
    if not size:
        return False
    whole = wanted.quote(0, size - 1)
    return any(segment.quote(at, at + size - 1) == whole for at in range(len(segment.words) - size + 1))


def _tables(entries: object) -> list[Mapping[str, Any]]:
    """Give the entries of a list of tables; what is no table becomes an empty one, and is a fault."""
    listed = entries if isinstance(entries, list) else [entries]
    return [entry if isinstance(entry, dict) else {} for entry in listed]


def _deed(entry: Mapping[str, Any], article: Article) -> Deed | str:
    """Read a deed, or say what is wrong with it."""
    if not set(_NEEDED) <= set(entry) <= {*_NEEDED, "at"} or not all(isinstance(one, str) for one in entry.values()):
        return 'write quote, doer and to in quotation marks, at = "s4" where it is needed, and nothing else. Where the words do not say who, write "".'
    try:
        span = article.find(entry["quote"], entry.get("at"))
    except LessonError as error:
        return str(error)
    segment = article.segment(span.segment)
    for name in ("doer", "to"):
        if entry[name] and not names(entry[name], segment):
            return f'{name} is “{entry[name]}”, which does not stand in {segment.id}. Copy it exactly, or write "" where the words do not say.'
    return Deed(span, entry["quote"], entry["doer"], entry["to"])


def _actor(entry: Mapping[str, Any], article: Article) -> Actor | str:
    """Read an actor, or say what is wrong with it."""
    name, named = entry.get("name"), entry.get("named")
    if (
        set(entry) != {"name", "named"}
        or not (isinstance(name, str) and name)
        or not (isinstance(named, list) and named and all(isinstance(one, str) for one in named))
    ):
        return 'write name = "..." and named = ["...", "..."], the words by which the article names them.'
    for one in named:
        if not any(names(one, segment) for segment in article.segments):
            return f"“{one}” does not stand in the article. Copy it exactly, or take it out of named."
    return Actor(name, tuple(named))
