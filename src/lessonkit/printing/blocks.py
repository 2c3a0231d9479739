"""What a sheet of paper is made of, before anybody writes it as HTML or as PDF."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sign:
    """A tag as it is printed: a number, a name and a line of its own shape."""

    key: str
    title: str
    shape: str
    """One of `lessonkit.layers.SHAPES`."""
    colour: str
    """Written as ``#rrggbb``; left out on sheets that save ink, and never needed to tell two tags apart."""


@dataclass(frozen=True, slots=True)
class Title:
    """What stands at the top of a sheet."""

    above: str
    """The lesson and the kind of sheet, in small."""
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    boxed: bool = False
    """Whether it stands in a box, to be seen first."""
    indented: bool = False
    """Whether it belongs to the passage above it."""


@dataclass(frozen=True, slots=True)
class Blanks:
    """A line with blanks to be filled in by hand."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """One row of the legend."""

    sign: Sign
    definition: str
    ask: str


@dataclass(frozen=True, slots=True)
class Legend:
    """The tags of a layer, each with its line drawn."""

    columns: tuple[str, str, str]
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Underline:
    """A line under some letters of a passage."""

    start: int
    end: int
    sign: Sign
    lane: int
    """0 for the line next to the words; where two lines would meet, the second has the next lane."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A segment of the article with its id in the margin."""

    id: str
    kind: str
    """What it is, in words: a headline, a caption, a sentence."""
    text: str
    language: str
    direction: str
    wide: bool = False
    """Whether there is room between the lines, to underline by pen."""
    head: bool = False
    """Whether it is a headline."""
    underlines: tuple[Underline, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table to be filled in by hand."""

    title: str
    share: float
    """Its part of the width; those of a table add up to 1."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """An empty table, ruled for writing."""

    how: str
    """What stands above it."""
    columns: tuple[Column, ...]
    rows: int
    """How many rows there are at least; on paper with room left there are more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of what is said of something: what it is, and what it says."""

    title: str
    """Empty where it goes on with what the line before is about."""
    text: str
    address: str = ""

    @property
    def head(self) -> str:
        """The title as it stands in front of the text: a question has its mark already."""
        return self.title if not self.title or self.title.endswith(("?", "؟", ":")) else f"{self.title}:"


@dataclass(frozen=True, slots=True)
class Note:
    """What the key says of some words, or a question with what there is to say of it."""

    number: int
    text: str
    sign: Sign | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Rights:
    """Whose words these are."""

    text: str


Block = Title | Heading | Text | Blanks | Legend | Passage | Ruled | Note | Rights


@dataclass(frozen=True)
class Document:
    """A sheet, whatever it will be written as."""

    name: str
    """What its file is called, without an ending."""
    title: str
    language: str
    direction: str
    """``"ltr"`` or ``"rtl"``, of everything but the article's own words."""
    page: str
    """The line at the foot of each page, with ``{number}`` and ``{pages}`` in it."""
    blocks: tuple[Block, ...]
