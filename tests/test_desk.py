"""The desk without a browser: what is chosen and written on it, and what is made of that."""

from pathlib import Path

import pytest

from lessonkit import Lesson, open_lesson
from lessonkit.panels.desk import Desk, Field, Fold, Made, Option, Part, Shown, Step, entered, entries

HOSTILE = "<img src=x onerror=alert(1)>"
KIND = Field("lab-kind", "What is it?", options=(Option("holds", "Holds"), Option("open", "Cannot be told")))
WHY = Field("lab-why", "Why?", rows=3)
DAY = Field("lab-day", "Which day?", kind="date")


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    return open_lesson("idlib")


def desk(lesson: Lesson, *parts: Part) -> Desk:
    return Desk(lesson.workbook, "lab", "The lab", "What do you find?", [Step("One", parts)])


def enter(panel: Desk, **texts: str) -> None:
    number = max((draft["number"] for draft in panel.drafts.values()), default=0) + 1
    told = {name.replace("_", "-"): {"text": text, "number": number} for name, text in texts.items()}
    panel.drafts = {**panel.drafts, **told}


def test_a_choice_is_kept_by_its_value_and_said_by_its_words(lesson: Lesson) -> None:
    panel = desk(lesson, KIND)
    enter(panel, lab_kind="open")

    assert lesson.workbook.texts == {"lab-kind": "open"}
    assert KIND.said(lesson.workbook.texts) == "Cannot be told"


def test_what_cannot_be_chosen_is_heard_and_not_kept(lesson: Lesson) -> None:
    panel = desk(lesson, KIND)
    enter(panel, lab_kind="holds")
    enter(panel, lab_kind=HOSTILE)

    assert panel.heard == {"lab-kind": 2}
    assert panel.texts == {"lab-kind": "holds"}


def test_a_choice_can_be_taken_back(lesson: Lesson) -> None:
    panel = desk(lesson, KIND)
    enter(panel, lab_kind="holds")
    enter(panel, lab_kind="")

    assert lesson.workbook.texts == {}


def test_a_choice_that_is_no_longer_offered_is_said_as_nothing(lesson: Lesson) -> None:
    lesson.workbook.write("lab-kind", "gone")

    assert KIND.said(lesson.workbook.texts) == ""
    assert entries([Step("One", (KIND,))], lesson.workbook.texts) == []


def test_what_is_made_of_an_entry_follows_it_in_every_notebook(lesson: Lesson) -> None:
    made = Made("sum", lambda texts: f"<p>{len(texts.get('lab-why', ''))}</p>")
    one, other = desk(lesson, Fold("inner", "Inside", (WHY, made))), desk(lesson, WHY, made)
    enter(one, lab_why="four")

    assert one.made == other.made == {"sum": "<p>4</p>"}


def test_fields_in_folds_are_kept_too(lesson: Lesson) -> None:
    panel = desk(lesson, Fold("outer", "Outside", (Fold("inner", "Inside", (DAY,)),)))
    enter(panel, lab_day="2020-02-06")

    assert lesson.workbook.texts == {"lab-day": "2020-02-06"}
    assert repr(panel) == "Desk('lab', article='idlib', fields=1)"


def test_the_browser_is_told_what_stands_where(lesson: Lesson) -> None:
    panel = desk(lesson, Shown("<p>read me</p>"), KIND, Fold("inner", "Inside", (DAY,)), Made("sum", lambda _: ""))

    shown, kind, fold, made = panel.plan["steps"][0]["parts"]

    assert shown == {"part": "shown", "html": "<p>read me</p>"}
    assert [option["value"] for option in kind["options"]] == ["holds", "open"]
    assert fold["parts"][0]["type"] == "date"
    assert made == {"part": "made", "name": "sum", "spoken": False}


def test_entries_stand_under_the_heading_or_the_fold_they_belong_to(lesson: Lesson) -> None:
    steps = [Step("One", (WHY, Fold("inner", "Inside", (KIND, DAY)))), Step("Two", (Field("lab-more", "More?"),))]
    for name, text in {"lab-why": HOSTILE, "lab-kind": "holds"}.items():
        lesson.workbook.write(name, text)

    found = entries(steps, lesson.workbook.texts)

    assert found == [("One", [("Why?", HOSTILE)]), ("Inside", [("What is it?", "Holds")])]
    assert "<img" not in entered(found)
    assert "&lt;img" in entered(found)


def test_a_fault_while_writing_is_said_and_the_work_stays(lesson: Lesson, tmp_path: Path) -> None:
    panel = desk(lesson, WHY)
    # A file where the folder should be: nothing can be written there.
    (tmp_path / "work").write_text("in the way", encoding="utf-8")
    enter(panel, lab_why="kept")

    assert panel.trouble
    assert panel.heard == {}
    (tmp_path / "work").unlink()
    panel._asked(panel, {"do": "save"}, None)
    assert (panel.trouble, lesson.workbook.texts) == ("", {"lab-why": "kept"})
