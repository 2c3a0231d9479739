"""Every outside fact in the data stands with its address."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lessonkit.article import read_article
from lessonkit.files import read_toml
from lessonkit.key import is_address
from lessonkit.places import data_folder

DATA = data_folder()
FILES = sorted(DATA.glob("*/*.toml"))
FROM_ELSEWHERE = {"house", "read", "via"}
"""What only stands with something that was read elsewhere."""


def tables(value: Any, where: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Go through all tables of a file, each with its place."""
    if isinstance(value, Mapping):
        yield where, value
        for name, inner in value.items():
            yield from tables(inner, f"{where}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from tables(inner, f"{where}[{number}]")


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(DATA)) for path in FILES])
def test_what_comes_from_elsewhere_has_an_address_and_no_address_is_a_wish(path: Path) -> None:
    article = read_article(path.parent)
    for where, table in tables(read_toml(path)):
        if FROM_ELSEWHERE & set(table) and not table.get("this") and "address" not in table:
            # Then it is the article's own words, and they have to stand in it.
            assert article.find(table["quote"], table.get("at")), where
        if "address" in table:
            assert is_address(table["address"]), where


def test_a_label_that_another_house_used_has_an_address() -> None:
    labels = [label for note in read_toml(DATA / "idlib" / "framing.toml")["note"] for label in note.get("labels", ())]

    assert labels
    # What this article itself has stands in it, and needs no address; nor does whom it retells.
    assert [
        label for label in labels if "this article" not in label["by"] and not is_address(label.get("address", ""))
    ] == []


def test_a_label_of_this_article_stands_in_it() -> None:
    article = read_article(DATA / "idlib")
    text = " ".join(segment.text for segment in article.segments)
    labels = [label for note in read_toml(DATA / "idlib" / "framing.toml")["note"] for label in note.get("labels", ())]

    own = [label["label"] for label in labels if "this article" in label["by"]]

    assert len(own) > 5
    assert [label for label in own if label not in text] == []


def test_no_other_label_is_the_very_words_that_are_marked() -> None:
    for note in read_toml(DATA / "idlib" / "framing.toml")["note"]:
        marked = note["quote"].strip('"').lower()
        assert [one["label"] for one in note.get("labels", ()) if one["label"].lower() == marked] == [], note["quote"]


def test_the_walk_finds_an_address_that_is_missing_deep_inside() -> None:
    found = [where for where, table in tables({"a": [{"b": {"house": "x"}}]}) if FROM_ELSEWHERE & set(table)]

    assert found == [".a[0].b"]
