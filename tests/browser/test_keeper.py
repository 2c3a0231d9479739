"""The file that is taken away: what it holds at the moment somebody asks for it."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lessonkit.article import Article

from .conftest import ask_kernel, axe, hide_sidebar, open_notebook, run_all, set_theme, shot
from .robot import Robot, kill


@pytest.fixture
def at_work(robot: Robot) -> Robot:
    """Open a notebook with the panel that marks and the one that keeps."""
    name = robot.lab.write(
        "keeping.ipynb",
        "from lessonkit import open_lesson\nlesson = open_lesson('idlib')",
        "lesson.mark('sourcing')",
        "keeper = lesson.keep(); keeper",
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


def test_the_portfolio_is_said_to_be_made_beside_its_button_which_is_busy_until_then(
    at_work: Robot, article: Article
) -> None:
    page = at_work.page
    at_work.mark(article, "s1", 1, 2, "1")
    at_work.saved()
    ask_kernel(
        page,
        "import time; asked = []; made = keeper._portfolio;"
        " keeper._portfolio = lambda: (asked.append(1), time.sleep(3), made())[-1]",
    )
    hear(page)
    button = page.get_by_role("button", name="Download my portfolio")
    note = page.locator(".lk-part", has=button).locator(".lk-note")

    with page.expect_download() as download:
        button.click()
        expect(note).to_have_text("The page is being made. That takes a moment.", timeout=1000)
        below = "one => one.getBoundingClientRect().top - one.previousSibling.getBoundingClientRect().bottom"
        assert 0 <= note.evaluate(below) < 20
        expect(button).to_have_attribute("aria-disabled", "true")
        assert axe(page, ".lk-keeper") == []
        shot(page, "keeper-busy", ".lk-keeper")
        button.click(force=True)
    file = download.value.suggested_filename
    expect(note).to_have_text(f"Your browser has saved {file}.")
    expect(button).not_to_have_attribute("aria-disabled", "true")
    page.wait_for_timeout(300)
    assert page.evaluate("window.heard") == [
        "The page is being made. That takes a moment.",
        f"Your browser has saved {file}.",
    ]
    assert ask_kernel(page, "print(len(asked))").strip() == "1"


def hear(page: Page) -> None:
    """Write down what the live region says; what stands beside a button is hidden from a screen reader."""
    page.evaluate(
        """() => {
          window.heard = [];
          const live = document.querySelector('.lk-keeper [role=status]');
          new MutationObserver(() => live.textContent && window.heard.push(live.textContent)).observe(live, { childList: true });
        }"""
    )


def test_the_saved_file_is_named_beside_its_button(at_work: Robot, article: Article, tmp_path: Path) -> None:
    page = at_work.page
    at_work.mark(article, "s1", 1, 2, "1")
    file = at_work.keep(tmp_path)["path"].name
    note = page.locator(".lk-part").first.locator(".lk-note")
    expect(note).to_have_text(f"Your browser has saved {file}.")


def test_with_nothing_to_keep_the_button_says_why_and_gives_no_file(at_work: Robot) -> None:
    page = at_work.page
    files: list[str] = []
    page.on("download", lambda download: files.append(download.suggested_filename))
    button = page.get_by_role("button", name="Download my work")
    expect(button).to_have_attribute("aria-disabled", "true")
    at_work.tab_to(".lk-keeper .lk-main")
    at_work.press("Enter")
    expect(page.locator(".lk-part").first.locator(".lk-note")).to_contain_text("nothing to put into a file yet")
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        set_theme(page, theme)
        assert axe(page, ".lk-keeper") == []
        shot(page, f"keeper-empty-{theme.rsplit(maxsplit=1)[-1].lower()}", ".lk-keeper")
    assert files == []


def test_the_made_up_name_is_said_to_come_with_the_first_work_until_it_has_come(robot: Robot) -> None:
    page = robot.page
    name = robot.lab.write(
        "naming.ipynb", "from lessonkit import open_lesson\nlesson = open_lesson('idlib')", "lesson.keep()"
    )
    open_notebook(page, robot.lab, name)
    run_all(page)
    field = page.get_by_label("Made-up name")
    expect(field).to_have_value("")
    expect(field).to_have_accessible_description(
        "You are given one as soon as you begin to mark. You can also choose one now."
    )
    shot(page, "keeper-unnamed", ".lk-keeper .lk-part >> nth=3")
    ask_kernel(page, "lesson.workbook.look('sourcing', ['h1'])")
    expect(field).not_to_have_value("")
    expect(page.locator(".lk-given")).to_be_hidden()


def test_the_file_can_be_taken_when_the_machine_behind_the_page_is_gone(at_work: Robot, article: Article) -> None:
    at_work.mark(article, "s1", 1, 2, "1")
    expect(at_work.page.locator(".lk-holdings")).to_contain_text("one mark")
    kill(at_work.lab)

    # JupyterLab lays its own message over the page and keeps the keys in it; the button is asked directly.
    with at_work.page.expect_download() as download:
        at_work.page.locator(".lk-keeper .lk-main").dispatch_event("click")
    kept = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert [mark["quote"] for mark in kept["marks"]] == ["expects Moscow"]
