"""Made-up workbooks, so that a teacher can practise the night before and tests have a class."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TypeVar

from .article import Article, Segment, Span
from .classroom import MADE_UP
from .faults import LessonError
from .key import Key, Note
from .layers import Layer
from .marks import CONFIDENCES, MOST_PSEUDONYM, Ground, Mark, State, Text
from .words import Words

MOST_WORKBOOKS = 1_000_000
_BELL = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
"""When the made-up lesson begins: always the same, so that the same seed gives the same bytes."""

_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class _Habit:
    """How a pupil goes about it. Shares are between 0 and 1."""

    name: str
    """Where in the words their reasons are."""
    finishes: float
    """How often they get to the end of a layer."""
    marks: float
    """Of the key's notes they get to, how many they mark."""
    agrees: float
    """Of these, how many get the key's tag."""
    whole: float
    """How often they mark the whole segment and not the words."""
    edges: float
    """How often a mark begins or ends a word away from the key's."""
    own: float
    """In how many segments they mark words that nobody asked them to."""
    reasons: float
    texts: float
    sure: tuple[float, float, float]
    """How often they are guessing, fairly sure, sure; else they do not say."""
    minutes: tuple[int, int]
    """When they keep their work, from the bell on."""


_CAREFUL = _Habit("careful", 0.85, 0.85, 0.85, 0.05, 0.2, 0.1, 0.8, 0.9, (0.15, 0.45, 0.3), (34, 50))
_CARELESS = _Habit("careless", 0.3, 0.3, 0.35, 0.75, 0.3, 0.2, 0.15, 0.3, (0.1, 0.1, 0.5), (15, 45))
_CONTRARY = _Habit("contrary", 0.7, 0.7, 0.35, 0.15, 0.2, 0.3, 0.6, 0.6, (0.1, 0.3, 0.5), (28, 50))
_ROUND = (
    *(_CAREFUL, _CARELESS, _CONTRARY, _CAREFUL, _CONTRARY),
    *(_CARELESS, _CAREFUL, _CAREFUL, _CARELESS, _CONTRARY),
)
"""Who comes after whom: three pupils are one of each."""


def rehearse(  # noqa: PLR0913, PLR0917 - each is another thing that a made-up class is made of
    number: int,
    folder: Path,
    article: Article,
    layers: Mapping[str, Layer],
    keys: Mapping[str, Key],
    words: Words,
    seed: int = 0,
    fields: Sequence[str] = (),
) -> list[Path]:
    """
    Write made-up workbooks into a folder, as the files that learners keep.

    Parameters
    ----------
    number
        How many.
    folder
        Where to. It is made if it is not there; nothing in it is written over.
    article
        The article they are of.
    layers
        All layers, by name.
    keys
        The keys there are, by layer. Where a layer has none, every pupil marks as they please.
    words
        The words people read; what the pupils say is there, too.
    seed
        The same number gives the same files, byte for byte.
    fields
        Names of the texts they write, such as ``"stuck-first"``.

    Returns
    -------
    list of Path
        The files, the first pupil's first. With a greater number, the first ones are the same.

    Raises
    ------
    LessonError
        When there is a file of one of the names already, before anything is written; or when the
        folder cannot be written to.
    """
    if not 1 <= number <= MOST_WORKBOOKS:
        raise LessonError(words("rehearse.number", number=number, most=MOST_WORKBOOKS))
    names = _names(number, words, seed)
    paths = [folder / f"{article.name}-{_stem(name)}.json" for name in names]
    contents = _contents(names, article, layers, keys, words, seed, fields)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = {path.name for path in folder.iterdir()}
        if taken := next((path for path in paths if path.name in there), None):
            raise LessonError(words("rehearse.there", file=taken.name))
        for path, content in zip(paths, contents, strict=True):
            # x: what somebody puts there meanwhile is not written over, either.
            with path.open("xb") as file:
                file.write(content)
    except OSError as error:
        raise LessonError(words("rehearse.denied", folder=folder, error=error.strerror or error)) from None
    return paths


def made_up(  # noqa: PLR0913, PLR0917 - the same
    number: int,
    article: Article,
    layers: Mapping[str, Layer],
    keys: Mapping[str, Key],
    words: Words,
    seed: int = 0,
    fields: Sequence[str] = (),
) -> Iterator[bytes]:
    """
    Make up workbooks and put them nowhere.

    Parameters
    ----------
    number, article, layers, keys, words, seed, fields
        As for `rehearse`.

    Yields
    ------
    bytes
        What would be in the files.
    """
    return _contents(_names(number, words, seed), article, layers, keys, words, seed, fields)


def _contents(  # noqa: PLR0913, PLR0917 - the same
    names: Sequence[str],
    article: Article,
    layers: Mapping[str, Layer],
    keys: Mapping[str, Key],
    words: Words,
    seed: int,
    fields: Sequence[str],
) -> Iterator[bytes]:
    ground = Ground(article, layers)
    texts = words.list("rehearse.texts")
    reasons = {habit.name: words.list(f"rehearse.{habit.name}") for habit in _ROUND}
    for number, name in enumerate(names):
        habit = _ROUND[number % len(_ROUND)]
        chance = Random(f"{seed}/{number}")  # noqa: S311 - made up, not secret
        state = State(ground)
        state.id = MADE_UP + sha256(f"{seed}/{number}".encode()).hexdigest()[:16]
        state.pseudonym = name
        for layer in layers.values():
            if segments := article.over(layer.over):
                pupil = _Pupil(habit, chance, reasons[habit.name], ground, layer)
                pupil.work_through(state, segments, keys.get(layer.name))
        for field in fields:
            if chance.random() < habit.texts:
                state.texts[field] = Text(_one_of(texts, chance))
        first, last = habit.minutes
        saved = _BELL + timedelta(milliseconds=int((first + chance.random() * (last - first)) * 60_000))
        yield json.dumps(state.kept(saved.isoformat(timespec="milliseconds")), ensure_ascii=False).encode()


@dataclass(frozen=True)
class _Pupil:
    """A made-up learner at one layer."""

    habit: _Habit
    chance: Random
    reasons: tuple[str, ...]
    ground: Ground
    layer: Layer

    def work_through(self, state: State, segments: Sequence[Segment], key: Key | None) -> None:
        """Go through the segments as far as they get, and mark what they would."""
        reached = len(segments)
        if self.chance.random() > self.habit.finishes:
            reached = 1 + int(self.chance.random() * reached)
        for segment in segments[:reached]:
            for note in key.of(segment.id) if key else ():
                if self.chance.random() < self.habit.marks:
                    self._mark(state, *self._reading(note, segment))
            if self.chance.random() < (self.habit.own if key else self.habit.marks):
                first = int(self.chance.random() * len(segment.words))
                last = min(len(segment.words) - 1, first + int(self.chance.random() * 6))
                tag = _one_of(self.layer.tags, self.chance).name
                # Now and then somebody thinks better of it.
                self._mark(state, tag, Span(segment.id, first, last), removed=self.chance.random() < self.habit.own)
        state.looked[self.layer.name] = {segment.id for segment in segments[:reached]}

    def _reading(self, note: Note, segment: Segment) -> tuple[str, Span]:
        """Give the tag and the words they would choose where the key has a note."""
        tag, span = note.tag, note.span
        if self.chance.random() > self.habit.agrees:
            if note.also and self.habit is not _CARELESS:
                other = _one_of(note.also, self.chance)
                tag, span = other.tag, other.span
            else:
                tag = self._beside(tag)
        end = len(segment.words) - 1
        if self.chance.random() < self.habit.whole:
            return tag, Span(segment.id, 0, end)
        if self.chance.random() < self.habit.edges:
            first = min(end, max(0, span.first + int(self.chance.random() * 3) - 1))
            last = min(end, max(first, span.last + int(self.chance.random() * 3) - 1))
            span = Span(segment.id, first, last)
        return tag, span

    def _beside(self, tag: str) -> str:
        """Give a tag that stands beside this one: those are the ones that are mistaken for each other."""
        names = [one.name for one in self.layer.tags]
        at = names.index(tag)
        return _one_of([*names[max(0, at - 1) : at], *names[at + 1 : at + 2]] or names, self.chance)

    def _mark(self, state: State, tag: str, span: Span, *, removed: bool = False) -> None:
        mark_id = f"mark-{len(state.marks) + 1}"
        drawn = self.chance.random()
        guessing, fairly, sure = self.habit.sure
        confidence = ""
        for name, share in zip(CONFIDENCES, (guessing, guessing + fairly, guessing + fairly + sure), strict=True):
            if drawn < share:
                confidence = name
                break
        state.marks[mark_id] = self.ground.fingerprinted(
            Mark(
                id=mark_id,
                layer=self.layer.name,
                span=span,
                quote=self.ground.quote(span),
                tag=tag,
                reason=_one_of(self.reasons, self.chance) if self.chance.random() < self.habit.reasons else "",
                confidence=confidence,
                rev=2 if removed or self.chance.random() < self.habit.own else 1,
                removed=removed,
            )
        )


def _names(number: int, words: Words, seed: int) -> list[str]:
    """Give everybody a made-up name of their own; when all are given out, "blue otter 2" comes."""
    names: dict[str, str] = {}
    for first in words.list("pseudonym.first"):
        for second in words.list("pseudonym.second"):
            name = words("pseudonym.pattern", first=first, second=second)[: MOST_PSEUDONYM - 8]
            names.setdefault(_stem(name), name)
    chance = Random(f"{seed}/names")  # noqa: S311 - made up, not secret
    order = sorted(names.values(), key=lambda _: chance.random())
    rounds = (divmod(one, len(order)) for one in range(number))
    return [order[at] if again == 0 else f"{order[at]} {again + 1}" for again, at in rounds]


def _stem(name: str) -> str:
    """Give a name as it stands in the name of a kept file: letters and digits of any script."""
    plain = "".join(one if unicodedata.category(one)[0] in "LN" else "-" for one in unicodedata.normalize("NFC", name))
    return re.sub("-+", "-", plain).strip("-") or "work"


def _one_of(things: Sequence[_Thing], chance: Random) -> _Thing:
    # Not Random.choice: only Random.random is promised to give the same in every Python.
    return things[int(chance.random() * len(things))]
