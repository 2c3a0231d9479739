"""
Hold the keys against independent readings of the article: ``python -m tests.agreement``.

The measure is Krippendorff's alpha, nominal and token-wise. The units are the words of the
article, the value of a word is the tag on it, or "none" where no note has it. A word in several
notes takes the tag of the shortest, and of two equally short ones that of the first: the inner
note is the more exact one. One value for each word is how PolNeAR labels the words of its articles
(networkdynamics/PolNeAR:README.md), and its trained coders reached .754. Their values were source, cue,
content and none, so their figure is a neighbour of the one for sourcing and not its yardstick.

The second figure accepts ``also``. A word on which the two differ counts as agreed where the
tag of one stands among what the other can defend there: the tags of all its notes that have the
word, and their ``also`` readings of it. It says how much of the difference the readers had
foreseen. It is no agreement of two independent codings, since each may give way to the other.

A key was settled against each reading after it was made: what convinced went into the key. So its
agreement with them has risen since, and is no measure of agreement. The readings were made apart, the
fourth on another day, and kept as they were made: any two of them estimate how far two readers of these
layers agree.

The figures are printed and no test asserts them. A key bent towards one reading
would show a fine alpha and teach nothing.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from pathlib import Path

import krippendorff

from lessonkit.article import Article, Span, read_article
from lessonkit.faults import LessonError
from lessonkit.files import read_toml
from lessonkit.key import Key, Reading, read_key
from lessonkit.layers import Layer, read_layers
from lessonkit.places import data_folder

READINGS = Path(__file__).parent / "readings"
KEY, SECOND, THIRD, FOURTH = "key", "second", "third", "fourth"
INDEPENDENT = (SECOND, THIRD, FOURTH)
NONE = "none"
TRAINED_CODERS = ".754, labelling source, cue and content (networkdynamics/PolNeAR:README.md)"


@dataclass(frozen=True)
class Marked:
    """Words of the article that somebody gave a tag."""

    span: Span
    quote: str
    tag: str
    also: tuple[Reading, ...]

    @property
    def says(self) -> str:
        """The note in one line."""
        others = [
            other.tag if other.span == self.span else f"{other.tag} on words {other.span.first}-{other.span.last}"
            for other in self.also
        ]
        return f"{self.tag}{', also ' + ' and '.join(others) if others else ''}: “{self.quote}”"


@dataclass(frozen=True)
class Difference:
    """Words to which two readings give different values, on account of the same two notes."""

    segment: str
    quote: str
    """The words; a gap between them is shown by dots."""
    words: int
    notes: tuple[Marked | None, Marked | None]
    """The note of each reading that decides, None where it has none."""


Word = tuple[str, int]
"""A segment's id and the number of a word in it."""


def independent_reading(name: str, article: Article, layer: Layer) -> tuple[Marked, ...]:
    """
    Read an independent reading of one layer.

    Parameters
    ----------
    name
        Which one, such as "second".
    article
        The article it quotes.
    layer
        The layer.

    Returns
    -------
    tuple of Marked

    Raises
    ------
    LessonError
        When a quotation is not found, or a tag is not the layer's.
    """
    marked = []
    for note in read_toml(READINGS / name / f"{layer.name}.toml")["note"]:
        span = article.find(note["quote"], note["at"])
        also = tuple(Reading(layer.tag(other).name, span) for other in note.get("also", ()))
        marked.append(Marked(span, note["quote"], layer.tag(note["tag"]).name, also))
    return tuple(marked)


def read_again(name: str, layers: Mapping[str, Layer]) -> list[Layer]:
    """List the layers that an independent reading has."""
    return [layer for layer in layers.values() if (READINGS / name / f"{layer.name}.toml").is_file()]


def first_reading(key: Key) -> tuple[Marked, ...]:
    """Give a key in the form of a reading."""
    return tuple(Marked(note.span, note.quote, note.tag, note.also) for note in key.notes)


def words_of(article: Article) -> list[Word]:
    """List all words of an article."""
    return [(segment.id, number) for segment in article.segments for number in range(len(segment.words))]


def deciding(reading: Sequence[Marked], word: Word) -> Marked | None:
    """Give the note that decides the value of a word: the shortest that has it."""
    having = [note for note in reading if _has(note.span, word)]
    return min(having, key=lambda note: len(note.span.words), default=None)


def values(reading: Sequence[Marked], words: Sequence[Word]) -> list[str]:
    """Give the tag on each word, or "none"."""
    return [note.tag if (note := deciding(reading, word)) else NONE for word in words]


def alpha(one: Sequence[str], other: Sequence[str]) -> float:
    """
    Count Krippendorff's alpha of two rows of values.

    Parameters
    ----------
    one, other
        The values that each reading gives to the same units.

    Returns
    -------
    float
        1 where they agree on every unit, 0 where they agree as often as chance would.
    """
    numbers = {value: number for number, value in enumerate(sorted({*one, *other}))}
    rows = [[numbers[value] for value in row] for row in (one, other)]
    return float(krippendorff.alpha(reliability_data=rows, level_of_measurement="nominal"))


def give_way(one: Sequence[Marked], other: Sequence[Marked], words: Sequence[Word]) -> tuple[list[str], list[str]]:
    """
    Give the values of two readings when each accepts what it can defend.

    Parameters
    ----------
    one, other
        The readings.
    words
        The words to give values to.

    Returns
    -------
    tuple of two lists of str
        The values; on a word where one reading accepts the other's tag, both have that tag.
    """
    rows = values(one, words), values(other, words)
    for number, word in enumerate(words):
        left, right = rows[0][number], rows[1][number]
        if left in _defended(other, word):
            rows[1][number] = left
        elif right in _defended(one, word):
            rows[0][number] = right
    return rows


def differences(one: Sequence[Marked], other: Sequence[Marked], article: Article) -> Iterator[Difference]:
    """
    Go through the words on which two readings differ, note by note.

    Parameters
    ----------
    one, other
        The readings.
    article
        What they read.

    Yields
    ------
    Difference
    """
    words = words_of(article)
    differing = [
        word for word, left, right in zip(words, values(one, words), values(other, words), strict=True) if left != right
    ]
    decided: dict[tuple[str, Marked | None, Marked | None], list[int]] = {}
    for word in differing:
        decided.setdefault((word[0], deciding(one, word), deciding(other, word)), []).append(word[1])
    for (segment, left, right), numbers in decided.items():
        runs = [
            [number for _, number in run] for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
        ]
        quote = " … ".join(article.segment(segment).quote(run[0], run[-1]) for run in runs)
        yield Difference(segment, quote, len(numbers), (left, right))


def report(article: Article, layer: Layer, readings: Mapping[str, Sequence[Marked]]) -> Iterator[str]:
    """
    Write the lines that hold the readings of one layer against each other, two at a time.

    Parameters
    ----------
    article
        What all of them read.
    layer
        The layer they read it for.
    readings
        The readings, each under its name.

    Yields
    ------
    str
        A line.
    """
    yield f"{layer.title}: {layer.question}"
    if layer.name == "sourcing":
        yield f"  trained coders of PolNeAR    {TRAINED_CODERS}"
    for pair in combinations(readings, 2):
        yield from _compared(article, pair, (readings[pair[0]], readings[pair[1]]))
    yield ""


def _compared(
    article: Article, names: tuple[str, str], pair: tuple[Sequence[Marked], Sequence[Marked]]
) -> Iterator[str]:
    """Write the figures for two readings, and then where they differ."""
    words = words_of(article)
    rows = [values(reading, words) for reading in pair]
    same = sum(left == right for left, right in zip(*rows, strict=True))
    yield f"  {names[0]} and {names[1]}, {'the key settled since' if KEY in names else 'both as they were made'}"
    yield f"    alpha                      {alpha(*rows):.3f}   ({same} of {len(words)} words have the same value; {len(pair[0])} notes and {len(pair[1])})"
    yield f"    alpha, “also” accepted     {alpha(*give_way(*pair, words)):.3f}   (either side may give way to what it can defend)"
    for difference in differences(*pair, article):
        yield f"    {difference.segment}, {difference.words} of its words: “{difference.quote}”"
        for name, note in zip(names, difference.notes, strict=True):
            yield f"      {name:<8}{note.says if note else NONE}"


def _has(span: Span, word: Word) -> bool:
    return span.segment == word[0] and span.first <= word[1] <= span.last


def _defended(reading: Sequence[Marked], word: Word) -> set[str]:
    """Give all tags that a reading can defend on a word."""
    readings = [one for note in reading for one in (Reading(note.tag, note.span), *note.also)]
    return {one.tag for one in readings if _has(one.span, word)}


def main() -> None:
    """Print the agreement of every layer that was read again."""
    article = read_article(data_folder() / "idlib")
    layers = read_layers(data_folder())
    for layer in read_again(SECOND, layers):
        key = read_key(article, layer)
        if key is None:
            msg = f"{article.folder} has no key of {layer.name}, so there is nothing to hold the readings against."
            raise LessonError(msg)
        readings = {KEY: first_reading(key)}
        readings |= {name: independent_reading(name, article, layer) for name in INDEPENDENT}
        sys.stdout.writelines(f"{line}\n" for line in report(article, layer, readings))


if __name__ == "__main__":
    main()
