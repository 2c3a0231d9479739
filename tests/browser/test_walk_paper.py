"""A robot teacher types in a paper class: by keyboard, with slips, and on a telephone."""

import json
from pathlib import Path

from playwright.sync_api import Browser, Locator, expect

from .conftest import axe, hide_sidebar, open_notebook, run_all, set_theme, shot
from .robot import Robot

OPEN = 'from lessonkit import open_lesson\nlesson = open_lesson("idlib")'
DESK = ".lk-desk"
SAVED = f"{DESK} .dk-state"
HOSTILE = """<img src=x onerror="window.hit='img'">"""


def field(sheet: int, layer: str = "") -> str:
    """Give the selector of a sheet's name, or of its rows in a layer."""
    end = f"-{sheet}-{layer}" if layer else f"-{sheet}"
    return f"{DESK} [data-name^='paper-'][data-name$='{end}']"


def opened(robot: Robot, *cells: str) -> None:
    name = robot.lab.write("paper.ipynb", OPEN, 'lesson.type_in("sourcing")', *cells)
    open_notebook(robot.page, robot.lab, name)
    hide_sidebar(robot.page)
    run_all(robot.page)
    robot.page.locator(f"{DESK} h3").wait_for()


def kept(folder: Path) -> dict[str, list[str]]:
    """Give the tags in each pupil's file, by the file's name."""
    files = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    return {name: [mark["tag"] for mark in one["marks"]] for name, one in files.items()}


def test_a_teacher_types_a_pile_in_by_keyboard(robot: Robot, browser: Browser) -> None:
    page = robot.page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    opened(robot)
    folder = robot.lab.work / "paper-idlib"
    expect(page.locator(field(10))).to_be_visible()
    expect(page.locator(field(11))).to_be_hidden()

    # From the cell into the first sheet, and from sheet to sheet with one Tab.
    page.locator(DESK).evaluate(
        "one => { const cell = one.closest('.jp-CodeCell'); cell.setAttribute('tabindex', '-1'); cell.focus(); }"
    )
    robot.tab_to(field(1))
    page.keyboard.type("blue otter")
    robot.press("Tab")
    # A space at the end of a line and a pause before the next: nothing of it is lost or joined.
    page.keyboard.type("s3 killed eight 1 ! = says who \n")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    page.keyboard.type("s1 Turkey expects 7 \n")
    expect(page.locator(DESK)).to_contain_text("Line 2: put the number of a tag, 1 to 5")
    page.keyboard.type("s2 5")
    expect(page.locator(f"{DESK} [role=status]").filter(has_text="Rows understood: 2.")).to_contain_text(
        "Not understood: 1."
    )
    robot.press("Tab")
    page.keyboard.type(f"red {HOSTILE}")
    robot.press("Tab")
    page.keyboard.type(f"s4 ?5\ns5 2 = {HOSTILE}")
    expect(page.locator(DESK)).to_contain_text("Pupils typed in: 2.")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert (
        page.locator(field(1, "sourcing")).input_value() == "s3 killed eight 1 ! = says who\ns1 Turkey expects 7\ns2 5"
    )
    assert list(kept(folder).values()) == [["party", "own-voice"], ["observer"]]

    # The line that was not understood is corrected.
    robot.press("Shift+Tab", "Shift+Tab", "Control+Home", "ArrowDown", "End", "Backspace")
    page.keyboard.type("3")
    expect(page.locator(f"{DESK} [role=status]").first).to_have_text("Rows understood: 3.")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert sorted(kept(folder)["idlib-blue-otter-paper-1.json"]) == ["own-voice", "party", "unnamed"]
    shot(page, "paper-typed", DESK)

    # Leave, come back to a new kernel: the pile is there, and the pupils are in the class.
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.close()
    robot.page = page = browser.contexts[-1].new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    opened(robot, f"lesson.classroom({str(folder)!r}).files()")
    expect(page.locator(field(1))).to_have_value("blue otter")
    expect(page.locator(".lk-sheet")).to_contain_text("Pupils: 2.")
    assert page.evaluate("window.hit") is None
    assert page.locator(".lessonkit img, .lessonkit script").count() == 0
    assert errors == []


def test_the_desk_is_clean_and_inside_its_box(robot: Robot) -> None:
    page = robot.page
    opened(robot)
    page.locator(field(1)).fill("blue otter")
    page.locator(field(1, "sourcing")).fill(
        "s3 killed eight 1 !! = because it says who\ns3 Idlib 1\n" + "x" * 90 + "\nto s9"
    )
    page.locator(field(2)).fill("w" * 40)
    page.locator(field(2, "sourcing")).fill("s1 1")
    expect(page.locator(DESK)).to_contain_text("Pupils typed in: 2.")
    faults: list[str] = []
    for theme in ("Light", "Dark"):
        set_theme(page, f"JupyterLab {theme}")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 5_000})
            page.wait_for_timeout(500)
            look = f"{theme.lower()}-{width}"
            faults += [f"{look}: {fault}" for fault in axe(page)]
            has, shows = page.locator(DESK).evaluate("one => [one.scrollWidth, one.clientWidth]")
            if has > shows + 1:
                faults.append(f"{look}: the desk has {has} and shows {shows}")
            if look in {"light-1280", "dark-390"}:
                shot(page, f"paper-{look}", DESK)
    assert faults == []


def test_a_browser_that_holds_half_of_a_word_offers_nothing_in_its_place(robot: Robot) -> None:
    page = robot.page
    opened(robot)
    rows = page.locator(field(1, "sourcing"))
    rows.click()
    page.keyboard.type("s")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saving")
    # From here on the browser's own store is full: its copy stays behind what is typed.
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    page.keyboard.type("9 war monitor 3")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    robot.press("Tab", "Shift+Tab", "Tab")
    expect(page.locator(f"{DESK} [role=status]").filter(has_text="Rows understood: 1.")).to_have_count(1)

    page.wait_for_function("JSON.stringify({ ...localStorage }).includes('unsaved')")
    expect(page.locator(f"{DESK} .dk-offer")).to_have_count(0)
    assert rows.input_value() == "s9 war monitor 3"


def left_in_the_browser(robot: Robot) -> Locator:
    """Type two rows, the second without a kernel; open the desk again, and give the offer to bring it back."""
    page = robot.page
    opened(robot)
    page.locator(field(1, "sourcing")).click()
    page.keyboard.type("s3 killed eight 1")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()")
    page.locator(field(2, "sourcing")).click()
    page.keyboard.type("s9 war monitor 3")
    page.wait_for_function("JSON.stringify({ ...localStorage }).includes('war monitor')")
    opened(robot)
    offer = page.locator(f"{DESK} .dk-offer")
    expect(offer).to_contain_text("war monitor", timeout=15_000)
    return offer


def test_what_is_brought_back_destroys_nothing_that_was_typed_since(robot: Robot) -> None:
    page = robot.page
    offer = left_in_the_browser(robot)

    rows = page.locator(field(2, "sourcing"))
    rows.click()
    page.keyboard.type("s2 the whole 5")
    offer.get_by_role("button", name="Bring it back").click()

    expect(rows).to_have_value("s2 the whole 5\ns9 war monitor 3")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    expect(rows).to_be_focused()
    page.wait_for_function("!JSON.stringify({ ...localStorage }).includes('unsaved')")


def test_what_was_left_is_offered_until_it_is_answered_whatever_is_typed_meanwhile(robot: Robot) -> None:
    page = robot.page
    offer = left_in_the_browser(robot)

    rows = page.locator(field(2, "sourcing"))
    rows.click()
    page.keyboard.type("s2 the whole 5")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    # Going to another field asks Python what it knows, and its answer looks for offers again.
    page.locator(field(1, "sourcing")).click()
    page.keyboard.type("\ns4 5")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    expect(offer).to_contain_text("war monitor")

    opened(robot)
    expect(offer).to_contain_text("war monitor", timeout=15_000)
    expect(rows).to_have_value("s2 the whole 5")
    offer.get_by_role("button", name="Not now").click()
    page.locator(field(1, "sourcing")).click()
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    expect(offer).to_have_count(0)

    opened(robot)
    offer.get_by_role("button", name="Bring it back").click(timeout=15_000)
    expect(rows).to_have_value("s2 the whole 5\ns9 war monitor 3")
    expect(page.locator(SAVED)).to_have_attribute("data-state", "saved")
    opened(robot)
    expect(rows).to_have_value("s2 the whole 5\ns9 war monitor 3")
    expect(offer).to_have_count(0)
