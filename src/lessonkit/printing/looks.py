"""The three ways a sheet can look."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """How large the letters are and how much ink is spent. Sizes are points."""

    name: str
    """What is added to the name of the file; empty for the usual look."""
    text: float
    passage: float
    heading: float
    title: float
    leading: float
    """From one line of text to the next, in sizes of its letters."""
    wide: float
    """The same where pupils underline by pen."""
    stroke: float
    """How thick a line under words is."""
    rule: float
    """How thick the line of a box or a table is."""
    row: float
    """How high a row to write in is."""
    ink: bool
    """Whether there are colours and tinted boxes."""
    columns: bool
    """Whether a table may have columns of text; with large letters they would hold a word or two each."""


USUAL = Look("", 10.5, 12.5, 13, 19, 1.4, 2.5, 1.2, 0.6, 36, ink=True, columns=True)
# Three rows of an empty table fit on a page of large letters, with two lines for the words and two for the reason.
LARGE = Look("large", 18, 20, 22, 26, 1.45, 2.4, 1.8, 1, 42, ink=True, columns=False)
LOW_INK = Look("low-ink", 10.5, 12.5, 13, 19, 1.4, 2.5, 0.5, 0.3, 36, ink=False, columns=True)

LOOKS = (USUAL, LARGE, LOW_INK)
