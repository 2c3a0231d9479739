"""The days an article names, and what the calendar makes of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .article import Article, Span
from .faults import LessonError
from .files import read_toml

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""As `datetime.date.weekday` counts them."""


@dataclass(frozen=True)
class NamedDate:
    """Words that say when."""

    span: Span
    quote: str
    day: date | None = None
    """The day they mean; None where they name only a weekday, or a time without a day."""
    weekday: int | None = None
    """The weekday they name, 0 for Monday; None where they name none."""
    ahead: bool = False
    """Whether the day lies ahead for whoever wrote the text."""

    @property
    def has_year(self) -> bool:
        """Whether the words themselves name the year."""
        return self.day is not None and str(self.day.year) in self.quote

    @property
    def fits(self) -> bool:
        """Whether the weekday they name is the one the calendar gives; True where they name none."""
        return self.day is None or self.weekday is None or self.day.weekday() == self.weekday


def read_dates(article: Article) -> tuple[NamedDate, ...]:
    """
    Read the days an article names.

    Parameters
    ----------
    article
        The article whose folder holds ``dates.toml``.

    Returns
    -------
    tuple of NamedDate
        In article order; empty where the folder has no such file.

    Raises
    ------
    LessonError
        At the first entry that breaks a rule, naming file, quotation, fault and remedy.
    """
    path = article.folder / "dates.toml"
    if not path.is_file():
        return ()
    entries = read_toml(path).get("date", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        msg = f"{path}: dates are written as [[date]], with two brackets on each side."
        raise LessonError(msg)
    dates = []
    for number, entry in enumerate(entries, start=1):
        try:
            dates.append(_named(entry, article))
        except LessonError as error:
            msg = f"{path}, date {number} (“{entry.get('quote', 'no quote')}”): {error}"
            raise LessonError(msg) from None
    return tuple(sorted(dates, key=lambda one: article.place(one.span)))


def nearest(weekday: int, day: date) -> tuple[date, ...]:
    """
    Give the days of a weekday that are nearest to a day.

    Parameters
    ----------
    weekday
        0 for Monday.
    day
        The day to look around.

    Returns
    -------
    tuple of date
        The day itself where it is one; else the last one before it and the first one after it.
    """
    before = day - timedelta(days=(day.weekday() - weekday) % 7)
    return (day,) if before == day else (before, before + timedelta(days=7))


def latest(dates: Iterable[NamedDate]) -> date | None:
    """Give the latest day that is told of as past: before that day the text cannot have been finished."""
    return max((one.day for one in dates if one.day is not None and not one.ahead), default=None)


def days(dates: Sequence[NamedDate]) -> tuple[date, ...]:
    """Give the days named, each once, oldest first."""
    return tuple(sorted({one.day for one in dates if one.day is not None}))


def _named(entry: Mapping[str, Any], article: Article) -> NamedDate:
    known = {"quote", "at", "means", "weekday", "ahead"}
    if unknown := sorted(set(entry) - known):
        msg = f"{unknown[0]} is not known here. A date has {', '.join(sorted(known))}."
        raise LessonError(msg)
    quote, at, ahead = entry.get("quote"), entry.get("at"), entry.get("ahead", False)
    if not isinstance(quote, str) or not isinstance(at, str | None) or not isinstance(ahead, bool):
        msg = "write quote and at in quotation marks, and ahead as true or false."
        raise LessonError(msg)
    day, weekday = _meaning(entry.get("means"))
    if "weekday" in entry:
        if day is None or entry["weekday"] not in WEEKDAYS:
            msg = f"weekday goes with a full date in means, and is one of {', '.join(WEEKDAYS)}."
            raise LessonError(msg)
        weekday = WEEKDAYS.index(entry["weekday"])
    return NamedDate(article.find(quote, at), quote, day, weekday, ahead)


def _meaning(means: object) -> tuple[date | None, int | None]:
    """Read what some words mean: a day, a weekday, or neither."""
    if means is None:
        return None, None
    if isinstance(means, str):
        if means in WEEKDAYS:
            return None, WEEKDAYS.index(means)
        try:
            return date.fromisoformat(means), None
        except ValueError:
            pass
    msg = f'means is “{means}”. Write a day such as "2020-02-06" or a weekday such as "thursday", in quotation marks, or leave it out.'
    raise LessonError(msg)
