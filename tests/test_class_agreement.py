"""How far a class agrees: held against figures worked out by hand and against the keys' own."""

import pandas as pd
import pytest

from lessonkit.agreement import alpha, cautions, edges
from lessonkit.article import Article
from lessonkit.key import read_key
from lessonkit.layers import Layer
from lessonkit.tally import Readers, counts, marks_in, readers, votes_in
from lessonkit.workbook import Mark

from . import agreement
from .pupils import a_mark, a_pupil, everything

LAYERS = ("sourcing", "claims", "framing")


def marks_of(rows: list[tuple[str, int, int, str, int]]) -> pd.DataFrame:
    """Make the table of different marks: segment, first, last, tag, how often."""
    table = pd.DataFrame(rows, columns=["segment", "first", "last", "value", "n"])
    table.insert(4, "confidence", "")
    return table


def names(layer: Layer, votes: pd.DataFrame, marks: pd.DataFrame, number: int = 30) -> list[str]:
    behind = Readers(number, number, int(marks["n"].sum()))
    return [one.name for one in cautions(votes, marks, behind, layer)]


def votes_of(layer: Layer, *rows: list[int]) -> pd.DataFrame:
    """Make votes by hand: a row a word, the tags in order and none."""
    return pd.DataFrame(list(rows), columns=[*(tag.name for tag in layer.tags), "none"])


def test_alpha_is_what_it_is_by_hand() -> None:
    # Three words, two pupils. Coincidences: aa 2, ab and ba 1 each, bb 2; three values each of six.
    # Observed disagreement 2/6, expected 18/30; alpha = 1 - (1/3) / (3/5) = 4/9.
    assert alpha(pd.DataFrame([[2, 0], [1, 1], [0, 2]])) == pytest.approx(4 / 9)


def test_words_that_fewer_than_two_have_read_do_not_count() -> None:
    assert alpha(pd.DataFrame([[2, 0], [1, 1], [0, 2], [1, 0], [0, 0]])) == pytest.approx(4 / 9)


@pytest.mark.parametrize("rows", [[], [[0, 0]], [[1, 0], [0, 1]], [[5, 0], [5, 0]]])
def test_there_is_no_figure_where_there_is_nothing_to_count(rows: list[list[int]]) -> None:
    assert alpha(pd.DataFrame(rows, columns=["party", "none"])) is None


def test_all_alike_is_one() -> None:
    assert alpha(pd.DataFrame([[4, 0], [0, 4]])) == 1


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("other", agreement.INDEPENDENT)
def test_two_pupils_agree_as_far_as_two_readings_do(
    article: Article, layers: dict[str, Layer], name: str, other: str
) -> None:
    layer = layers[name]
    key = read_key(article, layer)
    assert key is not None
    readings = [agreement.first_reading(key), agreement.independent_reading(other, article, layer)]
    pupils = [
        a_pupil(
            number,
            [Mark(f"n{n}", name, note.span, note.quote, note.tag) for n, note in enumerate(reading)],
            everything(article, layers),
        )
        for number, reading in enumerate(readings)
    ]
    table = votes_in(counts(pupils, article, layers), article, layer)
    words = agreement.words_of(article)

    # There it is counted from the two rows of values, here from how many gave which value.
    expected = agreement.alpha(*(agreement.values(reading, words) for reading in readings))
    assert alpha(table) == pytest.approx(expected, abs=1e-12)


PLENTY = [("s1", 0, 1, tag, 8) for tag in ("party", "observer", "unnamed", "camera", "own-voice")]
MIXED = [[4, 3, 2, 2, 2, 3]] * 10


def test_plenty_of_everything_needs_no_caution(layers: dict[str, Layer]) -> None:
    layer = layers["sourcing"]

    assert names(layer, votes_of(layer, *MIXED), marks_of(PLENTY)) == []


def test_few_pupils_are_said(layers: dict[str, Layer]) -> None:
    layer = layers["sourcing"]

    assert names(layer, votes_of(layer, *MIXED), marks_of(PLENTY), 4) == ["few_pupils"]
    assert names(layer, votes_of(layer, *MIXED), marks_of(PLENTY), 5) == []


def test_few_marks_are_said(layers: dict[str, Layer]) -> None:
    layer = layers["sourcing"]
    votes = votes_of(layer, *MIXED)

    assert names(layer, votes, marks_of([("s1", 0, 1, "party", 29)])) == ["few_marks"]
    assert names(layer, votes, marks_of([("s1", 0, 1, "party", 30)])) == []


def test_tags_with_few_marks_are_named_and_tags_with_none_are_not(layers: dict[str, Layer]) -> None:
    layer = layers["sourcing"]
    marks = marks_of([("s1", 0, 1, "party", 40), ("s1", 0, 1, "camera", 4), ("s1", 0, 1, "observer", 5)])
    (one,) = cautions(votes_of(layer, *MIXED), marks, Readers(30, 30, 49), layer)

    assert one.name == "few_of_a_tag"
    assert one.blanks["tags"] == layer.tag("camera").title


def test_one_value_nearly_everywhere_is_said(layers: dict[str, Layer]) -> None:
    layer = layers["sourcing"]
    marks = marks_of(PLENTY)

    assert names(layer, votes_of(layer, [0, 3, 0, 0, 0, 17]), marks) == ["skew_none"]
    assert names(layer, votes_of(layer, [17, 3, 0, 0, 0, 0]), marks) == ["skew"]
    assert names(layer, votes_of(layer, [16, 4, 0, 0, 0, 0]), marks) == []
    assert names(layer, votes_of(layer, [17, 2, 0, 0, 0, 0]), marks) == [], "a share of fewer than twenty is none"


def test_edges_that_differ_are_said(layers: dict[str, Layer]) -> None:
    layer = layers["sourcing"]
    others = [("s2", 0, 1, tag.name, 8) for tag in layer.tags[1:]]
    apart = marks_of([("s1", 0, 1, "party", 8), ("s1", 1, 3, "party", 8), *others])

    assert names(layer, votes_of(layer, *MIXED), apart) == ["edges"]


def test_pairs_meet_where_they_share_words_and_tag() -> None:
    marks = marks_of(
        [
            ("s1", 0, 1, "party", 3),  # three pairs alike
            ("s1", 1, 4, "party", 2),  # one pair alike, six with the above
            ("s1", 5, 6, "party", 2),  # one pair alike, none with the others
            ("s1", 0, 1, "observer", 4),  # six pairs alike
            ("s2", 0, 1, "party", 1),
        ]
    )

    assert edges(marks) == (3 + 1 + 1 + 6 + 6, 6)
    assert edges(marks_of([])) == (0, 0)


def test_a_class_is_cautioned_by_what_it_did(article: Article, layers: dict[str, Layer]) -> None:
    layer = layers["sourcing"]
    pupils = [
        a_pupil(n, [a_mark(article, "sourcing", ("s1", 0, n), "party")], everything(article, layers)) for n in range(3)
    ]
    table = counts(pupils, article, layers)
    found = cautions(votes_in(table, article, layer), marks_in(table, layer), readers(table, layer), layer)

    assert [one.name for one in found] == ["few_pupils", "few_marks", "few_of_a_tag", "skew_none"]
