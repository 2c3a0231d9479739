"""Pupils for tests of the class: typed by hand, or a crowd by a seed."""

import random
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from lessonkit.article import Article, Span
from lessonkit.classroom import Class, Pupil
from lessonkit.key import Key
from lessonkit.layers import Layer
from lessonkit.tally import NONE, counts
from lessonkit.workbook import CONFIDENCES, Mark

HOSTILE = """<img src=x onerror="window.hit='img'"><script>window.hit='script'</script>{words}"""


def a_mark(
    article: Article, layer: str, place: tuple[str, int, int], tag: str, reason: str = "", confidence: str = ""
) -> Mark:
    """Make a mark on words number so and so of a segment."""
    span = Span(*place)
    name = f"{layer}-{'-'.join(map(str, place))}-{tag}"
    return Mark(name[:40], layer, span, article.quote(span), tag, reason, confidence)


def a_pupil(number: int, marks: Sequence[Mark] = (), looked: Mapping[str, Sequence[str]] | None = None) -> Pupil:
    """Make a pupil; the number makes the id."""
    seen = {layer: frozenset(ids) for layer, ids in (looked or {}).items()}
    return Pupil(f"{number:016x}", f"pseudonym {number}", "2026-11-22T08:00:00Z", f"{number}.json", tuple(marks), seen)


def everything(article: Article, layers: Mapping[str, Layer]) -> dict[str, list[str]]:
    """Give all segments of all layers, as somebody who has looked at everything has them."""
    return {name: [segment.id for segment in article.over(layer.over)] for name, layer in layers.items()}


def a_crowd(
    number: int, article: Article, layers: Mapping[str, Layer], keys: Mapping[str, Key], seed: int = 0
) -> Class:
    """
    Make a class of pupils who mostly follow the keys, with slips of edge and tag, and words of their own.

    Some have looked at everything and marked little, one in ten has done nothing.
    """
    chance = random.Random(seed)  # noqa: S311 - a class to be made again, no secret
    pupils = []
    for at in range(number):
        marks: dict[tuple[str, Span, str], Mark] = {}
        care = chance.choice((0.9, 0.7, 0.4))
        for layer, key in keys.items():
            names = [tag.name for tag in layers[layer].tags]
            for note in key.notes:
                if chance.random() > care:
                    continue
                others = [one.tag for one in note.also] or names
                tag = note.tag if chance.random() < care else chance.choice(others)
                most = len(article.segment(note.span.segment).words) - 1
                last = min(most, note.span.last + chance.choice((0, 0, 0, 1)))
                made = a_mark(
                    article,
                    layer,
                    (note.span.segment, note.span.first, last),
                    tag,
                    f"Because of “{note.quote.split()[0]}” ({at % 7})" if chance.random() < care / 2 else "",
                    chance.choice(("", *CONFIDENCES)),
                )
                marks[layer, made.span, tag] = made
        order = sorted(marks.values(), key=lambda mark: article.place(mark.span))
        idle = at % 10 == 9
        looked = {} if idle else everything(article, {name: layers[name] for name in keys})
        pupils.append(a_pupil(at, () if idle else order, looked))
    return Class(article, layers, tuple(pupils))


def class_of(article: Article, layers: Mapping[str, Layer], marks: Iterable[Sequence[Mark]]) -> list[Pupil]:
    """Make pupils who have all looked at everything, each with some marks."""
    return [a_pupil(number, own, everything(article, layers)) for number, own in enumerate(marks)]


def on(article: Article, place: tuple[str, int, int], tag: str, confidence: str = "") -> list[Mark]:
    return [a_mark(article, "sourcing", place, tag, confidence=confidence)]


def counted(article: Article, layers: Mapping[str, Layer], marks: Iterable[Sequence[Mark]]) -> pd.DataFrame:
    return counts(class_of(article, layers, marks), article, layers)


def split_class(article: Article, numbers: Mapping[str, int], place: tuple[str, int, int]) -> list[list[Mark]]:
    """Give the marks of pupils of whom so many each give words a tag, and of ``none`` so many none."""
    return [[] if tag == NONE else on(article, place, tag) for tag, number in numbers.items() for _ in range(number)]
