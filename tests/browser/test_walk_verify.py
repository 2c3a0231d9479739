"""A robot learner at the evidence desk: weighs claims, measures, holds numbers together, leaves and comes back."""

import json
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import ask_kernel, axe, open_notebook, set_theme, shot
from .robot import HOSTILE, Robot

NOTEBOOK = "13-verify.ipynb"
RESTART = """async () => {
  const context = window.jupyterapp.shell.currentWidget.sessionContext;
  await context.session.kernel.restart();
  await context.session.kernel.info;
}"""
# The panel, and the picture.
SHOWN = (".lk-desk", ".lessonkit-picture")
BENCHES = ("calendar", "map", "numbers", "pairs")


def field(name: str) -> str:
    return f".lk-desk [data-name='{name}']"


def made(page: Page, name: str) -> Locator:
    return page.locator(f".lk-desk [data-made='{name}']")


def open_fold(robot: Robot, name: str) -> None:
    """Walk to a fold with the Tab key and open it."""
    robot.tab_to(f".lk-desk details[data-name='{name}'] > summary")
    robot.press("Enter")
    expect(robot.page.locator(f".lk-desk details[data-name='{name}']")).to_have_attribute("open", "")


def choose(robot: Robot, name: str, value: str) -> None:
    """Walk to a list or to radio buttons with the Tab key, and to one of them with the arrows."""
    box = robot.page.locator(field(name))
    if box.evaluate("one => one.matches('select')"):
        robot.tab_to(field(name))
        values = box.locator("option").evaluate_all("all => all.map(one => one.value)")
        robot.press(*["ArrowDown"] * values.index(value))
        expect(box).to_have_value(value)
        return
    robot.tab_to(f"{field(name)} input")
    values = box.locator("input").evaluate_all("all => all.map(one => one.value)")
    # Space chooses the first; the arrows go on from there.
    robot.press("Space", *["ArrowRight"] * values.index(value))
    expect(box.locator(f"input[value='{value}']")).to_be_checked()


def type_day(robot: Robot, name: str, digits: str) -> None:
    """
    Walk to a date with the Tab key and type its digits.

    Day and month should be the same number: which of the two comes first depends on the machine.
    """
    robot.tab_to(field(name))
    robot.page.keyboard.type(digits)


def written(robot: Robot, name: str) -> list[str]:
    """Give all that was ever written to a field, from the journal."""
    lines = map(json.loads, (robot.lab.work / "idlib.jsonl").read_text(encoding="utf-8").splitlines())
    return [line["text"] for line in lines if line.get("name") == name]


def begin(robot: Robot) -> None:
    """Stand at the cell of the panel."""
    robot.page.evaluate(
        "() => { const cell = document.querySelector('.lk-desk').closest('.jp-CodeCell');"
        " cell.setAttribute('tabindex', '-1'); cell.focus(); }"
    )


def saved(robot: Robot) -> None:
    expect(robot.page.locator(".lk-desk .dk-state")).to_have_attribute("data-state", "saved")


def look(page: Page, name: str) -> list[str]:
    """Store pictures of all that is shown, in light and dark, wide and narrow; give what is wrong with it."""
    faults = []
    for theme in ("Light", "Dark"):
        set_theme(page, f"JupyterLab {theme}")
        faults += [f"{theme}: {fault}" for fault in axe(page)]
        for width in (1280, 390):
            # As high as the highest panel may be: what is scrolled out of sight is not drawn.
            page.set_viewport_size({"width": width, "height": 12_500})
            page.wait_for_timeout(500)
            for number, selector in enumerate(SHOWN):
                has, shows = page.locator(selector).first.evaluate("one => [one.scrollWidth, one.clientWidth]")
                if has > shows + 1:
                    faults.append(f"{theme} {width}: {selector} is {has} px wide in {shows}")
                shot(page, f"13-{name}-{number}-{theme.lower()}-{width}", selector)
        page.set_viewport_size({"width": 1280, "height": 900})
    set_theme(page, "JupyterLab Light")
    return faults


def test_claims_are_weighed_and_tried_by_keyboard_left_and_found_again(
    robot: Robot, browser: Browser, tmp_path: Path
) -> None:
    page = robot.page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    robot.open(NOTEBOOK)
    expect(page.locator(".lk-desk .dk-state")).to_have_text("")
    begin(robot)

    # The ledger: four choices, then a question, then what the desk would say.
    open_fold(robot, "verify-l-km-east")
    expect(made(page, "verify-l-km-east-held")).to_contain_text("Try it yourself first.")
    choose(robot, "verify-km-east-settles", "map")
    choose(robot, "verify-km-east-holder", "archive")
    choose(robot, "verify-km-east-cost", "minute")
    choose(robot, "verify-km-east-when", "now")
    held = made(page, "verify-l-km-east-held")
    expect(held).not_to_contain_text("Try it yourself first.")
    told = held.get_by_text("This desk: Anybody, with what everybody can get.")
    expect(told).to_be_hidden()
    open_fold(robot, "verify-l-km-east-hint")
    expect(held.get_by_text("Measured from where to where, and along what?")).to_be_visible()
    open_fold(robot, "verify-l-km-east-desk")
    expect(told).to_be_visible()
    expect(held.get_by_text("You: An archive or a register.")).to_be_visible()

    # The calendar: a day that exists, then words that count from another day.
    open_fold(robot, "verify-b-calendar")
    type_day(robot, "verify-day", "02022020")
    expect(made(page, "verify-weekday")).to_have_text(
        "Sunday, February 2, 2020. Days until the latest day the article tells of: 4."
    )
    open_fold(robot, "verify-d-s10-17-19")
    type_day(robot, "verify-d-s10-17-19-day", "02022020")
    open_fold(robot, "verify-d-s10-17-19-says")
    counted = made(page, "verify-d-s10-17-19-made")
    expect(counted).to_contain_text("it is Wednesday, February 5, 2020.")
    expect(counted).to_contain_text("You put in Sunday, February 2, 2020.")

    # The map: two places, and a yardstick that does not begin as a number.
    open_fold(robot, "verify-b-map")
    measured = made(page, "verify-m-measured")
    choose(robot, "verify-map-from", "idlib")
    expect(made(page, "verify-m-line")).to_have_text("Choose two different places, and the desk measures.")
    choose(robot, "verify-map-to", "saraqeb")
    expect(measured).to_contain_text("17 km. The places are written down only roughly")
    expect(measured).to_contain_text("With eight: southeast.")
    open_fold(robot, "verify-m-yardstick")
    robot.tab_to(field("verify-map-km"))
    page.keyboard.type("2.5")
    choose(robot, "verify-map-turn", "four")
    fine = made(page, "verify-m-held")
    expect(fine).to_contain_text("That is 2 km off: inside your yardstick of 2.5 km.")
    expect(fine).to_contain_text("The direction is 27 degrees away from east: inside your 45 degrees.")

    # The numbers, and the article against itself.
    open_fold(robot, "verify-b-numbers")
    open_fold(robot, "verify-n-turkish-dead")
    choose(robot, "verify-n-turkish-dead-thing", "no")
    open_fold(robot, "verify-n-turkish-dead-why")
    expect(made(page, "verify-n-turkish-dead-made")).to_contain_text("You: No.This desk: No.")
    open_fold(robot, "verify-b-pairs")
    open_fold(robot, "verify-p-sarmin")
    choose(robot, "verify-p-sarmin-says", "else")

    # The verdict, with markup for evidence.
    open_fold(robot, "verify-v-km-east")
    expect(made(page, "verify-v-km-east-asked")).to_contain_text("In the ledger you said: A map · An archive")
    robot.tab_to(field("verify-km-east-noted"))
    page.keyboard.type(HOSTILE)
    choose(robot, "verify-km-east-verdict", "open")
    open_fold(robot, "verify-v-km-east-key")
    expect(made(page, "verify-v-km-east-known")).to_contain_text("about 17 km apart")
    saved(robot)
    kept = robot.keep(tmp_path)
    assert kept["texts"]["verify-km-east-noted"]["text"] == HOSTILE
    assert kept["texts"]["verify-km-east-verdict"]["text"] == "open"

    # The lid is shut, the kernel is started anew, and all is there.
    page.evaluate(RESTART)
    page.close()
    robot.page = page = browser.contexts[-1].new_page()
    robot.open(NOTEBOOK)
    assert page.locator(field("verify-km-east-holder")).input_value() == "archive"
    assert page.locator(field("verify-km-east-noted")).input_value() == HOSTILE
    expect(page.locator(f"{field('verify-km-east-verdict')} input[value=open]")).to_be_checked()
    expect(made(page, "verify-m-measured")).to_contain_text("17 km. The places are written down only roughly")
    assert page.evaluate("window.hit") is None
    assert page.locator(".lk-desk img, .lk-desk script").count() == 0
    assert errors == []


def test_everything_opened_is_clean_and_inside_its_box(robot: Robot) -> None:
    page = robot.page
    robot.open(NOTEBOOK)
    assert look(page, "shut") == []
    ask_kernel(
        page,
        "for name, text in {'map-from': 'idlib', 'map-to': 'saraqeb', 'map-km': '1', 'map-turn': 'eight',"
        " 'eight-holder': 'side', 'day': '2020-02-06'}.items(): lesson.workbook.write('verify-' + name, text)",
    )
    for bench in BENCHES:
        # One bench with all its folds at a time, as a group would have it.
        page.evaluate(
            "name => document.querySelectorAll('.lk-desk details').forEach(one => {"
            " const bench = document.querySelector(`.lk-desk details[data-name='verify-b-${name}']`);"
            " one.open = bench.contains(one) && !one.dataset.name.match(/^verify-n-(displaced|syrian)/); })",
            bench,
        )
        assert look(page, bench) == []
    page.evaluate(
        "() => document.querySelectorAll('.lk-desk details').forEach(one => {"
        " one.open = /^verify-(l|v)-(eight|thousand)/.test(one.dataset.name); })"
    )
    assert look(page, "claims") == []


def test_what_is_no_number_is_said_and_nothing_is_held_against_it(robot: Robot) -> None:
    page = robot.page
    robot.open(NOTEBOOK)
    page.locator(".lk-desk details[data-name='verify-b-map'] > summary").click()
    page.locator(".lk-desk details[data-name='verify-m-yardstick'] > summary").click()
    # A number field lets nobody type this; a kept file or another notebook can hold it.
    for name, text in (("from", "idlib"), ("to", "saraqeb"), ("turn", "four"), ("km", HOSTILE)):
        ask_kernel(page, f"lesson.workbook.write('verify-map-{name}', {text!r})")

    expect(made(page, "verify-m-held")).to_contain_text("is no number of kilometers. Write one such as 2.")
    expect(made(page, "verify-m-held")).to_contain_text("inside your 45 degrees")
    assert page.evaluate("window.hit") is None


def test_who_stands_on_a_step_goes_on_standing_there_when_it_is_made_again(robot: Robot) -> None:
    page = robot.page
    robot.open(NOTEBOOK)
    page.evaluate("() => document.querySelectorAll('.lk-desk .dk-fold').forEach(one => { one.open = true; })")
    step = page.locator(".lk-desk details[data-name='verify-n-turkish-dead-why'] > summary")
    step.focus()
    ask_kernel(page, "lesson.workbook.write('verify-n-turkish-dead-thing', 'no')")
    expect(made(page, "verify-n-turkish-dead-made")).not_to_contain_text("Try it yourself first.")
    expect(step).to_be_focused()
    robot.press("Enter")

    expect(made(page, "verify-n-turkish-dead-made").get_by_text("You: No.")).to_be_visible()


def test_what_is_typed_on_another_page_of_the_same_kernel_is_shown_and_nothing_waits_for_good(robot: Robot) -> None:
    """Two tabs of the browser on one notebook share its kernel and the model of its panel."""
    one = robot.page
    robot.open(NOTEBOOK)
    one.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    noted = field("verify-km-east-noted")
    one.locator(".lk-desk details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    one.locator(noted).fill("first, on one page")
    saved(robot)

    other = one.context.new_page()
    open_notebook(other, robot.lab, NOTEBOOK)
    other.locator(".lk-desk h3").wait_for()
    other.locator(".lk-desk details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    expect(other.locator(noted)).to_have_value("first, on one page")
    other.locator(noted).fill("second, on the other")
    expect(one.locator(noted)).to_have_value("second, on the other")
    saved(robot)
    one.locator(noted).fill("third, here again")
    expect(other.locator(noted)).to_have_value("third, here again")
    for page in (one, other):
        # Longer than the panel waits before it says that the answer is late.
        page.wait_for_timeout(3500)
        expect(page.locator(".lk-desk .dk-state")).to_have_attribute("data-state", "saved")
        expect(page.locator(".lk-desk .dk-state")).to_have_text("Saved")


def test_what_is_only_passed_over_is_neither_kept_nor_spoken(robot: Robot) -> None:
    page = robot.page
    robot.open(NOTEBOOK)
    begin(robot)
    open_fold(robot, "verify-l-km-east")
    choose(robot, "verify-km-east-holder", "archive")
    robot.press("Tab")
    open_fold(robot, "verify-b-calendar")
    page.evaluate(
        "() => { window.spoken = []; const one = document.querySelector(\"[data-made='verify-weekday']\");"
        " new MutationObserver(() => window.spoken.push(one.textContent)).observe(one, { childList: true, subtree: true }); }"
    )
    # A slow typist: the year is 20 for longer than the panel waits before it sends what is typed.
    type_day(robot, "verify-day", "020220")
    page.wait_for_timeout(700)
    page.keyboard.type("20")
    expect(made(page, "verify-weekday")).to_contain_text("Sunday, February 2, 2020.")
    robot.press("Tab")
    saved(robot)

    assert written(robot, "verify-km-east-holder") == ["archive"]
    assert written(robot, "verify-day") == ["2020-02-02"]
    assert [text for text in page.evaluate("window.spoken") if "Sunday, February 2" not in text] == []


def test_who_stands_on_a_link_goes_on_standing_there_when_it_is_made_again(robot: Robot) -> None:
    page = robot.page
    robot.open(NOTEBOOK)
    page.locator(".lk-desk details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    link = made(page, "verify-v-km-east-known").locator("a").first
    link.focus()
    ask_kernel(page, "lesson.workbook.write('verify-km-east-verdict', 'open')")
    expect(made(page, "verify-v-km-east-known")).not_to_contain_text("Try it yourself first.")

    expect(link).to_be_focused()
