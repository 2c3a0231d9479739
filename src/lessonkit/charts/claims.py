"""Who vouches for each claim, and what would settle it."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..article import Article
from ..key import Key, Note
from ..layers import Layer
from ..words import Words
from .looks import looks
from .paper import (
    CHIP,
    HOW,
    INK,
    LABEL,
    MARGIN,
    PAPER,
    WIDTH,
    Paper,
    Type,
    draw_heading,
    draw_tag,
    drawable,
    shortened,
    wide,
    wrapped,
)
from .picture import Part
from .sources import OWN_VOICE, SOURCE, given, short_name

_SIDE = "party"
_CHECKABLE = ("event", "number")
_SETTLES = "settles"
_OPEN = ("time", "nothing")

_BAND = 0.22
_START = MARGIN + _BAND + 0.2
_ANSWER = 5.35
_GAP = 0.08
_MOST_LINES = 2
_FLAG = Type(14, bold=True, colour=PAPER)
_SQUARE = 0.26
_APART = 0.34
_LEAST_BESIDE = 3.5


@dataclass(frozen=True)
class Claim:
    """A claim of the key, and who vouches for it."""

    note: Note
    vouchers: tuple[Note, ...]
    """Notes of the sourcing key, the nearest first and the outermost last; empty where none holds the claim."""
    checkable: bool
    """Whether there is something that could settle it."""
    one_side: bool
    """Whether it could be checked, and nobody vouches for it but one side in the story."""


def vouchers_of(note: Note, article: Article, sourcing: Key) -> tuple[Note, ...]:
    """
    Find who vouches for a claim.

    Parameters
    ----------
    note
        The claim, a note of the claims key.
    article
        The article.
    sourcing
        The sourcing key.

    Returns
    -------
    tuple of Note
        The notes whose reported words, or whose quotation where they report none, hold all
        words of the claim; the one with the fewest words first.
    """
    found = [(given(other, article), other) for other in sourcing.of(note.span.segment)]
    holding = [(span, other) for span, other in found if note.span.words <= span.words]
    return tuple(other for _, other in sorted(holding, key=lambda pair: len(pair[0].words)))


@dataclass(frozen=True)
class Claims:
    """All claims of an article, by who vouches for them."""

    article: Article
    layer: Layer
    key: Key
    sourcing: tuple[Layer, Key] | None
    """Where the sourcing key is missing, nobody can say who vouches."""
    words: Words

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """In article order."""
        return tuple(self._claim(note) for note in self.key.notes)

    def parts(self) -> tuple[Part, ...]:
        """Say it in words."""
        lines = [self._line(claim) for claim in self.claims]
        parts = [Part(self.words("chart.glance_title"), (self.words("chart.glance_how"), *self._counted()))]
        if self.sourcing is None:
            parts = []
        parts += [Part(self.words("chart.claims_title"), (self._how, *lines))]
        if self.sourcing is not None:
            alone = [self._line(claim) for claim in self.claims if claim.one_side]
            parts.append(Part(self.words("chart.one_side_title"), tuple(alone) or (self.words("chart.one_side_none"),)))
        return tuple(parts)

    def draw(self, paper: Paper) -> None:
        """Draw it."""
        if self.sourcing is not None:
            self._draw_glance(paper, *self.sourcing)
        draw_heading(paper, self.words("chart.claims_title"), self._how)
        if any(claim.one_side for claim in self.claims):
            self._draw_legend(paper)
        for number, (tag, groups) in enumerate(self._groups()):
            if number:  # the heading stays with what stands under it
                paper.may_break()
            paper.y += 0.12
            if tag is not None and self.sourcing is not None:
                layer, _ = self.sourcing
                draw_tag(paper, layer.tag(tag), looks(layer)[tag], none="")
            for source, claims in groups:
                self._draw_group(paper, tag, source, claims)

    @property
    def _how(self) -> str:
        return self.words("chart.claims_how" if self.sourcing else "chart.claims_how_alone")

    def _claim(self, note: Note) -> Claim:
        checkable = note.tag in _CHECKABLE and note.fields.get(_SETTLES) not in _OPEN
        if self.sourcing is None:
            return Claim(note, (), checkable, one_side=False)
        layer, key = self.sourcing
        vouchers = vouchers_of(note, self.article, key)
        # Somebody else who gives exactly the same words vouches for them, too; whoever hands on
        # what a side says does not.
        nearest = [
            other.tag
            for other in vouchers
            if given(other, self.article) == given(vouchers[0], self.article) and layer.has(other.tag)
        ]
        return Claim(note, vouchers, checkable, one_side=checkable and set(nearest) == {_SIDE})

    def _groups(self) -> list[tuple[str | None, list[tuple[str, list[Claim]]]]]:
        """Put the claims together by the tag and the name of who vouches, in the order of the tags."""
        tags = [tag.name for tag in self.sourcing[0].tags] if self.sourcing else []
        found: dict[str | None, dict[str, list[Claim]]] = {tag: {} for tag in (*tags, None)}
        for claim in self.claims:
            tag = self._tag(claim)
            found[tag].setdefault(self._who(claim), []).append(claim)
        return [(tag, list(groups.items())) for tag, groups in found.items() if groups]

    def _tag(self, claim: Claim) -> str | None:
        """Give the sourcing tag of a claim: that of the nearest who vouches for it, or the article's own."""
        if self.sourcing is None:
            return None
        layer, _ = self.sourcing
        tag = claim.vouchers[0].tag if claim.vouchers else OWN_VOICE
        return tag if layer.has(tag) else None

    def _who(self, claim: Claim) -> str:
        if self.sourcing is None:
            return self.words("chart.vouched_unknown")
        if not claim.vouchers:
            return self.words("chart.vouched_own")
        names: list[str] = []
        for span, notes in itertools.groupby(claim.vouchers, lambda note: given(note, self.article)):
            del span
            together = dict.fromkeys(short_name(note.fields.get(SOURCE, "")) or note.quote for note in notes)
            names.append(self.words("chart.and").join(together))
        told = names[0]
        for outer in names[1:]:
            told = self.words("chart.vouched_inside", inner=told, outer=outer)
        return told

    def _settles(self, note: Note) -> str:
        """Say what would settle a claim, in a word or two where the layer has a sentence for it."""
        return self._settles_by(note.fields.get(_SETTLES, ""))

    def _settles_by(self, value: str) -> str:
        return short_name(self._evidence.get(value, value)).rstrip(".") if value else ""

    @property
    def _evidence(self) -> Mapping[str, str]:
        """What can settle a claim: the word that is stored, and the sentence that is read."""
        return next((field.values for field in self.layer.fields if field.name == _SETTLES), None) or {}

    def _line(self, claim: Claim) -> str:
        note = claim.note
        line = self.words(
            "chart.claim_line",
            id=note.span.segment,
            quote=note.quote,
            tag=self.layer.tag(note.tag).title,
            who=self._who_and_tag(claim),
            settles=self._settles(note),
        )
        return f"{line} {self.words('chart.one_side_line')}" if claim.one_side else line

    def _who_and_tag(self, claim: Claim) -> str:
        tag = self._tag(claim)
        if tag is None or self.sourcing is None:
            return self._who(claim)
        return self.words("chart.who", who=self._who(claim), tag=self.sourcing[0].tag(tag).title)

    def _by_tag(self) -> list[tuple[str | None, list[Claim]]]:
        """Give the claims by the tag of who vouches: those on one side alone first, and last those nothing can settle."""
        return [
            (
                tag,
                sorted(
                    (claim for _, claims in groups for claim in claims),
                    key=lambda claim: (not claim.one_side, not claim.checkable),
                ),
            )
            for tag, groups in self._groups()
        ]

    def _counted(self) -> list[str]:
        """Say for each kind of source how many claims it vouches for, and how many of them could be checked."""
        return [
            self.words(
                "chart.glance_line",
                tag=self.sourcing[0].tag(tag).title if self.sourcing and tag else self.words("chart.vouched_own"),
                all=len(claims),
                checkable=sum(claim.checkable for claim in claims),
                alone=sum(claim.one_side for claim in claims),
                cells=self._cells(claims),
            )
            for tag, claims in self._by_tag()
        ]

    def _cells(self, claims: Sequence[Claim], one_side: str = "chart.glance_cell_alone") -> str:
        """Say how many claims each kind of evidence would settle, in the layer's order, and which sentences to read where one side is all."""
        order = list(self._evidence)
        kinds = dict.fromkeys(claim.note.fields.get(_SETTLES, "") for claim in claims)
        cells = []
        for kind in sorted(kinds, key=lambda kind: order.index(kind) if kind in order else len(order)):
            here = [claim for claim in claims if claim.note.fields.get(_SETTLES, "") == kind]
            alone = [claim for claim in here if claim.one_side]
            cells.append(
                self.words(
                    one_side if alone else "chart.glance_cell",
                    settles=self._settles_by(kind) or self.words("chart.glance_not_said"),
                    number=len(here),
                    alone=len(alone),
                    ids=", ".join(dict.fromkeys(claim.note.span.segment for claim in alone)),
                )
            )
        return "; ".join(cells)

    # Drawing

    def _draw_glance(self, paper: Paper, layer: Layer, _key: Key) -> None:
        """Draw a square for each claim, in a row for each kind of source."""
        draw_heading(paper, self.words("chart.glance_title"), self.words("chart.glance_how"))
        for tag, claims in self._by_tag():
            if tag is not None:
                draw_tag(paper, layer.tag(tag), looks(layer)[tag], none="")
            across = int((WIDTH - 2 * MARGIN) / _APART)
            for first in range(0, len(claims), across):
                for at, claim in enumerate(claims[first : first + across]):
                    place = (MARGIN + at * _APART, paper.y, _SQUARE, _SQUARE)
                    paper.frame(place, INK if claim.one_side else None, dashed=not claim.checkable)
                paper.y += _APART
            below = paper.y
            alone, others = ([claim for claim in claims if claim.one_side is side] for side in (True, False))
            if alone:
                paper.y += 0.04
                left = self._draw_flag(paper, MARGIN, paper.y + LABEL.step / 2)
                _draw_lines(paper, self._cells(alone, "chart.glance_sign"), left + 0.15, CHIP)
            left = MARGIN + len(claims) * _APART + 0.1
            if not alone and WIDTH - MARGIN - left > _LEAST_BESIDE:
                paper.y -= _APART
            else:
                left = MARGIN
            if others:
                _draw_lines(paper, self._cells(others), left, HOW)
            paper.y = max(paper.y, below) + 0.06
        paper.y += 0.2
        paper.may_break()

    def _draw_legend(self, paper: Paper) -> None:
        left = self._draw_flag(paper, MARGIN, paper.y + 0.15)
        lines = wrapped(self.words("chart.one_side_how"), WIDTH - MARGIN - left - 0.15, LABEL)
        for number, line in enumerate(lines):
            paper.write((left + 0.15, paper.y + 0.15 + number * LABEL.step), line, LABEL)
        paper.y += len(lines) * LABEL.step + 0.12

    def _draw_flag(self, paper: Paper, left: float, middle: float) -> float:
        """Draw the sign of a claim that rests on one side alone, and give where it ends."""
        sign = self.words("chart.one_side")
        size = wide(sign, _FLAG) + 0.2 if drawable(sign) else 0.4
        paper.frame((left, middle - 0.14, size, 0.28), INK)
        if drawable(sign):
            paper.write((left + size / 2, middle), sign, _FLAG, "middle")
        return left + size

    def _draw_group(self, paper: Paper, tag: str | None, source: str, claims: Sequence[Claim]) -> None:
        top = paper.y
        if drawable(source):
            for line in wrapped(source, WIDTH - MARGIN - _START, CHIP):
                paper.write((_START, paper.y + CHIP.step / 2), line, CHIP)
                paper.y += CHIP.step
            paper.y += 0.03
        for claim in claims:
            self._draw_claim(paper, claim)
            paper.may_break()
        look = looks(self.sourcing[0])[tag] if tag is not None and self.sourcing is not None else None
        paper.box((MARGIN, top, _BAND, paper.y - top), look)
        paper.y += 0.12

    def _draw_claim(self, paper: Paper, claim: Claim) -> None:
        quote = f"“{claim.note.quote}”" if drawable(claim.note.quote) else claim.note.span.segment
        kind = CHIP if claim.one_side else LABEL
        left = shortened(quote, _ANSWER - _START - 0.25, kind, _MOST_LINES)
        room = WIDTH - MARGIN - _ANSWER
        right = [(line, CHIP) for line in wrapped(self._settles(claim.note), room, CHIP)]
        right += [(line, HOW) for line in wrapped(self.layer.tag(claim.note.tag).title, room, HOW)]
        right = [(line, how) for line, how in right if drawable(line)]
        step = LABEL.step
        flag = 0.32 if claim.one_side else 0
        tall = max(len(left) * step + flag, len(right) * step) + 0.08
        for number, line in enumerate(left):
            paper.write((_START + _GAP, paper.y + 0.04 + (number + 0.5) * step), line, kind)
        for number, (line, how) in enumerate(right):
            paper.write((_ANSWER, paper.y + 0.04 + (number + 0.5) * step), line, how)
        if claim.one_side:
            paper.frame((_START - 0.04, paper.y + 0.01, WIDTH - MARGIN - _START + 0.04, tall - 0.02))
            self._draw_flag(paper, _START + _GAP, paper.y + 0.04 + len(left) * step + flag / 2)
        paper.y += tall + 0.03


def _draw_lines(paper: Paper, text: str, left: float, kind: Type) -> None:
    """Write a text from `left` on, and move down."""
    lines = wrapped(text, WIDTH - MARGIN - left, kind) if drawable(text) else []
    for line in lines:
        paper.write((left, paper.y + kind.step / 2), line, kind)
        paper.y += kind.step
    paper.y += 0.05
