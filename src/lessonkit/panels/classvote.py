"""A vote before a talk and one after it: hands are put in, and stand beside each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from ..layers import Layer, Tag
from ..marks import sign
from ..words import Words
from ..workbook import Workbook
from .classparts import fill, small, wrapped
from .desk import Desk, Field, Fold, Made, Part, Shown, Step
from .markup import plain, tag_name
from .parts import style

MOST_HANDS = 999
NO_TAG = "0"
"""What stands for no tag where tags stand by their keys, ``1`` to ``9``."""

_BEFORE, _AFTER = "before", "after"
_MOST_LAYER_NAME = 13  # of a layer's name in the name of a field, which has 40 characters
_MOST_SHOWN = 40


class ClassDesk(Desk):
    """A desk to read from far away."""

    _css = style("sheet", "desk", "classpages")


@dataclass(frozen=True)
class Vote:
    """What is voted on, and under which names the hands are kept."""

    layer: Layer
    segment: str
    words: Words
    place: str = ""
    """A fingerprint of where the class's files are: another class's hands are not this one's."""

    @property
    def name(self) -> str:
        """Name of the desk: it is seen in notebooks, and says nothing of where the class is."""
        return f"vote-{self.layer.name[:_MOST_LAYER_NAME]}-{self.segment}"

    def steps(self, shown: str, likely: tuple[Tag, ...]) -> tuple[Step, ...]:
        """
        Give what is on the desk.

        Parameters
        ----------
        shown
            HTML that stands above the fields.
        likely
            The tags whose fields stand open; those of the others are folded away.
        """
        made = Made(f"{self.name}-bars", lambda texts: wrapped(self.bars(texts)))
        return (
            Step("", (Shown(wrapped(shown)),)),
            Step(self.words("class.vote_before"), self._fields(_BEFORE, likely)),
            Step(self.words("class.vote_after"), (*self._fields(_AFTER, likely), made)),
        )

    def bars(self, texts: Mapping[str, str]) -> str:
        """Draw the hands before and after the talk, as HTML."""
        words = self.words
        before, after = self._hands(texts, _BEFORE), self._hands(texts, _AFTER)
        faults = [
            plain(words("class.vote_not_a_number", said=said[:_MOST_SHOWN], most=MOST_HANDS))
            for said in (*before.faults, *after.faults)
        ]
        if not before.hands and not after.hands:
            return "".join(faults) + plain(words("class.vote_empty"))
        parts = [*faults, self._drawn(before.hands, after.hands)]
        if not after.hands:
            parts.append(plain(words("class.vote_wait")))
        elif before.hands:
            parts += self._moved(before.hands, after.hands)
        return "".join(parts)

    @property
    def _titles(self) -> dict[str, str]:
        return {tag.key: tag.title for tag in self.layer.tags} | {NO_TAG: self.words("class.none")}

    def _field_name(self, key: str, when: str) -> str:
        own = sign(f"{self.place}/{self.layer.name}")[:6]
        return f"vote-{own}{self.name.removeprefix('vote')}-{key}-{when}"

    def _fields(self, when: str, likely: tuple[Tag, ...]) -> tuple[Part, ...]:
        def field(key: str) -> Field:
            label = self.words(f"class.vote_field_{when}", tag=self._titles[key])
            return Field(self._field_name(key, when), label, kind="number")

        rest = tuple(field(tag.key) for tag in self.layer.tags if tag not in likely)
        folded = (Fold(f"{self.name}-{when}-more", self.words("class.vote_more"), rest),) if rest else ()
        return (*(field(tag.key) for tag in likely), field(NO_TAG), *folded)

    def _hands(self, texts: Mapping[str, str], when: str) -> "_Hands":
        found = _Hands({}, [])
        for key in self._titles:
            said = texts.get(self._field_name(key, when), "").strip()
            # Nine digits are plenty: Python refuses to read thousands of them.
            if said.isascii() and said.isdecimal() and int(said[:9]) <= MOST_HANDS:
                found.hands[key] = int(said[:9])
            elif said:
                found.faults.append(said)
        return found

    def _drawn(self, before: Mapping[str, int], after: Mapping[str, int]) -> str:
        most = max(1, *before.values(), *after.values())
        tags = {tag.key: tag for tag in self.layer.tags}
        rows = []
        for key, title in self._titles.items():
            if key not in before and key not in after:
                continue
            tag = tags.get(key)
            times = "".join(
                f'<span class="cl-time"><span>{escape(self.words(f"class.vote_{when}"))}</span>'
                f'{fill(hands.get(key, 0) / most, tag)}<span class="cl-n">{hands.get(key, 0)}</span></span>'
                for when, hands in ((_BEFORE, before), (_AFTER, after))
                if hands
            )
            rows.append(f'<li><span class="cl-name">{tag_name(tag) if tag else escape(title)}</span>{times}</li>')
        return f'<ul class="cl-bars cl-twice">{"".join(rows)}</ul>'

    def _moved(self, before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
        """Say in words what has changed."""
        words = self.words
        steps = {key: after.get(key, 0) - before.get(key, 0) for key in self._titles}
        moves = [
            words(f"class.vote_{'more' if by > 0 else 'fewer'}_hands", tag=self._titles[key], number=abs(by))
            for key, by in steps.items()
            if by
        ]
        moved = words("class.vote_moved", moves=words("class.and").join(moves)) if moves else words("class.vote_same")
        total = words("class.vote_total", before=sum(before.values()), after=sum(after.values()))
        return [plain(moved), small(total), f'<p class="cl-ask">{escape(words("class.vote_open"))}</p>']


def nothing_to_vote_on(workbook: Workbook, layer: Layer, said: Sequence[str]) -> ClassDesk:
    """
    Put up a desk with no fields, where there is no segment to vote on.

    Parameters
    ----------
    workbook
        The teacher's own.
    layer
        The layer.
    said
        HTML that says why, and what to type to have a vote.
    """
    name, title = f"vote-{layer.name[:_MOST_LAYER_NAME]}", workbook.words("class.vote_title")
    return ClassDesk(workbook, name, title, layer.question, (Step("", (Shown(wrapped("".join(said))),)),))


@dataclass(frozen=True)
class _Hands:
    """Hands by the key of their tag, and what was put in and is no number."""

    hands: dict[str, int]
    faults: list[str]
