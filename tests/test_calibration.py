"""How sure a class is, against how often it reads alike."""

from dataclasses import replace

from lessonkit.article import Article
from lessonkit.calibration import calibration
from lessonkit.key import Key
from lessonkit.layers import Layer

from .pupils import counted, on

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
