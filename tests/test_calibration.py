"""How sure a class is, against how often it reads alike."""

from dataclasses import replace

import pytest

from lessonkit.article import Article
from lessonkit.calibration import calibration
from lessonkit.key import Key
from lessonkit.layers import Layer
from lessonkit.tally import NONE, counts, votes
from lessonkit.workbook import CONFIDENCES, Mark

from .pupils import a_crowd, counted, on

LAYERS = ("sourcing", "claims", "framing")


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


def test_what_a_pupil_marked_inside_their_own_mark_is_not_held_against_it(
    article: Article, layers: dict[str, Layer], sourcing: Layer
) -> None:
    both = [*on(article, ("s1", 0, 9), "party", "sure"), *on(article, ("s1", 0, 5), "observer", "guessing")]
    other = on(article, ("s1", 0, 9), "party", "fairly sure")

    def numbers(marks: list[list[Mark]]) -> list[tuple[int, int, int]]:
        found = calibration(counted(article, layers, marks), article, sourcing, None)
        return [(one.marks, one.compared, one.with_class) for one in found]

    # Of ten words the other gives all to the party. Of the pupil with two marks, four are the party's, six not.
    assert numbers([both, other]) == [(1, 1, 0), (1, 1, 0), (1, 1, 1)]
    # Nobody else has marked anything: there is nothing to hold a mark against, also not one's own.
    assert numbers([both]) == [(1, 0, 0), (0, 0, 0), (1, 0, 0)]
    # The same mark, by two who have another inside it and by one who has not: what is taken off is each one's own.
    alone = on(article, ("s1", 0, 9), "party", "sure")
    assert numbers([both, alone, both]) == [(2, 2, 2), (0, 0, 0), (3, 3, 2)]


@pytest.mark.parametrize("layer", LAYERS)
def test_it_is_what_counting_the_others_one_by_one_gives(
    layer: str, article: Article, layers: dict[str, Layer], keys: dict[str, Key]
) -> None:
    crowd = a_crowd(16, article, layers, keys, seed=2).pupils
    asked = layers[layer]
    expected = {confidence: [0, 0, 0] for confidence in CONFIDENCES}
    nested = 0
    for pupil in crowd:
        others = votes([one for one in crowd if one is not pupil], article, asked).drop(columns=NONE)
        own = [mark for mark in pupil.marks if mark.layer == layer]
        nested += sum(one.span.words < other.span.words for one in own for other in own if one.tag != other.tag)
        for mark in own:
            given = others.loc[[(mark.span.segment, word) for word in sorted(mark.span.words)]].sum()
            if mark.confidence:
                tally = expected[mark.confidence]
                tally[0] += 1
                tally[1] += bool(given.any())
                tally[2] += bool(given.any() and given[mark.tag] == given.max())

    found = calibration(counts(crowd, article, layers), article, asked, None)

    assert {one.confidence: [one.marks, one.compared, one.with_class] for one in found} == expected
    assert nested > 0 or layer == "sourcing"


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
