"""The evidence desk: what would settle a claim, and what can be tried at the table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape

from ..article import Article, Span
from ..dates import NamedDate, latest
from ..evidence import (
    AGREEMENTS,
    ASPECTS,
    COSTS,
    FROM,
    HOLDERS,
    RELATIONS,
    TO,
    VERDICTS,
    WHENS,
    Claim,
    Counted,
    Distance,
    Evidence,
    Measured,
    Number,
    Pair,
    Range,
    Said,
    between,
    counted_day,
    degrees,
    direction,
    in_words,
    kilometres,
    missed,
    named,
    step_lengths,
)
from ..facts import Fact, Source
from ..layers import Layer
from ..words import Words
from .dates import calendar_line, day_name, place_name, which_lines
from .desk import Field, Fold, Made, Option, Part, Shown, Step
from .markup import language, link, plain, segment_name, step

_FIRST = 3  # claims that stand open; the others are folded away
_SETTLES = "settles"
_TURNS = {"sixteen": 11.25, "eight": 22.5, "four": 45.0}
_KILOMETRES_ROUND = 20_038  # half way around the earth: no two places are further apart
_KILOMETRE = 1000  # meters
_FIRST_YEAR = 1000
_KM, _TURN = "verify-map-km", "verify-map-turn"
_SPREAD = 1.18  # how much longer than its longest bar a track is, so that an open end can be seen

_TRACK = "background:var(--lk-tint);border:1px solid var(--lk-line);border-radius:4px;block-size:1.1em;display:flex;margin-block:.4em"
_SOLID = "background:var(--lk-1);border-radius:3px 0 0 3px"
_RANGE = "background:repeating-linear-gradient(45deg,var(--lk-1) 0 3px,transparent 3px 7px)"


def verify_steps(
    article: Article, evidence: Evidence, dates: Sequence[NamedDate], claims: Layer | None, words: Words
) -> tuple[Step, ...]:
    """
    Give what is on the evidence desk.

    Parameters
    ----------
    article
        The article.
    evidence
        What its folder has for the desk.
    dates
        The days it names.
    claims
        The layer of the claims, for the words of what would settle one; None where there is none.
    words
        The words learners read.

    Returns
    -------
    tuple of Step
        Ledger, benches and verdict; those for which the folder has nothing are left out.
    """
    desk = _Desk(article, words, evidence, dates, claims)
    steps = []
    if evidence.claims:
        steps.append(Step(words("verify.ledger_title"), desk.ledger()))
    if benches := desk.benches():
        steps.append(Step(words("verify.bench_title"), (Shown(plain(words("verify.bench_how"))), *benches)))
    if evidence.claims:
        steps.append(Step(words("verify.verdict_title"), desk.verdicts()))
    return tuple(steps)


class _Desk:
    """What all parts of the desk share."""

    def __init__(
        self,
        article: Article,
        words: Words,
        evidence: Evidence,
        dates: Sequence[NamedDate],
        claims: Layer | None,
    ) -> None:
        self._article = article
        self._words = words
        self._evidence = evidence
        self._dates = dates
        fields = () if claims is None else claims.fields
        self._settles: Mapping[str, str] = next(
            (field.values for field in fields if field.name == _SETTLES and field.values), {}
        )

    # The ledger and the verdict

    def ledger(self) -> tuple[Part, ...]:
        """Ask of each claim what would settle it."""
        folds = [
            Fold(
                f"verify-l-{one.name}",
                self._title(one.quote, one.span),
                (Shown(self._sentence(one.span)), *self._choices(one), self._compared(one)),
            )
            for one in self._evidence.claims
        ]
        return (Shown(plain(self._words("verify.ledger_how"))), *self._folded(folds, "verify-l-more"))

    def verdicts(self) -> tuple[Part, ...]:
        """Ask for a verdict on each claim, and say what is known of it."""
        words = self._words
        folds = [
            Fold(
                f"verify-v-{one.name}",
                self._title(one.quote, one.span),
                (
                    self._recalled(one),
                    Field(f"verify-{one.name}-noted", words("verify.noted"), 2, hint=words("verify.noted_hint")),
                    self._field(f"{one.name}-verdict", "verify.verdict", self._options("verdicts", VERDICTS)),
                    self._known(one),
                ),
            )
            for one in self._evidence.claims
        ]
        return (Shown(plain(words("verify.verdict_how"))), *self._folded(folds, "verify-v-more"))

    def _choices(self, one: Claim) -> tuple[Field, ...]:
        settles = tuple(Option(value, label) for value, label in self._settles.items())
        asked = [self._field(f"{one.name}-settles", "verify.settles", settles)] if settles else []
        return (
            *asked,
            self._field(f"{one.name}-holder", "verify.holder_ask", self._options("holder", HOLDERS)),
            self._field(f"{one.name}-cost", "verify.cost_ask", self._options("cost", COSTS)),
            self._field(f"{one.name}-when", "verify.when_ask", self._options("when", WHENS)),
        )

    def _compared(self, one: Claim) -> Made:
        """Show, folded away, what the desk would have chosen, beside what the learner chose."""
        words, fields = self._words, self._choices(one)
        why = one.why or (one.note.why if one.note is not None else "")
        chosen = {"holder": one.holder, "cost": one.cost, "when": one.when}
        if one.note is not None:
            chosen[_SETTLES] = one.note.fields.get(_SETTLES, "")

        def make(texts: Mapping[str, str]) -> str:
            rows = []
            for field in fields:
                ours = chosen.get(field.name.rpartition("-")[2], "")
                here = next((option.label for option in field.options if option.value == ours), "")
                rows.append(self._held(field.label, field.said(texts), here))
            inside = f"<dl>{''.join(rows)}</dl>{plain(why)}{self._also(one.also)}"
            if not one.holder:
                inside += plain(words("verify.not_weighed"))
            inside = step(f"verify-l-{one.name}-desk", words("verify.step_desk"), inside)
            if one.note is not None:
                inside = step(f"verify-l-{one.name}-hint", words("verify.step_hint"), plain(one.note.hint) + inside)
            return self._first(fields, texts) + inside

        return Made(f"verify-l-{one.name}-held", make)

    def _recalled(self, one: Claim) -> Made:
        fields = self._choices(one)

        def make(texts: Mapping[str, str]) -> str:
            said = " · ".join(said.rstrip(".") for field in fields if (said := field.said(texts)))
            return plain(self._words("verify.asked_for", said=said)) if said else ""

        return Made(f"verify-v-{one.name}-asked", make)

    def _known(self, one: Claim) -> Made:
        words = self._words
        field = self._field(f"{one.name}-verdict", "verify.verdict", self._options("verdicts", VERDICTS))
        note = one.note
        status = plain(words("verify.no_key"))
        if note is not None:
            status = f"<p>{escape(note.fields.get('status', ''))} {link(note.fields.get('address'), words)}</p>"
        inside = step(f"verify-v-{one.name}-key", words("verify.step_key"), status + self._laters(one.later))
        return Made(f"verify-v-{one.name}-known", lambda texts: self._first((field,), texts) + inside)

    # The benches

    def benches(self) -> list[Fold]:
        """Give the benches there is something for."""
        evidence = self._evidence
        found = []
        if self._dates or evidence.counted:
            found.append(self._bench("calendar", self._calendar()))
        if len(evidence.places) > 1:
            found.append(self._bench("map", self._map()))
        if evidence.numbers:
            found.append(self._bench("numbers", [self._number(one) for one in evidence.numbers]))
        if evidence.pairs:
            found.append(self._bench("pairs", [self._pair(one) for one in evidence.pairs]))
        return found

    def _bench(self, name: str, parts: Iterable[Part]) -> Fold:
        how = Shown(plain(self._words(f"verify.{name}_how")))
        return Fold(f"verify-b-{name}", self._words(f"verify.{name}"), (how, *parts))

    # The calendar

    def _calendar(self) -> list[Part]:
        words = self._words
        put = Field("verify-day", words("verify.day"), kind="date", hint=words("verify.day_hint"))
        parts: list[Part] = [put, Made("verify-weekday", self._weekday, spoken=True)]
        later: list[Part] = []
        known = {one.span: one for one in self._dates}
        counted = {one.span: one for one in self._evidence.counted}
        spans = sorted({*known, *counted}, key=self._article.place)
        for span in spans:
            one, count = known.get(span), counted.get(span)
            worth = count is not None or (one is not None and one.weekday is not None)
            (parts if worth else later).append(self._dated(span, one, count))
        if later:
            parts.append(Fold("verify-d-more", words("verify.other_days"), tuple(later)))
        return parts

    def _dated(self, span: Span, one: NamedDate | None, count: Counted | None) -> Fold:
        """Ask about words that say when; the place of the words is their name."""
        words = self._words
        name = f"d-{span.segment}-{span.first}-{span.last}"
        quote = count.quote if count is not None else one.quote if one is not None else ""
        fields = [
            self._field(f"{name}-fits", "verify.fits", self._options("calendar_says", ("fits", "contradicts", "open")))
        ]
        if one is None or one.day is None:
            fields.insert(0, Field(f"verify-{name}-day", words("verify.your_day"), kind="date"))
        lines = self._calendar_lines(one, count)

        def make(texts: Mapping[str, str]) -> str:
            yours = _day(texts.get(f"verify-{name}-day", ""))
            said = plain(words("verify.calendar_yours", date=day_name(yours, words))) if yours else ""
            inside = step(f"verify-{name}-says", words("verify.calendar_step"), said + lines)
            return self._first(fields, texts) + inside

        return Fold(
            f"verify-{name}",
            self._title(quote, span),
            (Shown(self._sentence(span)), *fields, Made(f"verify-{name}-made", make)),
        )

    def _calendar_lines(self, one: NamedDate | None, count: Counted | None) -> str:
        """Say what the calendar makes of some words."""
        words, article = self._words, self._article
        if count is not None:
            base = next((other for other in self._dates if other.span == count.base and other.day), None)
            lines = ""
            if base is not None and base.day is not None:
                day = counted_day(base.day, count.days)
                told = {"date": day_name(base.day, words), "where": place_name(base, article, words)}
                lines = plain(words("verify.calendar_counted", **told, day=day_name(day, words)))
            return lines + plain(count.why) + self._also(count.also) + self._laters(count.later)
        if one is None:
            return ""
        if one.day is not None:
            lines = plain(calendar_line(one, self._dates, article, words))
            return lines if one.weekday is not None else lines + plain(words("verify.calendar_alone"))
        if one.weekday is not None:
            full = [other for other in self._dates if other.day is not None]
            return _list(which_lines(one, full, article, words))
        return plain(words("dates.vague", quote=one.quote, where=place_name(one, article, words)))

    def _weekday(self, texts: Mapping[str, str]) -> str:
        words, said = self._words, texts.get("verify-day", "")
        if not said:
            return plain(words("verify.no_day"))
        if (day := _day(said)) is None:
            return plain(words("verify.not_a_day", said=said))
        last = latest(self._dates)
        if last is None:
            return plain(words("verify.weekday", date=day_name(day, words)))
        apart = (last - day).days
        name = "weekday_last" if not apart else "weekday_before" if apart > 0 else "weekday_after"
        return plain(words(f"verify.{name}", date=day_name(day, words), days=abs(apart)))

    # The map

    def _map(self) -> list[Part]:
        words = self._words
        places = tuple(Option(place.name, place.title) for place in self._evidence.places)
        turns = self._options("turns", tuple(_TURNS))
        yardstick = Fold(
            "verify-m-yardstick",
            words("verify.yardstick"),
            (
                Field(_KM, words("verify.yardstick_km"), kind="number"),
                Field(_TURN, words("verify.yardstick_turn"), options=turns),
                Made("verify-m-held", self._yardstick, spoken=True),
            ),
        )
        return [
            Field(FROM, words("verify.from"), options=places),
            Field(TO, words("verify.to"), options=places),
            Made("verify-m-line", self._line, spoken=True),
            Made("verify-m-measured", self._measured),
            yardstick,
            Shown("".join(self._can_mean(one) for one in self._evidence.distances)),
            Shown(step("verify-m-places", words("verify.coordinates"), self._coordinates())),
            Shown(plain(words("verify.map_itself"))),
        ]

    def _chosen(self, texts: Mapping[str, str]) -> Measured | None:
        """Measure between the places that were chosen; None where these are not two."""
        return between(self._evidence, texts.get(FROM, ""), texts.get(TO, ""))

    def _line(self, texts: Mapping[str, str]) -> str:
        found = self._chosen(texts)
        return plain(self._words("verify.choose_two") if found is None else in_words(found, self._words).line)

    def _measured(self, texts: Mapping[str, str]) -> str:
        words, found = self._words, self._chosen(texts)
        if found is None:
            return ""
        names = {"four": 4, "eight": 8, "sixteen": 16}
        rows = (
            ("measured_km", {"km": kilometres(found.km), "near": kilometres(found.near), "far": kilometres(found.far)}),
            (
                "measured_bearing",
                {"bearing": degrees(found.bearing), "left": degrees(found.left), "right": degrees(found.right)},
            ),
            (
                "measured_names",
                {name: direction(named(found.bearing, many), words) for name, many in names.items()},
            ),
            (
                "measured_parts",
                {
                    "across": kilometres(abs(found.east)),
                    "across_name": direction("E" if found.east >= 0 else "W", words),
                    "along": kilometres(abs(found.north)),
                    "along_name": direction("N" if found.north >= 0 else "S", words),
                },
            ),
            ("said_of_it", None),
        )
        return (
            "<dl>"
            + "".join(
                f"<dt>{escape(words(f'verify.{name}'))}</dt><dd>"
                + (self._said_of(found) if values is None else escape(words(f"verify.{name}_is", **values)))
                + "</dd>"
                for name, values in rows
            )
            + "</dl>"
        )

    def _said_of(self, found: Measured) -> str:
        words, said = self._words, []
        for one in self._evidence.distances:
            if (one.start, one.end) == (found.start.name, found.end.name):
                said.append(self._who_says(one))
            elif (one.end, one.start) == (found.start.name, found.end.name):
                other = words("verify.said_other_way", start=found.end.title, end=found.start.title)
                said.append(f"{self._who_says(one)} {escape(other)}")
        return "<br>".join(said) or escape(words("verify.said_nothing"))

    def _who_says(self, one: Distance) -> str:
        words = self._words
        if one.source is None:
            return escape(words("verify.said_in_article", quote=one.quote))
        return f"{escape(words('verify.said_by_house', house=one.source.house, quote=one.quote))} {link(one.source.address, words)}"

    def _yardstick(self, texts: Mapping[str, str]) -> str:
        words, found = self._words, self._chosen(texts)
        said, turn = texts.get(_KM, "").strip(), _TURNS.get(texts.get(_TURN, ""))
        fine = _number(said)
        trouble = plain(words("verify.not_a_number", said=said)) if said and fine is None else ""
        here = (
            []
            if found is None
            else [one for one in self._evidence.distances if (one.start, one.end) == (found.start.name, found.end.name)]
        )
        if found is None or not here or (fine is None and turn is None):
            return trouble + plain(words("verify.yardstick_none"))
        lines = []
        for one in here:
            if fine is not None:
                lines.append(self._in_km(one, found, fine))
            if turn is not None:
                lines.append(self._in_turn(one, found, turn))
        return trouble + _list(lines) + plain(words("verify.yardstick_whose"))

    def _in_km(self, one: Distance, found: Measured, fine: float) -> str:
        apart = missed(one, found).km
        values = {"said": kilometres(one.km), "km": kilometres(found.km), "off": kilometres(apart.here)}
        return self._inside("km", apart, fine, {**values, "fine": kilometres(fine)})

    def _in_turn(self, one: Distance, found: Measured, fine: float) -> str:
        apart = missed(one, found).turn
        values = {"off": degrees(apart.here), "direction": direction(one.direction, self._words), "fine": f"{fine:g}"}
        return self._inside("turn", apart, fine, values)

    def _inside(self, name: str, apart: Range, fine: float, values: Mapping[str, str]) -> str:
        line = self._words(f"verify.{name}_{'inside' if apart.here <= fine else 'outside'}", **values)
        unsure = apart.least <= fine < apart.most
        return f"{line} {self._words('verify.turn_edge')}" if unsure else line

    def _can_mean(self, one: Distance) -> str:
        title = self._words("verify.can_mean", quote=one.quote)
        return step(
            f"verify-m-{one.name}", title, f"<p>{self._who_says(one)}</p>{plain(one.why)}{self._laters(one.later)}"
        )

    def _coordinates(self) -> str:
        lines = []
        for place in self._evidence.places:
            along, across = (self._length(1000 * km) for km in step_lengths(place))
            line = self._words(
                "verify.coordinate", place=place.title, written=place.written, along=along, across=across
            )
            lines.append(f"<li>{escape(line)} {self._source(place.source)}</li>")
        return f'<ul class="lk-list">{"".join(lines)}</ul>'

    def _length(self, metres: float) -> str:
        """Write a length on the ground with no more digits than count."""
        if metres < _KILOMETRE:
            return self._words("verify.metres", metres=max(1, round(metres)))
        return self._words("verify.km", km=f"{metres / _KILOMETRE:.2f}".rstrip("0").rstrip("."))

    # The numbers

    def _number(self, one: Number) -> Fold:
        words = self._words
        labels = dict(zip(ASPECTS, ("verify.thing", "verify.on_day", "verify.counter"), strict=True))
        fields = [
            self._field(f"n-{one.name}-{aspect}", labels[aspect], self._options("agreement", AGREEMENTS))
            for aspect in ASPECTS
        ]
        known = {option.value: option.label for option in fields[0].options}

        def make(texts: Mapping[str, str]) -> str:
            rows = []
            for aspect, field in zip(ASPECTS, fields, strict=True):
                held = one.aspects[aspect]
                also = tuple(known[key] for key in held.also)
                rows.append(self._held(field.label, field.said(texts), known[held.key], also, held.why))
            inside = f"<dl>{''.join(rows)}</dl>{plain(one.why)}{self._laters(one.later)}"
            return self._first(fields, texts) + step(f"verify-n-{one.name}-why", words("verify.step_reason"), inside)

        shown = Shown(plain(one.ask) + self._cards(one))
        return Fold(f"verify-n-{one.name}", one.title, (shown, *fields, Made(f"verify-n-{one.name}-made", make)))

    def _cards(self, one: Number) -> str:
        longest = max(bound for row in one.said for bound in (row.low, row.high) if bound is not None)
        cards = "".join(self._card(row, (longest or 1) * _SPREAD) for row in one.said)
        return f'<div class="lk-sides">{cards}</div>'

    def _card(self, row: Said, whole: float) -> str:
        words = self._words
        where, said = escape(row.source.house) if row.source else "", f"<q>{escape(row.words)}</q>"
        if row.span is not None:
            segment = segment_name(self._article.segment(row.span.segment), words)
            where = escape(words("verify.this_article", where="{where}")).replace("{where}", segment)
            said = f"<q {language(self._article)}>{escape(row.words)}</q>"
        page = f" {link(row.interest_read.address, words)}" if row.interest_read else ""
        rows = (
            ("counted", row.counted, ""),
            ("who", row.who, ""),
            ("interest", row.interest, page),
            ("number_day", row.day, ""),
        )
        told = "".join(
            f"<dt>{escape(words(f'verify.{name}'))}</dt><dd>{escape(text or words('verify.unknown'))}{more}</dd>"
            for name, text, more in rows
        )
        address = link(row.source.address, words) if row.source else ""
        return (
            f'<section class="lk-side"><h5>{where}</h5><p><strong>{said}</strong></p>'
            f"{_bar(row, whole, words)}<dl>{told}</dl><p>{address}</p></section>"
        )

    # The article against itself

    def _pair(self, one: Pair) -> Fold:
        words = self._words
        places = [self._place(one.first), self._place(one.second)]
        title = words(
            "verify.pair",
            first=one.first_quote,
            first_where=places[0],
            second=one.second_quote,
            second_where=places[1],
        )
        field = self._field(f"p-{one.name}-says", "verify.relation", self._options("relation_says", RELATIONS))
        known = {option.value: option.label for option in field.options}
        also = tuple(known[key] for key in one.also)

        def make(texts: Mapping[str, str]) -> str:
            held = self._held(field.label, field.said(texts), known[one.key], also)
            inside = f"<dl>{held}</dl>{plain(one.why)}"
            return self._first((field,), texts) + step(f"verify-p-{one.name}-why", words("verify.step_reason"), inside)

        shown = Shown(plain(one.ask) + self._sentence(one.first) + self._sentence(one.second))
        return Fold(f"verify-p-{one.name}", title, (shown, field, Made(f"verify-p-{one.name}-made", make)))

    # What they share

    def _folded(self, folds: Sequence[Fold], name: str) -> list[Part]:
        """Let the first few stand open to be seen, and fold the others away together."""
        first, others = folds[:_FIRST], folds[_FIRST:]
        return [*first, *([Fold(name, self._words("verify.more"), tuple(others))] if others else [])]

    def _field(self, name: str, label: str, options: tuple[Option, ...]) -> Field:
        return Field(f"verify-{name}", self._words(label), options=options)

    def _options(self, table: str, values: Sequence[str]) -> tuple[Option, ...]:
        return tuple(Option(value, self._words(f"verify.{table}.{value}")) for value in values)

    def _title(self, quote: str, span: Span) -> str:
        return self._words("verify.claim", quote=quote, where=self._place(span))

    def _place(self, span: Span) -> str:
        """Name a segment as plain text, for a title that is escaped later."""
        segment = self._article.segment(span.segment)
        name = self._words(f"kind.{segment.kind}")
        return name if segment.kind == "headline" else f"{name} {segment.id[1:]}"

    def _sentence(self, span: Span) -> str:
        """Give a whole segment, with some words of it in bold."""
        segment = self._article.segment(span.segment)
        left, right = segment.words[span.first][0], segment.words[span.last][1]
        text = segment.text
        bold = f"{escape(text[:left])}<strong>{escape(text[left:right])}</strong>{escape(text[right:])}"
        return (
            f'<p class="lk-caption" {language(self._article)}><span class="lk-label">'
            f"{segment_name(segment, self._words)}</span> {bold}</p>"
        )

    def _first(self, fields: Iterable[Field], texts: Mapping[str, str]) -> str:
        """Ask to try first, where nothing has been tried."""
        tried = any(field.said(texts) for field in fields)
        return "" if tried else plain(self._words("verify.open_first"))

    def _held(self, title: str, yours: str, here: str, also: Sequence[str] = (), why: str = "") -> str:
        """Put what the learner chose beside what the desk would choose."""
        words = self._words
        you = words("verify.you", said=(yours or words("verify.not_chosen")).rstrip("."))
        ours = words("verify.here", said=here.rstrip(".")) if here else ""
        others = words("verify.also_here", said=", ".join(also)) if also else ""
        lines = "".join(f"<dd>{escape(line)}</dd>" for line in (you, ours, others, why) if line)
        return f"<dt>{escape(title)}</dt>{lines}"

    def _also(self, text: str) -> str:
        return f"<p><em>{escape(self._words('verify.also'))}</em> {escape(text)}</p>" if text else ""

    def _laters(self, laters: Iterable[Fact]) -> str:
        words = self._words
        return "".join(
            f"<p>{escape(words('verify.later', text=one.text, house=one.source.house))} {link(one.source.address, words)}</p>"
            for one in laters
        )

    def _source(self, source: Source | None) -> str:
        return "" if source is None else f"{escape(source.house)}. {link(source.address, self._words)}"


def _day(text: str) -> date | None:
    """Read a day; a year of fewer than four digits is one that nobody has finished typing."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if day.year >= _FIRST_YEAR else None


def _number(text: str) -> float | None:
    """Read a number of kilometers as somebody may write it."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    # What is not a number is neither above nor below another.
    return number if 0 <= number <= _KILOMETRES_ROUND else None


def _list(lines: Sequence[str]) -> str:
    return '<ul class="lk-list">' + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _bar(row: Said, whole: float, words: Words) -> str:
    """
    Draw a number as a bar: solid up to the least it can be, striped up to the most.

    What is given only roughly has no least: it is striped from the beginning. The words beside the bar say it, too.
    """
    low = row.low if row.low is not None and not row.about else 0
    high = row.high if row.high is not None else whole
    parts = [f'<span style="{_SOLID};inline-size:{100 * low / whole:.1f}%"></span>'] if low else []
    if high > low:
        parts.append(f'<span style="{_RANGE};inline-size:{100 * (high - low) / whole:.1f}%"></span>')
    said = f"<span>≈ {escape(words('verify.about'))}</span>" if row.about else ""
    if row.high is None:
        said += f"<span>→ {escape(words('verify.open_above'))}</span>"
    return f'<div aria-hidden="true" style="{_TRACK}">{"".join(parts)}</div>{said}'
