"""What would settle a claim, and what can be tried here and now: places, distances, numbers, and the text itself."""

import math
import re
from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from .article import Article, Span
from .dates import NamedDate, read_dates
from .facts import HOUSE, PAGE, Fact, Source, fact_of, source_of
from .faults import LessonError
from .key import Key, Note
from .tables import each, flag, inner, listed, one_of, others, read_tables, texts, within
from .words import Words

HOLDERS = ("anyone", "side", "sides", "witness", "observer", "archive", "nobody")
"""Who can hold what would settle a claim; the words for them stand in ``words.toml``."""
COSTS = ("minute", "hours", "letters", "access", "danger", "none")
"""What it can cost to get it."""
WHENS = ("now", "days", "date", "years", "never")
"""When one would know."""
VERDICTS = ("holds", "fails", "open")
"""What a learner can say of a claim at the end."""
RELATIONS = ("same", "more", "less", "else")
"""What one quotation can say, held against another."""
AGREEMENTS = ("yes", "no", "unknown")
"""Whether two numbers have something in common."""
ASPECTS = ("thing", "day", "counter")
"""What two numbers have to have in common before they can contradict each other."""
POINTS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
"""The compass in sixteen directions, clockwise from north."""
TURN = 360
QUARTER = 90
"""Degrees from one main direction of the compass to the next, and from the equator to a pole."""

FROM, TO = "verify-map-from", "verify-map-to"
"""What the two places that a learner chose are kept under in a workbook."""

_COORDINATE = re.compile(r"(\d{1,3}(?:\.\d+)?)°(?:(\d{1,2})['′](?:(\d{1,2})[\"″])?)?([NSEW])")
_MOST_DAYS = 366  # to count from a day named in the same text
_MINUTES = 60  # of arc in a degree, and seconds in a minute
_METRES = 1000


@dataclass(frozen=True)
class Claim:
    """A claim of the article, and what it would take to settle it."""

    name: str
    span: Span
    quote: str
    note: Note | None
    """What the key of the claims layer says of the same words; None where there is no such key."""
    holder: str = ""
    """One of `HOLDERS`; empty, as `cost`, `when` and `why` are, where only the key speaks of the claim."""
    cost: str = ""
    when: str = ""
    why: str = ""
    also: str = ""
    """What a colleague could say instead; empty where nothing else was thought of."""
    later: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Counted:
    """Words that name a day by counting from another."""

    span: Span
    quote: str
    base: Span
    """The words that name the day to count from."""
    days: int | None
    """How many days on; None where the last day of that month is meant."""
    why: str
    also: str
    later: tuple[Fact, ...]


@dataclass(frozen=True)
class Place:
    """A place on the map."""

    name: str
    title: str
    spelled: tuple[str, ...]
    """Other spellings."""
    latitude: float
    longitude: float
    written: str
    """The coordinates as they were read, or as a learner wrote them."""
    steps: tuple[float, float]
    """Degrees from one latitude, and one longitude, to the next that could have been written."""
    source: Source | None
    """None where a learner gave the place."""


@dataclass(frozen=True)
class Distance:
    """A distance and a direction that somebody gives."""

    name: str
    span: Span | None
    """Where the article says it; None where another house does."""
    quote: str
    start: str
    """Name of the place to measure from."""
    end: str
    km: float
    direction: str
    """One of `POINTS`."""
    why: str
    source: Source | None
    """None where the article says it."""
    later: tuple[Fact, ...]


@dataclass(frozen=True)
class Said:
    """A number as one house has it."""

    words: str
    span: Span | None
    """Where the article has it; None where another house does."""
    low: float | None
    """The least it can be; None where that is not said."""
    high: float | None
    """The most it can be; None where that is not said."""
    about: bool
    """Whether the words give it only roughly, such as “close to” and “some”."""
    counted: str
    who: str
    """Who gives the number; empty where that is not known."""
    interest: str
    """What the one who counts has to do with it."""
    interest_read: Source | None
    """Where that was read; None where the article itself shows it."""
    day: str
    source: Source | None


@dataclass(frozen=True)
class Compared:
    """Whether some numbers have one thing in common."""

    key: str
    """One of `AGREEMENTS`."""
    why: str
    also: tuple[str, ...]
    """Other readings that a colleague could defend."""


@dataclass(frozen=True)
class Number:
    """A number that houses give differently."""

    name: str
    title: str
    ask: str
    said: tuple[Said, ...]
    aspects: Mapping[str, Compared]
    """By the names in `ASPECTS`."""
    why: str
    later: tuple[Fact, ...]


@dataclass(frozen=True)
class Pair:
    """Two quotations of the article, to hold against each other."""

    name: str
    first: Span
    first_quote: str
    second: Span
    second_quote: str
    ask: str
    key: str
    """One of `RELATIONS`: what the first says, held against the second."""
    also: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Evidence:
    """Everything on the evidence desk."""

    claims: tuple[Claim, ...]
    counted: tuple[Counted, ...]
    places: tuple[Place, ...]
    distances: tuple[Distance, ...]
    numbers: tuple[Number, ...]
    pairs: tuple[Pair, ...]

    def place(self, name: str) -> Place | None:
        """
        Give a place.

        Parameters
        ----------
        name
            Its name or one of its spellings, in small or capital letters.

        Returns
        -------
        Place or None
            None where there is no such place.
        """
        asked = name.strip().casefold()
        for place in self.places:
            if asked in {one.casefold() for one in (place.name, place.title, *place.spelled)}:
                return place
        return None


@dataclass(frozen=True, repr=False)
class Measured:
    """How far and in which direction one place lies from another."""

    start: Place
    end: Place
    km: float
    bearing: float
    """The direction in degrees, clockwise from north."""
    east: float
    """Kilometers that the end lies east of the start; below zero, west."""
    north: float
    """Kilometers that the end lies north of the start; below zero, south."""
    near: float
    """The least distance that the coordinates allow, as exactly as they are written."""
    far: float
    """The greatest."""
    left: float
    """The bearing furthest against the clock that the coordinates allow."""
    right: float
    """The bearing furthest with the clock."""
    line: str = ""
    """All of it in a line of plain words."""

    def __repr__(self) -> str:
        """Say it in one line."""
        return self.line or f"Measured({self.start.title!r}, {self.end.title!r}, km={self.km:.1f})"


@dataclass(frozen=True)
class Range:
    """A number that was worked out, and the least and the most it could be."""

    here: float
    least: float
    most: float


@dataclass(frozen=True)
class Missed:
    """How far what is said of two places lies from what was measured."""

    km: Range
    turn: Range
    """In degrees, to either side."""


# Reading


def read_evidence(article: Article, claims: Key | None = None) -> Evidence | None:
    """
    Read what is on the evidence desk of an article.

    Parameters
    ----------
    article
        The article whose folder holds ``evidence.toml``.
    claims
        The key of the claims layer. Where there is one, every claim of the ledger has to be one of its notes.

    Returns
    -------
    Evidence or None
        None where the folder has no such file.

    Notes
    -----
    The ledger holds every claim of the key. Those that ``evidence.toml`` speaks of come first, in its order.

    Raises
    ------
    LessonError
        At the first entry that breaks a rule, naming file, entry, fault and remedy.
    """
    path = article.folder / "evidence.toml"
    table = read_tables(path, "ledger", "counted", "place", "distance", "number", "pair")
    if table is None:
        return None
    with within(path):
        places = each(table, "place", _place)
        names = [place.name for place in places]
        weighed = each(table, "ledger", lambda entry: _claim(entry, article, claims))
        days = _days(article) if "counted" in table else None
        return Evidence(
            claims=(*weighed, *_others(weighed, claims)),
            counted=each(table, "counted", lambda entry: _counted(entry, article, days)),
            places=places,
            distances=each(table, "distance", lambda entry: _distance(entry, article, names)),
            numbers=each(table, "number", lambda entry: _number(entry, article)),
            pairs=each(table, "pair", lambda entry: _pair(entry, article)),
        )


def _claim(entry: Mapping[str, Any], article: Article, claims: Key | None) -> Claim:
    name, quote, why, at, also = texts(
        entry, ("name", "quote", "why"), ("at", "also"), ("holder", "cost", "when", "later")
    )
    span = article.find(quote, at)
    note = next((one for one in claims.notes if one.span == span), None) if claims is not None else None
    if claims is not None and note is None:
        msg = "no note of claims.toml quotes exactly these words. Copy quote and at from one of its notes."
        raise LessonError(msg)
    return Claim(
        name=name,
        span=span,
        quote=quote,
        note=note,
        holder=one_of(entry, "holder", HOLDERS),
        cost=one_of(entry, "cost", COSTS),
        when=one_of(entry, "when", WHENS),
        why=why,
        also=also,
        later=_laters(entry),
    )


def _others(weighed: Sequence[Claim], claims: Key | None) -> list[Claim]:
    """Give the claims of the key that the ledger has no entry for, each named by its place."""
    known = {one.span for one in weighed}
    return [
        Claim(f"{note.span.segment}-{note.span.first}-{note.span.last}", note.span, note.quote, note)
        for note in (claims.notes if claims is not None else ())
        if note.span not in known
    ]


def _days(article: Article) -> tuple[NamedDate, ...] | None:
    """Give the days the article names; None where nobody wrote them down, or where they have a fault of their own."""
    try:
        return read_dates(article) or None
    except LessonError:
        return None


def counted_day(day: date, days: int | None) -> date:
    """
    Count from a day.

    Parameters
    ----------
    day
        The day to count from.
    days
        How many days on; None for the last day of the month.

    Returns
    -------
    date
    """
    if days is None:
        return day.replace(day=monthrange(day.year, day.month)[1])
    return day + timedelta(days=days)


def _counted(entry: Mapping[str, Any], article: Article, named_days: Sequence[NamedDate] | None) -> Counted:
    quote, base, why, at, from_at, also = texts(
        entry, ("quote", "from", "why"), ("at", "from_at", "also"), ("days", "month_end", "later")
    )
    days, month_end = entry.get("days"), entry.get("month_end", False)
    whole = isinstance(days, int) and not isinstance(days, bool)
    if month_end is True and days is None:
        pass
    elif month_end is not False or not whole:
        msg = "write days = -1 for the day before, or month_end = true for the last day of that month."
        raise LessonError(msg)
    if days is not None and abs(days) > _MOST_DAYS:
        msg = f"days is {days}. Words that count from another day go at most {_MOST_DAYS} days to either side."
        raise LessonError(msg)
    span, start = article.find(quote, at), article.find(base, from_at)
    if named_days is not None:
        day = next((one.day for one in named_days if one.span == start and one.day is not None), None)
        if day is None:
            msg = f"dates.toml does not say which day “{base}” means, so nothing can be counted from it. Add it there, with the same words and means."
            raise LessonError(msg)
        try:
            counted_day(day, days)
        except OverflowError:
            msg = f"counted from {day}, it lies outside the calendar. Look at days, and at means in dates.toml."
            raise LessonError(msg) from None
    return Counted(span, quote, start, days, why, also, _laters(entry))


def _place(entry: Mapping[str, Any]) -> Place:
    name, title, up, across = texts(entry, ("name", "title", "latitude", "longitude"), other=("spelled", *HOUSE))
    latitude, south_north = _coordinate(up, "NS", QUARTER)
    longitude, west_east = _coordinate(across, "EW", TURN // 2)
    steps = (south_north, west_east)
    spelled, source = listed(entry, "spelled"), source_of(entry, HOUSE)
    return Place(name, title, spelled, latitude, longitude, f"{up} {across}", steps, source)


def _distance(entry: Mapping[str, Any], article: Article, places: Collection[str]) -> Distance:
    name, quote, why, at = texts(
        entry, ("name", "quote", "why"), ("at",), ("from", "to", "direction", "km", "later", *HOUSE)
    )
    km = entry.get("km")
    if not isinstance(km, int | float) or isinstance(km, bool) or km <= 0:
        msg = "write km as a number, such as km = 15."
        raise LessonError(msg)
    span, source = _where(entry, quote, at, article)
    return Distance(
        name=name,
        span=span,
        quote=quote,
        start=one_of(entry, "from", places),
        end=one_of(entry, "to", places),
        km=float(km),
        direction=one_of(entry, "direction", POINTS),
        why=why,
        source=source,
        later=_laters(entry),
    )


def _number(entry: Mapping[str, Any], article: Article) -> Number:
    name, title, ask, why = texts(entry, ("name", "title", "ask", "why"), other=("said", "later", *ASPECTS))
    aspects = {}
    for aspect in ASPECTS:
        table = inner(entry, aspect, f'[number.{aspect}] below it, with key = "yes", "no" or "unknown", and why')
        with within(aspect):
            (reason,) = texts(table, ("why",), other=("key", "also"))
            key = one_of(table, "key", AGREEMENTS)
            aspects[aspect] = Compared(key, reason, others(table, key, AGREEMENTS))
    said = each(entry, "said", lambda row: _said(row, article))
    if not said:
        msg = "write each number as [[number.said]] below it."
        raise LessonError(msg)
    return Number(name, title, ask, said, aspects, why, _laters(entry))


def _pair(entry: Mapping[str, Any], article: Article) -> Pair:
    name, first, second, ask, why, first_at, second_at = texts(
        entry, ("name", "first", "second", "ask", "why"), ("first_at", "second_at"), ("key", "also")
    )
    one, other = article.find(first, first_at), article.find(second, second_at)
    key = one_of(entry, "key", RELATIONS)
    return Pair(name, one, first, other, second, ask, key, others(entry, key, RELATIONS), why)


def _said(row: Mapping[str, Any], article: Article) -> Said:
    quote, counted, who, day, at = texts(
        row, ("quote",), ("counted", "who", "day", "at"), ("interest", "low", "high", "about", *HOUSE)
    )
    interest, interest_read = _interest(row)
    low, high = row.get("low"), row.get("high")
    if (
        any(isinstance(one, bool) or not isinstance(one, int | float | None) for one in (low, high))
        or low == high is None
    ):
        msg = "write low and high as numbers. Of “more than 20”, only low is known."
        raise LessonError(msg)
    if low is not None and high is not None and low > high:
        msg = "low is above high. Exchange the two."
        raise LessonError(msg)
    span, source = _where(row, quote, at, article)
    about = flag(row, "about")
    return Said(quote, span, low, high, about, counted, who, interest, interest_read, day, source)


def _interest(row: Mapping[str, Any]) -> tuple[str, Source | None]:
    """Read what somebody has to do with a number, and where that was read if the article does not show it."""
    if isinstance(row.get("interest"), dict):
        with within("interest"):
            (text,) = texts(row["interest"], ("text",), other=PAGE)
            return text, source_of(row["interest"])
    (text,) = texts({name: row[name] for name in ("interest",) if name in row}, ("interest",))
    return text, None


def _where(entry: Mapping[str, Any], quote: str, at: str, article: Article) -> tuple[Span | None, Source | None]:
    """Give where words stand in the article, or else where they were read."""
    if not set(HOUSE) & set(entry):
        return article.find(quote, at), None
    if at:
        msg = "it stands either in the article, with at, or elsewhere, with house, address and read."
        raise LessonError(msg)
    return None, source_of(entry, HOUSE)


def _laters(entry: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Read what was found beside the article."""
    return each(entry, "later", lambda one: fact_of(one, HOUSE))


def _coordinate(written: str, letters: str, most: int) -> tuple[float, float]:
    """Read a coordinate as a page has it, and how fine its steps are."""
    found = _COORDINATE.fullmatch(written.replace(" ", ""))
    if found is None or found[4] not in letters or ("." in found[1] and found[2]):
        msg = f"“{written}” is no coordinate. Copy it as the page has it, such as 35°51′49″{letters[0]} or 35.86°{letters[0]}."
        raise LessonError(msg)
    whole, minutes, seconds = found[1], int(found[2] or 0), int(found[3] or 0)
    degrees = float(whole) + (minutes + seconds / _MINUTES) / _MINUTES
    if degrees > most or minutes >= _MINUTES or seconds >= _MINUTES:
        msg = f"“{written}” lies outside the map. It goes up to {most} degrees, and minutes and seconds up to 59."
        raise LessonError(msg)
    step = 1 / _MINUTES**2 if found[3] else 1 / _MINUTES if found[2] else _decimal_step(whole)
    return (-degrees if found[4] in "SW" else degrees), step


def _decimal_step(number: str) -> float:
    return float(10 ** -len(number.partition(".")[2]))


# Measuring


def spot(place: str | tuple[float, float], evidence: Evidence, words: Words) -> Place:
    """
    Find a place that a learner names.

    Parameters
    ----------
    place
        Its name, or latitude and longitude in degrees; south and west are below zero.
    evidence
        What is on the desk.
    words
        The words learners read.

    Returns
    -------
    Place

    Raises
    ------
    LessonError
        When there is no such place; the message lists the places there are.
    """
    if isinstance(place, str) and (found := evidence.place(place)) is not None:
        return found
    match place:
        case (int() | float() as latitude, int() | float() as longitude):
            # Not the other way round: neither bound holds for what is not a number.
            if abs(latitude) <= QUARTER and abs(longitude) <= TURN / 2:
                return _exactly(float(latitude), float(longitude))
            raise LessonError(words("verify.no_point", name=f"({latitude}, {longitude})"))
    names = ", ".join(f"“{one.title}”" for one in evidence.places)
    raise LessonError(words("verify.no_place", name=place, names=names))


def measured(start: Place, end: Place) -> Measured:
    """
    Measure how far and in which direction one place lies from another.

    The line is the shortest one over the earth, which is taken as the ellipsoid WGS84: see Karney,
    C. F. F. (2013). Algorithms for geodesics. Journal of Geodesy 87, 43-55,
    https://doi.org/10.1007/s00190-012-0578-z. The library is his, too. A coordinate that is written
    in minutes can be off by half a minute to each side; the bounds are those of all such points.

    Parameters
    ----------
    start, end
        The two places.

    Returns
    -------
    Measured
    """
    km, bearing = _inverse(start.latitude, start.longitude, end.latitude, end.longitude)
    all_ = [_inverse(*one, *other) for one in corners(start) for other in corners(end)]
    turns = [_turn(bearing, other) for _, other in all_]
    east, _ = _inverse(start.latitude, start.longitude, start.latitude, end.longitude)
    north, _ = _inverse(start.latitude, start.longitude, end.latitude, start.longitude)
    return Measured(
        start=start,
        end=end,
        km=km,
        bearing=bearing,
        east=math.copysign(east, _turn(start.longitude, end.longitude)),
        north=math.copysign(north, end.latitude - start.latitude),
        near=min(km for km, _ in all_),
        far=max(km for km, _ in all_),
        left=(bearing + min(turns)) % TURN,
        right=(bearing + max(turns)) % TURN,
    )


def step_lengths(place: Place) -> tuple[float, float]:
    """
    Give how far one step in the way a place's coordinates are written is on the ground there.

    Parameters
    ----------
    place
        The place; the nearer to a pole, the shorter is a step to the east.

    Returns
    -------
    tuple of float
        Kilometers from south to north, and from west to east.
    """
    up, across = place.steps
    # Towards the equator, so that no step leads over a pole.
    north, _ = _inverse(place.latitude, 0, place.latitude - math.copysign(up, place.latitude), 0)
    east, _ = _inverse(place.latitude, 0, place.latitude, across)
    return north, east


def reached(start: Place, said: Distance) -> Place:
    """
    Give the place that one reaches by going as far, and in that direction, as is said.

    Parameters
    ----------
    start
        Where to go from.
    said
        How far and in which direction.

    Returns
    -------
    Place
    """
    from geographiclib.geodesic import Geodesic

    bearing = POINTS.index(said.direction) * TURN / len(POINTS)
    found = Geodesic.WGS84.Direct(start.latitude, start.longitude, bearing, said.km * _METRES)
    return _exactly(float(found["lat2"]), float(found["lon2"]))


def named(bearing: float, names: int = len(POINTS)) -> str:
    """
    Name a direction.

    Parameters
    ----------
    bearing
        In degrees, clockwise from north.
    names
        How many names the compass has: 4, 8 or 16.

    Returns
    -------
    str
        One of `POINTS`.
    """
    every = len(POINTS) // names
    return POINTS[round(bearing % TURN * names / TURN) % names * every]


def missed(said: Distance, found: Measured) -> Missed:
    """
    Hold what is said of two places against what was measured.

    Parameters
    ----------
    said
        What is said.
    found
        What was measured between the same two.

    Returns
    -------
    Missed
    """
    least = max(0.0, found.near - said.km, said.km - found.far)
    most = max(abs(found.near - said.km), abs(found.far - said.km))
    straight = POINTS.index(said.direction) * TURN / len(POINTS)
    here, left, right = (_turn(straight, bearing) for bearing in (found.bearing, found.left, found.right))
    sides = (abs(left), abs(right))
    turn = Range(abs(here), 0.0 if left <= 0 <= right else min(sides), max(sides))
    return Missed(Range(abs(found.km - said.km), least, most), turn)


def between(evidence: Evidence, start: str, end: str) -> Measured | None:
    """
    Measure between two places of the desk.

    Parameters
    ----------
    evidence
        What is on the desk.
    start, end
        The names that a workbook keeps for what was chosen.

    Returns
    -------
    Measured or None
        None where these are not two different places.
    """
    places = {place.name: place for place in evidence.places}
    one, other = places.get(start), places.get(end)
    return None if one is None or other is None or one == other else measured(one, other)


# In words


def in_words(found: Measured, words: Words) -> Measured:
    """
    Give what was measured its line of plain words.

    Parameters
    ----------
    found
        What was measured.
    words
        The words learners read.

    Returns
    -------
    Measured
    """
    line = words(
        "verify.measured_line",
        start=found.start.title,
        end=found.end.title,
        km=kilometres(found.km),
        bearing=degrees(found.bearing),
        direction=direction(named(found.bearing), words),
    )
    return replace(found, line=line)


def kilometres(km: float) -> str:
    """Write kilometers no finer than anybody can need here."""
    return f"{km:.1f}".removesuffix(".0")


def degrees(bearing: float) -> str:
    """Write a direction in whole degrees."""
    return str(round(bearing) % TURN)


def direction(point: str, words: Words) -> str:
    """Name one of `POINTS`."""
    return words.list("verify.rose")[POINTS.index(point)]


def _turn(start: float, end: float) -> float:
    """Give the degrees from one direction to another, with the clock above zero."""
    return (end - start + TURN / 2) % TURN - TURN / 2


def corners(place: Place) -> list[tuple[float, float]]:
    """Give the corners of all points that would be written down with the same coordinates, southwest first and northeast last."""
    up, across = (step / 2 for step in place.steps)
    if not up and not across:
        return [(place.latitude, place.longitude)]
    return [
        (max(-QUARTER, min(QUARTER, place.latitude + north)), place.longitude + east)
        for north in (-up, up)
        for east in (-across, across)
    ]


def _exactly(latitude: float, longitude: float) -> Place:
    """Make a place of a point."""
    title = f"({latitude:g}, {longitude:g})"
    return Place("", title, (), latitude, longitude, title, (0.0, 0.0), None)


def _inverse(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> tuple[float, float]:
    """Give kilometers and bearing from one point to another."""
    from geographiclib.geodesic import Geodesic

    found = Geodesic.WGS84.Inverse(latitude, longitude, other_latitude, other_longitude)
    return float(found["s12"]) / _METRES, float(found["azi1"]) % TURN
