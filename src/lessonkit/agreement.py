"""How far a class agrees, and what to be careful about before saying so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .layers import Layer
from .tally import FEW_PUPILS, NONE, Readers

if TYPE_CHECKING:
    import pandas as pd

YARDSTICK = 0.754
"""What trained coders reached, word by word: PolNeAR, networkdynamics/PolNeAR:README.md. Their values were others."""

# Limits that INCEpTION prints its own cautions at. It calls them conventions, not derived constants:
# inception-project/inception, inception-agreement, admin-guide/settings_agreement.adoc.
SKEW = 0.85
"""One value has this share of all."""
FEW_ITEMS = 30
FEW_OF_A_TAG = 5
BOUNDARIES = 0.2
"""This share of the pairs of marks that meet with the same tag have different edges."""
BASIS = 20
"""A share of fewer observations is not reported."""

_TWO = 2


def alpha(votes: "pd.DataFrame") -> float | None:
    """
    Count Krippendorff's alpha, word by word.

    The units are the words of the article, and the value of a word is its tag or "none". Words that
    fewer than two pupils have read say nothing about agreement.

    Parameters
    ----------
    votes
        How many pupils give each word which value.

    Returns
    -------
    float or None
        1 where all agree on every word, 0 where they agree as often as by chance, less where they
        agree less often than that. None where there is nothing to count: fewer than two pupils on
        every word, or one and the same value on all of them.
    """
    import krippendorff

    values = votes.to_numpy()
    values = values[values.sum(axis=1) >= _TWO]
    if not len(values) or (values.sum(axis=0) > 0).sum() < _TWO:
        return None
    return float(krippendorff.alpha(value_counts=values, level_of_measurement="nominal"))


@dataclass(frozen=True)
class Caution:
    """Something that makes a figure of agreement weaker than it looks."""

    name: str
    """Name of its sentence, under ``class.caution``."""
    blanks: Mapping[str, object] = field(default_factory=dict)
    """What goes into the sentence's blanks."""


def cautions(votes: "pd.DataFrame", marks: "pd.DataFrame", readers: Readers, layer: Layer) -> tuple[Caution, ...]:
    """
    Say what to be careful about.

    Parameters
    ----------
    votes
        How many pupils give each word which value.
    marks
        The different marks of the layer, and how often each was made.
    readers
        How many pupils stand behind them.
    layer
        The layer.

    Returns
    -------
    tuple of Caution
        Few pupils; few marks; tags with few marks; one value nearly everywhere; edges that differ.
        A mark counts as one item, however many words it has: its words were decided on together.
    """
    found = []
    if readers.marked < FEW_PUPILS:
        found.append(Caution("few_pupils", {"number": readers.marked, "least": FEW_PUPILS}))
    if readers.marks < FEW_ITEMS:
        found.append(Caution("few_marks", {"number": readers.marks, "least": FEW_ITEMS}))
    by_tag = marks.groupby("value")["n"].sum()
    rare = [tag.title for tag in layer.tags if 0 < int(by_tag.get(tag.name, 0)) < FEW_OF_A_TAG]
    if rare:
        found.append(Caution("few_of_a_tag", {"tags": "; ".join(rare), "least": FEW_OF_A_TAG}))
    totals = {str(name): int(number) for name, number in votes.sum().items()}
    all_ = sum(totals.values())
    most = max(totals, key=lambda name: totals[name])
    if all_ >= BASIS and totals[most] >= SKEW * all_:
        percent = 100 * totals[most] // all_
        if most == NONE:
            found.append(Caution("skew_none", {"percent": percent}))
        else:
            found.append(Caution("skew", {"tag": layer.tag(most).title, "percent": percent}))
    met, differing = edges(marks)
    if met >= BASIS and differing >= BOUNDARIES * met:
        found.append(Caution("edges", {"percent": 100 * differing // met}))
    return tuple(found)


def edges(marks: "pd.DataFrame") -> tuple[int, int]:
    """
    Count pairs of marks that share words and tag, and those among them that do not have the same words.

    Parameters
    ----------
    marks
        The different marks of a layer, and how often each was made.

    Returns
    -------
    tuple of int
        All such pairs, and those with different edges.
    """
    all_ = differing = 0
    spans = marks.groupby(["segment", "value", "first", "last"], sort=True)["n"].sum().reset_index()
    for _, here in spans.groupby(["segment", "value"], sort=True):
        first, last, n = (here[name].to_numpy() for name in ("first", "last", "n"))
        meeting = (first[:, None] <= last[None, :]) & (first[None, :] <= last[:, None])
        pairs = meeting * (n[:, None] * n[None, :])
        different = (int(pairs.sum()) - int((n * n).sum())) // 2
        differing += different
        all_ += different + int((n * (n - 1) // 2).sum())
    return all_, differing
