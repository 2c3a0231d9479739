"""The workbook in one process: what is kept, what is set aside, what is refused."""

import dataclasses
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import pytest

from lessonkit.article import Article, read_article
from lessonkit.faults import LessonError
from lessonkit.layers import Layer
from lessonkit.marks import MOST_JOINED
from lessonkit.words import Words
from lessonkit.workbook import MOST_MARKS, MOST_REASON, Mark, Workbook, one_line

Open = Callable[[], Workbook]
Result = TypeVar("Result")
NOBODY = 65534
REMEDIES = ("allow", "ask", "choose", "do ", "leave", "look", "make", "mark ", "move", "open", "press", "update")

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions, pipes and links")


@pytest.fixture
def reopen(article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path) -> Open:
    """Open the same workbook again, as the next notebook does."""
    return lambda: Workbook(article, layers, tmp_path, words)


def mark(workbook: Workbook, mark_id: str, number: int = 0, **more: Any) -> Mark:
    """Make a mark on a word of the fourth sentence."""
    raw = {"id": mark_id, "segment": "s4", "first": number, "last": number, "tag": "party", **more}
    made = workbook.mark_from(raw, "sourcing")
    assert made is not None
    return made


def ids(workbook: Workbook) -> set[str]:
    return {mark.id for mark in workbook.marks("sourcing")}


def events_in(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def is_one_clear_sentence(sentence: str, *names: str) -> bool:
    """Hold a sentence to the rule: it names the thing and says what to do."""
    return all(name in sentence for name in names) and any(verb in sentence.lower() for verb in REMEDIES)


# The plain course of things


def test_nothing_is_written_before_the_first_change(workbook: Workbook, tmp_path: Path) -> None:
    workbook.put([])
    workbook.look("sourcing", [])
    workbook.catch_up()

    assert workbook.id == ""
    assert workbook.messages == []
    assert list(tmp_path.iterdir()) == []


def test_what_was_put_is_there_after_reopening(workbook: Workbook, reopen: Open) -> None:
    made = mark(workbook, "a", reason="He speaks for a government.", confidence="sure")
    workbook.put([made])
    workbook.look("sourcing", ["s4", "s5"])
    workbook.rename("grey heron")

    again = reopen()

    assert again.marks("sourcing") == (made,)
    assert again.looked("sourcing") == {"s4", "s5"}
    assert (again.id, again.pseudonym, again.messages) == (workbook.id, "grey heron", [])


def test_undo_is_one_more_event_and_the_journal_tells_the_story_in_order(workbook: Workbook, reopen: Open) -> None:
    first = mark(workbook, "a")
    changed = dataclasses.replace(first, tag="unnamed", rev=2)
    undone = dataclasses.replace(first, rev=3)
    removed = dataclasses.replace(first, rev=4, removed=True)
    back = dataclasses.replace(first, rev=5)
    for version in (first, changed, undone, removed, back):
        workbook.put([version])

    told = [event["mark"] for event in events_in(workbook.path) if event["event"] == "mark"]
    times = [event["at"] for event in events_in(workbook.path)]

    assert [(mark["rev"], mark["tag"], mark["removed"]) for mark in told] == [
        (1, "party", False),
        (2, "unnamed", False),
        (3, "party", False),
        (4, "party", True),
        (5, "party", False),
    ]
    assert times == sorted(times)
    assert reopen().marks("sourcing") == (back,)


def test_an_older_version_changes_nothing(workbook: Workbook) -> None:
    workbook.put([mark(workbook, "a", rev=3, tag="unnamed")])
    before = workbook.path.read_bytes()

    workbook.put([mark(workbook, "a", rev=2), mark(workbook, "a", rev=3)])

    assert workbook.marks("sourcing")[0].tag == "unnamed"
    assert workbook.path.read_bytes() == before


def test_a_removed_mark_is_known_but_not_shown(workbook: Workbook) -> None:
    workbook.put([mark(workbook, "a")])
    workbook.put([mark(workbook, "a", rev=2, removed=True)])

    assert workbook.marks("sourcing") == ()
    assert [mark.removed for mark in workbook.known("sourcing")] == [True]


def test_what_would_not_be_found_again_is_not_taken_for_saved(workbook: Workbook) -> None:
    wrong: list[dict[str, Any]] = [{"id": "two words"}, {"quote": "of nobody"}, {"tag": "unheard-of"}, {"layer": "x"}]
    for fields in wrong:
        with pytest.raises(ValueError, match="would not be found again"):
            workbook.put([dataclasses.replace(mark(workbook, "a"), **fields)])

    assert not workbook.path.exists()


def test_watchers_hear_of_every_change(workbook: Workbook) -> None:
    seen = []
    workbook.watch(lambda: seen.append(len(workbook.marks("sourcing"))))

    workbook.put([mark(workbook, "a")])
    workbook.put([mark(workbook, "b")])

    assert seen == [1, 2]


def test_two_open_workbooks_learn_of_each_other(workbook: Workbook, reopen: Open) -> None:
    other = reopen()
    workbook.put([mark(workbook, "a")])
    other.put([mark(other, "b")])
    workbook.catch_up()

    assert ids(workbook) == ids(other) == {"a", "b"}
    assert (workbook.id, workbook.pseudonym) == (other.id, other.pseudonym)


def test_where_two_change_the_same_version_both_agree_in_the_end(workbook: Workbook, reopen: Open) -> None:
    workbook.put([mark(workbook, "a")])
    other = reopen()
    workbook.put([mark(workbook, "a", rev=2, tag="unnamed")])
    other.put([mark(other, "a", rev=2, tag="observer")])
    workbook.catch_up()
    other.catch_up()

    tags = {book.marks("sourcing")[0].tag for book in (workbook, other, reopen())}

    assert tags == {"observer"}


def test_threads_that_mark_and_read_at_once_do_not_disturb_each_other(workbook: Workbook, reopen: Open) -> None:
    seen: list[int] = []

    def work(name: str) -> None:
        for number in range(50):
            workbook.put([mark(workbook, f"{name}-{number}")])
            workbook.look("sourcing", [f"s{number % 10}"])
            seen.append(len(workbook.marks("sourcing")) + len(workbook.kept()["marks"]))

    with ThreadPoolExecutor() as pool:
        list(pool.map(work, "abcdef"))

    assert len(seen) == 300
    assert ids(workbook) == ids(reopen()) == {f"{name}-{number}" for name in "abcdef" for number in range(50)}
    assert len(events_in(workbook.path)) == 1 + 300 + len(workbook.looked("sourcing"))


# Files as they are found


def journal_of_three(workbook: Workbook) -> bytes:
    for name in ("a", "b", "c"):
        workbook.put([mark(workbook, name)])
    return workbook.path.read_bytes()


def test_a_file_cut_at_any_byte_gives_every_whole_line_and_goes_on(workbook: Workbook, reopen: Open) -> None:
    whole = journal_of_three(workbook)
    lines = whole.splitlines(keepends=True)
    ends = {name: len(b"".join(lines[: number + 2])) for number, name in enumerate("abc")}

    for cut in range(len(whole)):
        workbook.path.write_bytes(whole[:cut])
        found = reopen()
        expected = {name for name, end in ends.items() if end - 1 <= cut}
        is_torn = whole[:cut].rfind(b"\n") + 1 < cut and cut + 1 not in {len(b"".join(lines[:n])) for n in range(1, 5)}
        found.put([mark(found, "d")])
        again = reopen()

        assert ids(found) == ids(again) == expected | {"d"}, cut
        assert len(found.messages) == is_torn, cut
        assert all(is_one_clear_sentence(said, "idlib.jsonl") for said in found.messages)
        assert again.messages == [], cut
        assert again.path.read_bytes().startswith(whole[:cut])
        assert [path.name for path in again.path.parent.iterdir()] == ["idlib.jsonl"]


def test_every_beginning_of_a_line_left_by_a_dead_writer_swallows_nothing(workbook: Workbook, reopen: Open) -> None:
    whole = journal_of_three(workbook)
    last = whole.splitlines(keepends=True)[-1]
    kept = whole[: -len(last)]

    for cut in range(len(last)):
        # The other notebook is open already and does not look at the file again before it writes.
        workbook.path.write_bytes(kept)
        other = reopen()
        with workbook.path.open("ab") as file:
            file.write(last[:cut])
        other.put([mark(other, "d")])

        lines = workbook.path.read_bytes().splitlines()

        assert json.loads(lines[-1])["mark"]["id"] == "d"
        assert ids(reopen()) >= {"a", "b", "d"}
        assert reopen().messages == []


def test_what_is_glued_to_a_torn_line_is_read(workbook: Workbook, reopen: Open) -> None:
    first, second, third, fourth = journal_of_three(workbook).splitlines(keepends=True)
    for cut in range(1, len(third)):
        workbook.path.write_bytes(first + second + third[:cut] + fourth)
        again = reopen()

        assert ids(again) >= {"a", "c"}
        assert again.messages == []


def test_damaged_lines_are_passed_over_and_a_copy_is_kept_once(
    workbook: Workbook, reopen: Open, tmp_path: Path
) -> None:
    lines = journal_of_three(workbook).splitlines(keepends=True)
    damaged = b"".join([*lines[:2], b"\x00\xff" * 40 + b"\n", *lines[3:]])
    workbook.path.write_bytes(damaged)

    for name in ("d", "e"):
        again = reopen()
        again.put([mark(again, name)])

        copies = list(tmp_path.glob("*.aside-*"))
        assert [copy.read_bytes() for copy in copies] == [damaged]
        assert len(again.messages) == 1
        assert is_one_clear_sentence(again.messages[0], "idlib.jsonl", copies[0].name)
        assert again.path.read_bytes().startswith(damaged)
    assert ids(reopen()) == {"a", "c", "d", "e"}


HOSTILE_LINES = {
    "deep nesting": b'{"v": 1, "event": ' + b"[" * 100_000,
    "deep nesting, closed": b'{"v": 1, "event": "mark", "mark": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a number too large": b'{"v": 1e400, "event": "mark"}',
    "a number too long": b'{"v": 1, "event": "look", "x": ' + b"9" * 5000 + b"}",
    "no number": b'{"v": NaN, "event": "mark"}',
    "true for a version": b'{"v": true, "event": "mark"}',
    "no event": b'{"v": 1}',
    "a list": b"[1, 2, 3]",
    "null": b"null",
    "half a character": b'{"v": 1, "event": "name", "pseudonym": "\xc3"}',
}
HARMLESS_EVENTS = {
    "unheard of": {"event": "dance"},
    "mark is a list": {"event": "mark", "mark": [1]},
    "mark is empty": {"event": "mark", "mark": {}},
    "mark of wrong types": {"event": "mark", "mark": {"id": 3, "layer": [], "quote": {}, "tag": None, "rev": "x"}},
    "layer is a list": {"event": "look", "layer": ["sourcing"], "segments": ["s1"]},
    "layer is an object": {"event": "look", "layer": {}, "segments": ["s1"]},
    "segments are wrong": {"event": "look", "layer": "sourcing", "segments": [1, None, ["s1"], {}, "s99"]},
    "segments are a text": {"event": "look", "layer": "sourcing", "segments": "s1"},
    "name is a number": {"event": "name", "pseudonym": 3},
    "opening of wrong types": {"event": "open", "id": [], "pseudonym": {}},
    "opening with markup": {"event": "open", "id": "<b>", "pseudonym": "x"},
}


@pytest.mark.parametrize("line", HOSTILE_LINES.values(), ids=HOSTILE_LINES)
def test_a_line_that_is_no_event_harms_no_other(workbook: Workbook, reopen: Open, line: bytes) -> None:
    journal_of_three(workbook)
    with workbook.path.open("ab") as file:
        file.write(line + b"\n")

    again = reopen()
    again.put([mark(again, "d")])

    assert ids(reopen()) == {"a", "b", "c", "d"}
    assert len(again.messages) == 1


@pytest.mark.parametrize("event", HARMLESS_EVENTS.values(), ids=HARMLESS_EVENTS)
def test_an_event_that_makes_no_sense_changes_nothing(workbook: Workbook, reopen: Open, event: dict[str, Any]) -> None:
    journal_of_three(workbook)
    before = {**workbook.kept(), "saved": ""}
    with workbook.path.open("ab") as file:
        file.write(json.dumps({"v": 1, **event}).encode() + b"\n")

    workbook.catch_up()
    again = reopen()

    assert {**again.kept(), "saved": ""} == {**workbook.kept(), "saved": ""} == before
    assert again.messages == []


NOT_OURS = {
    "not JSON": b"hello\nworld\n",
    "not JSON, one word": b"hello",
    "other JSON": b'{"name": "somebody"}\n[1, 2]\n',
    "binary": bytes(range(256)) * 8,
    "zeros": bytes(4096),
    "UTF-16": ('{"v": 1, "event": "name", "pseudonym": "x"}\n' * 3).encode("utf-16"),
    "UTF-16, big end first": ('{"v": 1, "event": "name", "pseudonym": "x"}\n' * 3).encode("utf-16-be"),
    "UTF-32": ('{"v": 1, "event": "name", "pseudonym": "x"}\n' * 3).encode("utf-32"),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "deep nesting": b"[" * 100_000,
}


@pytest.mark.parametrize("content", NOT_OURS.values(), ids=NOT_OURS)
def test_a_file_that_is_no_journal_is_set_aside_unchanged(content: bytes, reopen: Open, tmp_path: Path) -> None:
    (tmp_path / "idlib.jsonl").write_bytes(content)

    found = reopen()
    found.put([mark(found, "a")])
    (aside,) = tmp_path.glob("idlib.aside-*.jsonl")

    assert len(found.messages) == 1
    assert is_one_clear_sentence(found.messages[0], "idlib.jsonl", aside.name)
    assert aside.read_bytes() == content
    assert ids(reopen()) == {"a"}
    assert reopen().messages == []


@pytest.mark.parametrize("content", [b"", b"\n", b" \n\n ", b"\xef\xbb\xbf"], ids=["empty", "a line", "blanks", "BOM"])
def test_an_empty_file_is_taken_as_it_is(content: bytes, reopen: Open, tmp_path: Path) -> None:
    (tmp_path / "idlib.jsonl").write_bytes(content)

    found = reopen()
    found.put([mark(found, "a")])

    assert found.messages == []
    assert ids(reopen()) == {"a"}


def test_what_an_editor_does_to_line_ends_and_byte_order_does_no_harm(workbook: Workbook, reopen: Open) -> None:
    content = journal_of_three(workbook)
    workbook.path.write_bytes(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))

    again = reopen()
    again.put([mark(again, "d")])

    assert ids(reopen()) == {"a", "b", "c", "d"}
    assert reopen().messages == []


def test_a_folder_at_the_files_place_is_set_aside_with_all_in_it(reopen: Open, tmp_path: Path) -> None:
    (tmp_path / "idlib.jsonl").mkdir()
    (tmp_path / "idlib.jsonl" / "mine.txt").write_text("mine")

    found = reopen()
    found.put([mark(found, "a")])
    (aside,) = tmp_path.glob("idlib.aside-*.jsonl")

    assert is_one_clear_sentence(found.messages[0], "idlib.jsonl", aside.name)
    assert (aside / "mine.txt").read_text() == "mine"
    assert ids(reopen()) == {"a"}


@posix
def test_links_and_pipes_at_the_files_place_do_not_hold_the_lesson_up(reopen: Open, tmp_path: Path) -> None:
    path = tmp_path / "idlib.jsonl"
    makers: list[Callable[[], None]] = [
        lambda: path.symlink_to(path),
        lambda: os.mkfifo(path),
        lambda: path.symlink_to("/dev/zero"),
    ]
    for make in makers:
        make()
        found = reopen()
        found.put([mark(found, "a")])

        assert is_one_clear_sentence(found.messages[0], "idlib.jsonl", ".aside-")
        assert ids(reopen()) == {"a"}
        path.unlink()


@posix
def test_a_link_to_a_file_elsewhere_is_followed(reopen: Open, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "idlib.jsonl").symlink_to(tmp_path / "elsewhere" / "mine.jsonl")

    found = reopen()
    found.put([mark(found, "a")])

    assert (tmp_path / "idlib.jsonl").is_symlink()
    assert ids(reopen()) == {"a"}


def test_work_of_a_newer_version_is_left_alone_and_comes_back_with_an_update(
    workbook: Workbook, reopen: Open, tmp_path: Path
) -> None:
    ours = journal_of_three(workbook)
    newer = ours.replace(b'{"v": 1,', b'{"v": 2,')
    workbook.path.write_bytes(newer)

    for name in ("d", "e"):
        found = reopen()
        found.put([mark(found, name)])
        assert len(found.messages) == 1
        assert is_one_clear_sentence(found.messages[0], "idlib.jsonl", "format 2", "idlib.2.jsonl")
    assert ids(reopen()) == {"d", "e"}
    assert (tmp_path / "idlib.jsonl").read_bytes() == newer

    # The kit is updated: now the first file can be read.
    (tmp_path / "idlib.jsonl").write_bytes(ours)

    assert ids(reopen()) == {"a", "b", "c", "d", "e"}
    assert reopen().path.name == "idlib.jsonl"
    assert reopen().messages == []


@pytest.mark.parametrize("first", [None, b"hello"], ids=["taken away", "replaced by something strange"])
def test_what_went_to_a_second_file_is_found_without_the_first(
    workbook: Workbook, reopen: Open, tmp_path: Path, first: bytes | None
) -> None:
    workbook.path.write_bytes(b'{"v": 2, "event": "name", "pseudonym": "x"}\n')
    found = reopen()
    found.put([mark(found, "a")])
    workbook.path.unlink() if first is None else workbook.path.write_bytes(first)

    again = reopen()
    again.put([mark(again, "b")])

    assert ids(again) == ids(reopen()) == {"a", "b"}
    assert again.path == tmp_path / "idlib.jsonl"
    assert again.id == found.id


def test_work_of_an_older_version_is_read(workbook: Workbook, reopen: Open) -> None:
    ours = journal_of_three(workbook)
    workbook.path.write_bytes(ours.replace(b'{"v": 1,', b'{"v": 0,'))

    assert ids(reopen()) == {"a", "b", "c"}


def test_a_file_where_the_folder_should_be_is_named_when_saving(
    article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path
) -> None:
    (tmp_path / "work").write_text("a file")
    for folder in (tmp_path / "work", tmp_path / "work" / "deeper"):
        found = Workbook(article, layers, folder, words)
        with pytest.raises(LessonError) as caught:
            found.put([mark(found, "a")])

        assert is_one_clear_sentence(str(caught.value), "idlib.jsonl", str(folder))
        assert found.marks("sourcing") == ()
    assert (tmp_path / "work").read_text() == "a file"


# What may be read and written


@pytest.fixture
def common() -> Iterator[Path]:
    """Make a folder that everybody may enter; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    work = folder / "work"
    work.mkdir()
    if os.geteuid() == 0:
        os.chown(work, NOBODY, NOBODY)
    yield work
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder)


def as_nobody(do: Callable[[], Result]) -> Result:
    """Call a function as somebody whom permissions bind: root may do everything."""
    if os.geteuid() != 0:
        return do()
    context = get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=_become_nobody, args=(do, there))
    child.start()
    there.close()
    result: Result = here.recv()
    child.join()
    return result


def _become_nobody(do: Callable[[], object], answer: Connection) -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    answer.send(do())


@dataclasses.dataclass
class Attempt:
    """What came of opening a workbook and putting marks into it."""

    messages: list[str]
    before: set[str]
    after: set[str]
    path: str
    refused: str


def attempt(article: Article, layers: dict[str, Layer], words: Words, folder: Path, *names: str) -> Attempt:
    def do() -> Attempt:
        found = Workbook(article, layers, folder, words)
        before, refused = ids(found), ""
        try:
            for name in names:
                found.put([mark(found, name)])
        except LessonError as error:
            refused = str(error)
        return Attempt(found.messages, before, ids(found), found.path.name, refused)

    return as_nobody(do)


@posix
def test_a_locked_file_is_left_alone_and_joined_once_it_opens(
    article: Article, layers: dict[str, Layer], words: Words, common: Path
) -> None:
    attempt(article, layers, words, common, "a")
    path = common / "idlib.jsonl"
    content = path.read_bytes()
    path.chmod(0)

    first = attempt(article, layers, words, common, "b")
    second = attempt(article, layers, words, common, "c")

    assert (first.before, first.after, second.after) == (set(), {"b"}, {"b", "c"})
    assert len(second.messages) == 1
    assert is_one_clear_sentence(second.messages[0], "idlib.jsonl", "idlib.2.jsonl")
    path.chmod(0o600)
    assert path.read_bytes() == content
    assert attempt(article, layers, words, common).after == {"a", "b", "c"}


@posix
def test_a_locked_file_in_a_locked_folder_is_named_and_nothing_is_taken_for_saved(
    article: Article, layers: dict[str, Layer], words: Words, common: Path
) -> None:
    attempt(article, layers, words, common, "a")
    (common / "idlib.jsonl").chmod(0)
    common.chmod(0o555)

    came = attempt(article, layers, words, common, "b")

    assert is_one_clear_sentence(came.messages[0], "idlib.jsonl")
    assert is_one_clear_sentence(came.refused, "idlib.2.jsonl")
    assert came.after == set()


@posix
def test_a_file_that_may_only_be_read_shows_its_work_and_says_why_it_takes_no_more(
    article: Article, layers: dict[str, Layer], words: Words, common: Path
) -> None:
    attempt(article, layers, words, common, "a")
    (common / "idlib.jsonl").chmod(0o444)
    content = (common / "idlib.jsonl").read_bytes()

    came = attempt(article, layers, words, common, "b")

    assert (came.messages, came.before, came.after) == ([], {"a"}, {"a"})
    assert is_one_clear_sentence(came.refused, "idlib.jsonl", "may not be written")
    assert (common / "idlib.jsonl").read_bytes() == content


@posix
def test_a_folder_that_may_only_be_read_is_named(
    article: Article, layers: dict[str, Layer], words: Words, common: Path
) -> None:
    common.chmod(0o555)
    came = attempt(article, layers, words, common, "a")
    assert is_one_clear_sentence(came.refused, "idlib.jsonl", "may not be written")
    assert came.after == set()

    # A file in it that may be written needs no more than that.
    common.chmod(0o755)
    attempt(article, layers, words, common, "a")
    common.chmod(0o555)
    assert attempt(article, layers, words, common, "b").after == {"a", "b"}


@posix
def test_in_a_folder_that_may_only_be_read_a_strange_file_stays_where_it_is(
    article: Article, layers: dict[str, Layer], words: Words, common: Path
) -> None:
    (common / "idlib.jsonl").write_bytes(b"hello")
    common.chmod(0o555)
    came = attempt(article, layers, words, common, "a")
    assert is_one_clear_sentence(came.messages[0], "idlib.jsonl", "idlib.2.jsonl")
    assert came.refused

    common.chmod(0o755)
    (common / "idlib.jsonl").unlink()
    (common / "idlib.jsonl").mkdir()
    common.chmod(0o555)
    came = attempt(article, layers, words, common)
    assert is_one_clear_sentence(came.messages[0], "idlib.jsonl", "idlib.2.jsonl")


@posix
def test_a_folder_that_may_not_be_entered_is_named(
    article: Article, layers: dict[str, Layer], words: Words, common: Path
) -> None:
    attempt(article, layers, words, common, "a")
    common.chmod(0)

    came = attempt(article, layers, words, common, "b")

    assert len(came.messages) == 1
    assert is_one_clear_sentence(came.messages[0], str(common))
    assert is_one_clear_sentence(came.refused, "idlib.jsonl")
    common.chmod(0o755)
    assert attempt(article, layers, words, common).after == {"a"}


# Files that go away while the lesson is open


def test_a_file_deleted_while_open_is_written_again_whole(workbook: Workbook, reopen: Open) -> None:
    workbook.put([mark(workbook, "a"), mark(workbook, "b", rev=2, removed=True)])
    workbook.look("sourcing", ["s1"])
    workbook.path.unlink()

    workbook.put([mark(workbook, "c")])
    again = reopen()

    assert ids(again) == {"a", "c"}
    assert again.known("sourcing") == workbook.known("sourcing")
    assert again.looked("sourcing") == {"s1"}
    assert (again.id, again.pseudonym) == (workbook.id, workbook.pseudonym)
    assert len(workbook.messages) == 1
    assert is_one_clear_sentence(workbook.messages[0], "idlib.jsonl")


def test_a_folder_deleted_while_open_is_made_again(
    article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path
) -> None:
    folder = tmp_path / "deep" / "work"
    workbook = Workbook(article, layers, folder, words)
    workbook.put([mark(workbook, "a")])
    shutil.rmtree(tmp_path / "deep")

    workbook.put([mark(workbook, "b")])

    assert ids(Workbook(article, layers, folder, words)) == {"a", "b"}


def test_a_file_cut_or_replaced_while_open_is_made_whole_again(workbook: Workbook, reopen: Open) -> None:
    whole = journal_of_three(workbook)
    changes = {
        "cut": whole[: len(whole) // 2],
        "emptied": b"",
        "an older copy": b"".join(whole.splitlines(keepends=True)[:2]),
        "something else, longer": b"hello " * 2000,
        "somebody else's work": whole.replace(b"Cavusoglu", b"Cavusoglo") * 2,
    }
    for content in changes.values():
        workbook.path.write_bytes(content)
        workbook.put([mark(workbook, "c", rev=workbook.known("sourcing")[-1].rev + 1)])

        assert ids(reopen()) >= {"a", "b", "c"}, content[:40]


def test_a_folder_that_takes_the_files_place_while_open_is_set_aside(workbook: Workbook, reopen: Open) -> None:
    workbook.put([mark(workbook, "a")])
    workbook.path.unlink()
    workbook.path.mkdir()

    workbook.put([mark(workbook, "b")])

    assert ids(reopen()) == {"a", "b"}


def test_two_workbooks_whose_file_is_deleted_both_bring_their_work_back(workbook: Workbook, reopen: Open) -> None:
    workbook.put([mark(workbook, "a")])
    other = reopen()
    other.put([mark(other, "b")])
    workbook.path.unlink()
    workbook.put([mark(workbook, "c")])
    other.put([mark(other, "d")])

    assert ids(reopen()) == {"a", "b", "c", "d"}


# Nothing that comes in is trusted


GOOD = {"id": "a", "segment": "s4", "first": 0, "last": 1, "tag": "party", "rev": 1}
WRONG: list[Any] = [
    None,
    True,
    -1,
    1.0,
    10**400,
    float("nan"),
    float("inf"),
    "",
    "x",
    "s99",
    b"s4",
    [],
    ["s4"],
    {},
    ...,
    "\ud800",
]


@pytest.mark.parametrize("field", ["id", "segment", "first", "last", "tag", "rev"])
def test_a_mark_with_a_field_of_the_wrong_kind_is_refused(workbook: Workbook, field: str) -> None:
    fine: dict[str, set[object]] = {"id": {"x", "s99"}, "rev": {-1}}
    for wrong in WRONG:
        made = workbook.mark_from({**GOOD, field: wrong}, "sourcing")
        assert made is None or wrong in list(fine.get(field, ())), (field, wrong)


@pytest.mark.parametrize("raw", [None, 3, "mark", [], [GOOD], {}, {"id": "a"}, ...], ids=repr)
def test_what_is_no_mapping_of_the_right_form_is_no_mark(workbook: Workbook, raw: object) -> None:
    assert workbook.mark_from(raw, "sourcing") is None


def test_a_mark_of_no_layer_is_refused(workbook: Workbook) -> None:
    assert workbook.mark_from(GOOD, "nowhere") is None


@pytest.mark.parametrize(("first", "last"), [(1, 0), (-1, 0), (0, 10_000), (10_000, 10_000), (2**53, 2**53)])
def test_a_mark_beside_the_words_is_refused(workbook: Workbook, first: int, last: int) -> None:
    assert workbook.mark_from({**GOOD, "first": first, "last": last}, "sourcing") is None


@pytest.mark.parametrize("mark_id", ["a b", "<b>", "a" * 41, "é", "a\n", "../x", "__proto__"])
def test_an_id_that_could_mean_something_elsewhere_is_refused(workbook: Workbook, mark_id: str) -> None:
    assert workbook.mark_from({**GOOD, "id": mark_id}, "sourcing") is None


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_reason_and_confidence_of_the_wrong_kind_are_left_out(workbook: Workbook, wrong: object) -> None:
    made = workbook.mark_from(
        {**GOOD, "reason": wrong, "confidence": wrong, "quote": wrong, "removed": wrong}, "sourcing"
    )

    assert made is not None
    assert made.confidence == ""
    assert made.quote == "Cavusoglu also"
    assert made.removed is (wrong is True)
    workbook.put([made])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\nlines\tand\x00more", "two lines and more"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("to \u202egnp.exe\u2066 end", "to gnp.exe end"),
        ("lone \ud800 half", "lone ? half"),
        ('<img src=x onerror="alert(1)">', '<img src=x onerror="alert(1)">'),
        ("נהר \u200fשקט\u200f", "נהר \u200fשקט\u200f"),
        ("x" * 10_000_000, "x" * MOST_REASON),
        (None, ""),
        (["a"], ""),
    ],
    ids=["lines", "separators", "directions", "surrogate", "markup", "right to left", "long", "none", "list"],
)
def test_a_reason_is_one_line_that_any_file_can_hold(workbook: Workbook, text: object, line: str) -> None:
    assert one_line(text, MOST_REASON) == line

    workbook.put([mark(workbook, "a", reason=text)])

    assert workbook.marks("sourcing")[0].reason == line


# Keeping and restoring


@pytest.fixture
def full(workbook: Workbook) -> Workbook:
    """Make a workbook with two marks, one removed mark and two segments looked at."""
    workbook.put([mark(workbook, "a"), mark(workbook, "b", 1, reason="why"), mark(workbook, "c", rev=2, removed=True)])
    workbook.look("sourcing", ["s4", "s5"])
    return workbook


@pytest.fixture
def elsewhere(article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path) -> Workbook:
    """Make an empty workbook of the same article on another machine."""
    return Workbook(article, layers, tmp_path / "elsewhere", words)


def state(workbook: Workbook) -> dict[str, Any]:
    kept = {**workbook.kept(), "saved": ""}
    kept["marks"] = sorted(kept["marks"], key=lambda mark: str(mark["id"]))
    return kept


@pytest.mark.parametrize("form", ["mapping", "text", "bytes", "with BOM", "bytes with BOM"])
def test_what_is_kept_comes_back_whole_and_as_the_same_workbook(full: Workbook, elsewhere: Workbook, form: str) -> None:
    text = json.dumps(full.kept())
    forms: dict[str, Any] = {
        "mapping": full.kept(),
        "text": text,
        "bytes": text.encode(),
        "with BOM": "\ufeff" + text,
        "bytes with BOM": text.encode("utf-8-sig"),
    }
    restored = elsewhere.restore(forms[form])

    assert (restored.marks, restored.set_aside) == (2, ())
    assert state(elsewhere) == state(full)


def test_restoring_twice_changes_nothing_the_second_time(full: Workbook, elsewhere: Workbook) -> None:
    kept = full.kept()
    kept["marks"].append({"id": "gone", "layer": "sourcing", "tag": "party", "quote": "words of nobody", "rev": 1})
    elsewhere.restore(kept)
    content = elsewhere.path.read_bytes()

    again = elsewhere.restore(kept)

    assert again.marks == 0
    assert elsewhere.path.read_bytes() == content


def test_restoring_keeps_what_is_here(full: Workbook, elsewhere: Workbook) -> None:
    kept = full.kept()
    elsewhere.put([mark(elsewhere, "z"), mark(elsewhere, "a", rev=5, tag="observer")])
    elsewhere.rename("grey heron")
    own_id = elsewhere.id

    assert elsewhere.restore(kept).marks == 1
    assert ids(elsewhere) == {"a", "b", "z"}
    assert {mark.id: mark.tag for mark in elsewhere.marks("sourcing")}["a"] == "observer"
    assert (elsewhere.id, elsewhere.pseudonym) == (own_id, "grey heron")


def test_who_only_looked_around_before_bringing_work_back_goes_on_in_the_same_workbook(
    full: Workbook, elsewhere: Workbook, article: Article, layers: dict[str, Layer], words: Words
) -> None:
    elsewhere.look("sourcing", ["s9"])
    assert elsewhere.id != full.id

    elsewhere.restore(full.kept())

    assert (elsewhere.id, elsewhere.pseudonym) == (full.id, full.pseudonym)
    assert "joined" not in elsewhere.kept()
    again = Workbook(article, layers, elsewhere.path.parent, words)
    assert again.id == full.id
    assert again.looked("sourcing") == {"s4", "s5", "s9"}


def test_who_worked_before_bringing_work_back_keeps_an_own_id_and_tells_what_was_brought_in(
    full: Workbook, elsewhere: Workbook, article: Article, layers: dict[str, Layer], words: Words
) -> None:
    elsewhere.put([mark(elsewhere, "z")])
    own = elsewhere.id

    elsewhere.restore(full.kept())
    elsewhere.restore(full.kept())

    assert elsewhere.id == own
    assert elsewhere.kept()["joined"] == [full.id]
    # It stays so in the journal, also when that is written anew, and in the next place.
    assert Workbook(article, layers, elsewhere.path.parent, words).kept()["joined"] == [full.id]
    elsewhere.path.unlink()
    elsewhere.put([mark(elsewhere, "y")])
    assert Workbook(article, layers, elsewhere.path.parent, words).kept()["joined"] == [full.id]
    third = Workbook(article, layers, elsewhere.path.parent / "third", words)
    third.write("stuck-first", "A number")
    third.restore(elsewhere.kept())
    assert third.kept()["joined"] == [full.id, own]


@pytest.mark.parametrize("joined", [None, 5, "abc", {"a": 1}, [None, 3, [], "../x", "a" * 99], ["../", ""]])
def test_what_is_no_id_is_not_remembered_as_brought_in(full: Workbook, elsewhere: Workbook, joined: object) -> None:
    elsewhere.restore({**full.kept(), "joined": joined})

    assert "joined" not in elsewhere.kept()
    assert ids(elsewhere) == ids(full)


def test_of_very_many_workbooks_brought_in_the_newest_are_remembered(full: Workbook, elsewhere: Workbook) -> None:
    many = [f"other-{number}" for number in range(100_000)]
    elsewhere.restore({**full.kept(), "joined": many})

    assert elsewhere.kept()["joined"] == many[-MOST_JOINED:]


def test_an_older_kept_file_does_not_bring_a_removed_mark_back(full: Workbook, reopen: Open) -> None:
    kept = full.kept()
    full.put([mark(full, "a", rev=2, removed=True)])

    assert full.restore(kept).marks == 0
    assert ids(full) == ids(reopen()) == {"b"}


def test_of_a_mark_that_is_there_twice_the_newest_counts_once(full: Workbook, elsewhere: Workbook) -> None:
    kept = full.kept()
    a, b, c = kept["marks"]
    kept["marks"] = [{**a, "rev": 2, "tag": "unnamed"}, a, a, b, b, c]

    assert elsewhere.restore(kept).marks == 2
    assert {mark.id: mark.tag for mark in elsewhere.marks("sourcing")} == {"a": "unnamed", "b": "party"}


REFUSED: dict[str, tuple[Any, str]] = {
    "nothing": (b"", "not work kept"),
    "no JSON": (b"hello", "not work kept"),
    "not text": (b"\xff\xfe\x00", "not work kept"),
    "a list": (b"[]", "not work kept"),
    "a number": (b"3", "not work kept"),
    "deep nesting": (b"[" * 1_000_000, "not work kept"),
    "deep nesting of objects": (b'{"a":' * 500_000, "not work kept"),
    "a number too long": (b'{"kit": "lessonkit", "schema": ' + b"9" * 5000 + b"}", "not work kept"),
    "empty mapping": ({}, "not work kept"),
    "another kit": ({"kit": "other"}, "not work kept"),
    "no marks": ({"marks": None}, "not work kept"),
    "marks are an object": ({"marks": {}}, "not work kept"),
    "no schema": ({"schema": None}, "not work kept"),
    "schema is infinite": ({"schema": float("inf")}, "not work kept"),
    "schema is no number": ({"schema": float("nan")}, "not work kept"),
    "schema is true": ({"schema": True}, "not work kept"),
    "newer": ({"schema": 2}, "newer version"),
    "article is a list": ({"article": []}, "not work kept"),
    "another article": ({"article": "<b>other</b>"}, "another article, “<b>other</b>”"),
    "too many marks": ({"marks": [{}] * 10_000}, f"more than {MOST_MARKS} marks"),
    "too large": (b" " * 6_000_000, "larger than 5 MB"),
    "too large a text": (" " * 6_000_000, "larger than 5 MB"),
}


@pytest.mark.parametrize(("data", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_kept_file_is_refused_in_a_sentence(full: Workbook, data: Any, said: str) -> None:
    before = full.path.read_bytes()
    if isinstance(data, dict) and data:
        data = {**full.kept(), **data}

    with pytest.raises(LessonError) as caught:
        full.restore(data)

    assert said in str(caught.value)
    assert is_one_clear_sentence(str(caught.value))
    assert full.path.read_bytes() == before


HOSTILE_FIELDS: list[dict[str, Any]] = [
    {"id": "__proto__"},
    {"id": "<script>"},
    {"rev": 10**400},
    {"rev": 2**52},
    {"rev": 1.5},
    {"rev": float("nan")},
    {"quote": ""},
    {"quote": "x" * 5_000_000},
    {"quote": ["Cavusoglu"]},
    {"layer": []},
    {"layer": ""},
    {"tag": {}},
]
FINE = {"layer": "sourcing", "tag": "party", "quote": "Cavusoglu also said", "rev": 1}
HOSTILE_MARKS: list[Any] = [
    None,
    3,
    "mark",
    [],
    {},
    {"id": []},
    *({**FINE, "id": "h", **fields} for fields in HOSTILE_FIELDS),
]


def test_hostile_marks_in_a_kept_file_are_left_out_and_the_good_ones_come(full: Workbook, elsewhere: Workbook) -> None:
    kept = {**full.kept(), "marks": [*HOSTILE_MARKS, *full.kept()["marks"]]}

    assert elsewhere.restore(kept).marks == 2
    assert state(elsewhere) == state(full)


def test_hostile_surroundings_of_good_marks_do_no_harm(full: Workbook, elsewhere: Workbook, reopen: Open) -> None:
    hostile: dict[Any, Any] = {
        "id": "<b>\ud800",
        "pseudonym": "<img src=x onerror=alert(1)>\u202e\n\ud800" + "x" * 1000,
        "looked": {"sourcing": ["s1", 3, None, ["s2"], "s99"], "nowhere": ["s1"], "claims": 3, 5: ["s1"]},
        "text": ["no hash"],
        "saved": {"when": "never"},
        "more": [[[[]]]],
    }
    elsewhere.restore(full.kept() | hostile)

    assert elsewhere.looked("sourcing") == {"s1"}
    assert elsewhere.pseudonym == "<img src=x onerror=alert(1)> ?xxxxxxxxxxxxx"[:40].strip()
    assert elsewhere.id.isalnum()
    json.dumps(elsewhere.kept(), allow_nan=False).encode()
    assert reopen().messages == []


def test_a_mark_whose_words_are_nowhere_is_set_aside_as_plain_text(elsewhere: Workbook, full: Workbook) -> None:
    strange = {
        "id": "s",
        "layer": "sourcing",
        "tag": "party",
        "quote": "nobody\ud800 said <b>\u202ethis</b>",
        "reason": ["x"],
        "segment": {"a": 1},
        "first": float("nan"),
        "last": 10**400,
        "extra": [[[float("inf")]]],
    }
    restored = elsewhere.restore({**full.kept(), "marks": [strange]})
    kept = json.dumps(elsewhere.kept(), allow_nan=False).encode()

    assert restored.set_aside == ("nobody? said <b> this</b>",)
    assert b"extra" not in kept
    assert b"nobody? said" in kept


def test_marks_of_unheard_of_layers_and_tags_are_kept_for_a_kit_that_knows_them(
    full: Workbook, elsewhere: Workbook
) -> None:
    kept = full.kept()
    kept["marks"] = [
        {**kept["marks"][0], "id": "x", "layer": "smells"},
        {**kept["marks"][0], "id": "y", "tag": "unheard-of"},
    ]
    restored = elsewhere.restore(kept)

    assert restored.marks == 0
    assert len(restored.set_aside) == 2
    assert elsewhere.known("sourcing") == elsewhere.known("smells") == ()
    assert {(mark["id"], mark["layer"], mark["tag"]) for mark in elsewhere.kept()["marks"]} == {
        ("x", "smells", "party"),
        ("y", "sourcing", "unheard-of"),
    }


def test_somebody_elses_marks_are_read_from_their_file_and_not_brought_in(
    full: Workbook, elsewhere: Workbook, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(full.kept()), encoding="utf-8")

    name, marks = elsewhere.marks_in(path, "sourcing")

    assert name == full.pseudonym
    assert marks == full.marks("sourcing")
    assert elsewhere.marks("sourcing") == ()
    assert not elsewhere.path.exists()


def test_a_file_of_somebody_else_that_cannot_be_read_is_named(workbook: Workbook, tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path, Path("nul\0.json")):
        with pytest.raises(LessonError) as caught:
            workbook.marks_in(path, "sourcing")
        assert is_one_clear_sentence(str(caught.value), str(path))


# The article changes


BEFORE = """
# River Rises

The mayor said the dam holds. Nobody was hurt, the mayor said.
An engineer, Ana Kovač, warned of 🌊 rain — “more than ever”.
水位在周一上涨,市长说没有危险。
Prices rose.
"""


@dataclasses.dataclass
class Town:
    """A lesson of our own, whose text can be edited."""

    folder: Path
    layers: dict[str, Layer]
    words: Words

    def open(self, text: str | None = None) -> Workbook:
        if text is not None:
            (self.folder / "article.md").write_text(text, encoding="utf-8")
        return Workbook(read_article(self.folder), self.layers, self.folder / "work", self.words)


@pytest.fixture
def town(tmp_path: Path, layers: dict[str, Layer], words: Words) -> Town:
    (tmp_path / "town").mkdir()
    town = Town(tmp_path / "town", layers, words)
    town.open(BEFORE)
    return town


def mark_words(workbook: Workbook, mark_id: str, segment: str, quote: str, which: int = 0) -> Mark:
    """Mark a quotation, the first or a later time it stands in a segment."""
    there = workbook.article.segment(segment)
    count = len(there.words)
    spans = [
        (first, last) for first in range(count) for last in range(first, count) if there.quote(first, last) == quote
    ]
    first, last = spans[which]
    raw = {"id": mark_id, "segment": segment, "first": first, "last": last, "tag": "party"}
    made = workbook.mark_from(raw, "sourcing")
    assert made is not None
    workbook.put([made])
    return made


def placed(workbook: Workbook) -> dict[str, tuple[str, int, str]]:
    return {mark.id: (mark.span.segment, mark.span.first, mark.quote) for mark in workbook.marks("sourcing")}


def test_marks_in_any_script_come_back_to_the_same_words(town: Town) -> None:
    workbook = town.open()
    mark_words(workbook, "ana", "s2", "Ana Kovač")
    mark_words(workbook, "combining", "s2", "more than ever")
    mark_words(workbook, "chinese", "s3", "市长说")
    before = placed(workbook)

    assert placed(town.open()) == before
    assert placed(town.open("\n# New Headline\n\n" + BEFORE.split("\n\n", 1)[1])) == before


def test_combining_characters_are_told_apart_and_not_split(town: Town) -> None:
    workbook = town.open("# T\n\nCafe\u0301 and Café and हिन्दी said 🇺🇦👩🏽‍🚀 so.\n")
    for number, (first, _) in enumerate(workbook.article.segment("s1").words):
        made = workbook.mark_from(
            {"id": f"w{first}", "segment": "s1", "first": number, "last": number, "tag": "party"}, "sourcing"
        )
        assert made is not None
        workbook.put([made])

    assert placed(town.open()) == placed(workbook)
    assert {"Cafe\u0301", "Café"} <= {quote for _, _, quote in placed(workbook).values()}


def test_words_that_stand_elsewhere_now_exactly_once_take_their_marks_along(town: Town) -> None:
    mark_words(town.open(), "ana", "s2", "Ana Kovač")

    moved = town.open("# River Rises\n\nNew first line.\nAnother one.\nWarned by Ana Kovač, all left.\n")

    assert placed(moved) == {"ana": ("s3", 2, "Ana Kovač")}
    assert moved.messages == []


def test_words_that_are_gone_are_set_aside_named_and_come_back_with_the_text(town: Town) -> None:
    workbook = town.open()
    mark_words(workbook, "ana", "s2", "Ana Kovač")
    mark_words(workbook, "prices", "s4", "Prices")
    before, content = placed(workbook), workbook.path.read_bytes()

    edited = town.open(BEFORE.replace("Ana Kovač", "A. K."))
    edited_kept = edited.kept()

    assert placed(edited) == {"prices": ("s4", 0, "Prices")}
    assert edited.set_aside == ("Ana Kovač",)
    assert len(edited.messages) == 1
    assert is_one_clear_sentence(edited.messages[0], "“Ana Kovač”")
    assert edited.path.read_bytes() == content
    assert placed(town.open(BEFORE)) == before

    shutil.rmtree(town.folder / "work")
    fresh = town.open()
    fresh.restore(edited_kept)
    assert placed(fresh) == before


def test_words_that_stand_in_two_places_now_are_not_moved_by_guess(town: Town) -> None:
    mark_words(town.open(), "ana", "s2", "Ana Kovač")

    twice = town.open("# River Rises\n\nAna Kovač spoke. Everybody listened to Ana Kovač.\nSays Ana Kovač.\n")

    assert placed(twice) == {}
    assert twice.set_aside == ("Ana Kovač",)
    assert placed(town.open(BEFORE))["ana"][0] == "s2"


def test_the_same_words_at_the_same_place_of_another_sentence_are_not_taken_for_them(town: Town) -> None:
    mark_words(town.open(), "second", "s1", "mayor", 1)
    # Segment and number still say “mayor”, but it is another sentence, and there are two mayors.
    edited = town.open("# River Rises\n\nThe mayor was asleep, they claim. Nobody really cares, the mayor yawned.\n")

    assert edited.article.segment("s1").quote(10, 10) == "mayor"
    assert placed(edited) == {}
    assert edited.set_aside == ("mayor",)


def test_in_a_sentence_left_as_it_was_even_repeated_words_keep_their_marks(town: Town) -> None:
    workbook = town.open()
    mark_words(workbook, "first", "s1", "the mayor said")
    mark_words(workbook, "mayor", "s1", "mayor", 1)
    where = placed(workbook)

    edited = town.open(
        BEFORE.replace("\nThe mayor", "\nIt rained.\nThe mayor").replace("Prices rose", "The mayor said no")
    )

    assert placed(edited) == {mark_id: ("s2", first, quote) for mark_id, (_, first, quote) in where.items()}
    assert edited.messages == []


def test_a_mark_removed_while_its_words_were_gone_stays_removed(town: Town) -> None:
    workbook = town.open()
    made = mark_words(workbook, "ana", "s2", "Ana Kovač")
    kept = workbook.kept()
    edited = town.open(BEFORE.replace("Ana Kovač", "A. K."))
    edited.restore({**kept, "marks": [{**made.plain(), "rev": 2, "removed": True}]})

    assert edited.set_aside == ()
    assert edited.restore(kept).set_aside == ("Ana Kovač",)
    assert placed(town.open(BEFORE)) == {}


def test_marks_with_no_place_are_named_once_and_survive_a_deleted_file(town: Town) -> None:
    mark_words(town.open(), "ana", "s2", "Ana Kovač")
    edited = town.open(BEFORE.replace("Ana Kovač", "A. K."))
    edited.path.unlink()
    mark_words(edited, "prices", "s4", "Prices")
    edited.catch_up()

    assert sum("Ana Kovač" in said for said in edited.messages) == 1
    assert set(placed(town.open(BEFORE))) == {"ana", "prices"}


def test_a_mark_from_a_browser_that_knows_only_the_place_is_taken_where_the_text_is_the_same(town: Town) -> None:
    workbook = town.open()
    made = mark_words(workbook, "mayor", "s1", "mayor", 1)
    bare = {name: value for name, value in made.plain().items() if name != "within"}
    kept = {**workbook.kept(), "marks": [bare]}
    shutil.rmtree(town.folder / "work")

    fresh = town.open()
    assert fresh.restore(kept).marks == 1
    assert placed(town.open()) == placed(fresh) == {"mayor": ("s1", made.span.first, "mayor")}
