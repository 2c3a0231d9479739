"""One learner's marks on one article, kept in a journal that loses nothing it has acknowledged."""

import hashlib
import json
import re
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeGuard

from .article import Article, Span
from .faults import LessonError
from .journal import SCHEMA, Event, Journal, append, now
from .layers import Layer
from .words import Words

__all__ = ["CONFIDENCES", "SCHEMA", "Mark", "Restored", "Text", "Workbook", "append", "made_up_name", "one_line"]

CONFIDENCES = ("guessing", "fairly sure", "sure")
"""How sure a learner can say to be of a mark."""

MOST_REASON = 500
"""Characters of a reason that are kept; one line is asked for."""

MOST_TEXT = 2_000
"""Characters of a text of the learner's own that are kept."""

MOST_PSEUDONYM = 40
MOST_KEPT_BYTES = 5_000_000
MOST_MARKS = 5_000
MOST_TEXTS = 1_000
MOST_REV = 1_000_000
"""Changes of one mark that a kept file may tell of: one with more could never be changed again."""
_MOST_QUOTE = 5_000
_MOST_NAME = 100
_MOST_BEFORE = 500
_ID = re.compile(r"(?!__)[A-Za-z0-9_-]{1,40}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A learner's quotation with tag, reason and confidence."""

    id: str
    layer: str
    span: Span
    quote: str
    tag: str
    reason: str = ""
    confidence: str = ""
    """One of `CONFIDENCES`, or empty where the learner has not said."""
    rev: int = 1
    """Grows with every change; of two versions of a mark the one with the higher number is newer."""
    removed: bool = False
    """A removed mark is remembered as removed, so that no other notebook brings it back."""
    within: str = field(default="", compare=False)
    """Fingerprint of the segment's text, so that the mark finds its segment again in an edited article."""

    def plain(self) -> dict[str, Any]:
        """Give the mark as plain data for a file or the panel."""
        data = asdict(self)
        span = data.pop("span")
        return {**data, **span}


@dataclass(frozen=True, slots=True)
class Text:
    """Something a learner has written, and what stood in its place before."""

    text: str
    before: tuple[str, ...] = ()
    """
    Fingerprints of the texts that were there before, oldest first.

    They tell which of two texts is the newer one, whatever the clocks of two machines say: the
    newer one has the other behind it.
    """

    def plain(self) -> dict[str, Any]:
        """Give the text as plain data for a file."""
        return {"text": self.text, "before": list(self.before)}

    def merged(self, newer: "Text") -> "Text":
        """Give the newer text with what was before either."""
        gone = dict.fromkeys([*self.before, *newer.before, *([_sign(self.text)] if self.text else [])])
        return Text(newer.text, tuple(sign for sign in gone if sign != _sign(newer.text))[-_MOST_BEFORE:])


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back from a kept file or from the browser."""

    marks: int
    """How many marks were brought in or brought up to date."""
    set_aside: tuple[str, ...]
    """Quotations of marks that have no one clear place in the article."""
    texts: int = 0
    """How many texts were brought in or brought up to date."""
    left_out: tuple[str, ...] = ()
    """Texts that were left out because something else is written in their place, and neither is known to be newer."""


@dataclass
class _State:
    """The fold of the events."""

    id: str = ""
    pseudonym: str = ""
    marks: dict[str, Mark] = field(default_factory=dict)
    looked: dict[str, set[str]] = field(default_factory=dict)
    aside: dict[str, Mark] = field(default_factory=dict)
    """Marks that have no one clear place in the article, or a tag it does not know, as they were written, by id."""
    texts: dict[str, Text] = field(default_factory=dict)

    def rev(self, mark_id: str) -> int:
        """Give the version of a mark that is known, 0 where none is."""
        known = self.marks.get(mark_id) or self.aside.get(mark_id)
        return known.rev if known else 0


class Workbook:
    """
    What one learner did with one article.

    Every change is one more line in a file that is only ever appended to, flushed to disk and
    read back before the call returns; the state is the fold of those lines. A killed kernel
    therefore loses nothing that was acknowledged, and two notebooks may write at once.

    Parameters
    ----------
    article
        The article.
    layers
        All layers, by name.
    folder
        Where the journal is or will be. It is not touched before the first change.
    words
        The words learners read.
    """

    def __init__(self, article: Article, layers: Mapping[str, Layer], folder: Path, words: Words) -> None:
        self.article = article
        self.layers = layers
        self.words = words
        self._journal = Journal(folder, article.name, words)
        self._state = _State()
        self._watchers: list[Callable[[], None]] = []
        # JupyterLab hands a panel's messages to a thread of their own while a cell runs.
        self.lock = threading.RLock()
        """Held while the journal is written and told of; whoever reads several things that must fit holds it, too."""
        self._whole = True
        """Whether the journal holds all that is known; not where somebody deleted it meanwhile."""
        self._told_aside: set[str] = set()
        for event in self._journal.open():
            self._fold(event)
        self._tell_aside()

    # Reading

    @property
    def path(self) -> Path:
        """The journal."""
        return self._journal.path

    @property
    def messages(self) -> list[str]:
        """What a learner must know about the file as it was found, a sentence or two each."""
        return self._journal.messages

    @property
    def id(self) -> str:
        """Random name of this workbook; empty before the first change."""
        return self._state.id

    @property
    def pseudonym(self) -> str:
        """What the learner goes by here; empty before the first change."""
        return self._state.pseudonym

    def marks(self, layer: str) -> tuple[Mark, ...]:
        """Give the marks of a layer in article order."""
        return self._in_order([mark for mark in self.known(layer) if not mark.removed])

    def known(self, layer: str) -> tuple[Mark, ...]:
        """Give every mark of a layer there ever was, the removed ones too, for the panel to hold its own against."""
        # The list is made in one step, so that a thread that writes meanwhile does no harm.
        return tuple(mark for mark in list(self._state.marks.values()) if mark.layer == layer)

    def looked(self, layer: str) -> frozenset[str]:
        """Give the ids of the segments the learner has looked at in a layer."""
        return frozenset(self._state.looked.get(layer, ()))

    @property
    def texts(self) -> Mapping[str, str]:
        """What the learner has written, by name; what was emptied again is not there."""
        return {name: one.text for name, one in list(self._state.texts.items()) if one.text}

    @property
    def set_aside(self) -> tuple[str, ...]:
        """Quotations of marks that have no one clear place in the article; they are kept, and come back with their words."""
        return tuple(mark.quote for mark in list(self._state.aside.values()) if not mark.removed)

    # Changing

    def put(self, marks: Sequence[Mark]) -> None:
        """
        Add marks, or newer versions of marks, and return when they are on disk.

        Parameters
        ----------
        marks
            Versions that are not newer than what is known are passed over.

        Raises
        ------
        LessonError
            When they cannot be written. Nothing is taken over then, so that a learner
            never sees as saved what is not.
        ValueError
            When one would not be found again in the file, because it was not made by `mark_from`
            and does not fit the article, its layer or the form of an id.
        """
        with self.lock:
            newer = [self._fingerprinted(mark) for mark in marks if mark.rev > self._state.rev(mark.id)]
            for mark in newer:
                written = _written(mark.plain())
                if written is None or self._placed(written) is None:
                    msg = f"{mark} would not be found again. Make it with mark_from(), with an id of letters, digits, - and _."
                    raise ValueError(msg)
            self._write([{"event": "mark", "mark": mark.plain()} for mark in newer])

    def look(self, layer: str, segments: Sequence[str]) -> None:
        """Remember that the learner has looked at segments of a layer."""
        with self.lock:
            if new := self._not_looked_at(layer, segments):
                self._write([{"event": "look", "layer": layer, "segments": new}])

    def write(self, name: str, text: str) -> None:
        """
        Keep something the learner has written, and return when it is on disk.

        Parameters
        ----------
        name
            What it is kept under: letters, digits, - and _, such as ``"stuck-first"``.
        text
            The text. It is cut to `MOST_TEXT` characters and freed of control characters; line
            breaks stay. What was there before stays in the journal.

        Raises
        ------
        LessonError
            When it cannot be written. Nothing is taken over then.
        ValueError
            When the name would not be found again in the file.
        """
        if not _ID.fullmatch(name):
            msg = f"{name!r} would not be found again. Use letters, digits, - and _."
            raise ValueError(msg)
        with self.lock:
            self.catch_up()
            known = self._state.texts.get(name, Text(""))
            if (new := many_lines(text, MOST_TEXT)) != known.text:
                self._write([{"event": "write", "name": name, "text": new}])

    def rename(self, pseudonym: str) -> None:
        """Give the learner another pseudonym; an empty one is replaced by a made-up one."""
        self._write([{"event": "name", "pseudonym": one_line(pseudonym, MOST_PSEUDONYM) or made_up_name(self.words)}])

    def mark_from(self, raw: object, layer: str) -> Mark | None:
        """
        Read a mark from plain data of the panel, a journal or a kept file.

        Nothing in it is trusted: the quotation is looked up in the article, text is cut to
        one line, and what does not fit the article or the layer is refused.

        Parameters
        ----------
        raw
            Anything; a mark only if it is a mapping of the right form.
        layer
            The layer it must belong to.

        Returns
        -------
        Mark or None
        """
        if not isinstance(raw, Mapping) or layer not in self.layers:
            return None
        mark_id, tag, segment = raw.get("id"), raw.get("tag"), raw.get("segment")
        first, last, rev = raw.get("first"), raw.get("last"), raw.get("rev", 1)
        if not (
            isinstance(mark_id, str) and _ID.fullmatch(mark_id) and isinstance(tag, str) and self.layers[layer].has(tag)
        ):
            return None
        if not (isinstance(segment, str) and self._has(layer, segment)):
            return None
        if not (_whole(first) and _whole(last) and _whole(rev)):
            return None
        if not 0 <= first <= last < len(self.article.segment(segment).words):
            return None
        confidence = raw.get("confidence", "")
        span = Span(segment, first, last)
        mark = Mark(
            id=mark_id,
            layer=layer,
            span=span,
            quote=self.article.quote(span),
            tag=tag,
            reason=one_line(raw.get("reason", ""), MOST_REASON),
            confidence=confidence if confidence in CONFIDENCES else "",
            rev=max(1, rev),
            removed=raw.get("removed") is True,
        )
        return self._fingerprinted(mark)

    # Keeping

    def kept(self) -> dict[str, Any]:
        """
        Give the folded state as plain data, to be written to a file and brought back.

        Returns
        -------
        dict
            ``schema``, ``article``, ``text`` (the article's hash), ``id``, ``pseudonym``,
            ``saved`` (UTC, ISO 8601), ``marks``, ``looked``, ``texts``.
        """
        with self.lock:
            return {
                "kit": "lessonkit",
                "schema": SCHEMA,
                "article": self.article.name,
                "text": self.article.text_hash,
                "id": self.id,
                "pseudonym": self.pseudonym,
                "saved": now(),
                "marks": [mark.plain() for mark in self._all_marks()],
                "looked": {layer: sorted(ids) for layer, ids in self._state.looked.items()},
                "texts": {name: one.plain() for name, one in self._state.texts.items()},
            }

    def restore(self, data: bytes | str | Mapping[str, Any]) -> Restored:
        """
        Bring in the marks and texts of a kept file, beside what is already here.

        A text takes the place of an older version of itself. Where something else is written
        here, and neither is known to be newer, what is here stays and the other is given back.

        Parameters
        ----------
        data
            The file's content, or what `kept` gave.

        Returns
        -------
        Restored
            What came in, and what was set aside because its words are gone.

        Raises
        ------
        LessonError
            When it is not a kept file of this article, in one sentence; nothing changes then.
        """
        kept = self._kept_from(data)
        with self.lock:
            return self._bring_in(kept)

    def marks_in(self, path: Path, layer: str) -> tuple[str, tuple[Mark, ...]]:
        """
        Read somebody else's marks from a file they kept, and bring nothing in.

        Parameters
        ----------
        path
            The kept file.
        layer
            The layer whose marks are wanted.

        Returns
        -------
        tuple
            Their pseudonym and their marks, in article order.

        Raises
        ------
        LessonError
            When it cannot be read or is not a kept file of this article, in one sentence.
        """
        try:
            with path.expanduser().open("rb") as file:
                data = file.read(MOST_KEPT_BYTES + 1)
        except (OSError, ValueError, RuntimeError) as error:
            said = getattr(error, "strerror", None) or error
            raise LessonError(self.words("restore.unreadable", file=path, error=said)) from None
        kept = self._kept_from(data)
        theirs = (mark for mark, is_placed in self._marks_of(kept) if is_placed)
        here = [mark for mark in theirs if mark.layer == layer and not mark.removed]
        return one_line(kept.get("pseudonym"), MOST_PSEUDONYM), self._in_order(here)

    def catch_up(self) -> None:
        """Take in what another notebook has written to the same journal since it was read."""
        with self.lock:
            events, is_whole = self._journal.read_on()
            if not is_whole:
                # What is known here was acknowledged: it has the last word, and is written again with
                # the next change.
                self._whole = False
                self.messages.append(self.words("journal.gone", file=self.path))
                events = [*self._journal.open(), *self._everything()]
            for event in events:
                self._fold(event)
            self._tell_aside()

    def watch(self, call: Callable[[], None]) -> None:
        """Have `call` called after every change, so that several panels show the same work."""
        self._watchers.append(call)

    # The journal

    def _write(self, events: list[Event]) -> None:
        if not events:
            return
        with self.lock:
            self.catch_up()
            if not self._whole:
                events = [self._opening(self.id, self.pseudonym), *self._everything(), *events]
            elif not self.id and events[0]["event"] != "open":
                events = [self._opening(), *events]
            written = self._journal.write(events)
            self._whole = True
            for event in written:
                self._fold(event)
            for call in list(self._watchers):
                call()

    def _bring_in(self, kept: Mapping[str, Any]) -> Restored:
        self.catch_up()
        found = self._marks_of(kept)
        newer = [(mark, is_placed) for mark, is_placed in found if mark.rev > self._state.rev(mark.id)]
        events: list[Event] = [{"event": "mark", "mark": mark.plain()} for mark, _ in newer]
        looked = kept.get("looked")
        for layer, segments in looked.items() if isinstance(looked, Mapping) else ():
            if new := self._not_looked_at(layer, segments):
                events.append({"event": "look", "layer": layer, "segments": new})
        texts, left_out = self._newer_texts(kept)
        events.extend(_text_event(name, one) for name, one in texts.items())
        name = one_line(kept.get("pseudonym"), MOST_PSEUDONYM)
        if not self.id:
            # Nothing was done here yet: this is the same workbook in another place.
            own = kept.get("id")
            events.insert(0, self._opening(own if isinstance(own, str) and _ID.fullmatch(own) else "", name))
        elif name and not self._state.marks and not self._state.texts and name != self.pseudonym:
            events.append({"event": "name", "pseudonym": name})
        aside = [mark for mark, is_placed in found if not is_placed and not mark.removed]
        self._told_aside.update(mark.id for mark in aside)
        self._write(events)
        brought = sum(is_placed and not mark.removed for mark, is_placed in newer)
        quotes = tuple(one_line(mark.quote, MOST_REASON) for mark in aside)
        return Restored(brought, quotes, sum(1 for one in texts.values() if one.text), left_out)

    def _newer_texts(self, kept: Mapping[str, Any]) -> tuple[dict[str, Text], tuple[str, ...]]:
        """Give the texts of a kept file that are newer than what is here, and those that may be or not."""
        newer: dict[str, Text] = {}
        left_out = []
        for name, theirs in _texts_of(kept).items():
            mine = self._state.texts.get(name, Text(""))
            if theirs.text == mine.text or _sign(theirs.text) in mine.before:
                continue
            if not mine.text or _sign(mine.text) in theirs.before:
                newer[name] = theirs
            elif theirs.text:
                left_out.append(theirs.text)
        return newer, tuple(left_out)

    def _opening(self, own_id: str = "", pseudonym: str = "") -> Event:
        return {
            "event": "open",
            "id": own_id or secrets.token_hex(8),
            "article": self.article.name,
            "text": self.article.text_hash,
            "pseudonym": pseudonym or made_up_name(self.words),
        }

    def _everything(self) -> list[Event]:
        """Give the events that make up the present state."""
        marks: list[Event] = [{"event": "mark", "mark": mark.plain()} for mark in self._all_marks()]
        texts = [_text_event(name, one) for name, one in self._state.texts.items()]
        looked = self._state.looked.items()
        return [*marks, *texts, *({"event": "look", "layer": layer, "segments": sorted(ids)} for layer, ids in looked)]

    def _all_marks(self) -> list[Mark]:
        return [*self._state.marks.values(), *self._state.aside.values()]

    def _fold(self, event: Event) -> None:
        """Take one event into the state; one that makes no sense changes nothing."""
        state = self._state
        match event:
            case {"event": "open", "id": str(own_id)} if not state.id and _ID.fullmatch(own_id):
                state.id = own_id
                state.pseudonym = state.pseudonym or one_line(event.get("pseudonym"), MOST_PSEUDONYM)
            case {"event": "mark", "mark": raw}:
                self._fold_mark(_written(raw))
            case {"event": "look", "layer": layer, "segments": segments}:
                if new := self._not_looked_at(layer, segments):
                    state.looked.setdefault(layer, set()).update(new)
            case {"event": "write", "name": str(name)} if _ID.fullmatch(name):
                if newer := _text(event):
                    state.texts[name] = state.texts.get(name, Text("")).merged(newer)
            case {"event": "name", "pseudonym": pseudonym}:
                state.pseudonym = one_line(pseudonym, MOST_PSEUDONYM) or state.pseudonym

    def _fold_mark(self, written: Mark | None) -> None:
        # Of two notebooks that changed the same version, the one that wrote last has its way.
        if written is None or written.rev < self._state.rev(written.id):
            return
        placed = self._placed(written)
        if placed:
            self._state.marks[written.id] = placed
            self._state.aside.pop(written.id, None)
        else:
            self._state.aside[written.id] = written
            self._state.marks.pop(written.id, None)

    def _tell_aside(self) -> None:
        """Name the marks that were set aside, once."""
        new = {key: mark for key, mark in self._state.aside.items() if not mark.removed and key not in self._told_aside}
        if new:
            self._told_aside.update(new)
            quotes = "; ".join(f"“{one_line(mark.quote, 80)}”" for mark in new.values())
            self.messages.append(self.words("journal.words_gone", quotes=quotes))

    # Finding the words again

    def _placed(self, written: Mark, *, same_text: bool = False) -> Mark | None:
        """
        Put a mark where it was made.

        Where its segment stands in the article as it was, it is the same words of that segment.
        Otherwise it is where its quotation stands, if it stands in exactly one place. It is
        never put anywhere by guess.
        """
        layer = self.layers.get(written.layer)
        if layer is None or not layer.has(written.tag):
            return None
        span = written.span
        if not same_text or layer.over == "page":
            span = replace(span, segment=self._same_segment(written))
        if not self._stands(written, span):
            try:
                span = self.article.find(written.quote, over=layer.over)
            except LessonError:
                return None
        return self._fingerprinted(replace(written, span=span, quote=self.article.quote(span)))

    def _same_segment(self, written: Mark) -> str:
        """Find the one segment whose text is still that of the segment the mark was made in."""
        over = self.article.over(self.layers[written.layer].over)
        same = [segment.id for segment in over if self._fingerprints[segment.id] == written.within]
        return written.span.segment if written.span.segment in same else same[0] if len(same) == 1 else ""

    def _stands(self, written: Mark, span: Span) -> bool:
        if not self._has(written.layer, span.segment):
            return False
        return span.last < len(self.article.segment(span.segment).words) and self.article.quote(span) == written.quote

    def _has(self, layer: str, segment: str) -> bool:
        """Say whether a layer can be marked in a segment: the page's lines belong to one layer, the article to the others."""
        return any(one.id == segment for one in self.article.over(self.layers[layer].over))

    @cached_property
    def _fingerprints(self) -> dict[str, str]:
        """A short hash of each segment's text, by the segment's id."""
        return {segment.id: _sign(segment.text) for segment in self.article.every_segment}

    def _fingerprinted(self, mark: Mark) -> Mark:
        return replace(mark, within=self._fingerprints.get(mark.span.segment, ""))

    # What is in a file

    def _in_order(self, marks: Sequence[Mark]) -> tuple[Mark, ...]:
        return tuple(sorted(marks, key=lambda mark: (*self.article.place(mark.span), mark.id)))

    def _not_looked_at(self, layer: object, segments: object) -> list[str]:
        """Give those of the segments that exist and have not been looked at yet, each once."""
        if not isinstance(layer, str) or layer not in self.layers or not isinstance(segments, (list, tuple)):
            return []
        there = (name for name in segments if isinstance(name, str) and self._has(layer, name))
        return [name for name in dict.fromkeys(there) if name not in self.looked(layer)]

    def _marks_of(self, kept: Mapping[str, Any]) -> list[tuple[Mark, bool]]:
        """Give the marks of a kept file, of each the newest version, and whether it has its place in the article."""
        newest: dict[str, Mark] = {}
        for mark in map(_written, kept["marks"]):
            if mark and mark.rev <= MOST_REV and (mark.id not in newest or mark.rev > newest[mark.id].rev):
                newest[mark.id] = mark
        same_text = kept.get("text") == self.article.text_hash
        placed = [(mark, self._placed(mark, same_text=same_text)) for mark in newest.values()]
        return [(there or mark, there is not None) for mark, there in placed]

    def _kept_from(self, data: bytes | str | Mapping[str, Any]) -> Mapping[str, Any]:
        """Read a kept file, or say in one sentence why it is none."""
        if isinstance(data, (bytes, str)):
            if len(data) > MOST_KEPT_BYTES:
                raise LessonError(self.words("restore.too_large", megabytes=MOST_KEPT_BYTES // 1_000_000))
            try:
                data = json.loads(data.removeprefix("\ufeff") if isinstance(data, str) else data)
            except (ValueError, RecursionError):
                raise LessonError(self.words("restore.not_ours")) from None
        if not isinstance(data, Mapping) or data.get("kit") != "lessonkit" or not isinstance(data.get("marks"), list):
            raise LessonError(self.words("restore.not_ours"))
        schema, article = data.get("schema"), data.get("article")
        if not _whole(schema) or not isinstance(article, str):
            raise LessonError(self.words("restore.not_ours"))
        if schema > SCHEMA:
            raise LessonError(self.words("restore.newer", version=schema))
        if article != self.article.name:
            raise LessonError(
                self.words("restore.other_article", article=one_line(article, 60), here=self.article.name)
            )
        if len(data["marks"]) > MOST_MARKS:
            raise LessonError(self.words("restore.too_many", most=MOST_MARKS))
        return data


def one_line(text: object, most: int) -> str:
    """
    Cut text of a learner or a file to one line without control characters.

    Parameters
    ----------
    text
        Anything; what is not text becomes an empty line.
    most
        How many characters are kept.

    Returns
    -------
    str
    """
    if not isinstance(text, str):
        return ""
    return " ".join(_CONTROL.sub(" ", _encodable(text)).split())[:most].strip()


def many_lines(text: object, most: int) -> str:
    """
    Free text of a learner or a file of control characters; line breaks stay.

    Parameters
    ----------
    text
        Anything; what is not text becomes empty.
    most
        How many characters are kept.

    Returns
    -------
    str
    """
    if not isinstance(text, str):
        return ""
    lines = _encodable(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_CONTROL.sub(" ", line).rstrip() for line in lines)[:most].strip()


def made_up_name(words: Words) -> str:
    """Make up a pseudonym, such as "blue otter", that nobody can be known by."""
    return words(
        "pseudonym.pattern",
        first=secrets.choice(words.list("pseudonym.first")),
        second=secrets.choice(words.list("pseudonym.second")),
    )


def _written(raw: object) -> Mark | None:
    """
    Read a mark from a file, whether it fits the article or not.

    It comes out with text of sensible length that every file and browser can take, or not at all.
    """
    if not isinstance(raw, Mapping):
        return None
    mark_id, quote, rev = raw.get("id"), raw.get("quote"), raw.get("rev", 1)
    layer, tag = (one_line(raw.get(name), _MOST_NAME) for name in ("layer", "tag"))
    if not (
        isinstance(mark_id, str) and _ID.fullmatch(mark_id) and isinstance(quote, str) and layer and tag and _whole(rev)
    ):
        return None
    if not quote.strip() or len(quote) > _MOST_QUOTE:
        return None
    first, last = (raw[name] if _whole(raw.get(name)) else 0 for name in ("first", "last"))
    confidence = raw.get("confidence")
    return Mark(
        id=mark_id,
        layer=layer,
        span=Span(one_line(raw.get("segment"), _MOST_NAME), first, last) if 0 <= first <= last else Span("", 0, 0),
        quote=_encodable(quote),
        tag=tag,
        reason=one_line(raw.get("reason"), MOST_REASON),
        confidence=confidence if confidence in CONFIDENCES else "",
        rev=max(1, rev),
        removed=raw.get("removed") is True,
        within=one_line(raw.get("within"), _MOST_NAME),
    )


def _texts_of(kept: Mapping[str, Any]) -> dict[str, Text]:
    """Give the texts of a kept file, none of which is trusted."""
    raw = kept.get("texts")
    if not isinstance(raw, Mapping):
        return {}
    read = {name: _text(one) for name, one in raw.items() if isinstance(name, str) and _ID.fullmatch(name)}
    return {name: one for name, one in list(read.items())[:MOST_TEXTS] if one is not None}


def _text(raw: object) -> Text | None:
    """Read a text from a file."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("text"), str):
        return None
    before = raw.get("before")
    signs = [one for one in before if isinstance(one, str) and _ID.fullmatch(one)] if isinstance(before, list) else []
    return Text(many_lines(raw["text"], MOST_TEXT), tuple(signs[-_MOST_BEFORE:]))


def _text_event(name: str, one: Text) -> Event:
    return {"event": "write", "name": name, **one.plain()}


def _sign(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _encodable(text: str) -> str:
    # Lone surrogates are legal in JSON and in no file: they would stop the journal from being written.
    return text.encode("utf-8", "replace").decode("utf-8")


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53
