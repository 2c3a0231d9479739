"""The file that is taken away: what it holds at the moment somebody asks for it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from lessonkit.article import Article

from .conftest import hide_sidebar, open_notebook, run_all
from .robot import Robot, kill


@pytest.fixture
def at_work(robot: Robot) -> Robot:
    """Open a notebook with the panel that marks and the one that keeps."""
    name = robot.lab.write(
        "keeping.ipynb",
        "from lessonkit import open_lesson\nlesson = open_lesson('idlib')",
        "lesson.mark('sourcing')",
        "lesson.keep()",
    )
    open_notebook(robot.page, robot.lab, name)
    hide_sidebar(robot.page)
    run_all(robot.page)
    expect(robot.page.locator(".lk-keeper h3")).to_be_visible()
    robot.into_text()
    return robot


def test_the_file_holds_a_mark_made_a_moment_before(at_work: Robot, article: Article, tmp_path: Path) -> None:
    for number in range(1, 6):
        at_work.into_text()
        at_work.mark(article, "s1", number, number, "1")
        # Nothing waits here until the mark is said to be saved.
        assert len(at_work.keep(tmp_path)["marks"]) == number


def test_the_file_holds_what_another_notebook_has_written(at_work: Robot, tmp_path: Path) -> None:
    page = at_work.page
    page.evaluate(
        "async () => { const kernel = await window.jupyterapp.serviceManager.kernels.startNew({ name: 'python3' });"
        " await kernel.requestExecute({ code: "
        "\"from lessonkit import open_lesson; open_lesson('idlib').workbook.write('stuck-first', 'eight')\" }).done;"
        " await kernel.shutdown(); }"
    )

    assert at_work.keep(tmp_path)["texts"]["stuck-first"]["text"] == "eight"


def test_the_file_can_be_taken_when_the_machine_behind_the_page_is_gone(
    at_work: Robot, article: Article, tmp_path: Path
) -> None:
    at_work.mark(article, "s1", 1, 2, "1")
    expect(at_work.page.locator(".lk-holdings")).to_contain_text("one mark")
    kill(at_work.lab)

    assert [mark["quote"] for mark in at_work.keep(tmp_path)["marks"]] == ["expects Moscow"]
