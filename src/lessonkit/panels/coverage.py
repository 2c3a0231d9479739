"""The desk of the same event elsewhere: tables of houses, and what a learner makes of each question."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import escape

from ..article import Article
from ..coverage import LOOKED_UP, READINGS, Cell, Column, Coverage, Outlet, kept, kept_reason
from ..facts import Fact
from ..words import Words
from .desk import Field, Fold, Made, Option, Shown, Step
from .markup import language, link, plain, segment_name, step
from .table import Entry, Head, table


def coverage_steps(article: Article, coverage: Coverage, words: Words) -> tuple[Step, ...]:
    """
    Lay out what other houses printed of the same event.

    Parameters
    ----------
    article
        The article of the lesson, which is one of the houses.
    coverage
        The houses, and what each of them has.
    words
        The words learners read.

    Returns
    -------
    tuple of Step
    """
    steps = [
        Step(words("coverage.start"), (Shown(_list(words.list("coverage.how"))), *_look_up(article, coverage, words))),
        Step(
            words("coverage.questions"),
            (
                Shown(plain(words("coverage.questions_how"))),
                *(_question(column, article, coverage, words) for column in coverage.asked),
            ),
        ),
    ]
    if coverage.gaps:
        items = "".join(f"<dt>{escape(gap.title)}</dt><dd>{escape(gap.text)}</dd>" for gap in coverage.gaps)
        steps.append(Step(words("coverage.gaps"), (Shown(f"{plain(words('coverage.gaps_how'))}<dl>{items}</dl>"),)))
    return tuple(steps)


def _look_up(article: Article, coverage: Coverage, words: Words) -> tuple[Fold, Fold]:
    heads = [
        Head(words("coverage.house")),
        Head(words("coverage.home"), filtered=True),
        *(Head(column.title) for column in coverage.columns),
    ]
    rows = [
        [
            _house(outlet, words),
            _home(outlet, words),
            *(_entry(outlet.cells.get(column.name), article, words) for column in coverage.columns),
        ]
        for outlet in coverage.outlets
    ]
    whole = plain(words("coverage.whole_how")) + table("whole", words("coverage.whole_caption"), heads, rows)
    houses = "".join(f"<li>{_about(outlet, words)}</li>" for outlet in coverage.outlets)
    who = plain(words("coverage.who_how")) + f'<ul class="lk-list">{houses}</ul>'
    all_of_it, houses_are = LOOKED_UP
    return (
        Fold(all_of_it, words("coverage.whole"), (Shown(whole),)),
        Fold(houses_are, words("coverage.who"), (Shown(who),)),
    )


def _question(column: Column, article: Article, coverage: Coverage, words: Words) -> Fold:
    """Set one question: the table, what the learner makes of it, and what the key makes of it."""
    heads = [
        Head(words("coverage.house")),
        Head(words("coverage.home"), filtered=True),
        Head(words("coverage.has"), filtered=True),
    ]
    rows = [
        [_house(outlet, words), _home(outlet, words), _entry(outlet.cells.get(column.name), article, words)]
        for outlet in coverage.outlets
    ]
    choice = kept(column.name)
    options = tuple(Option(name, words(f"coverage.reading.{name}")) for name in READINGS)
    return Fold(
        column.name,
        column.title,
        (
            Shown(table(column.name, column.ask, heads, rows)),
            Field(choice, words("coverage.decide"), options=options, hint=words("coverage.decide_hint")),
            Field(kept_reason(column.name), words("coverage.why"), rows=2),
            Made(choice, partial(_steps_of, column, coverage, words)),
        ),
    )


def _steps_of(column: Column, coverage: Coverage, words: Words, texts: Mapping[str, str]) -> str:
    """Say what the key makes of a question, in steps that are closed."""
    choice = texts.get(kept(column.name), "")
    own = choice in READINGS
    first = words("coverage.you", reading=_reading(choice, words)) if own else words("coverage.try")
    said = [words("coverage.key_says", reading=_reading(column.reading, words))]
    if column.also:
        readings = words("coverage.and_reading").join(_reading(one, words) for one in column.also)
        said.append(words("coverage.key_also", readings=readings))
    return (
        plain(first)
        + step("hint", words("coverage.hint"), plain(column.hint))
        + step("reason", words("coverage.reason"), plain(column.why) + _facts(column.more, words))
        + step("key", words("coverage.key"), "".join(map(plain, said)) + _list(coverage.sides(column.name, words)))
    )


def _reading(name: str, words: Words) -> str:
    return words(f"coverage.reading.{name}")


def _house(outlet: Outlet, words: Words) -> Entry:
    return Entry(escape(outlet.title) + (link(outlet.source.address, words) if outlet.source else ""), outlet.title)


def _home(outlet: Outlet, words: Words) -> Entry:
    if outlet.home:
        return Entry(escape(outlet.home), outlet.home)
    said = words("coverage.country_unknown")
    return Entry(f'<span class="tb-gap">{escape(said)}</span>', said, last=True)


def _entry(cell: Cell | None, article: Article, words: Words) -> Entry:
    """Show what a house has: in short, then in its own words, then whose words they are."""
    if cell is None or cell.absent:
        said = words("coverage.unknown" if cell is None else "coverage.absent")
        return Entry(f'<span class="tb-gap">{escape(said)}</span>', said, last=True)
    lines = [f'<span class="tb-says">{escape(cell.says)}</span>']
    for quote in cell.quotes:
        if quote.span is None:
            lines.append(f'<span class="tb-quote">{escape(words("coverage.quoted", words=quote.text))}</span>')
            continue
        where = segment_name(article.segment(quote.span.segment), words)
        quoted = f"<span {language(article)}>{escape(words('coverage.quoted', words=quote.text))}</span>"
        lines.append(f'<span class="tb-quote">{quoted} ({where})</span>')
    if cell.by:
        lines.append(f'<span class="tb-more">{escape(words("coverage.by", by=cell.by))}</span>')
    if cell.note:
        lines.append(f'<span class="tb-more">{escape(cell.note)}</span>')
    return Entry("".join(lines), cell.says, cell.sort)


def _about(outlet: Outlet, words: Words) -> str:
    """Say who owns a house, where it was read, and what to know about the reading."""
    parts = [f"<strong>{escape(outlet.title)}.</strong>"]
    if outlet.about is None:
        parts.append(escape(words("coverage.owner_unknown")))
    else:
        parts += [escape(outlet.about.text), link(outlet.about.source.address, words)]
        if outlet.source is None or outlet.about.source.read != outlet.source.read:
            parts.append(escape(words("coverage.read", year=outlet.about.source.read)))
    if outlet.this:
        parts.append(escape(words("coverage.this")))
    if outlet.source is not None:
        name = "coverage.read_copy" if outlet.via else "coverage.read"
        parts += [escape(words(name, year=outlet.source.read, via=outlet.via)), link(outlet.source.address, words)]
    parts.append(escape(outlet.doubt))
    return " ".join(part for part in parts if part) + _facts(outlet.more, words)


def _facts(facts: Sequence[Fact], words: Words) -> str:
    items = "".join(
        f"<li>{escape(fact.text)} {link(fact.source.address, words)} {escape(words('coverage.read', year=fact.source.read))}</li>"
        for fact in facts
    )
    return f'<ul class="lk-list">{items}</ul>' if items else ""


def _list(lines: Iterable[str]) -> str:
    return '<ul class="lk-list">' + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
