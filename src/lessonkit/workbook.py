"""One learner's marks on one article, kept in a journal that loses nothing it has acknowledged."""

import errno
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .article import Article, Span
from .faults import LessonError
from .layers import Layer
from .words import Words

SCHEMA = 1
"""Version of the journal's events and of the kept file."""

CONFIDENCES = ("guessing", "fairly sure", "sure")
"""How sure a learner can say to be of a mark."""

MOST_REASON = 500
"""Characters of a reason that are kept; one line is asked for."""

MOST_PSEUDONYM = 40
MOST_KEPT_BYTES = 5_000_000
MOST_MARKS = 5_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
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

    def plain(self) -> dict[str, Any]:
        """Give the mark as plain data for a file or the panel."""
        data = asdict(self)
        span = data.pop("span")
        return {**data, **span}


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back from a kept file or from the browser."""

    marks: int
    """How many marks were brought in or brought up to date."""
    set_aside: tuple[str, ...]
    """Quotations of marks whose words no longer stand in the article."""


@dataclass
class _State:
    """The fold of the events."""

    id: str = ""
    pseudonym: str = ""
    marks: dict[str, Mark] = field(default_factory=dict)
    looked: dict[str, set[str]] = field(default_factory=dict)
    aside: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Marks whose quotation the article no longer has, as they were written, by id."""


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

    Attributes
    ----------
    path : Path
        The journal.
    messages : list of str
        What a learner must know about the file as it was found, a sentence or two each.
    """

    def __init__(self, article: Article, layers: Mapping[str, Layer], folder: Path, words: Words) -> None:
        self.article = article
        self.layers = layers
        self.path = folder / f"{article.name}.jsonl"
        self.messages: list[str] = []
        self.words = words
        self._state = _State()
        self._watchers: list[Callable[[], None]] = []
        self._started = False
        self._open()

    # Reading

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
        order = {segment.id: number for number, segment in enumerate(self.article.segments)}
        here = [mark for mark in self._state.marks.values() if mark.layer == layer and not mark.removed]
        return tuple(sorted(here, key=lambda mark: (order[mark.span.segment], mark.span.first, mark.span.last, mark.id)))

    def known(self, layer: str) -> tuple[Mark, ...]:
        """Give every mark of a layer there ever was, the removed ones too, for the panel to hold its own against."""
        return tuple(mark for mark in self._state.marks.values() if mark.layer == layer)

    def looked(self, layer: str) -> frozenset[str]:
        """Give the ids of the segments the learner has looked at in a layer."""
        return frozenset(self._state.looked.get(layer, ()))

    @property
    def set_aside(self) -> tuple[str, ...]:
        """Quotations of marks whose words no longer stand in the article."""
        return tuple(str(raw.get("quote", "")) for raw in self._state.aside.values())

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
        """
        known = self._state.marks
        newer = [mark for mark in marks if mark.id not in known or mark.rev > known[mark.id].rev]
        self._write([{"event": "mark", "mark": mark.plain()} for mark in newer])

    def look(self, layer: str, segments: Sequence[str]) -> None:
        """Remember that the learner has looked at segments of a layer."""
        new = [name for name in segments if self.article.has(name) and name not in self.looked(layer)]
        if new and layer in self.layers:
            self._write([{"event": "look", "layer": layer, "segments": new}])

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
        if not (isinstance(mark_id, str) and _ID.fullmatch(mark_id) and isinstance(tag, str) and self.layers[layer].has(tag)):
            return None
        if not (isinstance(segment, str) and self.article.has(segment)):
            return None
        if not (_whole(first) and _whole(last) and _whole(rev)):
            return None
        if not 0 <= first <= last < len(self.article.segment(segment).words):
            return None
        confidence = raw.get("confidence", "")
        span = Span(segment, first, last)
        return Mark(
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

    # Keeping

    def kept(self) -> dict[str, Any]:
        """
        Give the folded state as plain data, to be written to a file and brought back.

        Returns
        -------
        dict
            ``schema``, ``article``, ``text`` (the article's hash), ``id``, ``pseudonym``,
            ``saved`` (UTC, ISO 8601), ``marks``, ``looked``.
        """
        return {
            "kit": "lessonkit",
            "schema": SCHEMA,
            "article": self.article.name,
            "text": self.article.text_hash,
            "id": self.id,
            "pseudonym": self.pseudonym,
            "saved": _now(),
            "marks": [mark.plain() for mark in self._state.marks.values()] + list(self._state.aside.values()),
            "looked": {layer: sorted(ids) for layer, ids in self._state.looked.items()},
        }

    def restore(self, data: bytes | str | Mapping[str, Any]) -> Restored:
        """
        Bring in the marks of a kept file, beside what is already here.

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
        same_text = kept.get("text") == self.article.text_hash
        marks, aside = [], []
        for raw in kept["marks"]:
            mark = self._placed(raw, same_text=same_text)
            if mark is not None:
                marks.append(mark)
            elif isinstance(raw, Mapping) and not raw.get("removed"):
                aside.append(dict(raw))
        before = self._state.marks
        newer = [mark for mark in marks if mark.id not in before or mark.rev > before[mark.id].rev]
        events: list[dict[str, Any]] = [{"event": "mark", "mark": mark.plain()} for mark in newer]
        looked = kept.get("looked")
        for layer, ids in (looked.items() if isinstance(looked, Mapping) else ()):
            if layer in self.layers and isinstance(ids, list):
                events.append({"event": "look", "layer": layer, "segments": [i for i in ids if isinstance(i, str) and self.article.has(i)]})
        name = one_line(kept.get("pseudonym", ""), MOST_PSEUDONYM)
        if name and not self._state.marks and name != self.pseudonym:
            events.append({"event": "name", "pseudonym": name})
        self._write(events)
        shown = tuple(one_line(raw.get("quote", ""), MOST_REASON) for raw in aside)
        return Restored(sum(not mark.removed for mark in newer), shown)

    def watch(self, call: Callable[[], None]) -> None:
        """Have `call` called after every change, so that several panels show the same work."""
        self._watchers.append(call)

    # The file

    def _open(self) -> None:
        """Fold the journal as it is found; set aside what is not a journal of ours."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return
        except IsADirectoryError:
            self._set_file_aside("journal.folder")
            return
        except PermissionError:
            # On Windows a folder, too, is answered with "permission denied".
            self._set_file_aside("journal.folder" if self.path.is_dir() else "journal.unreadable")
            return
        except OSError:
            self._set_file_aside("journal.unreadable")
            return
        lines = [line for line in content.split(b"\n") if line.strip()]
        events = [_event(line) for line in lines]
        good = [event for event in events if event is not None]
        if lines and not good:
            self._set_file_aside("journal.not_ours")
            return
        newest = max((event["v"] for event in good), default=SCHEMA)
        if newest > SCHEMA:
            self._set_file_aside("journal.newer", version=newest)
            return
        for event in good:
            self._fold(event)
        if events and events[-1] is None and None not in events[:-1]:
            self.messages.append(self.words("journal.torn"))
        elif None in events:
            self.messages.append(self.words("journal.damaged", lines=events.count(None), file=self.path.name, copy=self._copy_aside(content)))
        if self._state.aside:
            self.messages.append(self.words("journal.words_gone", quotes=_listed(self.set_aside)))
        self._started = bool(self._state.id)

    def _set_file_aside(self, why: str, **more: object) -> None:
        """Give the file another name, untouched, so that a new journal can begin."""
        name = _free_name(self.path)
        try:
            self.path.rename(name)
        except OSError:
            # It cannot be moved, so the new journal takes the free name.
            self.messages.append(self.words(f"{why}_stays", file=str(self.path), new=name.name, **more))
            self.path = name
        else:
            self.messages.append(self.words(why, file=self.path.name, aside=name.name, **more))

    def _copy_aside(self, content: bytes) -> str:
        """Keep a copy of a damaged journal as it was found, once."""
        for old in self.path.parent.glob(f"{self.path.stem}.aside-*{self.path.suffix}"):
            if old.is_file() and old.stat().st_size == len(content) and old.read_bytes() == content:
                return old.name
        copy = _free_name(self.path)
        try:
            copy.write_bytes(content)
        except OSError:
            return self.path.name
        return copy.name

    def _write(self, events: list[dict[str, Any]]) -> None:
        if not events:
            return
        if not self._started:
            events = [self._opening(), *events]
        elif not self.path.exists():
            # Somebody deleted the file while the lesson was open: what is known goes into the new one.
            events = [self._opening(), *self._everything(), *events]
        stamped = [{"v": SCHEMA, "at": _now(), **event} for event in events]
        lines = b"".join(json.dumps(event, ensure_ascii=False).encode() + b"\n" for event in stamped)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            append(self.path, lines)
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
            denied = error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}
            reason = "full" if full else "denied" if denied else "other"
            raise LessonError(self.words(f"save.{reason}", file=str(self.path), error=error.strerror or str(error))) from error
        self._started = True
        for event in stamped:
            self._fold(event)
        for call in list(self._watchers):
            call()

    def _opening(self) -> dict[str, Any]:
        return {
            "event": "open",
            "id": self._state.id or secrets.token_hex(8),
            "article": self.article.name,
            "text": self.article.text_hash,
            "pseudonym": self._state.pseudonym or made_up_name(self.words),
        }

    def _everything(self) -> list[dict[str, Any]]:
        """Give the events that make up the present state."""
        marks = [*(mark.plain() for mark in self._state.marks.values()), *self._state.aside.values()]
        looks = [{"event": "look", "layer": layer, "segments": sorted(ids)} for layer, ids in self._state.looked.items()]
        return [*({"event": "mark", "mark": mark} for mark in marks), *looks]

    def _fold(self, event: Mapping[str, Any]) -> None:
        """Take one event into the state; one that makes no sense changes nothing."""
        state = self._state
        match event.get("event"):
            case "open":
                if not state.id and isinstance(event.get("id"), str):
                    state.id = event["id"]
                    state.pseudonym = state.pseudonym or one_line(event.get("pseudonym", ""), MOST_PSEUDONYM)
            case "mark":
                raw = event.get("mark")
                mark = self._placed(raw, same_text=False)
                if mark is not None:
                    if mark.id not in state.marks or mark.rev >= state.marks[mark.id].rev:
                        state.marks[mark.id] = mark
                        state.aside.pop(mark.id, None)
                elif isinstance(raw, Mapping) and isinstance(raw.get("id"), str):
                    if raw.get("removed"):
                        state.aside.pop(raw["id"], None)
                    else:
                        state.aside[raw["id"]] = dict(raw)
            case "look":
                layer, ids = event.get("layer"), event.get("segments")
                if layer in self.layers and isinstance(ids, list):
                    state.looked.setdefault(layer, set()).update(i for i in ids if isinstance(i, str) and self.article.has(i))
            case "name":
                state.pseudonym = one_line(event.get("pseudonym", ""), MOST_PSEUDONYM) or state.pseudonym

    def _placed(self, raw: object, *, same_text: bool) -> Mark | None:
        """
        Read a mark and make sure it stands on the words it quotes.

        Where those words have moved but stand in the article exactly once, the mark goes with
        them; where they stand nowhere or several times, it is refused and not guessed at.
        """
        if not isinstance(raw, Mapping) or not isinstance(raw.get("layer"), str):
            return None
        mark = self.mark_from(raw, raw["layer"])
        if mark is not None and (same_text or mark.quote == raw.get("quote")):
            return mark
        if not isinstance(raw.get("quote"), str) or same_text:
            return None
        try:
            span = self.article.find(raw["quote"])
        except LessonError:
            return None
        return self.mark_from({**raw, "segment": span.segment, "first": span.first, "last": span.last}, raw["layer"])

    def _kept_from(self, data: bytes | str | Mapping[str, Any]) -> Mapping[str, Any]:
        """Read a kept file, or say in one sentence why it is none."""
        if isinstance(data, (bytes, str)):
            if len(data) > MOST_KEPT_BYTES:
                raise LessonError(self.words("restore.too_large", megabytes=MOST_KEPT_BYTES // 1_000_000))
            try:
                data = json.loads(data)
            except (ValueError, RecursionError):
                raise LessonError(self.words("restore.not_ours")) from None
        if not isinstance(data, Mapping) or data.get("kit") != "lessonkit" or not isinstance(data.get("marks"), list):
            raise LessonError(self.words("restore.not_ours"))
        schema = data.get("schema")
        if not _whole(schema):
            raise LessonError(self.words("restore.not_ours"))
        if schema > SCHEMA:
            raise LessonError(self.words("restore.newer", version=schema))
        if data.get("article") != self.article.name:
            raise LessonError(self.words("restore.other_article", article=one_line(data.get("article", ""), 60), here=self.article.name))
        if len(data["marks"]) > MOST_MARKS:
            raise LessonError(self.words("restore.too_many", most=MOST_MARKS))
        return data


def append(path: Path, lines: bytes) -> None:
    """
    Append whole lines to a file and return when they are on disk and can be read back.

    Another process may append at the same time, and may have died in the middle of a line.
    The lines are therefore written in one call, read back together with the byte before
    them, and written once more on a line of their own where that byte shows that they were
    glued to somebody's torn line. Reading a line twice changes nothing: versions are numbered.

    Parameters
    ----------
    path
        The file; it is made if it does not exist.
    lines
        Complete lines, each ending in a newline.

    Raises
    ------
    OSError
        When the lines could not be written whole. What was there before is untouched.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, 0o644)
    try:
        # A torn last line of an earlier process: begin on a line of our own.
        size = os.lseek(handle, 0, os.SEEK_END)
        torn = size > 0 and _read_at(handle, size - 1, 1) != b"\n"
        for payload in (b"\n" + lines if torn else lines, b"\n" + lines):
            written = os.write(handle, payload)
            if written < len(payload):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(handle)
            start = os.lseek(handle, 0, os.SEEK_CUR) - len(payload)
            before = _read_at(handle, max(0, start - 1), min(start, 1) + len(payload))
            glued = payload[:1] != b"\n" and start > 0 and before[:1] != b"\n"
            if before.endswith(payload) and not glued:
                return
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    finally:
        os.close(handle)


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
    # Lone surrogates are legal in JSON and in no file: they would stop the journal from being written.
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(_CONTROL.sub(" ", clean).split())[:most].strip()


def made_up_name(words: Words) -> str:
    """Make up a pseudonym, such as "blue otter", that nobody can be known by."""
    return words("pseudonym.pattern", first=secrets.choice(words.list("pseudonym.first")), second=secrets.choice(words.list("pseudonym.second")))


def _read_at(handle: int, start: int, count: int) -> bytes:
    os.lseek(handle, start, os.SEEK_SET)
    parts = b""
    while len(parts) < count and (part := os.read(handle, count - len(parts))):
        parts += part
    return parts


def _event(line: bytes) -> dict[str, Any] | None:
    """Read one line of a journal; None where it is not an event."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if isinstance(event, dict) and isinstance(event.get("event"), str) and _whole(event.get("v")):
        return event
    return None


def _free_name(path: Path) -> Path:
    """Give a name beside a file that nothing has yet."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    while (name := path.with_name(f"{path.stem}.aside-{stamp}-{secrets.token_hex(2)}{path.suffix}")).exists():
        pass
    return name


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def _listed(quotes: Sequence[str]) -> str:
    return "; ".join(f"“{one_line(quote, 80)}”" for quote in quotes)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
