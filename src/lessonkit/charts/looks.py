"""How each tag of a layer is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..layers import Layer


@dataclass(frozen=True)
class Look:
    """How a tag is drawn: never by its colour alone."""

    fill: str
    ink: str
    """Colour of the hatching."""
    edge: str
    hatch: str


_COLOURS = (
    # Fill, hatching, outline. The hues are those of the panels; the lightnesses differ, so that
    # the fills stay apart for colour-blind eyes.
    ("#0b5cad", "#ffffff", "#0b5cad"),
    ("#f5b041", "#8a4b00", "#8a4b00"),
    ("#f2a0c4", "#a00d51", "#b0125b"),
    ("#1f8a6c", "#ffffff", "#0f6b52"),
    ("#f0ecfd", "#5b3fb5", "#5b3fb5"),
    ("#8a750f", "#ffffff", "#6b5900"),
    ("#863e2d", "#ffffff", "#863e2d"),
    ("#1f3a47", "#ffffff", "#1f3a47"),
    ("#000000", "#ffffff", "#000000"),
)
_HATCHES = {"solid": "", "double": "--", "wavy": "xx", "dotted": "..", "dashed": "//"}
_MORE_HATCHES = ("||", "\\\\", "++", "oo", "**")


def looks(layer: Layer) -> Mapping[str, Look]:
    """
    Give the look of each tag of a layer.

    Parameters
    ----------
    layer
        The layer. Its tags' shapes choose the hatching; where two tags have the same shape, the
        second gets another.

    Returns
    -------
    Mapping of str to Look
        By name of the tag.
    """
    found: dict[str, Look] = {}
    for tag, colours in zip(layer.tags, _COLOURS, strict=False):
        used = {look.hatch for look in found.values()}
        hatches = (_HATCHES[tag.shape], *_MORE_HATCHES, *_HATCHES.values())
        hatch = next(hatch for hatch in hatches if hatch not in used)
        found[tag.name] = Look(*colours, hatch)
    return found
