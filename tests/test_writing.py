"""What learners write: the tasks, the workbook that keeps it, and the panel without a browser."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lessonkit import Lesson, open_lesson
from lessonkit.article import Article
from lessonkit.faults import LessonError
from lessonkit.layers import Layer
from lessonkit.panels.desk import Desk
from lessonkit.places import data_folder
from lessonkit.words import Words
from lessonkit.workbook import MOST_TEXT, Workbook
from lessonkit.writing import read_tasks

Open = Callable[..., Workbook]
HOSTILE = '<img src=x onerror="alert(1)">{most}</script>'


@pytest.fixture
def reopen(article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path) -> Open:
    """Open the same workbook again, or one in another folder."""
    return lambda name="": Workbook(article, layers, tmp_path / name, words)


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    return open_lesson("idlib")


@pytest.fixture
def panel(lesson: Lesson) -> Desk:
    return lesson.write("stuck")


def events_in(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


# The workbook


def test_what_was_written_is_there_after_reopening(workbook: Workbook, reopen: Open) -> None:
    workbook.write("stuck-first", "Eight people died.")
    workbook.write("retelling-text", "Turkey says …\n\nRussia says …")

    assert reopen().texts == {"stuck-first": "Eight people died.", "retelling-text": "Turkey says …\n\nRussia says …"}
    assert reopen().id == workbook.id


def test_every_version_stays_in_the_journal(workbook: Workbook) -> None:
    for text in ("one", "two", "two", ""):
        workbook.write("stuck-first", text)

    told = [event["text"] for event in events_in(workbook.path) if event["event"] == "write"]

    assert told == ["one", "two", ""]
    assert workbook.texts == {}


def test_nothing_written_writes_nothing(workbook: Workbook) -> None:
    workbook.write("stuck-first", "  \n ")

    assert not workbook.path.exists()


def test_control_characters_go_and_line_breaks_stay(workbook: Workbook) -> None:
    workbook.write("a", "one\r\ntwo\x00\x1b[31m\u202ethree\rfour\tfive\ud800  ")

    assert workbook.texts["a"] == "one\ntwo [31m three\nfour five?"


def test_a_text_is_cut_at_its_most(workbook: Workbook) -> None:
    workbook.write("a", "x" * (MOST_TEXT + 1))

    assert len(workbook.texts["a"]) == MOST_TEXT


@pytest.mark.parametrize("name", ["", "two words", "x" * 41, "a/b", "__proto__"])
def test_a_name_that_would_not_be_found_again_is_refused(workbook: Workbook, name: str) -> None:
    with pytest.raises(ValueError, match="would not be found again"):
        workbook.write(name, "text")


def test_watchers_hear_of_writing(workbook: Workbook) -> None:
    seen: list[str] = []
    workbook.watch(lambda: seen.append(workbook.texts["a"]))
    workbook.write("a", "text")

    assert seen == ["text"]


def test_two_notebooks_that_write_the_same_field_keep_both_in_the_journal_and_show_the_last(
    workbook: Workbook, reopen: Open
) -> None:
    other = reopen()
    workbook.write("a", "mine")
    other.write("a", "theirs")
    workbook.catch_up()

    assert workbook.texts == other.texts == reopen().texts == {"a": "theirs"}
    assert [event["text"] for event in events_in(workbook.path) if event["event"] == "write"] == ["mine", "theirs"]


def test_what_cannot_be_written_is_not_taken_over(workbook: Workbook, tmp_path: Path) -> None:
    workbook.write("a", "saved")
    workbook.path.unlink()
    workbook.path.mkdir()
    (workbook.path / "in the way").write_text("", encoding="utf-8")
    before = dict(workbook.texts)
    tmp_path.chmod(0o500)
    try:
        if os.geteuid() != 0:
            with pytest.raises(LessonError):
                workbook.write("a", "lost")
            assert workbook.texts == before
    finally:
        tmp_path.chmod(0o700)


def test_a_journal_that_was_deleted_is_written_again_with_its_texts(workbook: Workbook, reopen: Open) -> None:
    workbook.write("a", "first")
    workbook.path.unlink()
    workbook.write("b", "second")

    assert reopen().texts == {"a": "first", "b": "second"}


# Keeping and bringing back


def test_a_kept_file_brings_texts_back(workbook: Workbook, reopen: Open) -> None:
    workbook.write("a", "text\nwith two lines")
    other = reopen("other")
    restored = other.restore(json.dumps(workbook.kept()))

    assert (restored.texts, restored.left_out) == (1, ())
    assert other.texts == {"a": "text\nwith two lines"}
    assert (other.id, other.pseudonym) == (workbook.id, workbook.pseudonym)


def test_a_newer_version_takes_the_place_of_an_older_one_and_never_the_other_way_round(
    workbook: Workbook, reopen: Open
) -> None:
    workbook.write("a", "old")
    old = workbook.kept()
    home = reopen("home")
    home.restore(old)
    home.write("a", "middle")
    home.write("a", "new")

    assert workbook.restore(home.kept()).texts == 1
    assert workbook.texts == {"a": "new"}
    assert workbook.restore(old).texts == 0
    assert home.restore(old).left_out == ()
    assert workbook.texts == home.texts == {"a": "new"}


def test_a_text_that_was_emptied_on_purpose_stays_empty(workbook: Workbook, reopen: Open) -> None:
    workbook.write("a", "old")
    old = workbook.kept()
    workbook.write("a", "")
    other = reopen("other")
    other.restore(old)

    assert workbook.restore(old).texts == 0
    assert workbook.texts == {}
    other.restore(workbook.kept())
    assert other.texts == {}


def test_of_two_texts_without_a_common_past_what_is_here_stays_and_the_other_is_given_back(
    workbook: Workbook, reopen: Open
) -> None:
    workbook.write("a", "mine")
    other = reopen("other")
    other.write("a", "theirs")
    other.write("b", "more")
    before = workbook.path.read_bytes()

    restored = workbook.restore(other.kept())

    assert (restored.texts, restored.left_out) == (1, ("theirs",))
    assert workbook.texts == {"a": "mine", "b": "more"}
    assert workbook.path.read_bytes().startswith(before)


def test_bringing_back_twice_changes_nothing(workbook: Workbook, reopen: Open) -> None:
    workbook.write("a", "text")
    other = reopen("other")
    other.restore(workbook.kept())
    before = other.path.read_bytes()

    other.restore(workbook.kept())

    assert other.path.read_bytes() == before


def test_a_file_of_an_older_kit_has_no_texts_and_is_taken(workbook: Workbook, reopen: Open) -> None:
    workbook.write("a", "text")
    kept = {name: value for name, value in workbook.kept().items() if name != "texts"}

    assert reopen("other").restore(kept).texts == 0


@pytest.mark.parametrize(
    "texts",
    [
        [],
        "text",
        {"a": "text"},
        {"a": None},
        {"a": {"text": 3}},
        {"a b": {"text": "x"}},
        {"__proto__": {"text": "x"}},
        {"a": {"text": ["x"], "before": "y"}},
    ],
)
def test_what_is_no_text_in_a_file_is_passed_over(workbook: Workbook, reopen: Open, texts: object) -> None:
    kept = {**workbook.kept(), "texts": texts}

    assert reopen("other").restore(kept).texts == 0
    assert reopen("other").texts == {}


def test_a_hostile_past_is_read_as_none(workbook: Workbook, reopen: Open) -> None:
    kept = {
        **workbook.kept(),
        "texts": {"a": {"text": "x\x00y", "before": [1, None, "../..", "ok", *["f" * 12] * 9999]}},
    }
    other = reopen("other")

    assert other.restore(kept).texts == 1
    assert other.texts == {"a": "x y"}
    assert len(json.dumps(other.kept())) < 20_000


def test_the_keeper_says_what_came_of_texts(lesson: Lesson, reopen: Open) -> None:
    other = reopen("other")
    other.write("stuck-first", "theirs")
    keeper = lesson.keep()

    keeper.bring_back(json.dumps(other.kept()))
    assert "Texts brought back: 1." in keeper.told
    other.write("stuck-second", "new")
    lesson.workbook.write("stuck-second", "mine")
    keeper.bring_back(json.dumps(other.kept()))
    assert "The file says: “new”" in keeper.told


# The tasks


def test_the_tasks_of_the_kit() -> None:
    tasks = read_tasks(data_folder())

    assert [line.name for line in tasks["stuck"].lines] == ["stuck-first", "stuck-second", "stuck-third"]
    assert tasks["retelling"].words == 60
    assert len(tasks["headline"].lines) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[a]\ntitle = "A"\nprompt = "B"\n', "'fields' is missing"),
        ('[a]\ntitle = "A"\nprompt = "B"\nfields = []\n', "each with a name of its own"),
        ('[a]\ntitle = "A"\nprompt = "B"\nfields = [{ name = "x" }]\n', "'label' is missing"),
        ('[a]\ntitle = "A"\nprompt = "B"\nfields = [{ name = "x", label = "X", rows = 99 }]\n', "1 to 20 rows"),
        ('[a]\ntitle = "A"\nprompt = "B"\nwords = "many"\nfields = [{ name = "x", label = "X" }]\n', "whole numbers"),
    ],
)
def test_a_task_that_is_not_complete_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "writing.toml").write_text(text, encoding="utf-8")

    with pytest.raises(LessonError, match=r"writing\.toml") as error:
        read_tasks(tmp_path)
    assert said in str(error.value)


def test_a_wrong_task_lists_the_right_ones(lesson: Lesson) -> None:
    with pytest.raises(LessonError, match=r"nothing to write called “stick”\. Choose one of “stuck”"):
        lesson.write("stick")


# The panel


def test_showing_the_panel_writes_nothing(panel: Desk, lesson: Lesson) -> None:
    assert panel.texts == {"stuck-first": "", "stuck-second": "", "stuck-third": ""}
    assert not lesson.workbook.path.exists()


def test_a_draft_is_answered_only_when_it_is_on_disk(panel: Desk, lesson: Lesson) -> None:
    panel.drafts = {"stuck-first": {"text": HOSTILE, "number": 1}}

    assert panel.heard == {"stuck-first": 1}
    assert panel.texts["stuck-first"] == HOSTILE
    assert events_in(lesson.workbook.path)[-1]["text"] == HOSTILE


def test_a_draft_that_was_heard_is_not_written_again(panel: Desk, lesson: Lesson) -> None:
    panel.drafts = {"stuck-first": {"text": "one", "number": 3}}
    lesson.workbook.write("stuck-first", "two")
    panel.drafts = {"stuck-first": {"text": "one", "number": 2}}

    assert lesson.workbook.texts == {"stuck-first": "two"}
    assert panel.texts["stuck-first"] == "two"


def test_a_field_that_is_not_of_the_task_is_not_written(panel: Desk, lesson: Lesson) -> None:
    panel.drafts = {
        "retelling-text": {"text": "x", "number": 1},
        "stuck-first": "no draft",
        "stuck-second": {"text": 1},
    }

    assert not lesson.workbook.path.exists()
    assert panel.heard == {}


def test_what_could_not_be_saved_is_said_and_saved_when_asked_again(
    panel: Desk, lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_name: str, _text: str) -> None:
        message = "There is no room left."
        raise LessonError(message)

    with monkeypatch.context() as broken:
        broken.setattr(lesson.workbook, "write", full)
        panel.drafts = {"stuck-first": {"text": "one", "number": 1}}
        assert panel.trouble == "There is no room left."
        assert panel.heard == {}
    panel._asked(panel, {"do": "save"}, None)

    assert (panel.trouble, panel.heard) == ("", {"stuck-first": 1})
    assert lesson.workbook.texts == {"stuck-first": "one"}


def test_two_panels_show_the_same(lesson: Lesson) -> None:
    one, other = lesson.write("stuck"), lesson.write("stuck")
    one.drafts = {"stuck-third": {"text": "rubble", "number": 1}}

    assert other.texts["stuck-third"] == "rubble"
    assert other.kept["texts"]["stuck-third"]["text"] == "rubble"


def test_the_browsers_copy_can_be_brought_back(panel: Desk, lesson: Lesson, reopen: Open) -> None:
    other = reopen("other")
    other.write("stuck-first", "from the browser")
    panel._asked(panel, {"do": "restore", "kept": other.kept()}, None)

    assert panel.told == "Brought back."
    assert lesson.workbook.texts == {"stuck-first": "from the browser"}
    panel._asked(panel, {"do": "restore", "kept": "nonsense"}, None)
    assert "is not work kept by this kit" in panel.told


def test_what_a_static_page_shows_is_one_line_without_the_learner(panel: Desk, lesson: Lesson) -> None:
    lesson.workbook.write("stuck-first", "secret")

    assert repr(panel) == "Desk('stuck', article='idlib', fields=3)"
