"""The class as counts: every figure here is worked out by hand or by another way."""

from dataclasses import replace

import pandas as pd
import pytest

from lessonkit.article import Article, Span
from lessonkit.calibration import calibration
from lessonkit.divided import divided
from lessonkit.key import Key
from lessonkit.layers import Layer
from lessonkit.tally import NONE, added, counts, marks_in, marks_table, readers, votes
from lessonkit.workbook import Mark

from .agreement import first_reading, values, words_of
from .pupils import a_crowd, a_mark, a_pupil, class_of, counted, on

LAYERS = ("sourcing", "claims", "framing")


def row(table: pd.DataFrame, segment: str, word: int) -> dict[str, int]:
    """Give how many pupils give one word which tag, without those that nobody gave."""
    numbers = dict(zip(table.columns, table.loc[[(segment, word)]].to_numpy().tolist()[0], strict=True))
    return {str(name): int(number) for name, number in numbers.items() if number}


def decided(table: pd.DataFrame) -> list[str]:
    """Give the value of each word that one pupil alone has read."""
    return [str(value) for value in table.idxmax(axis=1)]


def test_the_table_of_marks_has_one_row_a_mark(article: Article) -> None:
    first = a_mark(article, "sourcing", ("s1", 0, 0), "party", "They want it", "sure")
    other = a_mark(article, "claims", ("s2", 3, 5), "event")
    table = marks_table([a_pupil(1, [first, other]), a_pupil(2), a_pupil(3, [first])])

    assert list(table.columns) == [
        *("pupil", "layer", "segment", "first", "last", "quote", "tag", "reason", "confidence"),
    ]
    assert table.iloc[0].tolist() == [
        *(f"{1:016x}", "sourcing", "s1", 0, 0, "Turkey", "party", "They want it", "sure"),
    ]
    assert table["pupil"].tolist() == [f"{1:016x}", f"{1:016x}", f"{3:016x}"]


def test_an_empty_class_has_the_same_columns_and_types() -> None:
    empty, full = marks_table([]), marks_table([a_pupil(1)])

    assert len(empty) == 0
    assert empty.dtypes.equals(full.dtypes)
    assert empty["first"].dtype == "int64"


def test_votes_have_a_row_for_each_word_and_a_column_for_each_tag(article: Article, sourcing: Layer) -> None:
    table = votes([], article, sourcing)

    assert list(table.index) == words_of(article)
    assert list(table.columns) == [*(tag.name for tag in sourcing.tags), NONE]
    assert table.index.names == ["segment", "word"]
    assert int(table.to_numpy().sum()) == 0


@pytest.mark.parametrize("name", LAYERS)
def test_one_pupil_who_marks_as_the_key_does_votes_as_it_does_word_by_word(
    article: Article, layers: dict[str, Layer], keys: dict[str, Key], name: str
) -> None:
    notes = keys[name].notes
    marks = [Mark(f"n{n}", name, note.span, note.quote, note.tag) for n, note in enumerate(notes)]
    table = votes(class_of(article, layers, [marks]), article, layers[name])

    # The other way to the same values: as the keys are held against the independent readings.
    expected = values(first_reading(keys[name]), words_of(article))
    assert decided(table) == expected
    assert set(table.sum(axis=1)) == {1}


def test_the_shortest_mark_decides_and_of_two_the_first(article: Article, sourcing: Layer) -> None:
    long = a_mark(article, "sourcing", ("s1", 0, 9), "own-voice")
    inner = a_mark(article, "sourcing", ("s1", 2, 3), "party")
    beside = a_mark(article, "sourcing", ("s1", 3, 4), "observer")
    table = votes([a_pupil(1, [long, inner, beside])], article, sourcing).loc[["s1"]]

    assert decided(table)[:6] == ["own-voice", "own-voice", "party", "party", "observer", "own-voice"]


def test_a_word_is_left_unmarked_only_by_who_came_as_far(article: Article, sourcing: Layer) -> None:
    looked = a_pupil(1, (), {"sourcing": ["s1"]})
    marked = a_pupil(2, on(article, ("s1", 0, 0), "party"))
    elsewhere = a_pupil(3, on(article, ("s2", 0, 0), "party"))
    table = votes([looked, marked, elsewhere, a_pupil(4)], article, sourcing)

    assert row(table, "s1", 0) == {"party": 1, NONE: 1}
    assert row(table, "s1", 1) == {NONE: 2}
    assert row(table, "s2", 0) == {"party": 1}
    assert row(table, "s3", 0) == {}


def test_what_is_not_of_the_layer_is_not_counted(article: Article, sourcing: Layer) -> None:
    strange = replace(on(article, ("s1", 0, 0), "party")[0], tag="gone")
    nowhere = replace(strange, tag="party", span=Span("s99", 0, 0))
    page = replace(strange, tag="party", span=Span("p1", 0, 0))
    table = votes([a_pupil(1, [strange, nowhere, page])], article, sourcing)

    assert int(table.drop(columns=NONE).to_numpy().sum()) == 0


def test_counts_of_the_parts_add_up_to_those_of_the_whole(
    article: Article, layers: dict[str, Layer], keys: dict[str, Key]
) -> None:
    pupils = a_crowd(30, article, layers, keys).pupils
    whole = counts(pupils, article, layers)
    parts = [counts(pupils[at : at + 7], article, layers) for at in range(0, 30, 7)]

    pd.testing.assert_frame_equal(added(parts), whole)
    pd.testing.assert_frame_equal(added([added(parts[3:]), added(parts[:3])]), whole)
    pd.testing.assert_frame_equal(counts(reversed(pupils), article, layers), whole)


def test_more_pupils_than_are_taken_at_once_are_all_counted(article: Article, sourcing: Layer) -> None:
    mark = on(article, ("s1", 0, 0), "party")
    table = votes((a_pupil(number, mark) for number in range(2_300)), article, sourcing)

    assert row(table, "s1", 0) == {"party": 2_300}


def test_the_counts_of_nobody_are_a_table_too(article: Article, layers: dict[str, Layer], sourcing: Layer) -> None:
    nobody = counts([], article, layers)

    assert len(nobody) == 0
    assert readers(nobody, sourcing).pupils == 0
    assert len(marks_in(nobody, sourcing)) == 0
    assert divided(nobody, article, sourcing) == ()
    assert [one.marks for one in calibration(nobody, article, sourcing, None)] == [0, 0, 0]


def test_who_stands_behind_a_figure_is_counted(article: Article, layers: dict[str, Layer], sourcing: Layer) -> None:
    mark = on(article, ("s1", 0, 0), "party")
    behind = readers(counted(article, layers, [mark, mark, [], *([[]] * 3)]), sourcing)

    assert (behind.pupils, behind.marked, behind.marks, behind.few) == (6, 2, 2, True)


def test_a_layer_over_a_page_that_was_not_kept_has_no_votes(article: Article, layers: dict[str, Layer]) -> None:
    bare = replace(article, page=None)
    table = votes([a_pupil(1)], bare, layers["page"])

    assert (len(table), table.index.names) == (0, ["segment", "word"])
