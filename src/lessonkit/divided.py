"""Where a class reads the same words in more than one way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from .article import Article, Segment, Span
from .layers import Layer
from .tally import FEW_PUPILS, LEAST, NONE, votes_in
from .words import Words
from .workbook import CONFIDENCES

# Tables are imported where they are made: `import lessonkit` loads none of it.
if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SPLIT = 0.2
"""Words are split where each of two tags has this share of those who read them."""

TALK = 5
"""So many segments, of all layers, fill ten minutes of talk."""

_NEARLY = 3 / 4
_MOST_QUOTE = 110


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
class Topic:
    """Words that are worth a class's talk, as its teacher is told of them."""

    layer: Layer
    one: Divided
    where: str
    """Layer and segment, as a reader would name them."""
    beginning: str
    """The words, cut short where they are only there to be recognised."""
    ask: str
    """What to ask the class."""


def topics(
    counted: "pd.DataFrame", article: Article, layers: Iterable[Layer], words: Words, number: int = TALK
) -> tuple[Topic, ...]:
    """
    Choose of all layers the segments on which talk is most worth its time.

    Parameters
    ----------
    counted
        The counts.
    article
        What was read.
    layers
        The layers to choose from.
    words
        The words people read.
    number
        How many to choose.

    Returns
    -------
    tuple of Topic
        In the order of a layer's own, kept between them: conflicts of tags first, then by how often
        two pupils differ.
    """
    found = [(layer, one) for layer in layers for one in divided(counted, article, layer)]
    found.sort(key=lambda pair: (-len(pair[1].tags[:2]), -(pair[1].share + pair[1].sure_share)))
    return tuple(_topic(layer, one, article, words) for layer, one in found[: max(0, number)])


def _topic(layer: Layer, one: Divided, article: Article, words: Words) -> Topic:
    segment = article.segment(one.segment)
    kind = words(f"kind.{segment.kind}")
    place = kind if segment.kind == "headline" else f"{kind} {segment.id[1:]}"
    quote = article.quote(one.span)
    short = quote if len(quote) <= _MOST_QUOTE else f"{quote[:_MOST_QUOTE].rsplit(None, 1)[0]} …"
    where = words("exports.report_where", layer=layer.title, where=place)
    return Topic(layer, one, where, short, question(one, layer, words))


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
