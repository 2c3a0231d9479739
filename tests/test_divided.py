"""Where a class reads in more than one way: every figure is worked out by hand."""

from lessonkit.article import Article, Span
from lessonkit.divided import divided, divided_in, most_divided, passages, question, splits
from lessonkit.key import Key
from lessonkit.layers import Layer
from lessonkit.tally import NONE, counts, votes_in
from lessonkit.words import Words
from lessonkit.workbook import Mark

from .pupils import a_crowd, a_mark, counted, on, split_class

LAYERS = ("sourcing", "claims", "framing")


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
