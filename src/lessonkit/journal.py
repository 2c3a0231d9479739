"""A file of events that is only ever appended to, so that nothing acknowledged is lost."""

import errno
import hashlib
import json
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from .faults import LessonError
from .words import Words

SCHEMA = 1
"""Version of the journal's events and of the kept file."""

Event = dict[str, Any]
Verdict = Literal["nothing", "ours", "not_ours", "folder", "unreadable", "newer", "closed"]

_BEGINNING = b'{"v": '
_EVENT = re.compile(b"(?=" + re.escape(_BEGINNING) + b")")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST_FILES = 99
_TAIL = 200
_TRIES = 10
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_FOLDER = {errno.ENOTDIR, errno.EEXIST}


class Journal:
    """
    Events in a file, one JSON object a line.

    Nothing in the file is ever changed or taken out. A file that is no journal is given another
    name, untouched. One that may be read some day, because it is locked away or was written by a
    newer version, keeps its name, and a second file beside it takes what is written meanwhile;
    when the first can be read again, both are.

    Parameters
    ----------
    folder
        Where the file is or will be. It is not touched before the first event.
    name
        What the file is called, without ``.jsonl``.
    words
        The words learners read.

    Attributes
    ----------
    path : Path
        The file that is written to.
    messages : list of str
        What a learner must know about the files as they were found, a sentence or two each.
    """

    def __init__(self, folder: Path, name: str, words: Words) -> None:
        self.path = folder / f"{name}.jsonl"
        self.messages: list[str] = []
        self._folder = folder
        self._name = name
        self._words = words
        self._read = 0
        """How far the file has been read: the end of its last whole line."""
        self._end = 0
        """The end of what is known to be in the file, read or written."""
        self._last = b""
        """The last bytes before that place, to know the file again by."""

    def open(self) -> list[Event]:
        """
        Read what there is, and find the file to write to.

        Returns
        -------
        list of dict
            The events of all files of this name that can be read, oldest file first.
        """
        events: list[Event] = []
        passed: list[tuple[str, Path, dict[str, object]]] = []
        home: tuple[Path, bytes] | None = None
        for number, path in enumerate(self._paths()):
            found = _look_at(path)
            # Somebody may have taken away the first file and left the second.
            is_last = found.verdict == "nothing" and number > 0
            if found.verdict in {"not_ours", "folder"} and self._move_aside(path, found.verdict):
                found = _Found("nothing")
            if found.verdict == "closed":
                self.messages.append(self._words("journal.closed", folder=path.parent))
                break
            if found.verdict not in {"nothing", "ours"}:
                passed.append((f"journal.{found.verdict}", path, {"version": found.version}))
                continue
            home = home or (path, found.content)
            events += found.parsed.events
            self._tell_damage(path, found)
            if is_last:
                break
        self.path, content = home or (next(self._paths()), b"")
        self._read, self._end, self._last = content.rfind(b"\n") + 1, len(content), content[-_TAIL:]
        for why, path, more in passed:
            self.messages.append(self._words(why, file=path, new=self.path.name, **more))
        return events

    def read_on(self) -> tuple[list[Event], bool]:
        """
        Read what others have written since.

        Returns
        -------
        tuple
            The events, oldest first, one's own among them, and whether the file still holds all
            that was read from it and written to it. Where it does not, somebody has deleted,
            cut or replaced it, and it must be opened again.
        """
        start = min(self._read, self._end - len(self._last))
        try:
            with self.path.open("rb") as file:
                file.seek(start)
                content = file.read()
        except FileNotFoundError:
            return [], self._end == 0
        except OSError:
            # Unless a folder has taken the place, writing will meet the same fault, and say so.
            return [], _look_at(self.path).verdict != "folder"
        end = self._end - start
        if content[end - len(self._last) : end] != self._last:
            return [], False
        new = content[self._read - start : content.rfind(b"\n") + 1]
        self._read += len(new)
        if self._read > self._end:
            self._end, self._last = self._read, new[-_TAIL:]
        return [event for event in parse(new).events if event["v"] <= SCHEMA], True

    def write(self, events: Sequence[Mapping[str, Any]]) -> list[Event]:
        """
        Append events and return when they are on disk.

        Parameters
        ----------
        events
            What happened, oldest first.

        Returns
        -------
        list of dict
            The same, as they stand in the file, with version and time.

        Raises
        ------
        LessonError
            When they could not be written whole, with the reason and what to do.
        """
        stamped = [{"v": SCHEMA, "at": now(), **event} for event in events]
        lines = b"".join(json.dumps(event, ensure_ascii=False).encode("utf-8", "replace") + b"\n" for event in stamped)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._end, self._last = append(self.path, lines), lines[-_TAIL:]
        except OSError as error:
            kinds = {"full": _FULL, "denied": _DENIED, "no_folder": _NO_FOLDER}
            why = next((kind for kind, numbers in kinds.items() if error.errno in numbers), "other")
            said = error.strerror or str(error)
            raise LessonError(
                self._words(f"save.{why}", file=self.path, folder=self.path.parent, error=said),
            ) from error
        return stamped

    def _paths(self) -> Iterator[Path]:
        """Give the names the journal can have, the best first."""
        yield self._folder / f"{self._name}.jsonl"
        for number in range(2, _MOST_FILES + 1):
            yield self._folder / f"{self._name}.{number}.jsonl"

    def _tell_damage(self, path: Path, found: "_Found") -> None:
        """Say which lines are missing, and keep the file as it was found where it is more than a torn end."""
        if damaged := found.parsed.damaged:
            copy = _copy_aside(path, found)
            self.messages.append(self._words("journal.damaged", lines=len(damaged), file=path.name, copy=copy))
        elif found.parsed.torn:
            self.messages.append(self._words("journal.torn", file=path.name))

    def _move_aside(self, path: Path, why: str) -> bool:
        """Give a file that is no journal another name, untouched; say whether its own name is free now."""
        name = _free_name(path)
        try:
            path.rename(name)
        except FileNotFoundError:
            # Another notebook has just done it.
            return True
        except OSError:
            return False
        self.messages.append(self._words(f"journal.{why}_aside", file=path.name, aside=name.name))
        return True


def append(path: Path, lines: bytes) -> int:
    """
    Append whole lines to a file and return when they are on disk and can be read back.

    Another process may append at the same time, and may have died in the middle of a line.
    The lines are therefore written in one call that always writes at the end of the file, read
    back together with the byte before them, and written once more where they turn out to be cut
    short or glued to somebody's torn line. Whoever reads the file must not mind to read a line
    twice.

    After a torn line comes an empty one: a sign that its writer had died before this one wrote,
    and that nobody was told it was saved.

    Parameters
    ----------
    path
        The file; it is made if it does not exist.
    lines
        Complete lines, each ending in a newline.

    Returns
    -------
    int
        The place in the file where the lines end.

    Raises
    ------
    OSError
        When the lines could not be written whole. What was there before is untouched, and a part
        of them that may have been written harms no later line.

    Notes
    -----
    That two processes never write over each other is a promise of POSIX for local disks; a
    network file system may break it. Windows does not make it, so there a writer also waits
    until it is alone.
    """
    is_new = not path.exists()
    # O_BINARY exists on Windows only, and keeps newlines as they are.
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
    try:
        with _alone(handle):
            end = _append(handle, lines)
    finally:
        os.close(handle)
    if is_new:
        _sync_folder(path.parent)
    return end


def now() -> str:
    """Give the present time, UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _append(handle: int, lines: bytes) -> int:
    trouble = errno.EIO
    for _ in range(_TRIES):
        size = os.lseek(handle, 0, os.SEEK_END)
        torn = size > 0 and _read_at(handle, size - 1, 1) != b"\n"
        payload = b"\n\n" + lines if torn else lines
        if os.write(handle, payload) < len(payload):
            # The disk is most likely full, and the next try will say so. To write only the rest
            # would not do: somebody else may have written in between.
            trouble = errno.ENOSPC
            continue
        os.fsync(handle)
        # The system has moved the place to the end of what it has just written.
        end = os.lseek(handle, 0, os.SEEK_CUR)
        start = end - len(payload)
        there = _read_at(handle, start - 1, len(payload) + 1) if start else b"\n" + _read_at(handle, 0, len(payload))
        if there == b"\n" + payload or (torn and there[1:] == payload):
            return end
        trouble = errno.EIO
    raise OSError(trouble, os.strerror(trouble))


if sys.platform == "win32":
    import msvcrt

    _FAR = 0x7FFFFFFF
    """A place no journal reaches: a locked byte can be neither read nor written by others."""
    _PATIENCE = 10.0

    @contextmanager
    def _alone(handle: int) -> Iterator[None]:
        """Wait until no other process is appending to the file."""
        give_up = time.monotonic() + _PATIENCE
        alone = False
        while not alone and time.monotonic() < give_up:
            os.lseek(handle, _FAR, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            except OSError:
                time.sleep(0.005)
            else:
                alone = True
        # A writer that is halted in the middle does not halt the others for ever.
        try:
            yield
        finally:
            if alone:
                os.lseek(handle, _FAR, os.SEEK_SET)
                msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

    def _sync_folder(folder: Path) -> None:
        """Do nothing: Windows writes a new file's name down with the file."""

else:

    @contextmanager
    def _alone(_handle: int) -> Iterator[None]:
        """Do not wait: a writer that is halted in the middle must not halt all others."""
        yield

    def _sync_folder(folder: Path) -> None:
        """Make sure that a new file's name, too, is on disk."""
        try:
            handle = os.open(folder, os.O_RDONLY)
        except OSError:
            # A folder that may be written to but not read cannot be asked for this.
            return
        try:
            os.fsync(handle)
        except OSError:
            # Some file systems refuse it for folders; the file itself is on disk.
            pass
        finally:
            os.close(handle)


@dataclass(frozen=True)
class Parsed:
    """What could be read of a journal's bytes."""

    events: Sequence[Event] = ()
    """Each has a whole number `v` and a text `event`; nothing else in it is known to be what it should be."""
    torn: bool = False
    """Whether the last line breaks off."""
    damaged: Sequence[bytes] = ()
    """Lines that cannot be read, other than torn ones."""
    foreign: bool = False
    """Whether there is nothing in it that looks like a journal."""


@dataclass(frozen=True)
class _Found:
    """What stands at a journal's place."""

    verdict: Verdict
    content: bytes = b""
    parsed: Parsed = Parsed()
    version: int = SCHEMA


def _look_at(path: Path) -> _Found:
    """Say what stands at a journal's place, and read it if it is one."""
    try:
        mode = path.stat().st_mode
        # Reading a pipe or a device could go on for ever.
        content = path.read_bytes() if stat.S_ISREG(mode) else b""
    except (FileNotFoundError, NotADirectoryError):
        return _Found("nothing")
    except OSError as error:
        return _Found(_why_unread(path, error))
    if not stat.S_ISREG(mode):
        return _Found("folder" if stat.S_ISDIR(mode) else "not_ours")
    parsed = parse(content)
    version = max((event["v"] for event in parsed.events), default=SCHEMA)
    verdict: Verdict = "not_ours" if parsed.foreign else "newer" if version > SCHEMA else "ours"
    return _Found(verdict, content, parsed, version)


def _why_unread(path: Path, error: OSError) -> Verdict:
    if error.errno == errno.ELOOP:
        return "not_ours"
    return "closed" if error.errno == errno.EACCES and not os.access(path.parent, os.X_OK) else "unreadable"


def parse(content: bytes) -> Parsed:
    """
    Read a journal's lines.

    A torn line ends the file, or stands glued before another event, or has an empty line after
    it. Every event begins in the same way, and this beginning can stand nowhere inside one, so
    what is glued can be told apart.

    Parameters
    ----------
    content
        The file's content, UTF-8.

    Returns
    -------
    Parsed
    """
    events: list[Event] = []
    unread: list[bytes] = []
    damaged: list[bytes] = []
    lines = content.removeprefix(_BYTE_ORDER_MARK).split(b"\n")
    last = len(lines) - 1
    torn = False
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        event = _event(line)
        pieces = [line] if event else [piece for piece in _EVENT.split(line) if piece]
        read = [event] if event else [_event(piece) for piece in pieces]
        events += [event for event in read if event]
        unread += [piece for piece, event in zip(pieces, read, strict=True) if not event]
        if read[-1]:
            continue
        if number == last:
            torn = True
        elif number + 1 == last or lines[number + 1].strip():
            damaged.append(pieces[-1])
    foreign = not events and not all(piece.startswith(_BEGINNING) or _BEGINNING.startswith(piece) for piece in unread)
    return Parsed(events, torn, damaged, foreign)


def _event(line: bytes) -> Event | None:
    """Read one line of a journal; None where it is not an event."""
    try:
        # Decoded here, because json would take UTF-16 as well, of which a line is only half right.
        event = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    version = event.get("v") if isinstance(event, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or not isinstance(event.get("event"), str):
        return None
    return dict(event)


def _copy_aside(path: Path, found: _Found) -> str:
    """Keep a copy of a damaged journal as it was found, once for the same damage, and give its name."""
    sign = hashlib.sha256(b"\n".join(found.parsed.damaged)).hexdigest()[:8]
    copy = path.with_name(f"{path.stem}.aside-{sign}{path.suffix}")
    if os.path.lexists(copy):
        return copy.name
    half = _free_name(path)
    try:
        half.write_bytes(found.content)
        half.rename(copy)
    except OSError:
        with suppress(OSError):
            half.unlink()
        # The journal itself is not changed either: its damaged lines stay where they are.
        return path.name
    return copy.name


def _free_name(path: Path) -> Path:
    """Give a name beside a file that nothing has yet."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    while os.path.lexists(name := path.with_name(f"{path.stem}.aside-{stamp}-{secrets.token_hex(2)}{path.suffix}")):
        pass
    return name


def _read_at(handle: int, start: int, count: int) -> bytes:
    # os.pread would do, but Windows has none.
    os.lseek(handle, start, os.SEEK_SET)
    parts = b""
    while len(parts) < count and (part := os.read(handle, count - len(parts))):
        parts += part
    return parts
