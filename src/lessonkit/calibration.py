"""How sure a class is, held against how often it reads alike."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .article import Article, Span
from .feedback import hold_against
from .key import Key
from .layers import Layer
from .tally import FEW_MARKS, FEW_PUPILS, covered_in, marks_in, said_in, votes_in
from .workbook import CONFIDENCES, Mark

if TYPE_CHECKING:
    import pandas as pd


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
    is taken off before it is asked which tag has most. That is not always the mark's own tag: where the
    pupil has marked some of the words once more, with a shorter mark, these count for that one's tag,
    and the others' votes on them would suffer for it. Where two tags have as many, both count as having
    most.

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
    said, covered = said_in(counted, layer), covered_in(counted, layer)
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    kinds: dict[tuple[str, int, int, str], str] = {}
    for row in marks_in(counted, layer).itertuples(index=False):
        place = str(row.segment), int(row.first), int(row.last), str(row.value)  # type: ignore[arg-type]
        segment, first, last, tag = place
        n, tally = int(row.n), tallies[str(row.confidence)]  # type: ignore[arg-type]
        votes = sums[segment][last + 1] - sums[segment][first]
        own = names.index(tag)
        tally.marks += n
        partly = covered.get((*place, str(row.confidence)), [])
        whole = np.zeros(len(names), dtype=np.int64)
        whole[own] = last - first + 1
        for taken, many in [(whole, n - sum(number for _, number in partly)), *partly]:
            others = votes - taken
            if many and others.any():
                tally.compared += many
                tally.with_class += many * bool(others[own] == others.max())
        if key is not None:
            if place not in kinds:
                kinds[place] = _kind(place, key, article)
            tally.key_compared += n * (kinds[place] != "extra")
            tally.with_key += n * (kinds[place] in {"agrees", "also defensible"})
    return tuple(
        Calibration(
            level,
            said.get(level, 0),
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
