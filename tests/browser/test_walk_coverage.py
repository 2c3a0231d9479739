"""A robot learner in 15-coverage: sorts and filters by keyboard, judges questions, leaves and comes back."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import ask_kernel, axe, set_theme, shot
from .robot import HOSTILE, Robot

NOTEBOOK = "15-coverage.ipynb"
RESTART = """async () => {
  const context = window.jupyterapp.shell.currentWidget.sessionContext;
  await context.session.kernel.restart();
  await context.session.kernel.info;
}"""
# The panel, and the picture.
SHOWN = (".lk-desk", ".lessonkit-picture")
HOUSES = 14


def fold(name: str) -> str:
    return f".lk-desk details.dk-fold[data-name='{name}']"


def open_fold(robot: Robot, name: str) -> Locator:
    """Walk to a fold with the Tab key and open it."""
    robot.tab_to(f"{fold(name)} > summary")
    robot.press("Enter")
    expect(robot.page.locator(fold(name))).to_have_attribute("open", "")
    return robot.page.locator(fold(name))


def begin(robot: Robot) -> None:
    """Stand at the cell of the panel."""
    robot.page.evaluate(
        "() => { const cell = document.querySelector('.lk-desk').closest('.jp-CodeCell');"
        " cell.setAttribute('tabindex', '-1'); cell.focus(); }"
    )


def saved(robot: Robot) -> None:
    expect(robot.page.locator(".lk-desk .dk-state")).to_have_attribute("data-state", "saved")


def houses(table: Locator) -> list[str]:
    """Give the houses that are shown, from top to bottom."""
    shown: list[str] = table.locator("tbody tr:visible th").evaluate_all("all => all.map(one => one.dataset.value)")
    return shown


def look(page: Page, name: str) -> list[str]:
    """Store pictures of all that is shown, in light and dark, wide and narrow; give what is wrong with it."""
    faults = []
    for theme in ("Light", "Dark"):
        set_theme(page, f"JupyterLab {theme}")
        for width in (1280, 390):
            # As high as the highest panel may be: what is scrolled out of sight is not drawn.
            page.set_viewport_size({"width": width, "height": 12000})
            page.wait_for_timeout(500)
            # On a telephone, JupyterLab's own frame around pandas' table cannot be scrolled by keyboard.
            for selector in (".jp-OutputArea-output",) if width > 1000 else SHOWN:
                faults += [f"{theme} {width}: {fault}" for fault in axe(page, selector)]
            for number, selector in enumerate(SHOWN):
                has, shows = page.locator(selector).first.evaluate("one => [one.scrollWidth, one.clientWidth]")
                if has > shows + 1:
                    faults.append(f"{theme} {width}: {selector} is {has} px wide in {shows}")
                shot(page, f"15-{name}-{number}-{theme.lower()}-{width}", selector)
        page.set_viewport_size({"width": 1280, "height": 900})
    set_theme(page, "JupyterLab Light")
    return faults


def test_questions_are_sorted_filtered_and_judged_by_keyboard_left_and_found_again(
    robot: Robot, browser: Browser, tmp_path: Path
) -> None:
    page = robot.page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    robot.open(NOTEBOOK)
    expect(page.locator(".lk-desk .dk-state")).to_have_text("")
    begin(robot)

    # The dead, sorted by their number; a gap is neither first nor last of anything.
    dead = open_fold(robot, "dead")
    given = houses(dead)
    assert len(given) == HOUSES
    head = dead.locator("th[aria-sort]")
    expect(head).to_have_count(0)
    robot.tab_to(f"{fold('dead')} thead th:nth-child(3) button")
    robot.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(page.locator(".lk-desk .dk-spoken")).to_have_text("Sorted by What it has, from first to last.")
    up = houses(dead)
    assert up[:2] == ["SANA, February 3", "TASS, February 3"]
    assert up[-4] == "AFP"
    robot.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    down = houses(dead)
    assert down[0] == "AFP"
    assert set(down[-3:]) == set(up[-3:]) == {"Anadolu", "TASS, February 6", "SANA, February 6"}
    robot.press("Enter")
    expect(head).to_have_count(0)
    assert houses(dead) == given

    # Only those that say the same; two filters at once; all again.
    robot.tab_to(f"{fold('dead')} select[data-column='Country']")
    page.keyboard.type("Rus")
    expect(dead.locator(".tb-count")).to_have_text("2 of 14 shown")
    expect(page.locator(".lk-desk .dk-spoken")).to_have_text("2 of 14 shown")
    page.locator(f"{fold('dead')} select[data-column='What it has']").select_option("6 soldiers")
    assert houses(dead) == ["TASS, February 3"]
    for select in dead.locator(".tb-filter select").all():
        select.select_option("")
    assert houses(dead) == given

    # A choice, a reason that is markup, and then the key, step by step.
    why = dead.get_by_text("Eight, and seven and one, can be the same people")
    robot.tab_to(f"{fold('dead')} input[type=radio]")
    robot.press("Space")
    expect(dead.locator(".dk-made > p")).to_have_text("You say: “They agree”.")
    robot.press("ArrowRight")
    expect(dead.locator(".dk-made > p")).to_have_text("You say: “They conflict”.")
    expect(why).to_be_hidden()
    robot.tab_to(f"{fold('dead')} textarea")
    page.keyboard.type(HOSTILE)
    for name in ("hint", "reason", "key"):
        robot.tab_to(f"{fold('dead')} details[data-name={name}] > summary")
        robot.press("Enter")
    expect(why).to_be_visible()
    expect(dead).to_contain_text("The key says: “They conflict”.")

    # What was opened stays open when the choice is taken back, and when it is made again.
    dead.get_by_role("button", name="Clear your choice").focus()
    robot.press("Enter")
    expect(dead.locator(".dk-made > p")).to_have_text("Decide first, if you like. Then open the steps.")
    expect(why).to_be_visible()
    robot.press("Space")
    saved(robot)
    kept = robot.keep(tmp_path)
    assert kept["texts"]["coverage-dead"]["text"] == "agrees"
    assert kept["texts"]["coverage-dead-why"]["text"] == HOSTILE

    # The lid is shut, the kernel is started anew, and all is there.
    page.evaluate(RESTART)
    page.close()
    robot.page = page = browser.contexts[-1].new_page()
    robot.open(NOTEBOOK)
    expect(page.locator(f"{fold('dead')} > summary")).to_contain_text("(2 of 2 filled in)")
    page.locator(f"{fold('dead')} > summary").press("Enter")
    expect(page.locator(f"{fold('dead')} input[value=agrees]")).to_be_checked()
    assert page.locator(f"{fold('dead')} textarea").input_value() == HOSTILE
    assert page.evaluate("window.hit") is None
    assert page.locator(".lk-desk img, .lk-desk script").count() == 0
    assert errors == []


def test_the_whole_table_scrolls_by_keyboard_and_its_first_column_stays(robot: Robot) -> None:
    page = robot.page
    robot.open(NOTEBOOK)
    begin(robot)
    whole = open_fold(robot, "whole")
    region = whole.locator(".tb-scroll")
    expect(region).to_have_attribute("role", "region")
    robot.tab_to(f"{fold('whole')} .tb-scroll")
    left = whole.locator("tbody th").first.bounding_box()
    assert left is not None
    for _ in range(12):
        robot.press("ArrowRight")
    page.wait_for_timeout(400)
    assert region.evaluate("one => one.scrollLeft") > 100
    after = whole.locator("tbody th").first.bounding_box()
    assert after is not None
    assert abs(after["x"] - left["x"]) < 2

    # Each key went to the table: no cell was left, deleted or run.
    assert page.locator(".jp-Cell.jp-mod-selected").count() == 1
    assert page.locator(".lk-desk").count() == 1


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_telephone_every_house_is_a_card_that_says_what_is_what(robot: Robot, width: int) -> None:
    page = robot.page
    page.set_viewport_size({"width": width, "height": 844})
    robot.open(NOTEBOOK)
    page.locator(f"{fold('how')} > summary").click()
    how = page.locator(fold("how"))
    card = how.locator("tbody tr").first
    box = card.bounding_box()
    assert box is not None
    assert box["width"] <= width
    label = card.locator("td").nth(1).evaluate("one => getComputedStyle(one, '::before').content")
    assert label == '"What it has"'
    # All is reached without scrolling sideways, and what is pressed is large enough for a finger.
    assert how.evaluate("one => one.scrollWidth - one.clientWidth") <= 1
    for control in how.locator(".tb-sort, .tb-filter select").all():
        size = control.bounding_box()
        assert size is not None
        assert size["height"] >= 44
        assert size["x"] + size["width"] <= width
    how.locator(".tb-sort").nth(2).click()
    expect(page.locator(".lk-desk .dk-spoken")).to_contain_text("Sorted by What it has")
    how.locator(".tb-filter select").last.select_option("shelling")
    assert houses(how) == ["Reuters, later report", "A News"]
    # Still a table, for whoever cannot see it.
    assert how.get_by_role("row").count() == 3
    assert how.get_by_role("rowheader").count() == 2


def test_the_desk_is_sound_in_light_and_dark_on_wide_and_narrow_screens(robot: Robot) -> None:
    page = robot.page
    robot.open(NOTEBOOK)
    for name in ("dead", "who"):
        page.locator(f"{fold(name)} > summary").click()
    for name in ("hint", "reason", "key"):
        page.locator(f"{fold('dead')} details[data-name={name}] > summary").click()
    faults = look(page, "question")
    for name in ("dead", "who", "whole"):
        page.locator(f"{fold(name)} > summary").click()
    faults += look(page, "table")

    assert faults == []


def test_another_lesson_without_the_file_says_so(robot: Robot) -> None:
    name = robot.lab.write(
        "bare.ipynb",
        'import shutil; from lessonkit.places import data_folder\nshutil.copytree(data_folder() / "idlib", "bare"); import pathlib; pathlib.Path("bare/coverage.toml").unlink()\n'
        'from lessonkit import open_lesson\nlesson = open_lesson(str(pathlib.Path("bare").resolve()))',
        "lesson.coverage()",
        "lesson.keep()",
    )
    robot.open(name)

    expect(robot.page.locator(".lk-sheet").first).to_contain_text("has no coverage.toml")
    assert "True" in ask_kernel(robot.page, "print(bool(lesson.read().page))")
