"""
The class as counts.

`counts` turns pupils into a small table of numbers, which `added` adds up over any number of parts, on
one machine or on many. It never grows with the class beyond what can be marked in one article, and all
that is told of a class is worked out of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from .article import Article
from .classroom import Pupil
from .layers import Layer
from .workbook import CONFIDENCES

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

_KEYS = ["layer", "what", "segment", "first", "last", "value", "confidence"]
_LEVELS = ("", *CONFIDENCES)
_AT_ONCE = 1_000  # pupils; their words then take a few megabytes

# What a row counts.
_PUPILS, _MARKED, _SAID, _REACHED, _WORD, _MARK = "pupils", "marked", "said", "reached", "word", "mark"
_COVERED = "covered"


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
        (``value``), with the confidence of the mark it is from; by its place the pupils who made the
        same ``"mark"``; and those of them by whom it is ``"covered"`` in part, with what they give its
        words: see `covered_in`.

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
        board = _board(marks, starts, len(pupils))
        rows += [
            (_WORD, segments[segment].id, word, word, names[value // len(_LEVELS)], _LEVELS[value % len(_LEVELS)], n)
            for segment, word, value, n in _words(board, starts, len(names) * len(_LEVELS))
        ]
        rows += [
            (_COVERED, segments[row[0]].id, row[1], row[2], _given(names[row[3]], row[5:]), _LEVELS[row[4]], n)
            for row, n in _covered(marks, board, starts, len(names))
        ]
    made = pd.DataFrame(rows, columns=[*_KEYS[1:], "n"])
    made.insert(0, "layer", layer.name)
    return made[made["n"] > 0]


def _board(marks: "np.ndarray", starts: "np.ndarray", pupils: int) -> "np.ndarray":
    """
    Lay the marks out: a row a pupil, a column a word, in it the tag and the confidence, or -1.

    A word has the tag of the shortest mark of a pupil that has it, and of two equally short ones
    that of the first. So the longest marks are laid down first and the others over them.
    """
    import numpy as np

    pupil, segment, first, last, tag, level = marks.T
    long = last - first + 1
    order = np.lexsort((-np.arange(len(marks)), -long))
    repeated, words = _each_word(order, long, starts[segment] + first)
    board = np.full((pupils, int(starts[-1])), -1, dtype=np.int32)
    # Of several values for one place NumPy keeps the last.
    board[pupil[repeated], words] = (tag * len(_LEVELS) + level)[repeated]
    return board


def _each_word(order: "np.ndarray", long: "np.ndarray", begin: "np.ndarray") -> tuple["np.ndarray", "np.ndarray"]:
    """Give the words of marks, one after the other: for each the number of its mark, and its own."""
    import numpy as np

    repeated = np.repeat(order, long[order])
    within = np.arange(len(repeated)) - np.repeat(np.cumsum(long[order]) - long[order], long[order])
    return repeated, begin[repeated] + within


def _words(board: "np.ndarray", starts: "np.ndarray", values: int) -> Iterator[tuple[int, int, int, int]]:
    """Count which value each word has."""
    import numpy as np

    where = np.nonzero(board >= 0)[1]
    table = np.bincount(where * values + board[board >= 0], minlength=int(starts[-1]) * values).reshape(-1, values)
    for word, value in np.argwhere(table).tolist():
        at = int(np.searchsorted(starts, word, side="right")) - 1
        yield at, word - int(starts[at]), value, int(table[word, value])


def _covered(
    marks: "np.ndarray", board: "np.ndarray", starts: "np.ndarray", tags: int
) -> Iterator[tuple[list[int], int]]:
    """Count the marks to some of whose words their own pupil gives another tag, with how many words get which."""
    import numpy as np

    pupil, segment, first, last, tag, _ = marks.T
    long = last - first + 1
    mark, words = _each_word(np.arange(len(marks)), long, starts[segment] + first)
    given = np.bincount(mark * tags + board[pupil[mark], words] // len(_LEVELS), minlength=len(marks) * tags)
    given = given.reshape(-1, tags)
    partly = given[np.arange(len(marks)), tag] < long
    if partly.any():
        rows, many = np.unique(np.hstack([marks[partly, 1:], given[partly]]), axis=0, return_counts=True)
        yield from zip(rows.tolist(), many.tolist(), strict=True)


def _given(tag: str, numbers: Iterable[int]) -> str:
    """Write a mark's tag, and behind it how many of its words have which tag, in the layer's order."""
    return " ".join([tag, *map(str, numbers)])


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


def covered_in(
    counted: "pd.DataFrame", layer: Layer
) -> dict[tuple[str, int, int, str, str], list[tuple[tuple[int, ...], int]]]:
    """
    Read from the counts which marks their own pupils cover in part with other marks.

    Returns
    -------
    dict
        By segment, first and last word, tag and confidence of a mark: to how many of its words its own
        pupil gives which tag, in the layer's order, and how often that is so. As often as a mark was
        made and is not here, all its words have its own tag.
    """
    found: dict[tuple[str, int, int, str, str], list[tuple[tuple[int, ...], int]]] = {}
    rows = counted[(counted["layer"] == layer.name) & (counted["what"] == _COVERED)]
    for row in rows.itertuples(index=False):
        tag, *numbers = str(row.value).rsplit(" ", len(layer.tags))
        place = str(row.segment), int(row.first), int(row.last), tag, str(row.confidence)  # type: ignore[arg-type]
        found.setdefault(place, []).append((tuple(map(int, numbers)), int(row.n)))  # type: ignore[arg-type]
    return found


def said_in(counted: "pd.DataFrame", layer: Layer) -> dict[str, int]:
    """Read from the counts how many pupils made a mark of the layer with which confidence."""
    rows = counted[(counted["layer"] == layer.name) & (counted["what"] == _SAID)]
    return {str(level): int(n) for level, n in zip(rows["confidence"], rows["n"], strict=True)}
