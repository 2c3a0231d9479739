"""Thirty learners mark in the browser and hand in; their teacher gets what to talk about."""

import random
from pathlib import Path

from playwright.sync_api import expect

from lessonkit import open_lesson
from lessonkit.__main__ import main
from lessonkit.intake import hand_in
from lessonkit.key import Key

from .conftest import hide_sidebar, open_notebook, run_all
from .robot import Robot

PUPILS = 30
MARKS = 4
# One computer, one pupil after another: each run is the next one's, in a folder of their own.
NEXT = """
import os
number = globals().get("number", -1) + 1
os.environ["LESSONKIT_WORK"] = os.path.join({work!r}, str(number))
from lessonkit import open_lesson
lesson = open_lesson("idlib")
print(f"pupil {{number}}")
"""
TEACHER = """
from lessonkit import open_lesson
lesson = open_lesson("idlib")
classroom = lesson.classroom({folder!r})
"""


def test_thirty_learners_hand_in_what_they_marked_and_the_teacher_gets_five_segments(
    robot: Robot, tmp_path: Path
) -> None:
    page, handed_in = robot.page, tmp_path / "handed in"
    lesson = open_lesson("idlib")
    key, layer = lesson.key("sourcing"), lesson.layer("sourcing")
    assert key is not None
    tags = {tag.name: tag.key for tag in layer.tags}
    made = {}
    work = str(tmp_path / "pupils")
    robot.lab.write("pupil.ipynb", NEXT.format(work=work), "lesson.mark('sourcing')", "lesson.keep()")
    open_notebook(page, robot.lab, "pupil.ipynb")
    hide_sidebar(page)

    for number in range(PUPILS):
        chance = random.Random(number)  # noqa: S311 - a learner, no secret
        run_all(page)
        expect(page.locator(".jp-OutputArea-output").filter(has_text=f"pupil {number}").last).to_be_visible()
        expect(page.locator(".lk-keeper h3")).to_be_visible()
        expect(page.locator(".lk-marker .mk-chip")).to_have_count(0)
        robot.into_text()
        chosen = marks_of(key, tags, chance)
        for segment, first, last, tag in chosen:
            robot.mark(lesson.article, segment, first, last, tag)
        robot.saved()
        kept = robot.keep(tmp_path)
        folder = handed_in / f"{number:02}"
        folder.mkdir(parents=True)
        kept["path"].rename(folder / kept["path"].name)
        made[kept["id"]] = {(segment, first, last) for segment, first, last, _ in chosen}
        page.evaluate("localStorage.clear()")

    # What the robots did is what arrived, mark by mark.
    group = hand_in(handed_in, lesson.article, lesson.layers, lesson.words)
    assert (len(group.pupils), group.passed, group.replaced) == (PUPILS, (), ())
    assert {
        pupil.id: {(m.span.segment, m.span.first, m.span.last) for m in pupil.marks} for pupil in group.pupils
    } == made

    robot.lab.write(
        "teacher.ipynb",
        TEACHER.format(folder=str(handed_in)),
        "classroom.files()",
        "classroom.talk('sourcing')",
        "classroom.agreement()",
    )
    open_notebook(page, robot.lab, "teacher.ipynb")
    run_all(page)
    expect(page.locator(".lk-sheet")).to_have_count(3)
    expect(page.locator(".lk-sheet").nth(0)).to_contain_text(f"Pupils: {PUPILS}.")
    expect(page.locator(".lk-sheet").nth(1).locator(".lk-segment")).to_have_count(5)

    # And the report that the teacher takes to the staff room: the same class, and the same five.
    assert main(["class", str(handed_in), "--to", str(tmp_path / "out")]) == 0
    page.goto((tmp_path / "out" / "report.html").as_uri())
    expect(page.locator("body")).to_contain_text(f"Pupils who handed in: {PUPILS}.")
    expect(page.locator("ol > li")).to_have_count(5)


def marks_of(key: Key, tags: dict[str, str], chance: random.Random) -> list[tuple[str, int, int, str]]:
    """Choose what a learner marks: notes of the key, each in a segment of its own, some with another tag."""
    order = {note.span.segment: note for note in chance.sample(key.notes, len(key.notes))}
    chosen = list(order.values())[:MARKS]
    return [
        (
            note.span.segment,
            note.span.first,
            note.span.last,
            tags[note.tag] if chance.random() < 0.6 else chance.choice(list(tags.values())),
        )
        for note in chosen
    ]
