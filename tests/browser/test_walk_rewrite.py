"""A robot learner at the rewriting bench: predicts, swaps, turns, leaves and comes back, and looks at the class."""

import json
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from lessonkit import open_lesson
from lessonkit.workbook import Workbook

from .conftest import axe, hide_sidebar, set_theme, shot
from .robot import HOSTILE, Robot

NOTEBOOK = "14-rewrite.ipynb"
DESK = ".lk-desk"
READERS = ("turkey", "russia", "gov-syria", "idlib")


def radio(name: str, value: str) -> str:
    return f"{DESK} fieldset[data-name={name}] input[value={value}]"


def field(name: str) -> str:
    return f"{DESK} [data-name={name}]:is(input, textarea, select)"


def open_fold(robot: Robot, name: str) -> None:
    """Open a fold with the keyboard."""
    robot.tab_to(f"{DESK} details[data-name={name}] > summary")
    robot.press("Enter")


def choose(robot: Robot, name: str, value: str) -> None:
    """Walk into a group of radio buttons and on to one of them."""
    robot.tab_to(f"{DESK} fieldset[data-name={name}] input[type=radio]")
    radios = robot.page.locator(f"{DESK} fieldset[data-name={name}] input")
    values = radios.evaluate_all("all => all.map(one => one.value)")
    steps = values.index(value) - values.index(robot.page.evaluate("document.activeElement.value"))
    robot.press("Space", *["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps))
    expect(robot.page.locator(radio(name, value))).to_be_checked()


def choose_in_list(robot: Robot, name: str, value: str) -> None:
    """Walk to a list, which is what more than four choices become, and down to one of them."""
    robot.tab_to(field(name))
    values = robot.page.locator(f"{field(name)} option").evaluate_all("all => all.map(one => one.value)")
    robot.press(*["ArrowDown"] * values.index(value))
    expect(robot.page.locator(field(name))).to_have_value(value)


def made(page: Page, name: str) -> str:
    return " ".join(page.locator(f"{DESK} [data-made={name}]").inner_text().split())


def into_desk(robot: Robot) -> None:
    robot.page.evaluate(
        "() => { const cell = document.querySelector('.lk-desk').closest('.jp-CodeCell');"
        " cell.setAttribute('tabindex', '-1'); cell.focus(); }"
    )


def saved(page: Page) -> None:
    expect(page.locator(f"{DESK} .dk-state").first).to_have_attribute("data-state", "saved")


def overflow(page: Page) -> list[str]:
    """Give what sticks out of the desk."""
    return list(
        page.evaluate(
            """() => {
              const desk = document.querySelector('.lk-desk').getBoundingClientRect();
              return [...document.querySelectorAll('.lk-desk *')]
                .filter((one) => one.getClientRects().length && !one.closest('.dk-spoken'))
                .filter((one) => { const box = one.getBoundingClientRect(); return box.right > desk.right + 1 || box.left < desk.left - 1; })
                .map((one) => one.outerHTML.slice(0, 120));
            }"""
        )
    )


def tall(page: Page, name: str, width: int = 1280) -> None:
    """Store a picture of the desk, on a screen on which all of it fits."""
    page.set_viewport_size({"width": width, "height": 4_500 if width > 600 else 9_000})
    page.wait_for_timeout(400)
    shot(page, name, DESK)


def test_a_learner_predicts_swaps_turns_and_finds_it_again_by_keyboard(robot: Robot, browser: Browser) -> None:
    page = robot.page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    robot.open(NOTEBOOK)
    tall(page, "rewrite-closed")

    # First the prediction, while the bench is still folded away.
    into_desk(robot)
    open_fold(robot, "rewrite-headline")
    expect(page.locator(field("rewrite-headline-who"))).to_be_hidden()
    for reader, view in zip(READERS, ("closer", "further", "open", "same"), strict=True):
        choose(robot, f"rewrite-headline-as-{reader}", view)
    robot.tab_to(field("rewrite-headline-why"))
    page.keyboard.type(HOSTILE)

    # Then the bench: a name, and the sentence turned round.
    open_fold(robot, "rewrite-bench-headline")
    choose_in_list(robot, "rewrite-headline-who", "assad")
    choose(robot, "rewrite-headline-turkey", "regime")
    choose(robot, "rewrite-headline-form", "no-doer")
    saved(page)
    expect(page.locator(f"{DESK} [data-made=rewrite-sides-headline] section").nth(1)).to_contain_text(
        "Turkish Regime Expects Russia to Immediately Stop Attacks in Idlib"
    )
    assert "No longer said: whose attacks they are." in made(page, "rewrite-fact-headline")
    assert "“Assad Regime” has no place in this turn" in made(page, "rewrite-sides-headline")
    choose(robot, "rewrite-headline-form", "passive")
    expect(page.locator(f"{DESK} [data-made=rewrite-sides-headline] section").nth(1)).to_contain_text(
        "Stop Assad Regime"
    )
    assert "“Turkish regime” only as those who govern it." in made(page, "rewrite-fact-headline")

    # What can be said of it is asked for, not shown; the learner's own words come first.
    says = page.locator(f"{DESK} [data-made=rewrite-says-headline]")
    expect(says).to_contain_text("Write your own words first.")
    expect(says.locator("details p").first).to_be_hidden()
    robot.tab_to(field("rewrite-headline-feeling"))
    page.keyboard.type("It sounds colder. " + HOSTILE)
    robot.tab_to(f"{DESK} details[data-name=says-headline] > summary")
    robot.press("Enter")
    expect(says.locator("details p").first).to_be_visible()
    expect(says).not_to_contain_text("Write your own words first.")
    saved(page)
    tall(page, "rewrite-headline")

    # The whole page.
    page.locator(field("rewrite-lead")).focus()
    page.locator(field("rewrite-lead")).select_option("s9")
    page.locator(field("rewrite-top")).select_option("own")
    front = page.locator(f"{DESK} [data-made=rewrite-front]")
    expect(front.locator(".lk-headline")).to_have_text(
        "Russia Is Expected by Turkish Regime to Immediately Stop Assad Regime Attacks in Idlib"
    )
    expect(front.locator(".lk-article > p").nth(1)).to_contain_text("A war monitor said")
    saved(page)

    # Leave, with the kernel started anew; all is there, and the markup has stayed text.
    page.close()
    robot.page = page = browser.contexts[-1].new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    robot.open(NOTEBOOK)
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    robot.open(NOTEBOOK)
    expect(page.locator(radio("rewrite-headline-as-gov-syria", "open"))).to_be_checked()
    expect(page.locator(radio("rewrite-headline-form", "passive"))).to_be_checked()
    expect(page.locator(field("rewrite-headline-why"))).to_have_value(HOSTILE)
    expect(page.locator(field("rewrite-lead"))).to_have_value("s9")
    expect(page.locator(f"{DESK} details[data-name=rewrite-headline] > summary .dk-filled")).to_contain_text("9 of")
    assert page.evaluate("window.hit") is None
    assert page.locator(".lessonkit img, .lessonkit script").count() == 0
    assert errors == []


def test_the_bench_keeps_inside_its_box_and_axe_finds_nothing(robot: Robot) -> None:
    page = robot.page
    robot.open(NOTEBOOK)
    page.evaluate("document.querySelectorAll('.lk-desk details').forEach(one => { one.open = true; })")
    for name, value in (
        ("rewrite-town-form", "active"),
        ("rewrite-town-fighters", "terrorists"),
        ("rewrite-town-take", "liberate"),
        ("rewrite-ministry-form", "doer"),
        ("rewrite-killed-killers", "rebels"),
        ("rewrite-attack-form", "no-doer"),
    ):
        page.locator(radio(name, value)).check()
    page.locator(field("rewrite-lead")).select_option("s10")
    page.locator(field("rewrite-top")).select_option("a-news")
    saved(page)
    page.evaluate("document.querySelectorAll('.lk-desk details').forEach(one => { one.open = true; })")
    for theme in ("Light", "Dark"):
        set_theme(page, f"JupyterLab {theme}")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(400)
            assert axe(page, DESK) == [], f"{theme}, {width}"
            assert overflow(page) == [], f"{theme}, {width}"
    page.evaluate(
        "document.querySelectorAll('.lk-desk details').forEach(one => { one.open = /town/.test(one.dataset.name); })"
    )
    tall(page, "rewrite-dark-390", 390)
    set_theme(page, "JupyterLab Light")
    tall(page, "rewrite-light-390", 390)
    tall(page, "rewrite-light-1280")


def test_what_others_predicted_stands_beside_ones_own(robot: Robot, tmp_path: Path) -> None:
    page = robot.page
    lesson = open_lesson("idlib")
    handed = robot.lab.notebooks / "class"
    handed.mkdir()
    for number, view in enumerate(("closer", "closer", "open")):
        other = Workbook(lesson.article, lesson.layers, tmp_path / f"other-{number}", lesson.words)
        other.write("rewrite-headline-as-turkey", view)
        (handed / f"{number}.json").write_text(json.dumps(other.kept()), encoding="utf-8")
    (handed / "broken.json").write_text("{", encoding="utf-8")
    name = robot.lab.write(
        "class.ipynb",
        'from lessonkit import open_lesson\nlesson = open_lesson("idlib")',
        'lesson.rewrite(others="class")',
        "lesson.keep()",
    )
    robot.open(name)
    hide_sidebar(page)
    into_desk(robot)
    open_fold(robot, "rewrite-headline")
    choose(robot, "rewrite-headline-as-turkey", "further")
    open_fold(robot, "rewrite-bench-headline")
    theirs = page.locator(f"{DESK} details[data-name=class-headline]")
    expect(theirs.locator("li").first).to_be_hidden()
    open_fold(robot, "class-headline")
    expect(theirs.locator("li").first).to_have_text("A reader in Turkey: closer 2, cannot tell 1. You: further away.")
    expect(page.locator(DESK)).to_contain_text("broken.json: This file is not work kept by this kit.")
    shot(page, "rewrite-class", f"{DESK} details[data-name=class-headline]")
