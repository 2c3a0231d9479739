"""A robot learner in 12-trace: builds chains by keyboard, reads pairs, leaves and comes back."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from .conftest import ask_kernel, axe, set_theme, shot
from .robot import HOSTILE, Robot

NOTEBOOK = "12-trace.ipynb"
RESTART = """async () => {
  const context = window.jupyterapp.shell.currentWidget.sessionContext;
  await context.session.kernel.restart();
  await context.session.kernel.info;
}"""
CARDS = {
    "all-outlet": "voa",
    "eight-there": "open",
    "eight-told": "president",
    "eight-office": "defence",
    "pair-sides": "kept",
    "clue-how": "I would ask both houses.",
}
# What is open on each picture of the panel.
STEPS = {
    "closed": [],
    "cards": ["cards-inside", "cards-outside", "chain-photo"],
    "chain": ["chain-eight", "eight-hint", "eight-key"],
    "pairs": ["pair-sides", "sides-hint", "sides-why", "sides-order", "clues", "clues-key"],
    "picture": [],
}


def field(name: str) -> str:
    return f".lk-desk [data-name={name}]"


def summary(name: str) -> str:
    return f".lk-desk details[data-name='{name}'] > summary"


def open_fold(robot: Robot, name: str) -> None:
    """Walk to a fold with the Tab key and open it."""
    robot.tab_to(summary(name))
    robot.press("Enter")
    expect(robot.page.locator(f".lk-desk details[data-name='{name}']")).to_have_attribute("open", "")


def choose(robot: Robot, name: str, value: str) -> None:
    """Walk to a list with the Tab key, and down in it to a card."""
    robot.tab_to(field(name))
    values = robot.page.locator(f"{field(name)} option").evaluate_all("all => all.map(one => one.value)")
    steps = values.index(value) - values.index(robot.page.locator(field(name)).input_value())
    robot.press(*["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps))
    expect(robot.page.locator(field(name))).to_have_value(value)


def begin(robot: Robot) -> None:
    """Stand at the cell of the panel."""
    robot.page.evaluate(
        "() => { const cell = document.querySelector('.lk-desk').closest('.jp-CodeCell');"
        " cell.setAttribute('tabindex', '-1'); cell.focus(); }"
    )


def saved(robot: Robot) -> None:
    expect(robot.page.locator(".lk-desk .dk-state")).to_have_attribute("data-state", "saved")


def open_steps(page: Page, names: Sequence[str] | None) -> None:
    """Open some steps and folds and close all others; all of them where no names are given."""
    page.evaluate(
        "names => { for (const one of document.querySelectorAll('.jp-OutputArea-output details'))"
        " one.open = !names || names.includes(one.dataset.name); }",
        names,
    )


def look(page: Page) -> list[str]:
    """Look at everything, opened, in light and dark, wide and narrow; give what is wrong, and store pictures of some."""
    faults = []
    for theme in ("Light", "Dark"):
        set_theme(page, f"JupyterLab {theme}")
        open_steps(page, None)
        faults += [f"{theme}: {fault}" for fault in axe(page)]
        for width in (1280, 390):
            # As high as the highest panel may be: what is scrolled out of sight is not drawn.
            page.set_viewport_size({"width": width, "height": 6000})
            page.wait_for_timeout(500)
            open_steps(page, None)
            for selector in (".lk-desk", ".lessonkit-picture"):
                has, shows = page.locator(selector).first.evaluate("one => [one.scrollWidth, one.clientWidth]")
                if has > shows + 1:
                    faults.append(f"{theme} {width}: {selector} is {has} px wide in {shows}")
            for name, steps in STEPS.items():
                open_steps(page, steps)
                selector = ".lessonkit-picture" if name == "picture" else ".lk-desk"
                shot(page, f"12-{name}-{theme.lower()}-{width}", selector)
        page.set_viewport_size({"width": 1280, "height": 900})
    return faults


def test_chains_are_built_by_keyboard_left_and_found_again(robot: Robot, browser: Browser, tmp_path: Path) -> None:
    page = robot.page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    robot.open(NOTEBOOK)
    expect(page.locator(".lk-desk .dk-state")).to_have_text("")
    begin(robot)

    # The last link is the same for all: the page does not name its house.
    open_fold(robot, "all-outlet")
    choose(robot, "trace-all-outlet", "voa")
    told = page.get_by_text("You filled the link from elsewhere. In the article it is open.")
    expect(told.first).to_be_hidden()
    open_fold(robot, "all-outlet-key")
    expect(told.first).to_be_visible()

    # A chain with hardly a gap, and one that is open from end to end.
    open_fold(robot, "chain-photo")
    choose(robot, "trace-photo-there", "photographer")
    choose(robot, "trace-photo-told", "photographer")
    choose(robot, "trace-photo-office", "none")
    choose(robot, "trace-photo-agency", "ap")
    chain = page.locator("[data-made=chain-photo]")
    expect(chain.locator("li [data-look=open]")).to_have_count(0)
    expect(chain.locator("li [data-look=elsewhere]")).to_have_count(1)
    expect(chain).to_contain_text("Open links: 0 of 5.")
    open_fold(robot, "chain-eight")
    for station in ("there", "told", "office", "agency"):
        choose(robot, f"trace-eight-{station}", "open")
    expect(page.locator("[data-made=chain-eight] li [data-look=open]")).to_have_count(4)
    expect(page.locator("[data-made=chain-eight]")).to_contain_text("Open links: 4 of 5.")
    open_fold(robot, "eight-hint")
    open_fold(robot, "eight-key")
    expect(page.locator("[data-made=chain-eight]")).to_contain_text("No words here name a source")

    # What is open stays open when a card is changed.
    page.locator(field("trace-eight-office")).focus()
    choose(robot, "trace-eight-office", "president")
    expect(page.locator("[data-made=chain-eight]")).to_contain_text("Open links: 3 of 5.")
    expect(page.locator("details[data-name=eight-key]")).to_have_attribute("open", "")

    # Pairs, and markup for a reason.
    open_fold(robot, "pair-shelling")
    robot.tab_to(f"{field('trace-pair-shelling')} input")
    robot.press("ArrowRight")
    open_fold(robot, "shelling-hint")
    open_fold(robot, "shelling-why")
    expect(page.locator("[data-made=pair-shelling]")).to_contain_text("You and the key: It is changed.")
    open_fold(robot, "clues")
    robot.tab_to(field("trace-clue-how"))
    page.keyboard.type(HOSTILE)
    robot.press("Tab")
    saved(robot)
    kept = robot.keep(tmp_path)
    assert kept["texts"]["trace-clue-how"]["text"] == HOSTILE
    assert kept["texts"]["trace-eight-office"]["text"] == "president"

    # The lid is shut, the kernel is started anew, and all is there.
    page.evaluate(RESTART)
    page.close()
    robot.page = page = browser.contexts[-1].new_page()
    robot.open(NOTEBOOK)
    page.locator(summary("chain-eight")).press("Enter")
    expect(page.locator(field("trace-eight-office"))).to_have_value("president")
    expect(page.locator("[data-made=chain-eight]")).to_contain_text("Open links: 3 of 5.")
    assert page.locator(field("trace-clue-how")).input_value() == HOSTILE
    assert page.evaluate("window.hit") is None
    assert page.locator(".lk-desk img, .lk-desk script").count() == 0
    assert errors == []


def test_a_finger_builds_a_chain_on_a_telephone(robot: Robot) -> None:
    page = robot.page
    page.set_viewport_size({"width": 390, "height": 844})
    robot.open(NOTEBOOK)
    page.locator(summary("chain-artillery")).click()
    page.locator(field("trace-artillery-office")).select_option("monitor")
    page.locator(field("trace-artillery-there")).select_option("open")
    saved(robot)
    box = page.locator("[data-made=chain-artillery] ol")
    box.scroll_into_view_if_needed()

    assert box.evaluate("one => one.getBoundingClientRect().right") <= 390
    tops = box.locator("> li").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert tops == sorted(tops)
    assert len(tops) == 8
    shot(page, "12-phone")


def test_the_panel_is_clean_in_light_and_dark_wide_and_narrow(robot: Robot) -> None:
    robot.open(NOTEBOOK)
    for name, text in CARDS.items():
        ask_kernel(robot.page, f"lesson.workbook.write('trace-{name}', '{text}')")

    assert look(robot.page) == []
