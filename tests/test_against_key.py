"""The class and the key: what is missed, what is read otherwise, what the key lacks."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from lessonkit.against_key import met, missed_by_most, read_otherwise, seen_by_many, toml_of
from lessonkit.article import Article, Span, read_article
from lessonkit.feedback import hold_against
from lessonkit.key import Key, read_key
from lessonkit.layers import Layer
from lessonkit.tally import NONE, votes, votes_in
from lessonkit.words import Words
from lessonkit.workbook import Mark

from .pupils import a_pupil, counted, on, split_class

LAYERS = ("sourcing", "claims", "framing")


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
