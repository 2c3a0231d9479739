"""The independent readings, and the measure that holds the keys against them."""

import itertools
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lessonkit.article import Article, Span
from lessonkit.key import Reading, read_key
from lessonkit.layers import Layer

from .agreement import (
    INDEPENDENT,
    NONE,
    READINGS,
    Marked,
    alpha,
    deciding,
    differences,
    first_reading,
    give_way,
    independent_reading,
    read_again,
    values,
    words_of,
)

ROOT = Path(__file__).parent.parent

every_layer = pytest.mark.parametrize("name", ["sourcing", "claims", "framing"])
every_reading = pytest.mark.parametrize("reader", INDEPENDENT)


def marked(first: int, last: int, tag: str, *also: str) -> Marked:
    """Make a note on words of the headline."""
    span = Span("h1", first, last)
    return Marked(span, "", tag, tuple(Reading(other, span) for other in also))


def key(name: str, article: Article, layers: dict[str, Layer]) -> tuple[Marked, ...]:
    found = read_key(article, layers[name])
    assert found is not None
    return first_reading(found)


def test_the_command_prints_every_layer_and_every_two_of_its_readings() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.agreement"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )

    for pair in itertools.combinations(["key", *INDEPENDENT], 2):
        assert done.stdout.count(f"  {' and '.join(pair)}, ") == 3
    assert done.stdout.count("“also” accepted") == 18
    assert done.stdout.count("networkdynamics/PolNeAR:README.md") == 1
    assert done.stderr == ""


@every_reading
def test_every_layer_whose_key_is_a_matter_of_reading_has_been_read_again(
    reader: str, layers: dict[str, Layer]
) -> None:
    assert [layer.name for layer in read_again(reader, layers)] == ["sourcing", "claims", "framing"]
    assert {path.stem for path in (READINGS / reader).glob("*.toml")} <= set(layers)


def test_no_reading_lies_there_that_is_not_held_against_the_keys() -> None:
    assert {path.name for path in READINGS.iterdir()} == set(INDEPENDENT)


@every_reading
@every_layer
def test_every_quotation_of_a_reading_is_found_in_the_article(
    name: str, reader: str, article: Article, layers: dict[str, Layer]
) -> None:
    notes = independent_reading(reader, article, layers[name])

    assert notes
    for note in notes:
        assert article.quote(note.span) in note.quote


@every_layer
def test_a_reading_agrees_with_itself_wholly(name: str, article: Article, layers: dict[str, Layer]) -> None:
    readings = [independent_reading(reader, article, layers[name]) for reader in INDEPENDENT]
    for reading in (*readings, key(name, article, layers)):
        row = values(reading, words_of(article))
        assert alpha(row, row) == 1
        assert list(differences(reading, reading, article)) == []


@every_reading
@every_layer
def test_tags_given_to_the_wrong_notes_lower_the_agreement(
    name: str, reader: str, article: Article, layers: dict[str, Layer]
) -> None:
    words = words_of(article)
    reading = independent_reading(reader, article, layers[name])
    shuffled = [replace(note, tag=other.tag) for note, other in zip(reading, reading[1:] + reading[:1], strict=True)]
    wrong = values(shuffled, words)

    assert alpha(values(reading, words), wrong) < 1
    keys = values(key(name, article, layers), words)
    assert alpha(keys, wrong) < alpha(keys, values(reading, words))


@every_reading
def test_every_word_on_which_two_readings_differ_is_listed_once(
    reader: str, article: Article, layers: dict[str, Layer]
) -> None:
    for layer in read_again(reader, layers):
        one, other = key(layer.name, article, layers), independent_reading(reader, article, layer)
        words = words_of(article)
        differing = sum(left != right for left, right in zip(values(one, words), values(other, words), strict=True))

        assert sum(difference.words for difference in differences(one, other, article)) == differing


def test_the_shortest_note_decides_a_word() -> None:
    long, short = marked(0, 5, "own-voice"), marked(1, 2, "party")

    assert deciding([long, short], ("h1", 1)) == short
    assert values([long, short], [("h1", 0), ("h1", 2), ("h1", 6), ("s1", 1)]) == ["own-voice", "party", NONE, NONE]


def test_a_word_counts_as_agreed_where_either_can_defend_the_others_tag() -> None:
    words = [("h1", 0), ("h1", 1), ("h1", 2)]
    one = [marked(0, 1, "party", "observer"), marked(2, 2, "camera")]
    other = [marked(0, 0, "observer"), marked(1, 1, "unnamed", "party"), marked(2, 2, "own-voice")]

    left, right = give_way(one, other, words)

    assert left[:2] == right[:2]
    assert (left[2], right[2]) == ("camera", "own-voice")


def test_words_that_one_of_them_leaves_unmarked_stay_a_difference() -> None:
    assert give_way([marked(0, 0, "party", "observer")], [], [("h1", 0)]) == (["party"], [NONE])
