"""A layer as a picture, the same in words, and the table behind it."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from ..article import Article
from ..deeds import Deeds
from ..key import Key
from ..layers import Layer
from ..words import Words
from ..workbook import Mark
from .actors import Actions, Room
from .bars import Bars
from .claims import Claims
from .looks import Look, looks
from .paper import INK, PAPER, SOFT, Paper, cut, drawn_with_edges
from .picture import Part, Picture
from .rows import table
from .sources import short_name
from .strip import Strip

__all__ = ["INK", "PAPER", "SOFT", "Look", "Part", "Picture", "chart", "looks", "short_name", "table"]


_CLAIMS = "claims"
_FRAMING = "framing"
_HIDDEN_DOER = "hidden-doer"


class _Shown(Protocol):
    """Something to be drawn and said, counted once for both."""

    def parts(self) -> tuple[Part, ...]: ...

    def draw(self, paper: Paper) -> None: ...


def chart(  # noqa: PLR0913 - each is another thing the picture is made from
    article: Article,
    layer: Layer,
    marks: Sequence[Mark],
    key: Key | None,
    words: Words,
    *,
    sourcing: tuple[Layer, Key] | None = None,
    deeds: Deeds | None = None,
) -> Picture:
    """
    Draw one layer of an article.

    Above stands what the key has to show: of claims, who vouches for each and what would settle
    it; of framing, who acts on whom and the room each actor gets; of every other layer, bars: who gets how many words, by tag where the layer asks for no
    source. Where there is no key, the bars are those of the learner's marks. Below stands the
    article as a strip, a block for each segment, in the learner's reading and in the key's.
    Nothing is added up to a score. The same marks always give the same bytes.

    Parameters
    ----------
    article
        The article.
    layer
        The layer.
    marks
        The learner's marks of this layer.
    key
        Its key, or None where the article has none.
    words
        The words learners read.
    sourcing
        The sourcing layer and its key, for who vouches for a claim; None where the article has
        no such key.

    Returns
    -------
    Picture
        Without a picture in it where there is neither a mark nor a key: then its description
        says what to do.
    """
    title = words("chart.title", layer=layer.title)
    kept = tuple(mark for mark in marks if layer.has(mark.tag) and article.has(mark.span.segment))
    if key is None and not kept:
        return Picture(article.name, layer.name, title, b"", (Part("", (words("chart.nothing"),)),), words)
    alt = "chart.alt"
    above: list[_Shown] = [Bars(article, layer, kept, key, words)]
    if layer.name == _CLAIMS and key is not None:
        above, alt = [Claims(article, layer, key, sourcing, words)], "chart.alt_claims"
    elif layer.name == _FRAMING and key is not None and deeds is not None and deeds.deeds:
        empty = looks(layer).get(_HIDDEN_DOER)
        above, alt = [Actions(deeds, words, empty), Room(article, deeds, words)], "chart.alt_framing"
    legend = alt != "chart.alt"
    shown = [*above, Strip(article, layer, kept, key, words, legend=legend)]
    parts = tuple(part for one in shown for part in one.parts())
    draws, mirrored = [one.draw for one in shown], article.direction == "rtl"
    png, edges = drawn_with_edges(draws, mirrored=mirrored)
    return Picture(article.name, layer.name, title, png, parts, words, alt, partial(cut, png, edges))
