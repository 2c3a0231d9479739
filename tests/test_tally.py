"""The class as counts: every figure here is worked out by hand or by another way."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from lessonkit.article import Article, Span, read_article
from lessonkit.classroom import Pupil
from lessonkit.feedback import hold_against
from lessonkit.key import Key, read_key
from lessonkit.layers import Layer
from lessonkit.tally import (
    NONE,
    added,
    calibration,
    counts,
    divided,
    divided_in,
    marks_in,
    marks_table,
    met,
    missed_by_most,
    most_divided,
    passages,
    question,
    read_otherwise,
    readers,
    reasons,
    seen_by_many,
    splits,
    toml_of,
    votes,
    votes_in,
)
from lessonkit.words import Words
from lessonkit.workbook import Mark

from .agreement import first_reading, values, words_of
from .pupils import a_crowd, a_mark, a_pupil, everything

LAYERS = ("sourcing", "claims", "framing")


@pytest.fixture
def sourcing(layers: dict[str, Layer]) -> Layer:
    return layers["sourcing"]


@pytest.fixture
def keys(article: Article, layers: dict[str, Layer]) -> dict[str, Key]:
    found = {name: read_key(article, layers[name]) for name in LAYERS}
    return {name: key for name, key in found.items() if key is not None}


def class_of(article: Article, layers: Mapping[str, Layer], marks: Iterable[Sequence[Mark]]) -> list[Pupil]:
    """Make pupils who have all looked at everything, each with some marks."""
    return [a_pupil(number, own, everything(article, layers)) for number, own in enumerate(marks)]


def on(article: Article, place: tuple[str, int, int], tag: str, confidence: str = "") -> list[Mark]:
    return [a_mark(article, "sourcing", place, tag, confidence=confidence)]


def counted(article: Article, layers: Mapping[str, Layer], marks: Iterable[Sequence[Mark]]) -> pd.DataFrame:
    return counts(class_of(article, layers, marks), article, layers)


def row(table: pd.DataFrame, segment: str, word: int) -> dict[str, int]:
    """Give how many pupils give one word which tag, without those that nobody gave."""
    numbers = dict(zip(table.columns, table.loc[[(segment, word)]].to_numpy().tolist()[0], strict=True))
    return {str(name): int(number) for name, number in numbers.items() if number}


def decided(table: pd.DataFrame) -> list[str]:
    """Give the value of each word that one pupil alone has read."""
    return [str(value) for value in table.idxmax(axis=1)]


# The tables


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


# Divided


def split_class(article: Article, numbers: Mapping[str, int], place: tuple[str, int, int]) -> list[list[Mark]]:
    """Give the marks of pupils of whom so many each give words a tag, and of ``none`` so many none."""
    return [[] if tag == NONE else on(article, place, tag) for tag, number in numbers.items() for _ in range(number)]


def test_division_is_how_often_two_taken_at_random_differ(
    article: Article, layers: dict[str, Layer], sourcing: Layer
) -> None:
    marks = split_class(article, {"party": 5, "observer": 4, NONE: 1}, ("s1", 0, 0))
    (one,) = divided(counted(article, layers, marks), article, sourcing)

    # Five times four pairs, of ten times nine halves.
    assert one.share == 20 / 45
    assert (one.segment, one.span, one.tags) == ("s1", Span("s1", 0, 0), ("party", "observer"))
    assert dict(one.counts) == {"party": 5, "observer": 4, NONE: 1}
    assert one.readers == 10


def test_one_careless_mark_over_the_sentence_does_not_water_it_down(
    article: Article, layers: dict[str, Layer], sourcing: Layer
) -> None:
    sharp = split_class(article, {"party": 5, "observer": 4}, ("s1", 0, 0))
    whole = on(article, ("s1", 0, 22), "own-voice")
    before = divided_in(counted(article, layers, [*sharp, []]), article, sourcing, "s1")
    after = divided_in(counted(article, layers, [*sharp, whole]), article, sourcing, "s1")

    assert before is not None
    assert after is not None
    assert after.share == before.share
    assert after.span == before.span


def test_nobody_stands_alone_before_a_class(article: Article, layers: dict[str, Layer], sourcing: Layer) -> None:
    marks = split_class(article, {"party": 9, "observer": 1}, ("s1", 0, 0))

    assert divided(counted(article, layers, marks), article, sourcing) == ()


def test_two_pupils_can_differ(article: Article, layers: dict[str, Layer], sourcing: Layer) -> None:
    marks = split_class(article, {"party": 1, "observer": 1}, ("s1", 0, 0))
    (one,) = divided(counted(article, layers, marks), article, sourcing)

    assert one.share == 1


def test_one_pupil_cannot(article: Article, layers: dict[str, Layer], sourcing: Layer) -> None:
    assert divided(counted(article, layers, [on(article, ("s1", 0, 0), "party")]), article, sourcing) == ()


def test_who_is_sure_and_differs_comes_first(article: Article, layers: dict[str, Layer], sourcing: Layer) -> None:
    def pupil(tag: str, other: str) -> list[Mark]:
        calm = a_mark(article, "sourcing", ("s1", 0, 0), tag, confidence="guessing")
        sure = a_mark(article, "sourcing", ("s2", 0, 0), other, confidence="sure")
        return [calm, sure]

    marks = [pupil("party", "party")] * 3 + [pupil("observer", "observer")] * 3
    first, second = divided(counted(article, layers, marks), article, sourcing)

    assert (first.segment, second.segment) == ("s2", "s1")
    assert first.share == second.share == 9 / 15
    assert (first.sure_share, second.sure_share) == (9 / 15, 0)
    assert dict(first.sure) == {"party": 3, "observer": 3}


def test_words_some_marked_and_some_did_not_come_after_tags_in_conflict(
    article: Article, layers: dict[str, Layer], sourcing: Layer
) -> None:
    half = split_class(article, {"party": 5, NONE: 5}, ("s1", 0, 0))
    few = split_class(article, {"party": 2, "observer": 2, NONE: 6}, ("s2", 0, 0))
    marks = [[*one, *other] for one, other in zip(half, few, strict=True)]
    found = divided(counted(article, layers, marks), article, sourcing)

    assert [(one.segment, one.tags) for one in found] == [("s2", ("party", "observer")), ("s1", ("party",))]
    assert found[1].share == 25 / 45


def test_so_many_as_are_asked_for_and_no_more(
    article: Article, layers: dict[str, Layer], sourcing: Layer, keys: dict[str, Key]
) -> None:
    table = counts(a_crowd(30, article, layers, keys).pupils, article, layers)

    assert [len(most_divided(table, article, sourcing, number)) for number in (0, 1, 5, -1)] == [0, 1, 5, 0]


def test_the_question_is_that_of_the_tags_in_conflict(
    article: Article, layers: dict[str, Layer], sourcing: Layer, words: Words
) -> None:
    marks = split_class(article, {"party": 3, "observer": 2}, ("s1", 0, 0))
    (one,) = divided(counted(article, layers, marks), article, sourcing)
    asked = question(one, sourcing, words)

    for tag in (sourcing.tag("party"), sourcing.tag("observer")):
        assert tag.title in asked
        assert tag.ask in asked


def test_passages_are_runs_of_words_marked_alike(article: Article, layers: dict[str, Layer], sourcing: Layer) -> None:
    marks = [on(article, ("s1", 0, 2), "party"), on(article, ("s1", 2, 2), "observer"), []]
    table = votes_in(counted(article, layers, marks), article, sourcing)
    first, second, rest = passages(table, "s1")

    assert (first.span, first.marked, first.level) == (Span("s1", 0, 1), 1, 2)
    assert (second.span, dict(second.counts), second.level) == (Span("s1", 2, 2), {"party": 1, "observer": 1}, 4)
    assert (rest.marked, rest.level, rest.readers) == (0, 0, 3)


def test_words_are_split_where_two_tags_have_a_fifth_each(
    article: Article, layers: dict[str, Layer], sourcing: Layer
) -> None:
    def found(one: int, other: int, none: int) -> list[Span]:
        marks = split_class(article, {"party": one, "observer": other, NONE: none}, ("s1", 0, 1))
        table = votes_in(counted(article, layers, marks), article, sourcing)
        return [split.span for split in splits(table, "s1")]

    assert found(5, 2, 3) == [Span("s1", 0, 1)]
    assert found(5, 2, 4) == []
    assert found(1, 1, 0) == [], "one pupil alone is no side"


def test_the_words_beside_a_split_belong_to_it_where_they_nearly_are(
    article: Article, layers: dict[str, Layer], sourcing: Layer
) -> None:
    marks = split_class(article, {"party": 8, "observer": 3, NONE: 8}, ("s1", 0, 3))
    marks.append(on(article, ("s1", 2, 2), "observer"))
    table = votes_in(counted(article, layers, marks), article, sourcing)
    (split,) = splits(table, "s1")

    assert split.span == Span("s1", 0, 3)
    assert dict(split.counts) == {"party": 8, "observer": 4}


# The class and the key


def test_a_note_is_unmarked_accepted_or_read_otherwise_on_average_over_its_words(
    article: Article, layers: dict[str, Layer], sourcing: Layer
) -> None:
    key = read_key(article, sourcing)
    assert key is not None
    note = next(note for note in key.notes if note.quote == "Foreign Minister Mevlut Cavusoglu")
    at = note.span
    marks = [
        on(article, (at.segment, at.first, at.last), "party"),  # as the key
        on(article, (at.segment, at.last, at.last), "party"),  # one word of four
        on(article, (at.segment, at.first, at.last), "observer"),
        [],
    ]
    table = votes_in(counted(article, layers, marks), article, sourcing)
    found = next(one for one in met(table, key) if one.note is note)

    assert (found.readers, found.accepted, found.other, found.unmarked) == (4, 1.25, 1.0, 1.75)


def test_a_long_note_is_not_held_against_the_words_of_a_shorter_one_in_it(
    article: Article, layers: dict[str, Layer], sourcing: Layer
) -> None:
    key = read_key(article, sourcing)
    assert key is not None
    inner = key.notes[0]
    outer = replace(inner, span=Span("h1", 0, 10), quote=article.quote(Span("h1", 0, 10)), tag="own-voice", also=())
    marks = [[Mark("a", "sourcing", inner.span, inner.quote, "observer"), *on(article, ("h1", 0, 10), "own-voice")]]
    table = votes_in(counted(article, layers, marks), article, sourcing)
    found = met(table, Key("sourcing", (inner, outer)))

    assert [(one.accepted, one.other, one.unmarked) for one in found] == [(0, 1, 0), (1, 0, 0)]


def test_what_more_than_half_left_out_is_missed_by_most(
    article: Article, layers: dict[str, Layer], sourcing: Layer
) -> None:
    key = read_key(article, sourcing)
    assert key is not None
    note = key.notes[0]
    place = note.span.segment, note.span.first, note.span.last

    def missed(marked: int, none: int) -> bool:
        marks = split_class(article, {note.tag: marked, NONE: none}, place)
        table = votes_in(counted(article, layers, marks), article, sourcing)
        return note in [one.note for one in missed_by_most(table, key)]

    assert missed(4, 6)
    assert not missed(5, 5)
    assert missed(0, 1)


def test_nobody_has_missed_what_nobody_has_come_to(article: Article, sourcing: Layer, keys: dict[str, Key]) -> None:
    table = votes([a_pupil(1)], article, sourcing)

    assert missed_by_most(table, keys["sourcing"]) == ()


def test_a_reading_the_key_can_defend_is_not_another_one(
    article: Article, layers: dict[str, Layer], sourcing: Layer, keys: dict[str, Key]
) -> None:
    key = keys["sourcing"]
    note = next(note for note in key.notes if any(other.span == note.span for other in note.also))
    place = note.span.segment, note.span.first, note.span.last
    also = next(other.tag for other in note.also if other.span == note.span)
    strange = next(tag.name for tag in sourcing.tags if tag.name not in {note.tag, *(o.tag for o in note.also)})

    def table(tag: str) -> pd.DataFrame:
        return votes_in(counted(article, layers, split_class(article, {tag: 5}, place)), article, sourcing)

    assert note not in [one.note for one in read_otherwise(table(also), key)]
    assert note in [one.note for one in read_otherwise(table(strange), key)]
    assert [one.tag for one in seen_by_many(table(also), key, article)] == []
    assert [one.tag for one in seen_by_many(table(strange), key, article)] == [strange]


def test_a_longer_mark_with_the_keys_tag_is_nothing_new(
    article: Article, layers: dict[str, Layer], sourcing: Layer, keys: dict[str, Key]
) -> None:
    marks = split_class(article, {"party": 6}, ("h1", 0, 4))
    table = votes_in(counted(article, layers, marks), article, sourcing)

    assert seen_by_many(table, keys["sourcing"], article) == ()


@pytest.mark.parametrize(
    ("place", "tag", "has_note"),
    [
        (("h1", 0, 0), "unnamed", True),  # the note's own words
        (("s1", 18, 19), "observer", True),  # some of them
        (("s5", 11, 12), "observer", False),  # words in quotation marks, with no note on them
        (("s10", 7, 7), "unnamed", False),
        (("c1", 28, 31), "unnamed", True),  # a note that defends another reading already
    ],
)
def test_what_is_pasted_into_the_key_is_read_and_defends_the_reading(
    article: Article,
    layers: dict[str, Layer],
    sourcing: Layer,
    words: Words,
    tmp_path: Path,
    place: tuple[str, int, int],
    tag: str,
    has_note: bool,  # noqa: FBT001 - pytest hands it over by name
) -> None:
    shutil.copytree(article.folder, tmp_path / "idlib")
    own = read_article(tmp_path / "idlib")
    key = read_key(own, sourcing)
    assert key is not None
    marks = split_class(own, {tag: 6}, place)
    table = votes_in(counted(own, layers, marks), own, sourcing)
    (seen,) = seen_by_many(table, key, own)
    assert (seen.note is not None) == has_note
    toml = toml_of(seen, own, sourcing, words)

    path = own.folder / "sourcing.toml"
    text = path.read_text(encoding="utf-8")
    if seen.note is None:
        text += f"\n{toml}"
    else:
        head, note, rest = _around(text, f'quote = "{seen.note.quote}"', f'at = "{seen.note.span.segment}"')
        kept = "\n".join(line for line in note.splitlines() if not line.startswith("also"))
        text = f"{head}{kept}\n{toml}\n{rest}"
    path.write_text(text, encoding="utf-8")

    after = read_key(own, sourcing)
    assert after is not None
    (finding,) = [one for one in hold_against(marks[0], after, own) if one.mark is not None]
    assert finding.kind == ("also defensible" if has_note else "agrees")
    assert seen_by_many(table, after, own) == ()
    for one in key.notes:
        (same,) = [other for other in after.notes if (other.span, other.tag) == (one.span, one.tag)]
        assert set(one.also) <= set(same.also)


def _around(text: str, *lines: str) -> tuple[str, str, str]:
    """Cut a file into what is before a note, the note, and what is after it."""
    tables = text.split("[[note]]")
    at = next(
        n
        for n, table in enumerate(tables)
        if all(line in table or line.startswith("at") for line in lines) and lines[0] in table
    )
    return "[[note]]".join(tables[:at]) + "[[note]]", tables[at], "".join(f"[[note]]{one}" for one in tables[at + 1 :])


def test_words_that_stand_twice_in_a_segment_take_in_their_neighbours(
    article: Article, layers: dict[str, Layer], sourcing: Layer, words: Words, keys: dict[str, Key]
) -> None:
    # “Turkish” stands in s3 at the beginning and again before “military personnel”.
    twice = [n for n in range(len(article.segment("s3").words)) if article.segment("s3").quote(n, n) == "Idlib"]
    assert len(twice) == 2
    marks = split_class(article, {"unnamed": 6}, ("s3", twice[0], twice[0]))
    table = votes_in(counted(article, layers, marks), article, sourcing)
    (seen,) = seen_by_many(table, keys["sourcing"], article)
    toml = toml_of(seen, article, sourcing, words)

    assert 'quote = "in Idlib unless"' in toml


# Confidence


def test_a_mark_is_held_against_the_others_and_not_against_itself(
    article: Article, layers: dict[str, Layer], sourcing: Layer
) -> None:
    marks = [
        on(article, ("s1", 0, 0), "party", "sure"),
        on(article, ("s1", 0, 0), "observer", "guessing"),
        on(article, ("s2", 0, 0), "party", "sure"),  # nobody else marked these words
    ]
    guessing, fairly, sure = calibration(counted(article, layers, marks), article, sourcing, None)

    assert (guessing.marks, guessing.compared, guessing.with_class) == (1, 1, 0)
    assert (fairly.marks, fairly.compared) == (0, 0)
    assert (sure.marks, sure.compared, sure.with_class) == (2, 1, 0)


def test_the_tag_most_others_gave_is_that_of_the_class(
    article: Article, layers: dict[str, Layer], sourcing: Layer
) -> None:
    marks = [on(article, ("s1", 0, 2), "party", "sure") for _ in range(3)]
    marks.append(on(article, ("s1", 1, 2), "observer", "guessing"))
    guessing, _, sure = calibration(counted(article, layers, marks), article, sourcing, None)

    assert (sure.pupils, sure.marks, sure.with_class) == (3, 3, 3)
    assert (guessing.pupils, guessing.marks, guessing.with_class) == (1, 1, 0)


def test_against_the_key_only_words_with_a_note_are_counted(
    article: Article, layers: dict[str, Layer], sourcing: Layer, keys: dict[str, Key]
) -> None:
    key = keys["sourcing"]
    also = next(note for note in key.notes if any(other.span == note.span for other in note.also))
    own = key.notes[0]
    marks = [
        [
            replace(on(article, (own.span.segment, own.span.first, own.span.last), own.tag, "sure")[0]),
            *on(article, (also.span.segment, also.span.first, also.span.last), also.also[0].tag, "sure"),
            *on(article, ("s10", 7, 7), "unnamed", "sure"),
            *on(article, ("s1", 0, 0), "camera", "sure"),
        ]
    ]
    *_, sure = calibration(counted(article, layers, marks), article, sourcing, key)

    assert (sure.marks, sure.key_compared, sure.with_key) == (4, 3, 2)


def test_few_pupils_or_marks_are_not_shown_as_a_share(
    article: Article, layers: dict[str, Layer], sourcing: Layer
) -> None:
    def shown(pupils: int, marks: int) -> bool:
        places = [("s1", word, word) for word in range(marks)]
        every = [[one for place in places for one in on(article, place, "party", "sure")] for _ in range(pupils)]
        return calibration(counted(article, layers, every), article, sourcing, None)[-1].shown

    assert shown(5, 2)
    assert not shown(4, 20)
    assert not shown(5, 1)


# Reasons


def test_reasons_tell_nothing_by_their_order(article: Article, sourcing: Layer) -> None:
    def pupils(*order: int) -> list[Pupil]:
        made = [a_pupil(n, [a_mark(article, "sourcing", ("s1", 0, 0), "party", f"Reason {n % 2}")]) for n in range(3)]
        return [made[n] for n in order]

    found = reasons(pupils(0, 1, 2), sourcing, "s1")

    assert [one.reason for one in found] == ["Reason 0", "Reason 1"]
    assert found[0].pseudonyms == ("pseudonym 0", "pseudonym 2")
    assert reasons(pupils(2, 1, 0), sourcing, "s1") == found
    assert "pseudonym" not in repr(found)
    assert reasons(pupils(0), sourcing, "s2") == ()
