"""Taking in what a class hands in: kept files, journals and zips, none of which is trusted."""

import hashlib
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from sys import getsizeof
from typing import IO

from .article import Article
from .classroom import Class, Passed, Pupil, place_sign
from .faults import LessonError
from .journal import SCHEMA, parse
from .layers import Layer
from .marks import MOST_KEPT_BYTES, MOST_MARKS, Ground, State, is_whole, kept_from, one_line
from .words import Words

MOST_FILES = 200_000
"""Files of one folder, or of one zip, that are looked at."""

MOST_CONTENTS_BYTES = 16_000_000
"""Bytes of a zip's list of contents: python holds it in memory, and takes some ten times as much for it."""

MOST_NESTED_BYTES = 20_000_000
"""Bytes of a zip inside a zip: it is held in memory while it is read."""

MOST_UNPACKED_BYTES = 4_000_000_000
"""Bytes that are unpacked from one zip, however many files they are in."""

MOST_RATIO = 100
"""How many times its size a zip may unpack to; kept work packs to a tenth or so."""

MOST_HELD_BYTES = 1_000_000_000
"""Bytes of work that one class may take in memory: some thirty thousand pupils, more than any school has."""

_SMALL = 10_000_000
"""Bytes that any zip may unpack to, whatever its size."""

_THINGS = 400  # bytes
_ID = 130  # bytes: a short text, and its place in a set
_MOST_SHOWN = 120
_PIECE = 65_536
_KEPT, _JOURNAL, _ZIP = ".json", ".jsonl", ".zip"
_WAYS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_LOCKED = 0x1
_UTF8_NAME = 0x800
_DRIVE = re.compile(r"[A-Za-z]:")
_LITTER = {"__macosx", "thumbs.db", "desktop.ini"}
_ZIP_FAULTS = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, NotImplementedError, RuntimeError, OverflowError),
)
_BYTE_ORDER_MARKS = ((b"\xff\xfe\x00\x00", "UTF-32"), (b"\x00\x00\xfe\xff", "UTF-32"), (b"+/v", "UTF-7"))

Found = Pupil | Passed


def hand_in(
    source: Path,
    article: Article,
    layers: Mapping[str, Layer],
    words: Words,
    tell: Callable[[int, int], None] | None = None,
) -> Class:
    """
    Take in a class.

    Every file becomes a pupil or is named with the reason why not. Nothing in a file is run,
    nothing of a zip is put on disk, and no more of either is read than the limits of this room say.

    Parameters
    ----------
    source
        A folder with everything below it, a zip, or a single file.
    article
        The article they must be of.
    layers
        All layers, by name.
    words
        The words people read.
    tell
        Called with how many files are done and how many there are. Files in a zip are counted
        when it is opened, so that the second number may grow.

    Returns
    -------
    Class

    Raises
    ------
    LessonError
        When there is no such folder or file.
    """
    if not os.path.lexists(source):
        raise LessonError(words("intake.no_source", source=_shown(str(source))))
    files = list(files_in(source, words))
    paths = [file for file in files if isinstance(file, Path)]
    unread = [file for file in files if isinstance(file, Passed)]
    progress = _Progress(len(paths), tell)
    reader = _Reader(Ground(article, layers), words, progress)
    found = _held(reader.found_in(paths, _below(source)), words)
    pupils, passed, replaced = settled(found, words)
    progress.end()
    partly = [Passed(pupil.file, words("intake.partly", lines=pupil.damaged)) for pupil in pupils if pupil.damaged]
    return Class(article, layers, pupils, (*unread, *passed), replaced, tuple(partly), place_sign(source))


def files_in(source: Path, words: Words) -> Iterator[Path | Passed]:
    """
    Find the files to read, in the order of their names.

    Parameters
    ----------
    source
        A folder, or a single file.
    words
        The words people read.

    Yields
    ------
    Path or Passed
        Each file below the folder, whatever it is; and each folder that cannot be opened. What
        systems leave behind is passed over in silence: names that begin with a dot, and folders
        such as ``__MACOSX``.
    """
    if not source.is_dir():
        yield source
        return
    below, folders, number = _below(source), [str(source)], 0
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            yield Passed(_relative(Path(folder), below), words("intake.folder", error=_said(error)))
            continue
        inner = []
        for entry in entries:
            if _is_litter(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                inner.append(entry.path)
                continue
            number += 1
            if number > MOST_FILES:
                yield Passed(_relative(Path(folder), below), words("intake.too_many_files", most=MOST_FILES))
                return
            yield Path(entry.path)
        folders.extend(reversed(inner))


def pupils_in(
    paths: Iterable[Path], source: Path, article: Article, layers: Mapping[str, Layer], words: Words
) -> Iterator[Pupil | Passed]:
    """
    Read some of the files, one after the other: several workers can share a class among them.

    Parameters
    ----------
    paths
        Files that `files_in` found.
    source
        The folder, zip or file they were found in: files are named as they stand in it.
    article, layers, words
        As for `hand_in`. All can be pickled.

    Yields
    ------
    Pupil or Passed
        One for each file, and several for a zip. A learner who handed in twice is there twice:
        see `settled`.
    """
    return _Reader(Ground(article, layers), words, _Progress(0, None)).found_in(paths, _below(source))


def _held(found: Iterable[Pupil | Passed], words: Words) -> Iterator[Pupil | Passed]:
    """
    Give what was found, as long as there is room for it, and then say that the rest was not read.

    Each file alone is small, and a small zip of many that repeat themselves is a large class.
    """
    held = 0
    for one in found:
        held += size_of(one) if isinstance(one, Pupil) else _THINGS
        if held > MOST_HELD_BYTES:
            yield Passed(one.file, words("intake.too_much", megabytes=MOST_HELD_BYTES // 1_000_000))
            return
        yield one


def size_of(pupil: Pupil) -> int:
    """
    Give about how many bytes a pupil takes.

    Parameters
    ----------
    pupil
        The pupil.

    Returns
    -------
    int
        Each mark and text is some things around the letters it has.
    """
    marks = sum(_THINGS + getsizeof(mark.reason) for mark in pupil.marks)
    looked = sum(_THINGS + _ID * len(ids) for ids in pupil.looked.values())
    return _THINGS + marks + looked + sum(_THINGS + getsizeof(text) for text in pupil.texts.values())


def settled(
    found: Iterable[Pupil | Passed], words: Words
) -> tuple[tuple[Pupil, ...], tuple[Passed, ...], tuple[Passed, ...]]:
    """
    Take each learner once, with their newest file.

    The newest is the one that was saved last. Of files that do not say when, or say the same
    moment, it is the one with more in it, and that is said. The order they come in does not matter.

    A learner who works on a fresh machine before bringing work back hands in under a new id. Their file
    says which work was brought in, and of two files of which one says so of the other, the newest counts.

    Parameters
    ----------
    found
        What `pupils_in` gave, from one worker or many.
    words
        The words people read.

    Returns
    -------
    pupils : tuple of Pupil
        In the order of their ids.
    passed : tuple of Passed
        The files that were not taken.
    replaced : tuple of Passed
        The files in whose place another was taken.
    """
    newest: dict[str, Pupil] = {}
    passed: list[Passed] = []
    older: list[tuple[str, _Trace]] = []
    for one in found:
        if isinstance(one, Passed):
            passed.append(one)
            continue
        known = newest.get(one.id)
        if known is None:
            newest[one.id] = one
            continue
        gone, newest[one.id] = (known, one) if _trace(known) < _trace(one) else (one, known)
        older.append((one.id, _trace(gone)))
    replaced = [_replaced(trace, newest[pupil], words) for pupil, trace in older]
    for name, instead in _taken_in(newest).items():
        why = words("intake.brought_in", newer=newest[instead].file)
        replaced.append(Passed(newest.pop(name).file, why))
    return tuple(newest[pupil] for pupil in sorted(newest)), tuple(passed), tuple(replaced)


def _taken_in(pupils: Mapping[str, Pupil]) -> dict[str, str]:
    """Give the pupils whose work is in another's file or has another's in it, each with the one that counts."""
    linked: dict[str, set[str]] = {}
    for pupil in pupils.values():
        for other in pupil.joined:
            if other in pupils:
                linked.setdefault(pupil.id, set()).add(other)
                linked.setdefault(other, set()).add(pupil.id)
    gone: dict[str, str] = {}
    # The newest first, and only whom it is linked to itself: thirty pupils who all brought in one file
    # that a teacher gave out are still thirty.
    for own in sorted(linked, key=lambda one: _trace(pupils[one]), reverse=True):
        if own not in gone:
            gone |= {other: own for other in sorted(linked[own]) if other not in gone}
    return gone


@dataclass(frozen=True, order=True)
class _Trace:
    """What is kept of a file to tell whether another of the same learner is newer; the greater one is."""

    saved: str
    amount: int
    # Of two that are alike in all this, one must win whatever order they come in.
    file: str
    content: str


def _trace(pupil: Pupil) -> _Trace:
    looked = tuple(sorted((layer, tuple(sorted(ids))) for layer, ids in pupil.looked.items()))
    # Not hash(): it differs from process to process, and two workers have to settle it alike.
    told = repr((pupil.pseudonym, pupil.marks, looked, sorted(pupil.texts.items())))
    content = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()
    return _Trace(pupil.saved, len(pupil.marks) + len(pupil.texts), pupil.file, content)


def _replaced(gone: _Trace, pupil: Pupil, words: Words) -> Passed:
    taken = _trace(pupil)
    if taken.content == gone.content:
        why = words("intake.same", newer=taken.file)
    elif gone.saved == taken.saved:
        why = words("intake.unsure", newer=taken.file)
    elif gone.saved:
        why = words("intake.older", saved=_moment(gone.saved), newer=taken.file, when=_moment(taken.saved))
    else:
        why = words("intake.undated", newer=taken.file)
    return Passed(gone.file, why)


class _Progress:
    """How far the reading is."""

    def __init__(self, total: int, tell: Callable[[int, int], None] | None) -> None:
        self._done = 0
        self._total = total
        self._tell = tell

    def more(self, number: int) -> None:
        """Count files that have turned up meanwhile."""
        self._total += number

    def one(self) -> None:
        """Count a file that is done."""
        self._done += 1
        if self._tell:
            self._tell(self._done, max(self._done, self._total))

    def end(self) -> None:
        """Say that all is done."""
        if self._tell:
            self._tell(self._done, self._done)


@dataclass(frozen=True)
class _Reader:
    """What all files of a class are read with."""

    ground: Ground
    words: Words
    progress: _Progress

    def found_in(self, paths: Iterable[Path], below: Path) -> Iterator[Found]:
        """Read files of a folder, one after the other."""
        for path in paths:
            yield from self._read(path, _relative(path, below))
            self.progress.one()

    def _read(self, path: Path, shown: str) -> Iterator[Found]:
        kind = _kind(path.name)
        try:
            with self._opened(path, kind) as file:
                if kind == _ZIP:
                    yield from _Zip(file, shown, self).found()
                    return
                content = file.read(MOST_KEPT_BYTES + 1)
        except LessonError as error:
            yield Passed(shown, str(error))
        except OSError as error:
            yield Passed(shown, self.words("intake.unreadable", error=_said(error)))
        else:
            # Outside of the try: a fault in the reading itself is no fault of the file.
            yield self.pupil(content, kind, shown)

    def _opened(self, path: Path, kind: str) -> IO[bytes]:
        """Open a file that is one: a pipe would wait for ever, and a link may lead anywhere."""
        # Looked at before it is opened, because to open a device can set it going; and after it,
        # because something else may stand there by then.
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise LessonError(self.words("intake.link"))
        if not stat.S_ISREG(mode):
            raise LessonError(self.words("intake.special"))
        if not kind:
            raise LessonError(self.words("intake.other_name"))
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
        file = os.fdopen(os.open(path, flags), "rb")
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise LessonError(self.words("intake.special"))
        return file

    def pupil(self, content: bytes, kind: str, shown: str) -> Found:
        """Read a kept file or a journal, of which no more was read than shows that it is too large."""
        try:
            state, saved, damaged = self._work_in(content, kind)
        except LessonError as error:
            return Passed(shown, str(error))
        return Pupil(
            # Without a name of its own, the same file is still the same learner.
            id=state.id or f"file-{sha256(content).hexdigest()[:16]}",
            pseudonym=state.pseudonym,
            saved=saved,
            file=shown,
            marks=self.ground.in_order(mark for mark in state.marks.values() if not mark.removed),
            looked={layer: frozenset(ids) for layer, ids in state.looked.items()},
            texts={name: one.text for name, one in state.texts.items() if one.text},
            aside=sum(not mark.removed for mark in state.aside.values()),
            damaged=damaged,
            joined=tuple(state.joined),
        )

    def _work_in(self, content: bytes, kind: str) -> tuple[State, str, int]:
        """Give what a learner did, when it was saved, and how many lines could not be read."""
        if not content:
            raise LessonError(self.words("intake.empty"))
        if len(content) > MOST_KEPT_BYTES:
            raise LessonError(self.words("intake.too_large", megabytes=MOST_KEPT_BYTES // 1_000_000))
        text = _decoded(content, self.words)
        state, saved, damaged = self._kept(text) if kind == _KEPT else self._journal(text)
        if not (state.marks or state.aside or state.looked or any(one.text for one in state.texts.values())):
            raise LessonError(self.words("intake.nothing"))
        return state, saved, damaged

    def _kept(self, text: str) -> tuple[State, str, int]:
        kept = kept_from(text, self.ground.article, self.words, "intake")
        state = State(self.ground)
        state.take(kept)
        return state, _when(kept.get("saved")), 0

    def _journal(self, text: str) -> tuple[State, str, int]:
        parsed = parse(text.encode())
        version = max((event["v"] for event in parsed.events), default=SCHEMA)
        if parsed.foreign or not is_whole(version):
            raise LessonError(self.words("intake.not_ours"))
        if version > SCHEMA:
            raise LessonError(self.words("intake.newer", version=version))
        here = self.ground.article.name
        state = State(self.ground)
        for event in parsed.events:
            article = event.get("article") if event["event"] == "open" else None
            if isinstance(article, str) and article != here:
                raise LessonError(self.words("intake.other_article", article=one_line(article, 60), here=here))
            state.fold(event)
        if len(state.marks) + len(state.aside) > MOST_MARKS:
            raise LessonError(self.words("intake.too_many", most=MOST_MARKS))
        times = (_when(event.get("at")) for event in reversed(parsed.events))
        return state, next((time for time in times if time), ""), len(parsed.damaged)


def _decoded(content: bytes, words: Words) -> str:
    """Read UTF-8, and UTF-16 that says so by its first bytes."""
    for beginning, name in _BYTE_ORDER_MARKS:
        if content.startswith(beginning):
            raise LessonError(words("intake.encoding_named", encoding=name))
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise LessonError(words("intake.encoding", byte=error.start)) from None


def _when(text: object) -> str:
    """Give a moment as UTC, so that moments can be put in order as text; empty where it is none."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        if moment is None:
            return ""
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return ""
    return moment.isoformat(timespec="milliseconds")


def _moment(saved: str) -> str:
    """Give a moment as it is read: day and minute, UTC."""
    return f"{saved[:16].replace('T', ' ')} UTC"


# Zips


class _SpentError(LessonError):
    """A zip has used up what may be read of it."""


class _Sparing:
    """A file of which no more is read at once than a limit: a zip's list of contents is read in one piece."""

    def __init__(self, file: IO[bytes], words: Words) -> None:
        self._file = file
        self._words = words
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable

    def read(self, size: int = -1) -> bytes:
        """Read some bytes, or the rest."""
        content = self._file.read(size if 0 <= size <= MOST_CONTENTS_BYTES else MOST_CONTENTS_BYTES + 1)
        if len(content) > MOST_CONTENTS_BYTES:
            raise LessonError(self._words("intake.zip_contents", megabytes=MOST_CONTENTS_BYTES // 1_000_000))
        return content


class _Zip:
    """
    A zip that is read without putting anything on disk.

    What its list of contents says of a file's size is not believed: what is counted is what comes out.

    Parameters
    ----------
    file
        The zip.
    shown
        What it is called.
    reader
        What its files are read with.
    outer
        The zip it is in. What may be read of that one is then all that may be read of both.
    """

    def __init__(self, file: IO[bytes], shown: str, reader: _Reader, outer: "_Zip | None" = None) -> None:
        self._file = file
        self._shown = shown
        self._reader = reader
        self._words = reader.words
        self._progress = reader.progress
        self._outer = outer
        self._files = 0
        self._unpacked = 0
        self._allowed = max(_SMALL, MOST_RATIO * file.seek(0, os.SEEK_END))

    def found(self) -> Iterator[Found]:
        """Read all that is in it."""
        try:
            # ZipFile asks for no more than these four methods.
            archive = zipfile.ZipFile(_Sparing(self._file, self._words))
            members = [info for info in archive.infolist() if not info.is_dir()]
        except LessonError as error:
            yield Passed(self._shown, str(error))
            return
        except _ZIP_FAULTS as error:
            yield Passed(self._shown, self._words("intake.zip_broken", error=_said(error)))
            return
        self._progress.more(len(members))
        try:
            self._count(len(members))
            for info in members:
                yield from self._member(archive, info)
                self._progress.one()
        except _SpentError as error:
            if self._outer:
                raise
            yield Passed(self._shown, str(error))

    def _member(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[Found]:
        """Read a file in the zip."""
        name = _name_of(info)
        parts = name.split("/")
        if any(_is_litter(part) for part in parts if part not in {".", ".."}):
            return
        shown, kind = _shown(f"{self._shown}/{name.lstrip('/')}"), _kind(name)
        try:
            self._check(name, kind, info)
            content = self._content(archive, info, MOST_NESTED_BYTES if kind == _ZIP else MOST_KEPT_BYTES)
        except _SpentError:
            raise
        except LessonError as error:
            yield Passed(shown, str(error))
            return
        except _ZIP_FAULTS as error:
            yield Passed(shown, self._words("intake.zip_broken", error=_said(error)))
            return
        if kind != _ZIP:
            yield self._reader.pupil(content, kind, shown)
        elif len(content) > MOST_NESTED_BYTES:
            yield Passed(shown, self._words("intake.zip_large", megabytes=MOST_NESTED_BYTES // 1_000_000))
        else:
            yield from _Zip(BytesIO(content), shown, self._reader, self).found()

    def _check(self, name: str, kind: str, info: zipfile.ZipInfo) -> None:
        """Say why a file is not even unpacked, if it is not."""
        if name.startswith("/") or ".." in name.split("/") or _DRIVE.match(name):
            raise LessonError(self._words("intake.zip_path"))
        if not kind:
            raise LessonError(self._words("intake.other_name"))
        if kind == _ZIP and self._outer:
            raise LessonError(self._words("intake.zip_deep"))
        if info.flag_bits & _LOCKED:
            raise LessonError(self._words("intake.zip_locked"))
        if info.compress_type not in _WAYS:
            # Some ways of packing ask for gigabytes before the first byte comes out.
            raise LessonError(self._words("intake.zip_method", method=info.compress_type))

    def _content(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
        """Unpack a file, and little more of it than it may have."""
        pieces: list[bytes] = []
        size = 0
        with archive.open(info) as file:
            while size <= most and (piece := file.read(_PIECE)):
                pieces.append(piece)
                size += len(piece)
                self._unpack(len(piece))
        return b"".join(pieces)

    def _unpack(self, size: int) -> None:
        """Count what came out, here and in the zip around it."""
        self._unpacked += size
        if self._unpacked > MOST_UNPACKED_BYTES:
            raise _SpentError(self._words("intake.zip_unpacked", megabytes=MOST_UNPACKED_BYTES // 1_000_000))
        if self._outer:
            self._outer._unpack(size)  # noqa: SLF001 - it is another of this class
        elif self._unpacked > self._allowed:
            raise _SpentError(self._words("intake.zip_ratio", ratio=MOST_RATIO))

    def _count(self, files: int) -> None:
        """Count files, here and in the zip around it."""
        self._files += files
        if self._files > MOST_FILES:
            raise _SpentError(self._words("intake.zip_files", most=MOST_FILES))
        if self._outer:
            self._outer._count(files)  # noqa: SLF001 - it is another of this class


def _name_of(info: zipfile.ZipInfo) -> str:
    """Give the name of a file in a zip, with / between folders."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        # Many programs write UTF-8 and do not say so.
        with suppress(ValueError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


# Names


def _kind(name: str) -> str:
    """Say what a file is by its name: its ending, or nothing where it is none of those that are read."""
    # Windows takes dots and spaces off the end.
    suffix = os.path.splitext(name.rstrip(". "))[1].lower()  # noqa: PTH122 - in a zip it is no path of this system
    return suffix if suffix in {_KEPT, _JOURNAL, _ZIP} else ""


def _is_litter(name: str) -> bool:
    """Say whether a file or folder was left behind by a system and not by a person."""
    return name.startswith(".") or name.lower() in _LITTER


def _below(source: Path) -> Path:
    """Give the folder that names are relative to."""
    return source if source.is_dir() else source.parent


def _relative(path: Path, below: Path) -> str:
    return _shown(str(path.relative_to(below) if path.is_relative_to(below) else path))


def _shown(name: str) -> str:
    """Make a file's name safe to be shown, in a terminal too, and not too long."""
    plain = one_line(name, len(name)) or "?"
    half = _MOST_SHOWN // 2
    return plain if len(plain) <= _MOST_SHOWN else f"{plain[: half - 1]}…{plain[-half:]}"


def _said(error: Exception) -> str:
    """Give what the system says of a fault, on one short line."""
    return one_line(getattr(error, "strerror", None) or str(error) or type(error).__name__, _MOST_SHOWN)
