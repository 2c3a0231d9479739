"""One learner's marks on one article, kept in a journal that loses nothing it has acknowledged."""

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .article import Article, Span
from .faults import LessonError
from .journal import SCHEMA, Event, Journal, append, now
from .layers import Layer
from .marks import (
    CONFIDENCES,
    MOST_KEPT_BYTES,
    MOST_MARKS,
    MOST_NAME,
    MOST_PSEUDONYM,
    MOST_REASON,
    MOST_TEXT,
    Ground,
    Mark,
    State,
    Text,
    is_id,
    is_whole,
    kept_from,
    many_lines,
    marks_of,
    one_line,
    sign,
    texts_of,
    written_mark,
)
from .words import Words

__all__ = [
    "CONFIDENCES",
    "MOST_KEPT_BYTES",
    "MOST_MARKS",
    "MOST_PSEUDONYM",
    "MOST_REASON",
    "MOST_TEXT",
    "SCHEMA",
    "Kept",
    "Mark",
    "Restored",
    "Text",
    "Workbook",
    "append",
    "made_up_name",
    "one_line",
]


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


@dataclass(frozen=True, slots=True)
class Kept:
    """What a kept file of somebody else holds of their own words."""

    id: str
    """Random name of the workbook: two files with the same are one learner's. Empty where the file has none."""
    pseudonym: str
    saved: str
    """When it was kept, UTC, ISO 8601; empty where the file does not say."""
    texts: Mapping[str, str]
    """What was written and chosen, by the name of its field."""


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
        self._ground = Ground(article, layers)
        self._state = State(self._ground)
        self._watchers: list[Callable[[], None]] = []
        # JupyterLab hands a panel's messages to a thread of their own while a cell runs.
        self.lock = threading.RLock()
        """Held while the journal is written and told of; whoever reads several things that must fit holds it, too."""
        self._whole = True
        """Whether the journal holds all that is known; not where somebody deleted it meanwhile."""
        self._told_aside: set[str] = set()
        for event in self._journal.open():
            self._state.fold(event)
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
        return self._ground.in_order([mark for mark in self.known(layer) if not mark.removed])

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
            newer = [self._ground.fingerprinted(mark) for mark in marks if mark.rev > self._state.rev(mark.id)]
            for mark in newer:
                written = written_mark(mark.plain())
                if written is None or self._ground.placed(written) is None:
                    msg = f"{mark} would not be found again. Make it with mark_from(), with an id of letters, digits, - and _."
                    raise ValueError(msg)
            self._write([{"event": "mark", "mark": mark.plain()} for mark in newer])

    def look(self, layer: str, segments: Sequence[str]) -> None:
        """Remember that the learner has looked at segments of a layer."""
        with self.lock:
            if new := self._state.not_looked_at(layer, segments):
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
        if not is_id(name):
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
        if not (is_id(mark_id) and isinstance(tag, str) and self.layers[layer].has(tag)):
            return None
        if not (isinstance(segment, str) and self._ground.has(layer, segment)):
            return None
        if not (is_whole(first) and is_whole(last) and is_whole(rev)):
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
        return self._ground.fingerprinted(mark)

    # Keeping

    def kept(self) -> dict[str, Any]:
        """
        Give the folded state as plain data, to be written to a file and brought back.

        Returns
        -------
        dict
            ``schema``, ``article``, ``text`` (the article's hash), ``id``, ``pseudonym``,
            ``saved`` (UTC, ISO 8601), ``marks``, ``looked``, ``texts``; and ``joined``, ids of other
            workbooks, where their work was brought in.
        """
        with self.lock:
            return self._state.kept(now())

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
        kept = kept_from(data, self.article, self.words)
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
        kept = kept_from(self._bytes_in(path), self.article, self.words)
        theirs = (mark for mark, is_placed in marks_of(kept, self._ground) if is_placed)
        here = [mark for mark in theirs if mark.layer == layer and not mark.removed]
        return one_line(kept.get("pseudonym"), MOST_PSEUDONYM), self._ground.in_order(here)

    def texts_in(self, path: Path) -> "Kept":
        """
        Read what somebody else has written from a file they kept, and bring nothing in.

        Parameters
        ----------
        path
            The kept file.

        Returns
        -------
        Kept

        Raises
        ------
        LessonError
            When it cannot be read or is not a kept file of this article: the file, and why.
        """
        try:
            kept = kept_from(self._bytes_in(path), self.article, self.words)
        except LessonError as error:
            msg = str(error) if str(path) in str(error) else f"{path.name}: {error}"
            raise LessonError(msg) from None
        own, saved = kept.get("id"), kept.get("saved")
        return Kept(
            id=own if is_id(own) else "",
            pseudonym=one_line(kept.get("pseudonym"), MOST_PSEUDONYM),
            saved=one_line(saved, MOST_NAME),
            texts={name: one.text for name, one in texts_of(kept).items() if one.text},
        )

    def catch_up(self) -> None:
        """Take in what another notebook has written to the same journal since it was read."""
        with self.lock:
            events, is_complete = self._journal.read_on()
            if not is_complete:
                # What is known here was acknowledged: it has the last word, and is written again with
                # the next change.
                self._whole = False
                self.messages.append(self.words("journal.gone", file=self.path))
                events = [*self._journal.open(), *self._everything()]
            for event in events:
                self._state.fold(event)
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
                self._state.fold(event)
            for call in list(self._watchers):
                call()

    def _bring_in(self, kept: Mapping[str, Any]) -> Restored:
        self.catch_up()
        found = marks_of(kept, self._ground)
        newer = [(mark, is_placed) for mark, is_placed in found if mark.rev > self._state.rev(mark.id)]
        events: list[Event] = [{"event": "mark", "mark": mark.plain()} for mark, _ in newer]
        looked = kept.get("looked")
        for layer, segments in looked.items() if isinstance(looked, Mapping) else ():
            if new := self._state.not_looked_at(layer, segments):
                events.append({"event": "look", "layer": layer, "segments": new})
        texts, left_out = self._newer_texts(kept)
        events.extend(_text_event(name, one) for name, one in texts.items())
        name = one_line(kept.get("pseudonym"), MOST_PSEUDONYM)
        own, brought_there = kept.get("id"), kept.get("joined")
        others = [*brought_there] if isinstance(brought_there, list) else []
        if not self.id:
            # Nothing was done here yet: this is the same workbook in another place.
            events.insert(0, self._opening(own if is_id(own) else "", name))
        elif not self._state.all_marks() and not self._state.texts:
            # Somebody has only looked around before the work came: it is the same workbook all the same.
            if is_id(own) and own != self.id:
                events.append({"event": "same", "id": own})
            if name and name != self.pseudonym:
                events.append({"event": "name", "pseudonym": name})
        else:
            # Handed in twice, under this id and under that, it is one learner's work: a class has to know.
            others.append(own)
        if joined := self._state.not_joined(others):
            events.append({"event": "join", "ids": joined})
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
        for name, theirs in texts_of(kept).items():
            mine = self._state.texts.get(name, Text(""))
            if theirs.text == mine.text or sign(theirs.text) in mine.before:
                continue
            if not mine.text or sign(mine.text) in theirs.before:
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
        marks: list[Event] = [{"event": "mark", "mark": mark.plain()} for mark in self._state.all_marks()]
        texts = [_text_event(name, one) for name, one in self._state.texts.items()]
        looked = self._state.looked.items()
        joined: list[Event] = [{"event": "join", "ids": self._state.joined}] if self._state.joined else []
        return [
            *joined,
            *marks,
            *texts,
            *({"event": "look", "layer": layer, "segments": sorted(ids)} for layer, ids in looked),
        ]

    def _tell_aside(self) -> None:
        """Name the marks that were set aside, once."""
        new = {key: mark for key, mark in self._state.aside.items() if not mark.removed and key not in self._told_aside}
        if new:
            self._told_aside.update(new)
            quotes = "; ".join(f"“{one_line(mark.quote, 80)}”" for mark in new.values())
            self.messages.append(self.words("journal.words_gone", quotes=quotes))

    def _bytes_in(self, path: Path) -> bytes:
        """Read a file that somebody gave, and no more of it than a kept file can have."""
        path = path.expanduser()
        try:
            # Opening a pipe would wait for whoever writes into it.
            if path.exists() and not path.is_file() and not path.is_dir():
                raise LessonError(self.words("restore.not_ours"))
            with path.open("rb") as file:
                return file.read(MOST_KEPT_BYTES + 1)
        except (OSError, ValueError, RuntimeError) as error:
            said = getattr(error, "strerror", None) or error
            raise LessonError(self.words("restore.unreadable", file=path, error=said)) from None


def made_up_name(words: Words) -> str:
    """Make up a pseudonym, such as "blue otter", that nobody can be known by."""
    return words(
        "pseudonym.pattern",
        first=secrets.choice(words.list("pseudonym.first")),
        second=secrets.choice(words.list("pseudonym.second")),
    )


def _text_event(name: str, one: Text) -> Event:
    return {"event": "write", "name": name, **one.plain()}
