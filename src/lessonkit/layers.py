"""The layers: one question each, and the tags that answer it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from .article import Over
from .faults import LessonError
from .files import read_toml

SHAPES = ("solid", "double", "wavy", "dotted", "dashed")
"""The underlines a tag can have; each is drawn in the panel and in the pictures."""

MOST_TAGS = 9
"""Each tag has a number key of its own, so there can be no more tags in a layer."""


@dataclass(frozen=True)
class Tag:
    """One answer to a layer's question."""

    name: str
    """What workbooks and keys store, such as ``"own-voice"``. Never translated."""
    key: str
    """The number key that gives this tag, ``"1"`` to ``"9"``."""
    title: str
    definition: str
    ask: str
    """The test question: what to ask of the words before giving them this tag."""
    shape: str
    """The underline that goes with the tag, one of `SHAPES`."""
    with_source: bool = False
    """Whether who says so belongs to what is marked, as with a wish; see `Layer.apart_from`."""


@dataclass(frozen=True)
class Field:
    """Something a note of a layer says beside quotation, tag and reason."""

    name: str
    title: str
    required: bool = False
    quoted: bool = False
    """Whether its words must stand in the note's segment."""
    address: bool = False
    """Whether it is the address of a web page."""
    values: Mapping[str, str] | None = None
    """Where only some values are allowed: each with the words learners read for it."""


@dataclass(frozen=True)
class Layer:
    """One question asked of the whole article."""

    name: str
    title: str
    question: str
    how: str
    """What to mark, in a sentence or two."""
    tags: tuple[Tag, ...]
    fields: tuple[Field, ...]
    labels: str = ""
    """What the other labels of a note are called, where notes of this layer may list some."""
    missing: str = ""
    """What questions without words to mark are called, where the key of this layer may ask some."""
    over: Over = "article"
    """What is marked: the article, or the page as it was saved, line by line."""
    apart_from: str = ""
    """Name of the layer whose sources stay out of a mark of this one: who says it is one thing, what is said another."""

    def tag(self, name: str) -> Tag:
        """
        Give the tag of this name.

        Raises
        ------
        LessonError
            When the layer has no such tag.
        """
        for tag in self.tags:
            if tag.name == name:
                return tag
        msg = f"There is no tag “{name}” in {self.name}. Its tags are {', '.join(tag.name for tag in self.tags)}."
        raise LessonError(msg)

    def has(self, name: str) -> bool:
        """Say whether the layer has a tag of this name."""
        return any(tag.name == name for tag in self.tags)


def read_layers(data: Path) -> dict[str, Layer]:
    """
    Read all layers from ``layers.toml``.

    Parameters
    ----------
    data
        The folder that holds ``layers.toml``.

    Returns
    -------
    dict of str to Layer
        By name, in the file's order.

    Raises
    ------
    LessonError
        When the file is missing or a layer in it is not complete.
    """
    path = data / "layers.toml"
    layers = {name: _layer(path, name, table) for name, table in read_toml(path).items()}
    for layer in layers.values():
        if layer.apart_from and layer.apart_from not in layers:
            msg = f"{path}, [{layer.name}]: apart_from is “{layer.apart_from}”. Name one of the layers here, {', '.join(layers)}, or leave it out."
            raise LessonError(msg)
    return layers


def _layer(path: Path, name: str, table: Mapping[str, Any]) -> Layer:
    try:
        tags = tuple(
            Tag(
                *(tag["name"], str(number), tag["title"], tag["definition"], tag["ask"], tag["shape"]),
                with_source=tag.get("with_source", False) is True,
            )
            for number, tag in enumerate(table["tags"], start=1)
        )
        fields = tuple(
            Field(
                field["name"],
                field["title"],
                required=field.get("required", False),
                quoted=field.get("quoted", False),
                address=field.get("address", False),
                values=field.get("values"),
            )
            for field in table.get("fields", ())
        )
        layer = Layer(
            name,
            table["title"],
            table["question"],
            table["how"],
            tags,
            fields,
            table.get("labels", ""),
            table.get("missing", ""),
            table.get("over", "article"),
            str(table.get("apart_from", "")),
        )
    except (KeyError, TypeError) as error:
        msg = f"{path}, [{name}]: {error} is missing. Every layer needs title, question, how and tags, and every tag name, title, definition, ask and shape."
        raise LessonError(msg) from None
    if layer.over not in get_args(Over):
        msg = f"{path}, [{name}]: over is “{layer.over}”. Choose one of {', '.join(get_args(Over))}, or leave it out."
        raise LessonError(msg)
    if not 1 <= len(tags) <= MOST_TAGS or len({tag.name for tag in tags}) < len(tags):
        msg = f"{path}, [{name}]: a layer has 1 to {MOST_TAGS} tags, each with a name of its own. Take out or rename a tag."
        raise LessonError(msg)
    for tag in tags:
        if tag.shape not in SHAPES:
            msg = f"{path}, [{name}]: the tag “{tag.name}” has the shape “{tag.shape}”. Choose one of {', '.join(SHAPES)}."
            raise LessonError(msg)
    return layer
