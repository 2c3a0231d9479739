"""
The class as counts.

Two stages. `counts` turns pupils into a small table of numbers, which `added` adds up over any number
of parts, on one machine or on many. Everything else is worked out of that table: it never grows with
the class beyond what can be marked in one article.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import TYPE_CHECKING

from .article import Article, Segment, Span
from .classroom import Pupil
from .faults import LessonError
from .feedback import hold_against
from .key import Key, Note, Reading
from .layers import Layer
from .words import Words
from .workbook import CONFIDENCES, Mark

# Tables are imported where they are made: `import lessonkit` loads none of it.
if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

NONE = "none"
"""What a word has that a pupil has read and not marked."""

FEW_PUPILS = 5
"""With fewer pupils, a figure tells about single pupils rather than about a class."""

FEW_MARKS = 10
"""A share of fewer marks is chance."""

LEAST = 2
"""So many pupils share a reading before it is shown as one, so that nobody stands alone before the class."""

SPLIT = 0.2
"""Words are split where each of two tags has this share of those who read them."""

MANY = 1 / 3
"""This share of those who read them are many."""

_NEARLY = 3 / 4

_KEYS = ["layer", "what", "segment", "first", "last", "value", "confidence"]
_AT_ONCE = 1_000  # pupils; their words then take a few megabytes

# What a row counts.
_PUPILS, _MARKED, _SAID, _REACHED, _WORD, _MARK = "pupils", "marked", "said", "reached", "word", "mark"


# First stage: pupils


def marks_table(pupils: Iterable[Pupil]) -> "pd.DataFrame":
    """
    Give all marks of a class as a table.

    Parameters
    ----------
    pupils
        The pupils.

    Returns
    -------
    pandas.DataFrame
        One row a mark, pupil by pupil, with the same columns when it is empty: ``pupil`` (the
        random name of the workbook), ``layer``, ``segment``, ``first`` and ``last`` (numbers of
        words, counted from 0), ``quote``, ``tag``, ``reason``, ``confidence``. What is not said is an
        empty text.
    """
    import pandas as pd

    rows = [
        (
            pupil.id,
            mark.layer,
            mark.span.segment,
            mark.span.first,
            mark.span.last,
            mark.quote,
            mark.tag,
            mark.reason,
            mark.confidence,
        )
        for pupil in pupils
        for mark in pupil.marks
    ]
    columns = ["pupil", "layer", "segment", "first", "last", "quote", "tag", "reason", "confidence"]
    types = dict.fromkeys(columns, "string") | {"first": "int64", "last": "int64"}
    return pd.DataFrame(rows, columns=columns).astype(types)


def counts(pupils: Iterable[Pupil], article: Article, layers: Mapping[str, Layer]) -> "pd.DataFrame":
    """
    Count what a class, or a part of one, has done.

    Parameters
    ----------
    pupils
        The pupils, each once. They are taken a thousand at a time, so an iterator over files will do.
    article
        What they read.
    layers
        The layers to count, by name.

    Returns
    -------
    pandas.DataFrame
        One row a count ``n``, and what it counts in ``what``: ``"pupils"`` who handed in; by layer
        those who ``"marked"``, and those who ``"said"`` a confidence; those who ``"reached"`` a
        segment; by segment and word (``first``) the pupils who give the ``"word"`` a tag
        (``value``), with the confidence of the mark it is from; and by its place the pupils who
        made the same ``"mark"``.

    See Also
    --------
    added : Adds such tables up; the counts of two halves add up to those of the whole.
    """
    left = iter(pupils)
    total = added([])
    while some := list(islice(left, _AT_ONCE)):
        parts = [_row(_PUPILS, n=len(some)), *(_layer_rows(some, article, layer) for layer in layers.values())]
        total = added([total, *parts])
    return total


def added(parts: Sequence["pd.DataFrame"]) -> "pd.DataFrame":
    """
    Add up tables that `counts` made of different pupils.

    Parameters
    ----------
    parts
        The tables; with none of them, the table is empty.

    Returns
    -------
    pandas.DataFrame
        In an order that does not depend on that of the parts.
    """
    import pandas as pd

    empty = pd.DataFrame(
        {name: pd.Series(dtype="int64" if name in {"first", "last", "n"} else "object") for name in [*_KEYS, "n"]}
    )
    filled = [part for part in parts if len(part)]
    if not filled:
        return empty
    return pd.concat(filled, ignore_index=True).groupby(_KEYS, sort=True)["n"].sum().reset_index()


def _row(what: str, layer: str = "", value: str = "", *, n: int) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame([(layer, what, "", 0, 0, value, "", n)], columns=[*_KEYS, "n"])


def _layer_rows(pupils: Sequence[Pupil], article: Article, layer: Layer) -> "pd.DataFrame":
    """Count one layer of a thousand pupils or fewer."""
    import numpy as np
    import pandas as pd

    segments = article.over(layer.over)
    number = {segment.id: at for at, segment in enumerate(segments)}
    starts = np.cumsum([0, *(len(segment.words) for segment in segments)])
    tags = {tag.name: at for at, tag in enumerate(layer.tags)}
    levels = {level: at for at, level in enumerate(_LEVELS)}
    found: list[tuple[int, int, int, int, int, int]] = []
    marked, said, reached = 0, [0] * len(levels), [0] * len(segments)
    for at, pupil in enumerate(pupils):
        own = [
            mark
            for mark in pupil.marks
            if mark.layer == layer.name and mark.tag in tags and mark.span.segment in number
        ]
        for name in pupil.reached(layer.name) & number.keys():
            reached[number[name]] += 1
        for mark in own:
            level = levels.get(mark.confidence, 0)
            found.append((at, number[mark.span.segment], mark.span.first, mark.span.last, tags[mark.tag], level))
        marked += bool(own)
        for level in {levels.get(mark.confidence, 0) for mark in own}:
            said[level] += 1
    rows = [(_MARKED, "", 0, 0, "", "", marked)]
    rows += [(_SAID, "", 0, 0, "", level, n) for level, n in zip(_LEVELS, said, strict=True)]
    rows += [(_REACHED, segment.id, 0, 0, "", "", n) for segment, n in zip(segments, reached, strict=True)]
    if found:
        marks = np.array(found, dtype=np.int64)
        names = [tag.name for tag in layer.tags]
        distinct, many = np.unique(marks[:, 1:], axis=0, return_counts=True)
        rows += [
            (_MARK, segments[row[0]].id, row[1], row[2], names[row[3]], _LEVELS[row[4]], n)
            for row, n in zip(distinct.tolist(), many.tolist(), strict=True)
        ]
        rows += [
            (_WORD, segments[segment].id, word, word, names[value // len(_LEVELS)], _LEVELS[value % len(_LEVELS)], n)
            for segment, word, value, n in _words(marks, starts, len(pupils), len(names) * len(_LEVELS))
        ]
    made = pd.DataFrame(rows, columns=[*_KEYS[1:], "n"])
    made.insert(0, "layer", layer.name)
    return made[made["n"] > 0]


_LEVELS = ("", *CONFIDENCES)


def _words(marks: "np.ndarray", starts: "np.ndarray", pupils: int, values: int) -> Iterator[tuple[int, int, int, int]]:
    """
    Count which value each word has.

    A word has the tag of the shortest mark of a pupil that has it, and of two equally short ones
    that of the first. So the longest marks are laid down first and the others over them.
    """
    import numpy as np

    pupil, segment, first, last, tag, level = marks.T
    long = last - first + 1
    order = np.lexsort((-np.arange(len(marks)), -long))
    repeated = np.repeat(order, long[order])
    within = np.arange(len(repeated)) - np.repeat(np.cumsum(long[order]) - long[order], long[order])
    board = np.full((pupils, int(starts[-1])), -1, dtype=np.int32)
    # Of several values for one place NumPy keeps the last.
    board[pupil[repeated], (starts[segment] + first)[repeated] + within] = (tag * len(_LEVELS) + level)[repeated]
    where = np.nonzero(board >= 0)[1]
    table = np.bincount(where * values + board[board >= 0], minlength=int(starts[-1]) * values).reshape(-1, values)
    for word, value in np.argwhere(table).tolist():
        at = int(np.searchsorted(starts, word, side="right")) - 1
        yield at, word - int(starts[at]), value, int(table[word, value])


# Second stage: what the counts tell


def votes(pupils: Iterable[Pupil], article: Article, layer: Layer) -> "pd.DataFrame":
    """
    Count how many pupils give each word which tag.

    Parameters
    ----------
    pupils
        The pupils, each once.
    article
        What they read.
    layer
        The layer.

    Returns
    -------
    pandas.DataFrame
        See `votes_in`.
    """
    return votes_in(counts(pupils, article, {layer.name: layer}), article, layer)


def votes_in(counted: "pd.DataFrame", article: Article, layer: Layer, confidence: str | None = None) -> "pd.DataFrame":
    """
    Read from the counts how many pupils give each word which tag.

    Parameters
    ----------
    counted
        The counts.
    article
        What was read.
    layer
        The layer.
    confidence
        Count only tags that were given with this confidence.

    Returns
    -------
    pandas.DataFrame
        One row a word, by ``segment`` and ``word`` in article order; one column a tag in the
        layer's order, and ``none``: the pupils who reached the segment and gave the word no tag
        (or none with that confidence). A pupil gives a word one tag, that of the shortest mark that
        has it, of two equally short ones the first.
    """
    import pandas as pd

    segments = article.over(layer.over)
    places = [(segment.id, word) for segment in segments for word in range(len(segment.words))]
    # Not from the pairs: where an article has no page, there are none, and pandas could not tell that they are pairs.
    index = pd.MultiIndex.from_arrays(
        [[segment for segment, _ in places], [word for _, word in places]], names=["segment", "word"]
    )
    here = counted[counted["layer"] == layer.name]
    given = here[here["what"] == _WORD]
    if confidence is not None:
        given = given[given["confidence"] == confidence]
    names = [tag.name for tag in layer.tags]
    table = given.pivot_table(index=["segment", "first"], columns="value", values="n", aggfunc="sum", fill_value=0)
    table = table.reindex(index=index, columns=names, fill_value=0).fillna(0).astype("int64")
    reached = here[here["what"] == _REACHED].set_index("segment")["n"]
    read = reached.reindex(index.get_level_values("segment"), fill_value=0).to_numpy()
    table[NONE] = read - table.sum(axis=1).to_numpy()
    table.columns.name = None
    return table


@dataclass(frozen=True)
class Readers:
    """How many pupils stand behind the figures of a layer."""

    pupils: int
    """Who handed in."""
    marked: int
    """Who have a mark in this layer."""
    marks: int
    """How many marks these are."""

    @property
    def few(self) -> bool:
        """Whether they are too few to speak of a class."""
        return self.marked < FEW_PUPILS


def readers(counted: "pd.DataFrame", layer: Layer) -> Readers:
    """Read from the counts how many pupils stand behind the figures of a layer."""

    def total(what: str, name: str) -> int:
        return int(counted.loc[(counted["what"] == what) & (counted["layer"] == name), "n"].sum())

    return Readers(total(_PUPILS, ""), total(_MARKED, layer.name), total(_MARK, layer.name))


def marks_in(counted: "pd.DataFrame", layer: Layer) -> "pd.DataFrame":
    """
    Read from the counts which marks were made.

    Returns
    -------
    pandas.DataFrame
        One row for each different mark of the layer: ``segment``, ``first``, ``last``, ``value`` (its
        tag), ``confidence``, and ``n``, how often it was made.
    """
    rows = counted[(counted["layer"] == layer.name) & (counted["what"] == _MARK)]
    return rows[["segment", "first", "last", "value", "confidence", "n"]].reset_index(drop=True)


# Where they are divided


@dataclass(frozen=True)
class Divided:
    """Words that a class reads in more than one way."""

    span: Span
    """The words; the numbers are those of the one among them on which the class differs most."""
    counts: Mapping[str, int]
    """How many pupils give them which tag, those of no tag under ``none``; tags nobody gave are left out."""
    sure: Mapping[str, int]
    """How many of them are sure of it."""
    tags: tuple[str, ...]
    """The tags in conflict, the most given first; one alone where some have marked the words and others not."""
    share: float
    """Of any two who read them, how often they differ: 0 to 1."""
    sure_share: float
    """Of any two who read them, how often both are sure and differ: 0 to 1."""

    @property
    def readers(self) -> int:
        """How many pupils read them."""
        return sum(self.counts.values())

    @property
    def segment(self) -> str:
        """The segment they stand in."""
        return self.span.segment


def divided(counted: "pd.DataFrame", article: Article, layer: Layer) -> tuple[Divided, ...]:
    """
    Find the words in each segment on which a class is most divided.

    The measure is plain enough to say aloud: take any two pupils who read a word; how often did they
    give it different tags? Entropy would also rise with every pupil who left the word out, and with
    the number of tags a layer happens to have, and a class cannot talk about either. Two who are both
    sure and differ count twice, since they have most to tell each other.

    A segment stands for its most divided word, not for the mean of its words: one careless mark over a
    whole sentence would water the mean down. A tag that one pupil alone has given does not count,
    except in a very small class.

    Parameters
    ----------
    counted
        The counts.
    article
        What was read.
    layer
        The layer.

    Returns
    -------
    tuple of Divided
        One for each segment on which two pupils differ, the most divided first. Segments that some
        have marked and others have not, with no two tags in conflict, come after the others.
    """
    table, sure = votes_in(counted, article, layer), votes_in(counted, article, layer, CONFIDENCES[-1])
    names = [tag.name for tag in layer.tags]
    found = []
    for place, segment in enumerate(article.over(layer.over)):
        rows, sure_rows = table.loc[[segment.id]], sure.loc[[segment.id]]
        read = int(rows.iloc[0].sum())
        if read >= LEAST and (one := _most_divided(segment, rows, sure_rows, names, read)):
            found.append((-len(one.tags[:2]), -(one.share + one.sure_share), place, one))
    return tuple(one for *_, one in sorted(found, key=lambda entry: entry[:3]))


def most_divided(counted: "pd.DataFrame", article: Article, layer: Layer, number: int = 5) -> tuple[Divided, ...]:
    """Give the segments on which talk is most worth its time, the first first. See `divided`."""
    return divided(counted, article, layer)[: max(0, number)]


def divided_in(counted: "pd.DataFrame", article: Article, layer: Layer, segment: str) -> Divided | None:
    """Give the words of one segment on which a class is most divided; None where it is not. See `divided`."""
    return next((one for one in divided(counted, article, layer) if one.segment == segment), None)


def _most_divided(
    segment: Segment, rows: "pd.DataFrame", sure_rows: "pd.DataFrame", names: Sequence[str], read: int
) -> Divided | None:
    import numpy as np

    least = LEAST if read >= FEW_PUPILS else 1
    given, sure = rows[names].to_numpy(), sure_rows[names].to_numpy()
    none = rows[NONE].to_numpy()
    counting = np.where(given >= least, given, 0)
    pairs, sure_pairs = _pairs(counting), _pairs(np.where(given >= least, sure, 0))
    if not pairs.any():
        # Nobody contradicts anybody: the question is then whether there is something to mark at all.
        top = counting.max(axis=1)
        pairs, sure_pairs = np.where(none >= least, top * none, 0), np.zeros_like(pairs)
    if not pairs.any():
        return None
    at = int((pairs + sure_pairs).argmax())
    first, last = at, at
    while first > 0 and pairs[first - 1] * 2 >= pairs[at]:
        first -= 1
    while last + 1 < len(pairs) and pairs[last + 1] * 2 >= pairs[at]:
        last += 1
    order = sorted((int(number) for number in np.nonzero(counting[at])[0]), key=lambda tag: (-int(given[at, tag]), tag))
    told = {name: int(given[at, number]) for number, name in enumerate(names) if given[at, number]}
    both = read * (read - 1) // 2
    return Divided(
        Span(segment.id, first, last),
        told | ({NONE: int(none[at])} if none[at] else {}),
        {name: int(sure[at, number]) for number, name in enumerate(names) if sure[at, number]},
        tuple(names[number] for number in order),
        int(pairs[at]) / both,
        int(sure_pairs[at]) / both,
    )


def _pairs(given: "np.ndarray") -> "np.ndarray":
    """Count for each row how many pairs there are of which the one is in one column and the other in another."""
    total = given.sum(axis=1)
    pairs: np.ndarray = (total * total - (given * given).sum(axis=1)) // 2
    return pairs


def question(one: Divided, layer: Layer, words: Words) -> str:
    """
    Give what to ask a class about words it is divided on.

    Parameters
    ----------
    one
        The words.
    layer
        The layer, whose tags bring their own test questions.
    words
        The sentences around them, under ``class``.

    Returns
    -------
    str
    """
    first = layer.tag(one.tags[0])
    if len(one.tags) == 1:
        return words("class.ask_marked", tag=first.title, ask=first.ask)
    second = layer.tag(one.tags[1])
    return words("class.ask_tags", one=first.title, other=second.title, ask_one=first.ask, ask_other=second.ask)


@dataclass(frozen=True)
class Passage:
    """Neighbouring words that a class has marked alike."""

    span: Span
    counts: Mapping[str, int]
    """How many pupils give them which tag, the most given first."""
    readers: int

    @property
    def marked(self) -> int:
        """How many have marked them."""
        return sum(self.counts.values())

    @property
    def level(self) -> int:
        """How many that is, in steps: 0 for nobody, then fifths, 5 for more than four in five."""
        return level(self.marked, self.readers)


def level(some: int, all_: int) -> int:
    """Give a share in steps: 0 for nothing, then fifths, 5 for more than four fifths."""
    return -(-5 * some // all_) if all_ else 0


def passages(table: "pd.DataFrame", segment: str) -> tuple[Passage, ...]:
    """
    Cut a segment into runs of words that have the same numbers of tags.

    Parameters
    ----------
    table
        The votes of a layer.
    segment
        Id of the segment.

    Returns
    -------
    tuple of Passage
        All words of the segment, in order.
    """
    rows = [tuple(row) for row in table.loc[[segment]].to_numpy().tolist()]
    names = [str(name) for name in table.columns]
    found, at = [], 0
    for row, run in groupby(rows):
        long = len(list(run))
        given = {name: number for name, number in zip(names, row, strict=True) if name != NONE and number}
        order = dict(sorted(given.items(), key=lambda pair: -pair[1]))
        found.append(Passage(Span(segment, at, at + long - 1), order, sum(row)))
        at += long
    return tuple(found)


def splits(table: "pd.DataFrame", segment: str) -> tuple[Passage, ...]:
    """
    Find the words of a segment on which a class is split.

    Words are split where each of two tags has a fifth of those who read them, and two pupils at least.
    The words beside them belong to them as long as both tags still have three quarters of that there:
    where a mark ends is not what the class is split about.

    Parameters
    ----------
    table
        The votes of a layer.
    segment
        Id of the segment.

    Returns
    -------
    tuple of Passage
        In order, each with the numbers of the word on which most stand against each other.
    """
    import numpy as np

    rows = table.loc[[segment]]
    given = rows.drop(columns=NONE).to_numpy()
    if given.shape[1] < LEAST:
        return ()
    names = [str(name) for name in rows.columns if name != NONE]
    read = int(rows.iloc[0].sum())
    least = max(LEAST, SPLIT * read)
    second = np.sort(given, axis=1)[:, -2]
    found: list[Passage] = []
    taken: set[int] = set()
    # The strongest first, so that it is the one that takes in its neighbours.
    for at in sorted(np.nonzero(second >= least)[0].tolist(), key=lambda word: (-int(second[word]), word)):
        if at in taken:
            continue
        both = np.argsort(-given[at], kind="stable")[:2]
        near = [min(row) >= _NEARLY * least for row in given[:, both].tolist()]
        first, last = at, at
        while first > 0 and near[first - 1] and first - 1 not in taken:
            first -= 1
        while last + 1 < len(near) and near[last + 1] and last + 1 not in taken:
            last += 1
        taken.update(range(first, last + 1))
        told = {name: int(number) for name, number in zip(names, given[at], strict=True) if number}
        order = dict(sorted(told.items(), key=lambda pair: -pair[1]))
        found.append(Passage(Span(segment, first, last), order, read))
    return tuple(sorted(found, key=lambda one: one.span.first))


# The class and the key


@dataclass(frozen=True)
class Met:
    """A note of the key, and how a class reads its words."""

    note: Note
    readers: int
    """Who reached the segment."""
    unmarked: float
    """How many of them have no mark on the note's words, on average over its words."""
    accepted: float
    """How many gave them the note's tag, or one the key can defend as well."""
    other: float
    """How many gave them another tag."""


def met(table: "pd.DataFrame", key: Key) -> tuple[Met, ...]:
    """
    Hold the votes of a class against each note of the key.

    Counted are the words that a note decides: where a shorter note stands inside a longer one, its
    words are its own.

    Parameters
    ----------
    table
        The votes of the key's layer.
    key
        The key.

    Returns
    -------
    tuple of Met
        In article order.
    """
    deciding: dict[tuple[str, int], Note] = {}
    for note in sorted(key.notes, key=lambda note: len(note.span.words), reverse=True):
        deciding.update({(note.span.segment, word): note for word in note.span.words})
    allowed = _allowed(key)
    names = [str(name) for name in table.columns]
    rows = dict(zip(table.index, table.to_numpy().tolist(), strict=True))
    found = []
    for note in key.notes:
        places = [(note.span.segment, word) for word in sorted(note.span.words)]
        own = [place for place in places if deciding[place] is note] or places
        unmarked = accepted = all_ = 0
        for place in own:
            row = dict(zip(names, rows[place], strict=True))
            all_ += sum(row.values())
            unmarked += row[NONE]
            accepted += sum(number for name, number in row.items() if name in allowed.get(place, ()))
        many = len(own)
        found.append(Met(note, all_ // many, unmarked / many, accepted / many, (all_ - unmarked - accepted) / many))
    return tuple(found)


def missed_by_most(table: "pd.DataFrame", key: Key) -> tuple[Met, ...]:
    """Give the notes whose words more than half of those who read them left unmarked, the most first."""
    found = [one for one in met(table, key) if one.readers and one.unmarked * 2 > one.readers]
    return tuple(sorted(found, key=lambda one: -one.unmarked / one.readers))


def read_otherwise(table: "pd.DataFrame", key: Key) -> tuple[Met, ...]:
    """Give the notes to whose words more pupils gave another tag than one of the key's, and many did, the most first."""
    found = [one for one in met(table, key) if one.other > one.accepted and one.other >= max(LEAST, MANY * one.readers)]
    return tuple(sorted(found, key=lambda one: -one.other / one.readers))


@dataclass(frozen=True)
class Seen:
    """Words to which many give a tag that the key neither gives nor defends."""

    span: Span
    quote: str
    tag: str
    pupils: int
    """How many give it to the word among them that most give it to."""
    readers: int
    note: Note | None
    """The note of the key on these words, None where it has none."""


def seen_by_many(table: "pd.DataFrame", key: Key, article: Article) -> tuple[Seen, ...]:
    """
    Find what many see and the key does not have.

    Where the key gives the same tag to words that touch these, only the edges differ, and nothing is
    said.

    Parameters
    ----------
    table
        The votes of the key's layer.
    key
        The key.
    article
        What was read.

    Returns
    -------
    tuple of Seen
        What most see first.
    """
    allowed = _allowed(key)
    found = []
    names = [str(name) for name in table.columns if name != NONE]
    for segment, rows in table.groupby(level="segment", sort=False):
        where = str(segment)
        read = int(rows.iloc[0].sum())
        least = max(LEAST if read >= FEW_PUPILS else 1, MANY * read)
        for tag in names:
            given = [int(number) for number in rows[tag]]
            fresh = [number >= least and tag not in allowed.get((where, at), ()) for at, number in enumerate(given)]
            for span in _runs(where, fresh):
                if not any(tag in allowed.get((where, at), ()) for at in (span.first - 1, span.last + 1)):
                    most = max(given[span.first : span.last + 1])
                    found.append(Seen(span, article.quote(span), tag, most, read, _note_on(span, key)))
    return tuple(sorted(found, key=lambda one: (-one.pupils / one.readers, article.place(one.span))))


def toml_of(one: Seen, article: Article, layer: Layer, words: Words) -> str:
    """
    Write what would take a reading of the class into the key.

    Parameters
    ----------
    one
        The reading.
    article
        What was read.
    layer
        The layer.
    words
        What stands where the teacher has to write, under ``class``.

    Returns
    -------
    str
        TOML: the new ``also`` line of a note, or a whole new note.
    """
    span = _findable(one.span, article)
    if one.note is not None:
        readings = [*one.note.also, Reading(one.tag, one.note.span if one.span == one.note.span else span)]
        listed = ", ".join(
            _text(other.tag)
            if other.span == one.note.span
            else f"{{ tag = {_text(other.tag)}, quote = {_text(article.quote(other.span))} }}"
            for other in readings
        )
        return f"also = [{listed}]\n"
    lines = [
        "[[note]]",
        f"quote = {_text(article.quote(span))}",
        f"at = {_text(span.segment)}",
        f"tag = {_text(one.tag)}",
    ]
    for own in layer.fields:
        allowed = list(own.values or ())  # noqa: PD011 - a field of a layer, no table
        if own.required and allowed:
            lines.append(f"{own.name} = {_text(allowed[0])} # {' | '.join(allowed)}")
        elif own.required:
            lines.append(f"{own.name} = {_text(words('class.toml_field', field=own.title))}")
    lines += [f"hint = {_text(words('class.toml_hint'))}", f"why = {_text(words('class.toml_why'))}"]
    return "\n".join(lines) + "\n"


def _allowed(key: Key) -> dict[tuple[str, int], set[str]]:
    """Give for each word the tags that the key gives it or can defend."""
    found: dict[tuple[str, int], set[str]] = {}
    for note in key.notes:
        for reading in (Reading(note.tag, note.span), *note.also):
            for word in reading.span.words:
                found.setdefault((reading.span.segment, word), set()).add(reading.tag)
    return found


def _runs(segment: str, here: Sequence[bool]) -> Iterator[Span]:
    for is_in, run in groupby(enumerate(here), key=lambda pair: pair[1]):
        numbers = [number for number, _ in run]
        if is_in:
            yield Span(segment, numbers[0], numbers[-1])


def _note_on(span: Span, key: Key) -> Note | None:
    """Give the note that shares most of its words with a span."""
    sharing = [note for note in key.of(span.segment) if note.span.words & span.words]
    return max(
        sharing, key=lambda note: len(note.span.words & span.words) / len(note.span.words | span.words), default=None
    )


def _findable(span: Span, article: Article) -> Span:
    """Take in more words, until the words stand only once in their segment."""
    most = len(article.segment(span.segment).words) - 1
    while True:
        try:
            return article.find(article.quote(span), span.segment)
        except LessonError:
            if (span.first, span.last) == (0, most):
                return span
            span = Span(span.segment, max(0, span.first - 1), min(most, span.last + 1))


def _text(text: str) -> str:
    """Write a text as TOML does."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


# Confidence


@dataclass(frozen=True)
class Calibration:
    """How sure a class was, and how often it read as others do."""

    confidence: str
    """One of the workbook's confidences."""
    pupils: int
    marks: int
    compared: int
    """Marks on words that somebody else has marked as well."""
    with_class: int
    """Of these, the marks whose tag is the one most others gave there."""
    key_compared: int
    """Marks on words the key has a note on."""
    with_key: int
    """Of these, the marks with the key's tag or one it can defend."""

    @property
    def shown(self) -> bool:
        """Whether there are enough pupils and marks to show a share."""
        return self.pupils >= FEW_PUPILS and self.compared >= FEW_MARKS

    @property
    def key_shown(self) -> bool:
        """Whether there are enough to show a share that agrees with the key."""
        return self.pupils >= FEW_PUPILS and self.key_compared >= FEW_MARKS


def calibration(counted: "pd.DataFrame", article: Article, layer: Layer, key: Key | None) -> tuple[Calibration, ...]:
    """
    Hold how sure a class is against how often it reads alike.

    A mark is held against the marks of the others: what its own pupil adds to the votes on its words
    is taken off before it is asked which tag has most. Where two tags have as many, both count as
    having most.

    Parameters
    ----------
    counted
        The counts.
    article
        What was read.
    layer
        The layer.
    key
        The layer's key, or None.

    Returns
    -------
    tuple of Calibration
        One for each confidence, from guessing to sure. Marks without a confidence are not counted.
    """
    import numpy as np

    names = [tag.name for tag in layer.tags]
    table = votes_in(counted, article, layer)
    sums = {
        str(segment): np.vstack([np.zeros(len(names), dtype=np.int64), rows[names].to_numpy().cumsum(axis=0)])
        for segment, rows in table.groupby(level="segment", sort=False)
    }
    here = counted[counted["layer"] == layer.name]
    said = here[here["what"] == _SAID].set_index("confidence")["n"]
    tallies = {level: _Tally() for level in _LEVELS}
    kinds: dict[tuple[str, int, int, str], str] = {}
    for row in marks_in(counted, layer).itertuples(index=False):
        place = str(row.segment), int(row.first), int(row.last), str(row.value)  # type: ignore[arg-type]
        segment, first, last, tag = place
        n, tally = int(row.n), tallies[str(row.confidence)]  # type: ignore[arg-type]
        others = (sums[segment][last + 1] - sums[segment][first]).copy()
        own = names.index(tag)
        others[own] = max(0, others[own] - (last - first + 1))
        tally.marks += n
        if others.any():
            tally.compared += n
            tally.with_class += n * bool(others[own] == others.max())
        if key is not None:
            if place not in kinds:
                kinds[place] = _kind(place, key, article)
            tally.key_compared += n * (kinds[place] != "extra")
            tally.with_key += n * (kinds[place] in {"agrees", "also defensible"})
    return tuple(
        Calibration(
            level,
            int(said.get(level, 0)),
            tallies[level].marks,
            tallies[level].compared,
            tallies[level].with_class,
            tallies[level].key_compared,
            tallies[level].with_key,
        )
        for level in CONFIDENCES
    )


@dataclass
class _Tally:
    marks: int = 0
    compared: int = 0
    with_class: int = 0
    key_compared: int = 0
    with_key: int = 0


def _kind(place: tuple[str, int, int, str], key: Key, article: Article) -> str:
    """Say how a mark stands to the key, by the same rule by which a learner's own are checked."""
    segment, first, last, tag = place
    span = Span(segment, first, last)
    mark = Mark("one", key.layer, span, article.quote(span), tag)
    notes = Key(key.layer, key.of(segment))
    return next(finding.kind for finding in hold_against([mark], notes, article) if finding.mark is not None)


# Reasons


@dataclass(frozen=True)
class Reason:
    """Why somebody marked words as they did."""

    quote: str
    tag: str
    reason: str
    confidence: str
    pseudonyms: tuple[str, ...] = field(default=(), repr=False)
    """Who wrote it; more than one where several wrote the same."""


def reasons(pupils: Iterable[Pupil], layer: Layer, segment: str) -> tuple[Reason, ...]:
    """
    Give the reasons written about one segment.

    Parameters
    ----------
    pupils
        The pupils.
    layer
        The layer.
    segment
        Id of the segment.

    Returns
    -------
    tuple of Reason
        By tag, then by the words marked, then by their own letters: the order tells nothing about
        who wrote them.
    """
    found: dict[tuple[int, int, int, str, str], tuple[Mark, list[str]]] = {}
    order = {tag.name: number for number, tag in enumerate(layer.tags)}
    for pupil in pupils:
        for mark in pupil.marks:
            if mark.layer == layer.name and mark.span.segment == segment and mark.tag in order and mark.reason:
                same = order[mark.tag], mark.span.first, mark.span.last, mark.reason, mark.confidence
                found.setdefault(same, (mark, []))[1].append(pupil.pseudonym)
    return tuple(
        Reason(mark.quote, mark.tag, mark.reason, mark.confidence, tuple(sorted(names)))
        for _, (mark, names) in sorted(found.items(), key=lambda pair: pair[0])
    )
