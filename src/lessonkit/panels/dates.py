"""The page that dates an article from inside, with the calendar worked out."""

from collections.abc import Sequence
from datetime import date
from html import escape

from ..article import Article
from ..dates import NamedDate, days, latest, nearest
from ..words import Words
from .markup import language, page, plain, segment_name, step
from .sheet import Sheet


def date_sheet(article: Article, dates: Sequence[NamedDate], words: Words) -> Sheet:
    """Show every day an article names, and step by step what follows from them."""
    return Sheet("date", article, None, lambda: _page(article, dates, words))


def _page(article: Article, dates: Sequence[NamedDate], words: Words) -> str:
    title, question = words("dates.title"), words("dates.question")
    if not dates:
        return page(title, question, [plain(words("dates.none"))])
    rows = "".join(
        f"<li>{segment_name(article.segment(one.span.segment), words)}: "
        f"<span {language(article)}>“{escape(one.quote)}”</span></li>"
        for one in dates
    )
    full = [one for one in dates if one.day is not None]
    alone = [one for one in dates if one.day is None and one.weekday is not None]
    parts = [plain(words("dates.how")), f'<ul class="lk-list">{rows}</ul>']
    if full:
        lines = [calendar_line(one, dates, article, words) for one in full]
        parts.append(step("calendar", words("dates.calendar"), _list(lines)))
    parts += [
        step(f"weekday-{number}", words("dates.which", quote=one.quote), _list(which_lines(one, full, article, words)))
        for number, one in enumerate(alone)
    ]
    if (last := latest(full)) is not None:
        said = words("dates.earliest", date=day_name(last, words))
        parts.append(step("earliest", words("dates.when"), plain(said) + plain(words("dates.not_later"))))
    parts.append(step("open", words("dates.open"), _list(_open(dates, article, words))))
    return page(title, question, parts)


def calendar_line(one: NamedDate, dates: Sequence[NamedDate], article: Article, words: Words) -> str:
    """Say what the calendar makes of a day, and whether the words fit it."""
    if one.day is None:
        return ""
    values = {"quote": one.quote, "where": place_name(one, article, words), "date": day_name(one.day, words)}
    sentences = [words("dates.is", **values)]
    if one.weekday is not None:
        named = words.list("dates.weekdays")[one.weekday]
        sentences.append(words("dates.fits" if one.fits else "dates.fits_not", weekday=named))
    if not one.has_year:
        years = [other for other in dates if other.has_year and other.day and other.day.year == one.day.year]
        places = dict.fromkeys(place_name(other, article, words) for other in years)
        name = "dates.year" if places else "dates.year_nowhere"
        sentences.append(words(name, year=one.day.year, where=", ".join(places)))
    return " ".join(sentences)


def which_lines(one: NamedDate, full: Sequence[NamedDate], article: Article, words: Words) -> list[str]:
    """Say which days a weekday can be, seen from each day the article names."""
    if one.weekday is None:
        return []
    lines = []
    for day in days(full):
        near = nearest(one.weekday, day)
        where = ", ".join(dict.fromkeys(place_name(other, article, words) for other in full if other.day == day))
        lines.append(
            words("dates.same", date=day_name(day, words), where=where)
            if near == (day,)
            else words(
                "dates.near", date=day_name(day, words), before=day_name(near[0], words), after=day_name(near[1], words)
            )
        )
    return [*lines, words("dates.which_open", quote=one.quote)]


def _open(dates: Sequence[NamedDate], article: Article, words: Words) -> list[str]:
    """Say what the article does not tell."""
    vague = [one for one in dates if one.day is None and one.weekday is None]
    lines = [words("dates.vague", quote=one.quote, where=place_name(one, article, words)) for one in vague]
    return [words("dates.open_published"), *lines]


def place_name(one: NamedDate, article: Article, words: Words) -> str:
    """Say where in the article some words stand, as plain text."""
    segment = article.segment(one.span.segment)
    name = words(f"kind.{segment.kind}")
    return name if segment.kind == "headline" else f"{name} {segment.id[1:]}"


def day_name(day: date, words: Words) -> str:
    """Write a day out, with its weekday."""
    return words(
        "dates.pattern",
        weekday=words.list("dates.weekdays")[day.weekday()],
        month=words.list("dates.months")[day.month - 1],
        day=day.day,
        year=day.year,
    )


def _list(lines: Sequence[str]) -> str:
    return '<ul class="lk-list">' + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
