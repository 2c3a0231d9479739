"""
Paper rows, typed in: what a line means, and a kept file for each pupil.

Each sheet of paper has a number, a made-up name and, for each layer, its rows; they are texts of the
teacher's own workbook, so that nothing typed is lost. One text for a whole pile would have been less to
look at, but a workbook keeps 2,000 characters of a text, and a name typed half would have been a pupil:
the number of the sheet is what stays the same while a name is being corrected.

The files follow the sheets. When a name changes, its file is renamed; when no row of a sheet is
understood any more, its file goes, because a pupil who is in no pile must not be counted. Only files of
the same sheet of the same workbook are ever changed or taken away; what was typed stays in the journal.
"""

import json
import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .article import Segment
from .classroom import place_sign
from .faults import LessonError
from .files import write_whole
from .journal import now
from .layers import Layer, Tag
from .marks import (
    CONFIDENCES,
    MOST_KEPT_BYTES,
    MOST_PSEUDONYM,
    MOST_TEXT,
    Ground,
    Mark,
    State,
    is_id,
    one_line,
    sign,
)
from .workbook import Workbook

MOST_SHEETS = 40
"""Sheets of one pile; a second pile has a folder of its own."""

ROWS = 8
"""Rows on a printed sheet; where the paper has room left there are more."""

SIGNS = ("?", "!", "!!")
"""How somebody writes how sure they are, on a sheet and when it is typed in: guessing first."""

_SURE = dict(zip(SIGNS, CONFIDENCES, strict=True))
_SHEET = re.compile(r"paper-([^-]+)-(\d+)(?:-.+)?")
_SEGMENT = re.compile(r"[-–•*]?\s*([^\W\d_])\s?(\d{1,4})[.:,)]?(?:\s+|$)")
_TO = re.compile(r"…|\.{2,}")
_SIGNS = re.compile(r"[?!؟]+$")


@dataclass(frozen=True, slots=True)
class Row:
    """A line that was typed, and what was understood."""

    line: int
    """Its number in the text, counted from 1."""
    mark: Mark | None = None
    to: str = ""
    """The segment up to which the pupil got, where the line says that."""
    fault: str = ""
    """Why it was not understood and what to do, in a sentence; empty where it was."""


@dataclass(frozen=True)
class Typed:
    """A pupil of the pile."""

    sheets: tuple[int, ...]
    """The sheets with this name, the one that was first first."""
    name: str
    marks: tuple[Mark, ...]
    looked: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Other:
    """Another pile of the same article, as far as the teacher's workbook knows it."""

    sheets: int
    """How many of its sheets have something on them."""
    folder: str
    """Where its files went; empty where a workbook was written before that was kept."""


class Pile:
    """
    Sheets of paper that are typed in, and the files they become.

    Parameters
    ----------
    workbook
        The teacher's, in which what is typed is kept.
    folder
        Where the files go. It is made with the first of them.
    """

    def __init__(self, workbook: Workbook, folder: Path) -> None:
        self.folder = folder
        self._workbook = workbook
        self._words = workbook.words
        self._ground = Ground(workbook.article, workbook.layers)
        self._key = place_sign(folder)
        self._readers = {name: _Reader(workbook, layer) for name, layer in workbook.layers.items()}
        self._read: dict[str, tuple[str, tuple[Row, ...]]] = {}

    def name_field(self, sheet: int) -> str:
        """Give the name of the text that holds the pupil's made-up name."""
        return f"paper-{self._key}-{sheet}"

    def rows_field(self, sheet: int, layer: str) -> str:
        """Give the name of the text that holds the rows of a sheet in a layer."""
        field = f"{self.name_field(sheet)}-{layer}"
        return field if is_id(field) else f"{self.name_field(sheet)}-{sign(layer)}"

    def others(self, texts: Mapping[str, str]) -> tuple[Other, ...]:
        """
        Give the other piles of the article that have something on their sheets.

        Parameters
        ----------
        texts
            What was typed, by the name of its text.

        Returns
        -------
        tuple of Other
            None of them while there is something on a sheet of this pile.
        """
        sheets: dict[str, set[str]] = {}
        for name, text in texts.items():
            if text.strip() and (found := _SHEET.fullmatch(name)):
                sheets.setdefault(found[1], set()).add(found[2])
        if self._key in sheets:
            return ()
        return tuple(Other(len(own), texts.get(_folder_field(key), "")) for key, own in sorted(sheets.items()))

    def remember(self) -> None:
        """Keep where the files of this pile go, for whoever looks for it from another one."""
        name, folder = _folder_field(self._key), str(self.folder.resolve())
        if self._workbook.texts.get(name) != folder and len(folder) <= MOST_TEXT:
            self._workbook.write(name, folder)

    def name(self, sheet: int, texts: Mapping[str, str]) -> str:
        """Give what a pupil is called; by the number of the sheet where no name was typed."""
        name = one_line(texts.get(self.name_field(sheet)), MOST_PSEUDONYM)
        return unicodedata.normalize("NFC", name) or self._words("paper.unnamed", number=sheet)

    def rows(self, sheet: int, layer: str, texts: Mapping[str, str]) -> tuple[Row, ...]:
        """Read the rows of a sheet in a layer; the good ones are taken whatever the others are."""
        field = self.rows_field(sheet, layer)
        text = texts.get(field, "")
        if self._read.get(field, ("", ()))[0] != text:
            number = list(self._readers).index(layer)
            self._read[field] = (text, self._readers[layer].rows(text, f"{sheet}-{number}"))
        return self._read.get(field, ("", ()))[1]

    def pupils(self, texts: Mapping[str, str]) -> tuple[Typed, ...]:
        """
        Give the pupils of the pile.

        Parameters
        ----------
        texts
            What was typed, by the name of its text.

        Returns
        -------
        tuple of Typed
            Everybody of whom a row was understood. Sheets with the same name are one pupil's.
        """
        sheets: dict[str, list[int]] = {}
        for sheet in range(1, MOST_SHEETS + 1):
            if any(row.mark for layer in self._readers for row in self.rows(sheet, layer, texts)):
                sheets.setdefault(self.name(sheet, texts).casefold(), []).append(sheet)
        return tuple(self._pupil(own, texts) for own in sheets.values())

    def write(self, texts: Mapping[str, str]) -> None:
        """
        Have a kept file for each pupil of the pile, and no other file of this pile.

        Parameters
        ----------
        texts
            What was typed, by the name of its text.

        Raises
        ------
        LessonError
            When the folder cannot be written to, or somebody else's file stands where one would go.
        """
        own = {self._id(sheet): sheet for sheet in range(1, MOST_SHEETS + 1)}
        pupils = self.pupils(texts)
        try:
            there = self._there()
            mine = {path for path, kept in there.items() if kept.get("id") in own}
            if pupils:
                self.folder.mkdir(parents=True, exist_ok=True)
            wanted = {self._path(pupil): self._kept(pupil) for pupil in pupils}
            for path, kept in wanted.items():
                if path not in mine and os.path.lexists(path):
                    raise LessonError(self._words("paper.taken", file=path.name))
                if {**there.get(path, {}), "saved": ""} != {**kept, "saved": ""}:
                    write_whole(path, [json.dumps(kept, ensure_ascii=False).encode()])
            # Last, so that a pupil whose name changed is there twice for a moment and never not at all.
            for path in mine - set(wanted):
                path.unlink(missing_ok=True)
        except OSError as error:
            said = error.strerror or error
            raise LessonError(self._words("paper.denied", folder=self.folder, error=said)) from None

    def _pupil(self, sheets: Sequence[int], texts: Mapping[str, str]) -> Typed:
        marks: dict[tuple[object, ...], Mark] = {}
        looked: dict[str, frozenset[str]] = {}
        for layer, reader in self._readers.items():
            for row in (row for sheet in sheets for row in self.rows(sheet, layer, texts)):
                if row.mark:
                    marks.setdefault((layer, row.mark.span, row.mark.tag), row.mark)
                elif row.to:
                    looked[layer] = looked.get(layer, frozenset()) | reader.up_to(row.to)
        return Typed(tuple(sheets), self.name(sheets[0], texts), tuple(marks.values()), looked)

    def _id(self, sheet: int) -> str:
        # Of the workbook too: two teachers may each have a first sheet in one class.
        return f"paper-{sign(f'{self._workbook.id}/{self._key}/{sheet}')}"

    def _path(self, pupil: Typed) -> Path:
        plain = "".join(one if unicodedata.category(one)[0] in "LNM" else "-" for one in pupil.name)
        stem = re.sub("-+", "-", plain).strip("-")
        # The number keeps apart what file systems take for the same name, and says which sheet to look at.
        parts = [self._workbook.article.name, *([stem] if stem else []), "paper", str(pupil.sheets[0])]
        return self.folder / f"{'-'.join(parts)}.json"

    def _kept(self, pupil: Typed) -> dict[str, Any]:
        state = State(self._ground)
        state.id, state.pseudonym = self._id(pupil.sheets[0]), pupil.name
        state.marks = {mark.id: mark for mark in pupil.marks}
        for layer, segments in pupil.looked.items():
            state.look(layer, sorted(segments))
        return state.kept(now())

    def _there(self) -> dict[Path, dict[str, Any]]:
        """Read the files in the folder that may be of this pile."""
        found = {}
        for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if not re.search(r"-paper-\d+\.json$", path.name) or path.is_symlink() or not path.is_file():
                continue
            if path.stat().st_size > MOST_KEPT_BYTES:
                continue
            try:
                kept = json.loads(path.read_bytes())
            except (ValueError, RecursionError):
                continue
            if isinstance(kept, dict) and isinstance(kept.get("id"), str):
                found[path] = kept
        return found


def _folder_field(key: str) -> str:
    return f"paper-{key}-folder"


class _Reader:
    """Reads the rows of one layer."""

    def __init__(self, workbook: Workbook, layer: Layer) -> None:
        self._workbook = workbook
        self._words = workbook.words
        self._layer = layer
        self._segments = {segment.id: segment for segment in workbook.article.over(layer.over)}
        self._plain: dict[str, list[str]] = {}

    def rows(self, text: str, name: str) -> tuple[Row, ...]:
        """Read all lines that are not empty; `name` begins the ids of the marks."""
        rows: list[Row] = []
        known: dict[tuple[object, ...], int] = {}
        for line, typed in enumerate(text.split("\n"), start=1):
            if not typed.strip():
                continue
            try:
                row = self._row(line, typed.strip(), name)
            except LessonError as error:
                row = self._not_taken(line, str(error))
            if row.mark and (before := known.setdefault((row.mark.span, row.mark.tag), line)) != line:
                row = self._not_taken(line, self._why("again", before=before))
            rows.append(row)
        return tuple(rows)

    def _not_taken(self, line: int, why: str) -> Row:
        return Row(line, fault=self._why("fault", line=line, why=why))

    def up_to(self, segment: str) -> frozenset[str]:
        """Give the segments up to this one, in the order of the article."""
        ids = list(self._segments)
        return frozenset(ids[: ids.index(segment) + 1])

    def _row(self, line: int, typed: str, name: str) -> Row:
        first, _, rest = typed.partition(" ")
        if first.casefold() == self._words("paper.to").casefold():
            segment, rest = self._segment(rest)
            return Row(line, to=segment.id)
        segment, rest = self._segment(typed)
        before, equals, reason = rest.partition("=")
        before, sure = _sure_at_end(before)
        if equals and not sure:
            reason, sure = _sure_at_end(reason)
        tokens = before.split()
        at = self._tag_at(tokens, segment, last_only=bool(equals))
        tag, signs = self._tag(tokens[at])
        # Without "=", what stands behind the tag is the reason.
        if not equals:
            behind = tokens[at + 1 :]
            if behind and _sure(behind[0]):
                signs = _sure(behind.pop(0))
            reason = " ".join(behind)
        start, end = self._place(" ".join(tokens[:at]), segment)
        raw = {"id": f"row-{name}-{line}", "tag": tag.name if tag else "", "segment": segment.id}
        raw |= {"reason": reason, "confidence": sure or signs}
        mark = self._workbook.mark_from({**raw, "first": start, "last": end}, self._layer.name)
        return Row(line, mark)

    def _segment(self, typed: str) -> tuple[Segment, str]:
        """Give the segment that a line begins with, and the rest of the line."""
        found = _SEGMENT.match(unicodedata.normalize("NFKC", typed[:12]) + typed[12:])
        if found is None:
            raise LessonError(self._why("no_segment", example=next(reversed(self._segments), "")))
        name = f"{found[1].casefold()}{int(found[2])}"
        if name not in self._segments:
            raise LessonError(self._why("unknown_segment", segment=name, there=self._ranges()))
        return self._segments[name], found.string[found.end() :]

    def _ranges(self) -> str:
        """Name all segments in short: "h1, c1 to c3, s1 to s9"."""
        ends: dict[str, list[str]] = {}
        for name in self._segments:
            ends.setdefault(name[0], []).append(name)
        return ", ".join(
            one[0] if len(one) == 1 else self._words("paper.range", first=one[0], last=one[-1]) for one in ends.values()
        )

    def _tag(self, token: str) -> tuple[Tag | None, str]:
        """Give the tag that a number or a name stands for, and how sure the signs behind it say."""
        signs = _SIGNS.search(token)
        plain = token[: signs.start()] if signs else token
        plain = plain.strip(".,:;()").casefold()
        key = str(int(plain)) if plain.isdecimal() and len(plain) == 1 else plain
        tag = next(
            (one for one in self._layer.tags if key in {one.key, one.name.casefold(), one.title.casefold()}), None
        )
        return tag, _sure(signs[0]) if signs else ""

    def _tag_at(self, tokens: Sequence[str], segment: Segment, *, last_only: bool) -> int:
        """Find the tag among what was typed: the last one with words of the segment before it."""
        places = [at for at, token in enumerate(tokens) if self._tag(token)[0]]
        if last_only:
            places = [at for at in places if at == len(tokens) - 1]
        if not places:
            raise LessonError(self._why("no_tag", most=len(self._layer.tags)))
        for at in reversed(places):
            try:
                self._place(" ".join(tokens[:at]), segment)
            except LessonError:
                continue
            return at
        return places[0]

    def _place(self, typed: str, segment: Segment) -> tuple[int, int]:
        """Give the numbers of the first and the last word that are meant; no words mean all of them."""
        end = len(segment.words) - 1
        first, dots, last = typed, "", ""
        if there := _TO.search(typed):
            first, dots, last = typed[: there.start()], there[0], typed[there.end() :]
        if not _plain(first) and not _plain(last):
            if typed and not dots:
                raise LessonError(self._why("not_found", words=typed, segment=segment.id))
            return 0, end
        start = self._once(first, segment) if _plain(first) else (0, -1)
        if not dots:
            return start
        if not _plain(last):
            return start[0], end
        ends = [one for one in self._found(last, segment) if one[0] > start[1]]
        if not ends:
            raise LessonError(self._why("no_end", words=last.strip(), segment=segment.id))
        return start[0], ends[0][1]

    def _once(self, typed: str, segment: Segment) -> tuple[int, int]:
        found = self._found(typed, segment)
        if not found:
            raise LessonError(self._why("not_found", words=typed.strip(), segment=segment.id))
        if len(found) > 1:
            raise LessonError(self._why("twice", words=typed.strip(), segment=segment.id, number=len(found)))
        return found[0]

    def _found(self, typed: str, segment: Segment) -> list[tuple[int, int]]:
        """Find words in a segment, whatever their capitals and stops; the last one may be cut short."""
        if segment.id not in self._plain:
            self._plain[segment.id] = [_plain(segment.text[start:end]) for start, end in segment.words]
        words, wanted = self._plain[segment.id], _plain(typed)
        whole, begun = [], []
        for first, word in enumerate(words):
            if not word:
                continue
            there = ""
            for last in range(first, len(words)):
                there += words[last]
                if there == wanted:
                    whole.append((first, last))
                elif there.startswith(wanted):
                    begun.append((first, last))
                if not wanted.startswith(there) or there == wanted:
                    break
        return whole or begun

    def _why(self, name: str, **values: object) -> str:
        return self._words(f"paper.{name}", **values)


def _plain(text: str) -> str:
    """Leave only letters, numbers and the marks that belong to them."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(one for one in folded if unicodedata.category(one)[0] in "LNM")


def _sure(signs: str) -> str:
    return _SURE.get(signs.replace("؟", "?"), "")


def _sure_at_end(text: str) -> tuple[str, str]:
    """Take the signs off that stand alone at the end, and say how sure they mean."""
    before, _, last = text.rstrip().rpartition(" ")
    sure = _sure(unicodedata.normalize("NFKC", last))
    return (before, sure) if sure else (text, "")
