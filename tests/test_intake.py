"""Taking in a class: what is read, what is refused and why, and what it costs at most."""

import itertools
import json
import os
import pickle
import socket
import struct
import subprocess
import sys
import threading
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from lessonkit import intake
from lessonkit.__main__ import main
from lessonkit.article import Article
from lessonkit.classroom import Class, Passed, Pupil
from lessonkit.faults import LessonError
from lessonkit.intake import files_in, hand_in, pupils_in, settled
from lessonkit.key import Key
from lessonkit.layers import Layer
from lessonkit.marks import MOST_KEPT_BYTES, MOST_MARKS
from lessonkit.rehearsal import made_up, rehearse
from lessonkit.words import Words
from lessonkit.workbook import SCHEMA, Workbook

from .test_workbook import as_nobody, posix

TakeIn = Callable[[Path], Class]
REMEDIES = ("ask", "put", "take", "unpack", "update", "copy", "read", "let", "allow", "download", "nothing to do")


@pytest.fixture(scope="session")
def kept(article: Article, layers: dict[str, Layer], keys: dict[str, Key], words: Words) -> list[dict[str, Any]]:
    """What twelve learners kept."""
    return [json.loads(one) for one in made_up(12, article, layers, keys, words, fields=("stuck-first", "headline-a"))]


@pytest.fixture
def take_in(article: Article, layers: dict[str, Layer], words: Words) -> TakeIn:
    return lambda source: hand_in(source, article, layers, words)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files are handed in."""
    made = tmp_path / "handed in"
    made.mkdir()
    return made


def plain(data: object) -> bytes:
    return json.dumps(data).encode()


def zipped(files: Mapping[str, bytes], *, deflate: bool = True) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def names(files: tuple[Passed, ...]) -> list[str]:
    return [one.file for one in files]


def why(group: Class) -> str:
    """Give the one reason there is."""
    assert [len(group.pupils), len(group.passed)] == [0, 1], group.passed
    return group.passed[0].why


def is_clear(sentence: str) -> bool:
    return sentence.endswith(".") and any(verb in sentence.lower() for verb in REMEDIES) and "{" not in sentence


def work_of(pupil: Pupil) -> tuple[object, ...]:
    """Give what a pupil did, whatever file it came in."""
    return pupil.id, pupil.pseudonym, pupil.marks, pupil.looked, pupil.texts, pupil.aside


# What is read


def test_a_class_of_thirty_is_there_whole(
    folder: Path,
    take_in: TakeIn,
    article: Article,
    layers: dict[str, Layer],
    keys: dict[str, Key],
    words: Words,
) -> None:
    paths = rehearse(30, folder, article, layers, keys, words)

    group = take_in(folder)

    assert (len(group.pupils), group.passed, group.replaced, group.partly) == (30, (), (), ())
    assert {pupil.file for pupil in group.pupils} == {path.name for path in paths}
    assert [pupil.id for pupil in group.pupils] == sorted(pupil.id for pupil in group.pupils)
    assert "otter" not in repr(group)


def test_a_pupil_is_what_the_workbook_shows_that_the_file_is_brought_back_into(
    folder: Path,
    take_in: TakeIn,
    article: Article,
    layers: dict[str, Layer],
    words: Words,
    kept: list[dict[str, Any]],
    tmp_path: Path,
) -> None:
    for number, one in enumerate(kept):
        (folder / f"{number}.json").write_bytes(plain(one))

    pupils = {pupil.id: pupil for pupil in take_in(folder).pupils}

    for number, one in enumerate(kept):
        workbook = Workbook(article, layers, tmp_path / str(number), words)
        workbook.restore(plain(one))
        pupil = pupils[one["id"]]
        assert (pupil.id, pupil.pseudonym, pupil.saved) == (workbook.id, workbook.pseudonym, one["saved"])
        assert set(pupil.marks) == {mark for layer in layers for mark in workbook.marks(layer)}
        assert {layer: workbook.looked(layer) for layer in pupil.looked} == pupil.looked
        assert pupil.texts == workbook.texts
        # And the journal of that workbook is the same learner's work.
        (folder / "journal").mkdir(exist_ok=True)
        (folder / "journal" / f"{number}.jsonl").write_bytes(workbook.path.read_bytes())
    again = {pupil.id: pupil for pupil in take_in(folder / "journal").pupils}
    assert {key: work_of(one) for key, one in again.items()} == {key: work_of(one) for key, one in pupils.items()}


def test_marks_stand_in_article_order_and_no_removed_one_is_among_them(
    folder: Path, take_in: TakeIn, article: Article, kept: list[dict[str, Any]]
) -> None:
    assert any(mark["removed"] for one in kept for mark in one["marks"])
    for number, one in enumerate(kept):
        (folder / f"{number}.json").write_bytes(plain(one))

    for pupil in take_in(folder).pupils:
        places = [article.place(mark.span) for mark in pupil.marks]
        assert places == sorted(places)
        assert not any(mark.removed for mark in pupil.marks)


def test_a_file_of_an_older_kit_is_taken(folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]) -> None:
    old = {name: value for name, value in kept[0].items() if name not in {"texts", "looked", "saved"}}
    # The oldest had no layer over the page, and neither remembered what was removed nor the segment's text.
    old["marks"] = [
        {name: mark[name] for name in mark if name not in {"within", "removed"}}
        for mark in old["marks"]
        if mark["layer"] == "sourcing"
    ]
    (folder / "old.json").write_bytes(plain(old))

    (pupil,) = take_in(folder).pupils

    assert (pupil.saved, dict(pupil.texts), pupil.aside) == ("", {}, 0)
    assert len(pupil.marks) == len(old["marks"]) > 10


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("kind", ["json", "jsonl"])
def test_what_an_editor_made_of_a_file_is_read_where_it_says_so(
    folder: Path, take_in: TakeIn, workbook: Workbook, encoding: str, kind: str
) -> None:
    workbook.write("stuck-first", "сначала — 先に 🙂")
    text = json.dumps(workbook.kept(), ensure_ascii=False) if kind == "json" else workbook.path.read_text("utf-8")
    # utf-8-sig and utf-16 write their first bytes by themselves.
    mark = "\ufeff" if encoding[-3:] in {"-le", "-be"} else ""
    (folder / f"a.{kind}").write_bytes((mark + text).encode(encoding))

    (pupil,) = take_in(folder).pupils

    assert pupil.texts == {"stuck-first": "сначала — 先に 🙂"}


def test_scripts_in_every_field_come_through_as_text_or_not_at_all(
    folder: Path, take_in: TakeIn, layers: dict[str, Layer], article: Article, kept: list[dict[str, Any]]
) -> None:
    script = "<script>alert(1)</script>\x1b[2J\u202e{why} $(reboot) {{7*7}}"
    mark = {**kept[0]["marks"][0], "reason": script}
    hostile = [{**mark, "id": f"m{number}", name: script} for number, name in enumerate(mark)]
    one = {
        **kept[0],
        "pseudonym": script,
        "marks": [*hostile, mark],
        "texts": {script: {"text": script}, "a": script, "stuck-first": {"text": script, "before": [script]}},
        "looked": {script: [script], "sourcing": [script, "s1"]},
    }
    events: list[dict[str, Any]] = [
        {"event": "open", "id": script, "article": "idlib", "pseudonym": "nobody"},
        {"event": "open", "id": "a-journal", "article": "idlib", "pseudonym": script},
        *({"event": "mark", "mark": mark} for mark in one["marks"]),
        *({"event": "write", "name": name, "text": script} for name in (script, "stuck-first")),
        *({"event": "look", "layer": layer, "segments": ids} for layer, ids in one["looked"].items()),
        {"event": script, script: script},
    ]
    (folder / "a.json").write_bytes(plain(one))
    (folder / "a.jsonl").write_bytes(b"\n".join(plain({"v": 1, **event}) for event in events) + b"\n")

    pupils = take_in(folder).pupils

    assert {pupil.id for pupil in pupils} == {"a-journal", one["id"]}
    clean = "<script>alert(1)</script> [2J {why} $(reboot) {{7*7}}"
    for pupil in pupils:
        assert (pupil.pseudonym, dict(pupil.texts)) == (clean[:40].strip(), {"stuck-first": clean})
        assert dict(pupil.looked) == {"sourcing": {"s1"}}
        assert {mark.reason for mark in pupil.marks} == {clean}
        assert all(layers[mark.layer].has(mark.tag) and article.quote(mark.span) == mark.quote for mark in pupil.marks)


def test_lines_of_a_journal_that_cannot_be_read_are_said_and_the_rest_is_taken(
    folder: Path, take_in: TakeIn, workbook: Workbook
) -> None:
    workbook.write("stuck-first", "one")
    workbook.write("stuck-second", "two")
    workbook.write("stuck-third", "three")
    lines = workbook.path.read_bytes().splitlines(keepends=True)
    (folder / "a.jsonl").write_bytes(b"".join([*lines[:2], b"\x00" * 40 + b"\n", *lines[3:], b'{"v": 1, "ev']))

    group = take_in(folder)

    assert dict(group.pupils[0].texts) == {"stuck-first": "one", "stuck-third": "three"}
    assert names(group.partly) == ["a.jsonl"]
    assert is_clear(group.partly[0].why)
    assert "1" in group.partly[0].why


# The same learner twice


def versions(kept: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """One learner's file at four moments, each with one text more."""
    one = kept[0]
    return {
        f"{number}.json": {**one, "saved": saved, "texts": {f"t{n}": {"text": "x"} for n in range(number)}}
        # The middle one is the latest: Z, an offset and a date alone are moments, too.
        for number, saved in enumerate(["", "2026-01-12T10:00:00+02:00", "2026-01-12T09:00:00Z", "2026-01-11"])
    }


def test_of_one_learner_s_files_the_newest_is_taken_in_whatever_order_they_come(
    folder: Path, article: Article, layers: dict[str, Layer], words: Words, kept: list[dict[str, Any]]
) -> None:
    for name, one in versions(kept).items():
        (folder / name).write_bytes(plain(one))
    paths = [path for path in files_in(folder, words) if isinstance(path, Path)]

    for order in itertools.permutations(paths):
        pupils, passed, replaced = settled(pupils_in(order, folder, article, layers, words), words)

        assert [pupil.file for pupil in pupils] == ["2.json"]
        assert passed == ()
        said = {one.file: one.why for one in replaced}
        assert set(said) == {"0.json", "1.json", "3.json"}
        assert all("2.json" in sentence and is_clear(sentence) for sentence in said.values())
        assert "saved 2026-01-12 08:00 UTC" in said["1.json"]
        assert "saved 2026-01-11 00:00 UTC" in said["3.json"]
        assert "does not say when" in said["0.json"]


def test_where_nothing_tells_which_is_newer_that_is_said_and_the_one_with_more_is_taken(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    for saved in ("", "yesterday", "0001-01-01T00:00:00+14:00", 5, None, ["2026"], "2026-01-12T09:00:00Z"):
        for name, one in versions(kept).items():
            (folder / name).write_bytes(plain({**one, "saved": saved}))

        group = take_in(folder)

        assert [pupil.file for pupil in group.pupils] == ["3.json"], saved
        assert names(group.replaced) == ["0.json", "1.json", "2.json"]
        assert all("nothing tells which is newer" in one.why and is_clear(one.why) for one in group.replaced)


@pytest.mark.parametrize("kind", ["json", "jsonl"])
def test_work_that_was_brought_into_other_work_is_the_same_learner_s(
    folder: Path,
    take_in: TakeIn,
    kept: list[dict[str, Any]],
    article: Article,
    layers: dict[str, Layer],
    words: Words,
    tmp_path: Path,
    kind: str,
) -> None:
    (folder / "first.json").write_bytes(plain(kept[0]))
    (folder / "another.json").write_bytes(plain(kept[1]))
    fresh = Workbook(article, layers, tmp_path / "fresh machine", words)
    fresh.write("stuck-first", "Written before the work was brought back")
    fresh.restore(kept[0])
    (folder / f"second.{kind}").write_bytes(plain(fresh.kept()) if kind == "json" else fresh.path.read_bytes())

    group = take_in(folder)

    assert {pupil.file for pupil in group.pupils} == {"another.json", f"second.{kind}"}
    (gone,) = group.replaced
    assert gone.file == "first.json"
    assert f"second.{kind} was taken" in gone.why
    assert is_clear(gone.why)


def test_of_work_brought_into_other_work_the_newest_is_taken_in_whatever_order_they_come(
    folder: Path, article: Article, layers: dict[str, Layer], words: Words, kept: list[dict[str, Any]]
) -> None:
    at = [f"2026-01-12T0{hour}:00:00Z" for hour in range(5)]
    files = {
        "a.json": {**kept[0], "id": "a", "saved": at[0], "joined": ["b"]},
        "b.json": {**kept[1], "id": "b", "saved": at[1], "joined": ["a"]},
        "c.json": {**kept[2], "id": "c", "saved": at[2], "joined": ["a", "b", "c", "nobody"]},
        "d.json": {**kept[3], "id": "d", "saved": at[3]},
        "e.json": {**kept[4], "id": "e", "saved": at[1], "joined": ["d"]},
    }
    for name, one in files.items():
        (folder / name).write_bytes(plain(one))
    paths = [path for path in files_in(folder, words) if isinstance(path, Path)]

    for order in itertools.permutations(paths):
        pupils, _, replaced = settled(pupils_in(order, folder, article, layers, words), words)

        assert [pupil.file for pupil in pupils] == ["c.json", "d.json"]
        assert sorted(names(replaced)) == ["a.json", "b.json", "e.json"]


def test_a_class_that_all_brought_in_one_file_is_still_a_class(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    handed_out, *learners = kept
    (folder / "handed out.json").write_bytes(plain({**handed_out, "saved": "2025-12-01T08:00:00Z"}))
    for number, one in enumerate(learners):
        (folder / f"{number}.json").write_bytes(plain({**one, "joined": [handed_out["id"]]}))

    group = take_in(folder)

    assert len(group.pupils) == len(learners)
    assert names(group.replaced) == ["handed out.json"]


def test_the_same_work_twice_is_said_to_be_the_same(folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]) -> None:
    for name in ("a.json", "a (1).json"):
        (folder / name).write_bytes(plain(kept[0]))

    group = take_in(folder)

    assert len(group.pupils) == 1
    assert "same as a.json" in group.replaced[0].why
    assert is_clear(group.replaced[0].why)


def test_a_journal_and_a_kept_file_are_one_learner(folder: Path, take_in: TakeIn, workbook: Workbook) -> None:
    workbook.write("stuck-first", "one")
    (folder / "a.jsonl").write_bytes(workbook.path.read_bytes())
    kept = {**workbook.kept(), "saved": "2020-01-01T00:00:00Z", "texts": {"stuck-first": {"text": "before"}}}
    (folder / "b.json").write_bytes(plain(kept))

    group = take_in(folder)

    assert [pupil.file for pupil in group.pupils] == ["a.jsonl"]
    assert names(group.replaced) == ["b.json"]


def test_a_file_without_a_name_of_its_own_is_a_learner_of_its_own(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    for number, own in enumerate(["", "two words", None, "x" * 41, 7]):
        (folder / f"{number}.json").write_bytes(plain({**kept[number], "id": own}))

    group = take_in(folder)

    assert len({pupil.id for pupil in group.pupils}) == 5
    assert all(pupil.id.startswith("file-") for pupil in group.pupils)


# What is refused


def refusals(kept: dict[str, Any]) -> Iterator[tuple[str, bytes, str]]:
    """Files that are not taken, and what must stand in the sentence."""
    journal = b'{"v": 1, "at": "2026", "event": "open", "id": "a", "article": "idlib"}\n'
    yield "empty.json", b"", "0 bytes"
    yield "empty.jsonl", b"", "0 bytes"
    yield "large.json", b" " * (MOST_KEPT_BYTES + 1), "larger than 5 MB"
    yield "large.jsonl", b" " * (MOST_KEPT_BYTES + 1), "larger than 5 MB"
    yield "newer.json", plain({**kept, "schema": SCHEMA + 1}), f"format {SCHEMA + 1}"
    yield "newer.jsonl", b'{"v": 99, "event": "open", "id": "a"}\n', "format 99"
    yield "huge version.jsonl", b'{"v": ' + b"9" * 4000 + b', "event": "open", "id": "a"}\n', "not work kept"
    yield "huge version.json", plain({**kept, "schema": 2**70}), "not work kept"
    yield "other.json", plain({**kept, "article": "river"}), "another article, “river”"
    yield "other.jsonl", journal.replace(b"idlib", b"river"), "another article, “river”"
    yield "marks.json", plain({**kept, "marks": [kept["marks"][0]] * (MOST_MARKS + 1)}), f"more than {MOST_MARKS} marks"
    many = (
        plain({"v": 1, "event": "mark", "mark": {**kept["marks"][0], "id": f"m{n}"}}) for n in range(MOST_MARKS + 1)
    )
    yield "marks.jsonl", b"\n".join(many), f"more than {MOST_MARKS} marks"
    yield "nothing.json", plain({**kept, "marks": [], "looked": {}, "texts": {}}), "nothing in it"
    yield "nothing.jsonl", journal, "nothing in it"
    yield "garbage.json", plain({**kept, "marks": [1, None, [], {}, "x"], "looked": 5, "texts": [1]}), "nothing in it"
    yield "latin.json", plain(kept)[:-1] + ', "x": "größer"}'.encode("latin-1"), "not saved as UTF-8"
    yield "utf-32.json", json.dumps(kept).encode("utf-32"), "saved as UTF-32"
    yield "utf-16.json", json.dumps(kept).encode("utf-16-le"), "not work kept"
    yield "torn utf-16.json", json.dumps(kept).encode("utf-16")[:-1], "not saved as UTF-8"
    yield "deep.json", b"[" * 1_000_000, "not work kept"
    yield "deep object.json", b'{"a":' * 500_000, "not work kept"
    yield "deep.jsonl", b'{"v": 1, "event": "open", "x": ' + b"[" * 1_000_000, "nothing in it"
    yield "digits.json", b'{"kit": "lessonkit", "schema": ' + b"9" * 1_000_000 + b"}", "not work kept"
    yield "page.json", b"<!DOCTYPE html><script>alert(1)</script>", "not work kept"
    yield "page.jsonl", b"<!DOCTYPE html><script>alert(1)</script>", "not work kept"
    yield "list.json", b"[1, 2]", "not work kept"
    yield "nan.json", b"NaN", "not work kept"
    yield "torn.json", plain(kept)[:-10], "not work kept"
    yield "zip.json", zipped({"a.json": plain(kept)}), "not saved as UTF-8"
    yield "json.zip", plain(kept), "zip cannot be read"
    yield "empty.zip", b"", "zip cannot be read"
    yield "work.docx", b"PK", "none of .json, .jsonl and .zip"
    yield "no ending", plain(kept), "none of .json, .jsonl and .zip"


@pytest.mark.parametrize("name", [name for name, _, _ in refusals({"marks": [{}]})])
def test_a_file_that_is_not_taken_is_named_with_the_reason_and_what_to_do(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]], name: str
) -> None:
    content, said = next((content, said) for one, content, said in refusals(kept[0]) if one == name)
    (folder / name).write_bytes(content)
    (folder / "good.json").write_bytes(plain(kept[1]))

    group = take_in(folder)

    assert [pupil.file for pupil in group.pupils] == ["good.json"]
    assert names(group.passed) == [name]
    assert said in group.passed[0].why
    assert is_clear(group.passed[0].why)
    assert len(group.passed[0].why) < 250


def test_what_is_odd_in_a_mark_loses_that_mark_and_no_other(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    good = kept[0]["marks"][0]
    not_tags: tuple[object, ...] = ("unheard-of", "", None, 1, {})
    not_layers: tuple[object, ...] = ("unheard-of", "", None, [], "__class__")
    odd: list[object] = [
        *({**good, "id": "odd", "rev": rev} for rev in (2**70, 1.5, float("nan"), float("inf"), "1", True, None)),
        *({**good, "id": own} for own in ("", "a b", "__proto__", "x" * 41, None, 1, ["a"])),
        *({**good, "id": "odd", "tag": tag} for tag in not_tags),
        *({**good, "id": "odd", "layer": layer} for layer in not_layers),
        *({**good, "id": "odd", "quote": quote} for quote in ("words that are nowhere", " ", "", "x" * 6000, 5)),
        *(None, 5, "x", [], {}, [good]),
    ]
    (folder / "a.json").write_bytes(plain({**kept[0], "marks": [*odd, good]}))

    (pupil,) = take_in(folder).pupils

    assert [mark.id for mark in pupil.marks] == [good["id"]]


def test_lone_surrogates_and_twofold_names_do_no_harm(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    one = {**kept[0], "pseudonym": "a\ud800b", "texts": {"stuck-first": {"text": "\udfff"}}}
    (folder / "a.json").write_bytes(plain(one)[:-1] + b', "saved": 1, "saved": "2026-01-01"}')

    (pupil,) = take_in(folder).pupils

    assert (pupil.pseudonym, pupil.saved[:10]) == ("a?b", "2026-01-01")
    assert dict(pupil.texts) == {"stuck-first": "?"}


# Folders


def test_folders_in_folders_are_read_and_what_systems_leave_behind_is_not_mentioned(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    deep = folder / "Otter_Blue_123_assignsubmission_file_" / "a" / "b.zip"
    deep.mkdir(parents=True)
    (deep / "idlib.json").write_bytes(plain(kept[0]))
    for litter in (".DS_Store", "._idlib.json", "__MACOSX/x.json", "Thumbs.db", ".git/config", "desktop.ini"):
        (folder / litter).parent.mkdir(exist_ok=True)
        (folder / litter).write_bytes(b"x")

    group = take_in(folder)

    assert [pupil.file for pupil in group.pupils] == ["Otter_Blue_123_assignsubmission_file_/a/b.zip/idlib.json"]
    assert group.passed == ()


def test_names_are_taken_with_any_case_and_with_windows_trailing_dots(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    spelled = ["A.JSON", "con.json", "idlib (2).Json", "trailing.json. .", "nul.json", "a:b.json", "größe-先.json"]
    for name, one in zip(spelled, kept, strict=False):
        (folder / name).write_bytes(plain(one))

    group = take_in(folder)

    assert {pupil.file for pupil in group.pupils} == set(spelled)


@posix
def test_a_file_s_name_is_shown_without_anything_a_terminal_would_obey(folder: Path, take_in: TakeIn) -> None:
    wild = [
        b"\x1b[2J\x1b]0;gone\x07.txt",
        b"\xff\xfe.txt",
        b"a\nb\r.txt",
        "\u202etxt.nosj".encode(),
        b"x" * 250 + b".txt",
    ]
    for name in wild:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"x")
    inside = zipped({name.decode("latin-1"): b"x" for name in wild})
    (folder / "z.zip").write_bytes(inside)

    group = take_in(folder)

    assert len(group.passed) == 2 * len(wild)
    for one in group.passed:
        assert one.file.isprintable(), one.file
        assert 0 < len(one.file) <= 120
        assert one.file.endswith((".txt", "nosj"))
        assert one.file.encode()


@posix
def test_links_pipes_sockets_and_devices_are_named_and_not_opened(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "elsewhere.json").write_bytes(plain(kept[0]))
    (folder / "link.json").symlink_to(tmp_path / "elsewhere.json")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (folder / "gone.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe.json")
    os.mkfifo(folder / "pipe.zip")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "s.json"))
        # A pipe that is opened would hold this up for ever.
        done = threading.Thread(target=lambda: said.append(take_in(folder)), daemon=True)
        said: list[Class] = []
        done.start()
        done.join(20)

    assert said, "something was opened"
    assert said[0].pupils == ()
    assert {one.file: "link" in one.why for one in said[0].passed} == {
        "link.json": True,
        "round": True,
        "gone.json": True,
        "pipe.json": False,
        "pipe.zip": False,
        "s.json": False,
    }
    assert all(is_clear(one.why) for one in said[0].passed)


@posix
def test_what_may_not_be_read_is_named(
    article: Article, layers: dict[str, Layer], words: Words, kept: list[dict[str, Any]]
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)
        (folder / "closed.json").write_bytes(plain(kept[0]))
        (folder / "closed.json").chmod(0)
        (folder / "good.json").write_bytes(plain(kept[1]))
        (folder / "locked").mkdir(mode=0)

        group = as_nobody(lambda: hand_in(folder, article, layers, words))

    assert [pupil.file for pupil in group.pupils] == ["good.json"]
    assert names(group.passed) == ["locked", "closed.json"]
    assert all("Permission denied" in one.why and is_clear(one.why) for one in group.passed)


def test_files_that_change_or_go_while_they_are_read_stop_nothing(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    content = [plain(one) for one in kept[1:]]
    (folder / "stays.json").write_bytes(plain(kept[0]))

    def meddle() -> None:
        for number in range(1500):
            path = folder / f"{number % 13}.{('json', 'zip', 'jsonl')[number % 3]}"
            match number % 5:
                case 0 | 1:
                    path.write_bytes(content[number % 11])
                case 2:
                    path.write_bytes(zipped({"a.json": content[number % 11]}))
                case 3:
                    path.write_bytes(content[number % 11][: number % 5000])
                case _:
                    path.unlink(missing_ok=True)

    meddler = threading.Thread(target=meddle)
    meddler.start()
    groups = []
    while meddler.is_alive():
        groups.append(take_in(folder))
    meddler.join()

    assert groups
    assert all("stays.json" in {pupil.file for pupil in group.pupils} for group in groups)
    assert all(is_clear(one.why) for group in groups for one in group.passed)


def test_more_files_than_the_limit_are_not_even_listed(
    folder: Path, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch, kept: list[dict[str, Any]]
) -> None:
    monkeypatch.setattr(intake, "MOST_FILES", 5)
    for number, one in enumerate(kept):
        (folder / f"{number:02}.json").write_bytes(plain(one))

    group = take_in(folder)

    assert len(group.pupils) == 5
    assert [("more than 5 files" in one.why, is_clear(one.why)) for one in group.passed] == [(True, True)]


def test_a_single_file_or_zip_can_be_given_and_a_name_that_is_none_is_said(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    (folder / "a.json").write_bytes(plain(kept[0]))
    (folder / "z.zip").write_bytes(zipped({"b.json": plain(kept[1])}))

    assert [pupil.file for pupil in take_in(folder / "a.json").pupils] == ["a.json"]
    assert [pupil.file for pupil in take_in(folder / "z.zip").pupils] == ["z.zip/b.json"]
    for missing in (folder / "gone", Path("nul\0"), Path("\x1b[2J")):
        with pytest.raises(LessonError, match="There is no folder or file") as caught:
            take_in(missing)
        assert str(caught.value).isprintable()


# Zips


def test_a_zip_of_zips_as_learning_platforms_give_is_read(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    inner = zipped({"deep/": b"", "deep/idlib.json": plain(kept[0]), "__MACOSX/deep/._idlib.json": b"x"})
    (folder / "class.zip").write_bytes(
        zipped(
            {
                "Otter_Blue_1_assignsubmission_file_/idlib-blue-otter.zip": inner,
                "Fox_Red_2_assignsubmission_file_\\idlib-red-fox.json": plain(kept[1]),
                ".DS_Store": b"x",
                "empty/": b"",
            }
        )
    )

    group = take_in(folder)

    assert {pupil.file for pupil in group.pupils} == {
        "class.zip/Otter_Blue_1_assignsubmission_file_/idlib-blue-otter.zip/deep/idlib.json",
        "class.zip/Fox_Red_2_assignsubmission_file_/idlib-red-fox.json",
    }
    assert group.passed == ()


def named(name: bytes, content: bytes, *, says_utf8: bool) -> bytes:
    """Make a zip with a name in any bytes."""
    made = zipped({"?" * len(name): content}).replace(b"?" * len(name), name)
    if not says_utf8:
        return made
    # The flags stand 6 bytes into the file's header, and 8 into the list of contents.
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = made.rindex(sign) + at
        made = made[:place] + struct.pack("<H", 0x800) + made[place + 2 :]
    return made


@pytest.mark.parametrize(
    ("name", "says_utf8", "shown"),
    [
        ("größe.json".encode("cp437"), False, "größe.json"),
        ("größe-先.json".encode(), False, "größe-先.json"),
        ("größe-先.json".encode(), True, "größe-先.json"),
        (b"a\\b\\c.json", False, "a/b/c.json"),
        (b"./CON.json...", False, "./CON.json..."),
    ],
)
def test_names_in_a_zip_are_read_in_the_encodings_there_are(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]], name: bytes, shown: str, *, says_utf8: bool
) -> None:
    (folder / "z.zip").write_bytes(named(name, plain(kept[0]), says_utf8=says_utf8))

    assert [pupil.file for pupil in take_in(folder).pupils] == [f"z.zip/{shown}"]


@pytest.mark.parametrize(
    "name",
    ["../a.json", "/etc/a.json", "a/../../b.json", "..\\..\\a.json", "C:\\a.json", "c:a.json", "\\\\host\\a.json"],
)
def test_a_name_that_leads_out_of_the_zip_is_refused_and_nothing_is_put_anywhere(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]], tmp_path: Path, name: str
) -> None:
    (folder / "z.zip").write_bytes(zipped({name: plain(kept[0])}))
    before = sorted(tmp_path.rglob("*"))

    sentence = why(take_in(folder))

    assert "leads out of the zip" in sentence
    assert is_clear(sentence)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_zip_in_a_zip_in_a_zip_is_refused(folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]) -> None:
    deepest = zipped({"a.json": plain(kept[0])})
    (folder / "z.zip").write_bytes(zipped({"y.zip": zipped({"x.zip": deepest, "b.json": plain(kept[1])})}))

    group = take_in(folder)

    assert [pupil.file for pupil in group.pupils] == ["z.zip/y.zip/b.json"]
    assert names(group.passed) == ["z.zip/y.zip/x.zip"]
    assert is_clear(group.passed[0].why)


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_that_can_ask_for_any_memory_are_refused(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]], way: int
) -> None:
    with zipfile.ZipFile(folder / "z.zip", "w", way) as archive:
        archive.writestr("a.json", plain(kept[0]))

    sentence = why(take_in(folder))

    assert f"number {way}" in sentence
    assert is_clear(sentence)


def test_a_locked_file_is_named(folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]) -> None:
    content = bytearray(zipped({"a.json": plain(kept[0])}))
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (folder / "z.zip").write_bytes(content)

    assert "password" in why(take_in(folder))


def test_a_damaged_file_in_a_zip_is_named_and_its_neighbour_is_taken(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    content = bytearray(zipped({"a.json": plain(kept[0]), "b.json": plain(kept[1])}))
    content[200] ^= 0xFF
    (folder / "z.zip").write_bytes(content)

    group = take_in(folder)

    assert names(group.passed) == ["z.zip/a.json"]
    assert [pupil.file for pupil in group.pupils] == ["z.zip/b.json"]


def test_what_a_zip_says_of_a_file_s_size_is_not_believed(folder: Path, take_in: TakeIn) -> None:
    content = bytearray(zipped({"a.json": b" " * 8_000_000}))
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.index(sign) + at
        for size in (10, 2**32 - 2):
            content[place : place + 4] = struct.pack("<I", size)
            (folder / "z.zip").write_bytes(content)

            assert is_clear(why(take_in(folder)))


def test_a_zip_that_unpacks_to_far_more_than_its_size_is_left(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    (folder / "z.zip").write_bytes(
        zipped(
            {"a.json": plain(kept[0]), **{f"{n}.json": b" " * 4_900_000 for n in range(9)}, "z.json": plain(kept[1])}
        )
    )

    group = take_in(folder)

    assert [pupil.file for pupil in group.pupils] == ["z.zip/a.json"]
    assert group.passed[-1].file == "z.zip"
    assert f"more than {intake.MOST_RATIO} times its size" in group.passed[-1].why
    assert is_clear(group.passed[-1].why)
    assert len(group.passed) < 9


@pytest.mark.parametrize("packed_again", [False, True])
def test_what_is_unpacked_and_counted_in_inner_zips_counts_for_the_outer(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, *, packed_again: bool
) -> None:
    files = {f"{number}.json": plain(one) for number, one in enumerate(kept)}
    half = sum(map(len, files.values())) // 2
    if packed_again:
        files = {f"{name}.zip": zipped({name: content}) for name, content in files.items()}
    (folder / "z.zip").write_bytes(zipped(files))
    assert len(take_in(folder).pupils) == len(kept)

    for limit, most, said, taken in (
        ("MOST_FILES", 11, "more than 11 files", {0}),
        ("MOST_FILES", 18, "more than 18 files", {6 if packed_again else 12}),
        ("MOST_UNPACKED_BYTES", half, "unpacks to more than", range(2, 10)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(intake, limit, most)
            group = take_in(folder)

        assert len(group.pupils) in taken
        assert names(group.passed) == ["z.zip"] * (len(group.pupils) < 12)
        assert all(said in one.why and is_clear(one.why) for one in group.passed)


def test_a_large_zip_in_a_zip_is_refused(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_NESTED_BYTES", 1_000_000)
    inner = zipped({"a.json": plain(kept[0]), "b.json": b" " * 2_000_000}, deflate=False)
    (folder / "z.zip").write_bytes(zipped({"y.zip": inner}, deflate=False))

    assert "larger than 1 MB" in why(take_in(folder))


# What it costs


def cost_of(folder: Path) -> tuple[float, list[list[str]]]:
    """Take in a class in a process of its own; give the megabytes it took, and what was not taken."""
    script = """
import json, resource, sys
from pathlib import Path
from lessonkit import open_lesson
from lessonkit.intake import hand_in

def most():
    # getrusage would tell of the process that started this one, too, where that was larger.
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024

lesson = open_lesson("idlib")
lesson.article.page_segments
before = most()
group = hand_in(Path(sys.argv[1]), lesson.article, lesson.layers, lesson.words)
print(json.dumps([most() - before, [[one.file, one.why] for one in group.passed]]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True, timeout=120
    )
    megabytes, passed = json.loads(done.stdout)
    return megabytes, passed


@posix
def test_files_of_two_gigabytes_cost_no_more_than_the_limit(folder: Path) -> None:
    for name in ("large.json", "large.jsonl", "large.zip", "large.bin"):
        with (folder / name).open("wb") as file:
            file.truncate(2 * 1024**3)

    megabytes, passed = cost_of(folder)

    assert megabytes < 20
    assert [name for name, _ in passed] == ["large.bin", "large.json", "large.jsonl", "large.zip"]
    assert all(is_clear(sentence) for _, sentence in passed)


@posix
def test_zip_bombs_cost_no_more_than_the_limit(folder: Path) -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("a.json", "b.zip", "c.jsonl"):
            with archive.open(name, "w") as member:
                for _ in range(15):
                    member.write(bytes(10_000_000))
    (folder / "bomb.zip").write_bytes(bomb.getvalue())
    (folder / "nested.zip").write_bytes(zipped({"1/bomb.zip": bomb.getvalue(), "2/bomb.zip": bomb.getvalue()}))

    megabytes, passed = cost_of(folder)

    assert megabytes < 100
    assert {name.split("/")[0] for name, _ in passed} == {"bomb.zip", "nested.zip"}
    assert all(is_clear(sentence) for _, sentence in passed)


@posix
def test_a_zip_with_a_monstrous_list_of_contents_costs_no_more_than_the_limit(folder: Path) -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"

    def end(size: int) -> bytes:
        return struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, size, 0, 0)

    (folder / "many.zip").write_bytes(entry * 330_000 + end(len(entry) * 330_000))
    (folder / "too many.zip").write_bytes(entry * 400_000 + end(len(entry) * 400_000))
    with (folder / "two gigabytes.zip").open("wb") as file:
        file.truncate(2 * 1024**3)
        file.seek(0, os.SEEK_END)
        file.write(end(2 * 1024**3))

    megabytes, passed = cost_of(folder)

    said = dict(passed)
    assert "more than 200000 files" in said["many.zip"]
    assert "larger than 16 MB" in said["too many.zip"]
    assert "larger than 16 MB" in said["two gigabytes.zip"]
    assert megabytes < 250


@posix
@pytest.mark.parametrize("piece", ["[],", '{"":0},', '"\\ud800",', "1e9,", '{"id":"a","quote":"in"},'])
def test_json_that_grows_in_memory_costs_no_more_than_the_limit(
    folder: Path, kept: list[dict[str, Any]], piece: str
) -> None:
    head = plain({**kept[0], "marks": []})[:-1] + b', "x": ['
    (folder / "a.json").write_bytes(head + (piece * ((4_900_000 - len(head)) // len(piece))).encode() + b"0]}")

    megabytes, passed = cost_of(folder)

    assert len(passed) <= 1
    assert megabytes < 250


@pytest.mark.parametrize("repeats", ["reasons", "texts", "marks without a reason"])
def test_a_class_takes_no_more_memory_than_the_limit_however_small_its_zip_is(
    folder: Path, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch, kept: list[dict[str, Any]], repeats: str
) -> None:
    monkeypatch.setattr(intake, "MOST_HELD_BYTES", 10_000_000)
    mark = kept[0]["marks"][0] | {"reason": "" if repeats.startswith("marks") else "x" * 500}
    marks = [] if repeats == "texts" else [mark | {"id": f"m{number}"} for number in range(4_000)]
    texts = {f"t{number}": {"text": "y" * 2_000} for number in range(1_000 if repeats == "texts" else 0)}
    many = {f"{n:02}.json": plain(kept[0] | {"id": f"id-{n}", "marks": marks, "texts": texts}) for n in range(20)}
    with zipfile.ZipFile(folder / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        # Not so alike that the zip is left for being packed too well.
        archive.writestr("noise.txt", os.urandom(2_000_000))
        for name, content in many.items():
            archive.writestr(name, content)

    tracemalloc.start()
    group = take_in(folder)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert 2 <= len(group.pupils) < 20
    assert 5_000_000 < held < 12_000_000
    assert group.passed[-1].file == f"z.zip/{len(group.pupils):02}.json"
    assert "more than 10 MB of memory" in group.passed[-1].why
    assert is_clear(group.passed[-1].why)


def test_pupils_who_only_looked_take_no_more_memory_than_the_limit_either(
    folder: Path, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch, kept: list[dict[str, Any]], article: Article
) -> None:
    monkeypatch.setattr(intake, "MOST_HELD_BYTES", 2_000_000)
    looked = {layer: [segment.id for segment in article.segments] for layer in ("sourcing", "claims", "framing")}
    for number in range(600):
        (folder / f"{number:03}.json").write_bytes(
            plain(kept[0] | {"id": f"id-{number}", "marks": [], "texts": {}, "looked": looked})
        )

    tracemalloc.start()
    group = take_in(folder)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert 100 < len(group.pupils) < 600
    assert "more than 2 MB of memory" in group.passed[-1].why
    assert held < 2_400_000


def test_files_that_are_not_taken_take_no_more_memory_than_the_limit_either(
    folder: Path, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_HELD_BYTES", 1_000_000)
    for number in range(5):
        (folder / f"{number}.zip").write_bytes(zipped({f"{n}.txt": b"" for n in range(1_000)}))

    group = take_in(folder)

    assert len(group.passed) == 1_000_000 // 400 + 1
    assert group.passed[-1].file == "2.zip/500.txt"
    assert "more than 1 MB of memory" in group.passed[-1].why


def test_five_thousand_marks_that_stand_nowhere_are_looked_up_without_delay(
    folder: Path, take_in: TakeIn, kept: list[dict[str, Any]]
) -> None:
    import time

    mark = {**kept[0]["marks"][0], "within": "", "segment": "s99"}
    marks = [{**mark, "id": f"m{n}", "quote": "in " * 250 + str(n)} for n in range(MOST_MARKS)]
    (folder / "a.json").write_bytes(plain({**kept[0], "text": "", "marks": marks}))
    start = time.process_time()

    (pupil,) = take_in(folder).pupils

    assert pupil.aside == MOST_MARKS
    assert time.process_time() - start < 5


def test_the_marks_of_a_class_share_the_words_they_quote(
    folder: Path, take_in: TakeIn, article: Article, layers: dict[str, Layer], keys: dict[str, Key], words: Words
) -> None:
    rehearse(60, folder, article, layers, keys, words)

    marks = [mark for pupil in take_in(folder).pupils for mark in pupil.marks]

    assert len({id(mark.quote) for mark in marks}) <= len({mark.span for mark in marks}) < len(marks) / 2


# Several workers


def read_some(
    paths: list[Path], source: Path, article: Article, layers: dict[str, Layer], words: Words
) -> list[Pupil | Passed]:
    return list(pupils_in(paths, source, article, layers, words))


def test_several_workers_read_a_class_as_one_does(
    folder: Path, take_in: TakeIn, article: Article, layers: dict[str, Layer], words: Words, kept: list[dict[str, Any]]
) -> None:
    for name, content, _ in refusals(kept[0]):
        (folder / name).write_bytes(content)
    for number, one in enumerate(kept):
        (folder / f"{number}.json").write_bytes(plain(one))
        (folder / f"again {number}.zip").write_bytes(zipped({f"{number}.json": plain(one)}))
    paths = [path for path in files_in(folder, words) if isinstance(path, Path)]
    chunks = [paths[start::4] for start in range(4)]
    pickle.loads(pickle.dumps((article, layers, words)))  # noqa: S301 - what was pickled here

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(read_some, chunk, folder, article, layers, words) for chunk in chunks]
        found = [one for part in parts for one in part.result()]

    alone = take_in(folder)
    pupils, passed, replaced = settled(found, words)
    assert pupils == alone.pupils
    assert sorted(passed, key=str) == sorted(alone.passed, key=str)
    assert sorted(replaced, key=str) == sorted(alone.replaced, key=str)


def test_progress_is_told_file_by_file_and_ends_at_the_end(
    folder: Path, article: Article, layers: dict[str, Layer], words: Words, kept: list[dict[str, Any]]
) -> None:
    (folder / "a.json").write_bytes(plain(kept[0]))
    (folder / "b.zip").write_bytes(zipped({f"{n}.json": plain(one) for n, one in enumerate(kept)}))
    (folder / "c.zip").write_bytes(b"broken")
    told: list[tuple[int, int]] = []

    hand_in(folder, article, layers, words, lambda done, total: told.append((done, total)))

    dones, totals = [done for done, _ in told], [total for _, total in told]
    assert dones == sorted(dones)
    assert totals == sorted(totals)
    assert all(done <= total for done, total in told)
    assert told[:2] == [(1, 3), (2, 15)]
    assert told[-1] == (15, 15)


# The command


def test_the_command_says_what_was_not_taken_and_how_many_pupils_there_are(
    folder: Path, kept: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    for number, one in enumerate(kept):
        (folder / f"{number:02}.json").write_bytes(plain(one))
    (folder / "copy.json").write_bytes(plain(kept[0]))
    (folder / "empty.json").write_bytes(b"")

    code = main(["class", str(folder)])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[0].startswith("Pupils: 12.")
    assert lines[1].startswith("Made up by the rehearsal: 12.")
    assert lines[2].startswith("empty.json: It is empty, 0 bytes.")
    assert lines[3].startswith("00.json: It holds the same as copy.json")


def test_a_terminal_that_lacks_a_letter_is_shown_the_rest(folder: Path) -> None:
    (folder / "größe-先.txt").write_bytes(b"x")
    command = [sys.executable, "-m", "lessonkit", "class", str(folder)]

    done = subprocess.run(
        command, capture_output=True, check=False, timeout=60, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )

    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(b"gr??e-?.txt: It ends in none of")


def test_the_command_without_any_work_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["class", str(folder)]) == 1
    assert main(["class", str(folder / "gone")]) == 1
    assert main(["class", str(folder), "--article", "gone"]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert "no work" in lines[0]
    assert "There is no folder or file" in lines[1]
    assert "There is no lesson" in lines[2]


@posix
def test_a_terminal_is_shown_a_bar_and_a_file_is_not(folder: Path, kept: list[dict[str, Any]]) -> None:
    import pty

    for number, one in enumerate(kept):
        (folder / f"{number}.json").write_bytes(plain(one))
    command = [sys.executable, "-m", "lessonkit", "class", str(folder)]
    ours, theirs = pty.openpty()
    shown = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, check=True, timeout=60)
    os.close(theirs)
    drawn = os.read(ours, 100_000).decode()
    os.close(ours)

    quiet = subprocess.run(command, capture_output=True, check=True, timeout=60)

    assert "Reading 12 of 12 [####" in drawn
    assert drawn.endswith("\r")
    assert quiet.stderr == b""
    assert quiet.stdout == shown.stdout
