"""Twenty thousand hostile files: each becomes a pupil or is named, and none stops the class."""

import csv
import html
import json
import re
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessonkit import open_lesson
from lessonkit.classroom import Class, Pupil
from lessonkit.divided import topics
from lessonkit.exports import write_exports
from lessonkit.intake import hand_in
from lessonkit.journal import SCHEMA
from lessonkit.lesson import Lesson
from lessonkit.marks import CONFIDENCES, MOST_PSEUDONYM, MOST_REASON, MOST_TEXT
from lessonkit.rehearsal import made_up
from lessonkit.tally import counts

from .test_intake import cost_of

FOLDERS = 2_000
FILES = 10
CLASS = 500
MARKUP = "<img src=x onerror=a()><script>a()"
ELEMENTS = {
    *("!doctype", "html", "head", "meta", "title", "style", "body", "main", "div", "span", "q", "p"),
    *("h1", "h2", "ol", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
"""What a report is made of: none of it runs or fetches anything."""

Thing = TypeVar("Thing")

LESSON = open_lesson("idlib")
FIELDS = [line.name for task in LESSON.tasks.values() for line in task.lines]
KEYS = {name: key for name in LESSON.layers if (key := LESSON.key(name))}


def small(kept: dict[str, Any]) -> dict[str, Any]:
    """Take a few marks of each layer: what is done to a small file can be done to a large one."""
    return {**kept, "marks": kept["marks"][::12]}


def journal(kept: dict[str, Any]) -> list[dict[str, Any]]:
    """Tell a kept file as the events that led to it."""
    head = {"v": SCHEMA, "at": kept["saved"]}
    return [
        {**head, "event": "open", **{name: kept[name] for name in ("id", "article", "text", "pseudonym")}},
        *({**head, "event": "mark", "mark": mark} for mark in kept["marks"]),
        *({**head, "event": "look", "layer": layer, "segments": ids} for layer, ids in kept["looked"].items()),
        *({**head, "event": "write", "name": name, **text} for name, text in kept["texts"].items()),
        {**head, "event": "name", "pseudonym": "blue otter"},
    ]


def places(data: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every value in a file."""
    yield above
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, value in inside:
        yield from places(value, (*above, name))


def nested(depth: int, leaf: Any = None) -> Any:
    for _ in range(depth):
        leaf = [leaf]
    return leaf


KEPT = [
    small(json.loads(one))
    for one in made_up(3, LESSON.article, LESSON.layers, KEYS, LESSON.words, fields=("stuck-first", "a"))
]
SOURCES: list[Any] = [*KEPT, *map(journal, KEPT)]
GOOD = [json.dumps(source) for source in SOURCES]
# There are many marks and only one of each thing that is said of the whole file: so these come more often.
PLACES = [[way for way in places(source) for _ in range(8 if len(way) < 2 else 1)] for source in SOURCES]

HOSTILE_VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, 5000, 2**53, -(2**70), 2**70, 1.5, 1e308, float("inf"), float("nan")),
    *("", " ", "a", "\x00", "\ud800", "\u202e\x1b[2J\x07", "x" * 20_000, "先" * 3_000, "\n" * 500, "a\r\nb"),
    *("<script>alert(1)</script>", "{{7*7}} ${7*7} {why} %s", "'; DROP TABLE pupils; --", "=cmd|'/c calc'!A1"),
    *("idlib", "river", "sourcing", "party", "s1", "sure", "__proto__", "__class__", "../../etc/passwd"),
    *("2026-01-12T09:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30", "2026-W02"),
    *([], {}, [None], [[]], {"": ""}, {"a": {"b": []}}, nested(50), nested(900), ["s1"] * 300, [{}] * 300),
    *({"\x1b[2J<script>": {"text": "a"}}, {"sourcing": ["\x1b", "s1", "p1"], "": ["s1"]}),
    *({str(number): number for number in range(300)}, [KEPT[1]["marks"][0]] * 60, KEPT[2], KEPT[1]["marks"]),
]
HOSTILE = [json.dumps(value) for value in HOSTILE_VALUES]
NAMES = [
    *("a.json", "b.jsonl", "A.JSON", "con.json", "nul.jsonl", "a.json. .", "a.json.txt", "a", "größe.json", "a..json"),
    *(
        "\x1b[2J\x07.json",
        "\u202enosj.json",
        "a\nb.json",
        "<script>.json",
        "{why}.json",
        "$(reboot).json",
        "x" * 180 + ".json",
    ),
    *("a.zip", "b.ZIP", "c.zip.json", "d.json.zip"),
]
PATHS = [
    "",
    "a/",
    "../",
    "/",
    "C:\\",
    "a\\b\\",
    "__MACOSX/",
    ".hidden/",
    "./",
    "a/../",
    "Otter_Blue_1_assignsubmission_file_/",
]
ENCODINGS = ["utf-8", "utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"]
PIECES = [
    b"",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"{",
    b"[" * 3000,
    b'{"v": ',
    b'{"v": 99, "event": "open"}\n',
    b"\n\n",
    b'"',
    b"PK\x01\x02",
]


@dataclass
class Hostile:
    """A file, and what was done to it."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        """Show enough of it to make it again."""
        return f"Hostile({self.name!r}, {self.content[:4000]!r})"


class Tape:
    """
    Bytes that hypothesis thinks up, read as choices.

    A draw of its own for every choice would take four times as long as the reading it is there to test.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def upto(self, most: int) -> int:
        """Choose a number from 0 to one less than most; 0 when the tape is at its end."""
        piece = self._content[self._at : self._at + 3]
        self._at += 3
        return int.from_bytes(piece, "big") % most

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """Choose one thing."""
        return things[self.upto(len(things))]


def work(tape: Tape) -> tuple[str, bytes]:
    """Take a good file, put hostile values into some places of it, or take values away, and write it down."""
    which = tape.upto(len(SOURCES))
    data = json.loads(GOOD[which])
    for _ in range(tape.upto(4)):
        data = changed(data, tape.one_of(PLACES[which]), tape.upto(7 * len(HOSTILE)))
    if which < len(KEPT):
        text, kind = json.dumps(data, ensure_ascii=bool(which)), "json"
    else:
        lines = data if isinstance(data, list) else [data]
        text, kind = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", "jsonl"
    return kind, text.encode(tape.one_of(ENCODINGS), "replace")


def changed(data: Any, way: tuple[Any, ...], value: int) -> Any:
    """Put a hostile value in a place, or take away what is there."""
    # Made anew, so that nothing that is done to it is done to the next one.
    new = json.loads(HOSTILE[value % len(HOSTILE)])
    if not way:
        return new
    inner = data
    for name in way[:-1]:
        if not isinstance(inner, (dict, list)) or (
            isinstance(inner, list) and not (isinstance(name, int) and name < len(inner))
        ):
            return data
        if isinstance(inner, dict) and name not in inner:
            return data
        inner = inner[name]
    last = way[-1]
    if isinstance(inner, list) and isinstance(last, int) and last < len(inner):
        inner[last] = new
    elif isinstance(inner, dict) and last in inner and value % 7 == 0:
        del inner[last]
    elif isinstance(inner, dict):
        inner[last] = new
    return data


def damage(tape: Tape, content: bytes) -> bytes:
    """Flip bits, cut, repeat or insert."""
    for _ in range(tape.upto(4)):
        how, place, more = tape.upto(6), tape.upto(len(content) + 1), tape.upto(5000)
        head, tail = content[:place], content[place:]
        match how:
            case 0:
                content = head + bytes([more % 256]) + tail[1:]
            case 1:
                content = head
            case 2:
                content = head + PIECES[more % len(PIECES)] + tail
            case 3:
                content = head + tail[more % 100 :]
            case 4:
                content += tail[:more]
            case _:
                content = head + bytes(one ^ (1 << more % 8) for one in tail[:1]) + tail[1:]
    return content


def packed(tape: Tape, depth: int = 0) -> bytes:
    """Make a zip of hostile files with hostile names, and damage it."""
    out = BytesIO()
    way = tape.one_of((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
    with zipfile.ZipFile(out, "w", way) as archive:
        for _ in range(1 + tape.upto(3)):
            name = tape.one_of(PATHS) + tape.one_of(NAMES)
            inner = depth < 2 and name.lower().endswith(".zip")
            info = zipfile.ZipInfo(name)
            info.compress_type = way
            archive.writestr(info, packed(tape, depth + 1) if inner else work(tape)[1])
    return damage(tape, out.getvalue())


def hostile(content: bytes) -> Hostile:
    """Make a hostile file."""
    tape = Tape(content)
    if tape.upto(5) == 1:
        return Hostile("a.zip", packed(tape))
    kind, content = work(tape)
    name = tape.one_of(NAMES) if tape.upto(5) == 1 else f"a.{kind}"
    return Hostile(name, damage(tape, content))


def is_clean(text: str, *, lines: bool = False) -> bool:
    """Say whether text can be shown in a terminal and written to a file."""
    shown = text.replace("\n", "") if lines else text
    text.encode()
    return not any(one < " " or "\x7f" <= one <= "\x9f" or one in "\u2028\u2029\u202d\u202e" for one in shown)


def hold(pupil: Pupil, lesson: Lesson) -> None:
    """Hold a pupil to what everybody who comes later relies on."""
    assert is_clean(pupil.file)
    assert 0 < len(pupil.file) <= 120
    assert is_clean(pupil.pseudonym)
    assert len(pupil.pseudonym) <= MOST_PSEUDONYM
    assert pupil.id.replace("-", "").replace("_", "").isalnum()
    assert pupil.id.isascii()
    assert len(pupil.id) <= 40
    assert pupil.saved == "" or (len(pupil.saved) == 29 and pupil.saved.endswith("+00:00"))
    for mark in pupil.marks:
        layer = lesson.layers[mark.layer]
        assert layer.has(mark.tag)
        assert mark.span.segment in {segment.id for segment in lesson.article.over(layer.over)}
        assert 0 <= mark.span.first <= mark.span.last < len(lesson.article.segment(mark.span.segment).words)
        assert mark.quote == lesson.article.quote(mark.span)
        assert mark.confidence in {*CONFIDENCES, ""}
        assert is_clean(mark.reason)
        assert len(mark.reason) <= MOST_REASON
        assert not mark.removed
    for name, ids in pupil.looked.items():
        assert ids <= {segment.id for segment in lesson.article.over(lesson.layers[name].over)}
    for name, text in pupil.texts.items():
        assert is_clean(name)
        assert is_clean(text, lines=True)
        assert 0 < len(text) <= MOST_TEXT


def handed_in(files: Sequence[Hostile], folder: Path) -> tuple[Class, set[str]]:
    """Put files into a folder, take it in, and give the names they had there."""
    for place, file in enumerate(files):
        (folder / f"{place}{file.name}").write_bytes(file.content)
    before = {path.name for path in folder.iterdir()}
    group = hand_in(folder, LESSON.article, LESSON.layers, LESSON.words)
    assert {path.name for path in folder.iterdir()} == before
    return group, before


def follow(pupils: Sequence[Pupil], folder: Path) -> str:
    """Count what was taken in, choose what to talk about, write everything out, and give the report."""
    # They are the same few learners in many folders, and a class has each learner once.
    # Some take a name that is markup, so that each report has some to escape.
    named = tuple(
        replace(pupil, id=f"{pupil.id[:30]}-{number}", pseudonym=pupil.pseudonym if number % 50 else MARKUP)
        for number, pupil in enumerate(pupils)
    )
    group = Class(LESSON.article, LESSON.layers, named)
    counted = counts(group.pupils, group.article, group.layers)
    assert (counted["n"] > 0).all()
    for topic in topics(counted, group.article, group.layers.values(), LESSON.words):
        assert 0 < topic.one.share <= 1
        assert topic.beginning.removesuffix(" …") in group.article.segment(topic.one.segment).text
        assert topic.ask.endswith("?")
    written = write_exports(group, folder, LESSON.words, fields=FIELDS, names=True, replace=True, counted=counted)
    assert written.left_out == ()
    told = {path.name: path.read_bytes().decode("utf-8") for path in written.files if path.suffix != ".parquet"}
    marks = sum(len(pupil.marks) for pupil in group.pupils)
    items = json.loads(told["marks.jsonld"])["first"]["items"]
    assert len(items) == marks
    tables = {name: list(csv.reader(StringIO(text.lstrip("\ufeff")))) for name, text in told.items() if ".csv" in name}
    assert len(tables["marks.csv"]) == marks + 1
    for rows in tables.values():
        assert {len(row) for row in rows} == {len(rows[0])}
        assert not [cell for row in rows[1:] for cell in row if cell.startswith(("=", "+", "-", "@"))]
    return told["report.html"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_twenty_thousand_hostile_files_are_taken_and_followed_to_the_report_or_named_and_none_stops_the_class(
    tmp_path: Path,
) -> None:
    seen: Counter[str] = Counter()
    taken: list[Pupil] = []
    whole = tmp_path / "whole"
    whole.mkdir()

    @settings(
        max_examples=FOLDERS,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.tuples(*[st.binary(min_size=90, max_size=90).map(hostile)] * FILES))
    def folders(files: tuple[Hostile, ...]) -> None:
        place = Path(tempfile.mkdtemp(dir=tmp_path))
        try:
            group, names = handed_in(files, place)
        finally:
            # Some are kept, to be read all at once in the end.
            shutil.rmtree(place) if seen["files"] % 200 else place.rename(whole / place.name)
        for pupil in group.pupils:
            hold(pupil, LESSON)
        for one in (*group.passed, *group.replaced, *group.partly):
            assert is_clean(one.file)
            assert 0 < len(one.file) <= 120
            assert is_clean(one.why)
            assert one.why.endswith(".")
            assert len(one.why) < 700
        said = [*(pupil.file for pupil in group.pupils), *(one.file for one in (*group.passed, *group.replaced))]
        # The number at the head of a name is the file's own.
        told = Counter(file[0] for file in said)
        assert set(told) <= {name[0] for name in names}
        assert all(told[name[0]] == 1 for name in names if not is_zip(name)), names
        assert len({pupil.id for pupil in group.pupils}) == len(group.pupils)
        seen.update(files=len(files), pupils=len(group.pupils), named=len(group.passed), older=len(group.replaced))
        seen.update(marks=sum(len(pupil.marks) for pupil in group.pupils), zips=sum("/" in file for file in said))
        taken.extend(group.pupils)

    folders()

    assert seen["files"] >= FOLDERS * FILES
    # Hostile enough, and not so that nothing is ever read.
    assert min(seen[kind] for kind in ("pupils", "named", "older", "marks", "zips")) > FOLDERS, seen
    # What is taken in goes on to the end: a large class at a time.
    for at in range(0, len(taken), CLASS):
        page = follow(taken[at : at + CLASS], tmp_path / "out")
        tags = set(re.findall(r"<(?!/)([^\s>]+)", page))
        assert tags <= ELEMENTS, tags
        assert not re.search(r"<[^>]*\son\w+\s*=", page)
        assert html.escape(MARKUP) in page
    megabytes, passed = cost_of(whole)
    assert len(passed) > 500
    assert megabytes < 60


def is_zip(name: str) -> bool:
    return name.lower().rstrip(". ").endswith(".zip")
