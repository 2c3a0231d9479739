"""A robot learner walks through 01-read: writes, sorts the page's lines, checks, leaves and comes back."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from lessonkit import open_lesson
from lessonkit.layers import Layer

from .conftest import ask_kernel, set_theme, shot, start_lab, stop_lab
from .robot import HOSTILE, Robot, kill

NOTEBOOK = "01-read.ipynb"
STUCK = ("A rescuer in the rubble", HOSTILE, "Two ministries")


def field(name: str) -> str:
    return f".lk-desk [data-name={name}]"


def write_three_things(robot: Robot) -> None:
    """Write by keyboard, from field to field."""
    robot.tab_to(field("stuck-first"))
    for text in STUCK:
        robot.page.keyboard.type(text)
        robot.press("Tab")
    robot.written("stuck-third")


def written(robot: Robot) -> list[str]:
    return [robot.page.locator(field(f"stuck-{name}")).input_value() for name in ("first", "second", "third")]


def test_a_learner_walks_through_the_page_by_keyboard_and_finds_all_again(
    robot: Robot, layers: dict[str, Layer], tmp_path: Path, browser: Browser
) -> None:
    page = robot.page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    key = open_lesson("idlib").key("page")
    assert key is not None
    robot.open(NOTEBOOK)

    # First, what stuck: nothing of it is said to be saved before it is.
    expect(page.locator(".lk-desk .dk-state").first).to_have_text("")
    write_three_things(robot)
    shot(page, "desk-light", ".lk-desk")
    set_theme(page, "JupyterLab Dark")
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_timeout(500)
    shot(page, "desk-dark-390", ".lk-desk")
    set_theme(page, "JupyterLab Light")
    page.set_viewport_size({"width": 1280, "height": 900})

    # Then the page: every line gets the key's tag, half of them after the kernel was started anew.
    half = len(key.notes) // 2
    robot.into_text()
    for note in key.notes[:half]:
        robot.press("Escape", layers["page"].tag(note.tag).key, "ArrowDown")
    robot.saved()
    robot.come_back(NOTEBOOK, new_kernel=True)
    assert written(robot) == list(STUCK)
    assert robot.chips() == half
    robot.into_text()
    robot.press(*["ArrowDown"] * half)
    for note in key.notes[half:]:
        robot.press("Escape", layers["page"].tag(note.tag).key, "ArrowDown")
    robot.saved()
    assert robot.chips() == len(key.notes)

    # Check: all agree; the days, with all steps closed, give nothing away.
    check = page.locator(".lk-sheet").nth(0)
    expect(check.locator(".lk-finding")).to_have_count(len(key.notes))
    assert set(check.locator(".lk-finding").evaluate_all("all => all.map(one => one.dataset.kind)")) == {"agrees"}
    dates = page.locator(".lk-sheet").nth(1)
    latest = dates.get_by_text("The latest day it tells of as past is Thursday, February 6, 2020.")
    expect(latest).to_be_hidden()
    robot.tab_to("details[data-name=earliest] > summary")
    robot.press("Enter")
    expect(latest).to_be_visible()

    # Keep: marks and texts are in the file.
    kept = robot.keep(tmp_path)
    assert len(kept["marks"]) == len(key.notes)
    assert [kept["texts"][f"stuck-{name}"]["text"] for name in ("first", "second", "third")] == list(STUCK)
    expect(page.locator(".lk-keeper .lk-holdings")).to_contain_text("Fields you have filled in: 3.")

    # Close, come back: all is there, and the markup has stayed text.
    page.close()
    robot.page = page = browser.contexts[-1].new_page()
    robot.open(NOTEBOOK)
    assert robot.chips() == len(key.notes)
    assert written(robot) == list(STUCK)
    assert page.evaluate("window.hit") is None
    assert page.locator(".lessonkit img, .lessonkit script").count() == 0
    assert errors == []


def test_what_stuck_stands_above_what_sticks_now_and_both_are_kept(robot: Robot, tmp_path: Path) -> None:
    page = robot.page
    robot.open(NOTEBOOK)
    write_three_things(robot)

    robot.open("05-together.ipynb")
    desk = page.locator(".lk-desk").filter(has=page.locator("[data-name=stuck-now-first]"))
    for text in STUCK:
        expect(desk.get_by_text(f"You wrote: “{text}”")).to_be_visible()
    # Here a learner does look back at the article, and nothing that was written can be written over.
    assert "Without looking back" not in page.locator("body").inner_text()
    assert page.locator("[data-name=stuck-first]").count() == 0
    now = ("Who says eight?", "Nobody I could ring up", HOSTILE)
    for name, text in zip(("first", "second", "third"), now, strict=True):
        robot.type_into(field(f"stuck-now-{name}"), text)
    robot.written("stuck-now-third")

    kept = robot.keep(tmp_path)["texts"]
    assert [kept[f"stuck-{name}"]["text"] for name in ("first", "second", "third")] == list(STUCK)
    assert [kept[f"stuck-now-{name}"]["text"] for name in ("first", "second", "third")] == list(now)
    assert page.evaluate("window.hit") is None


def test_what_was_written_comes_back_when_the_machine_is_gone(robot: Robot, browser: Browser, tmp_path: Path) -> None:
    robot.open(NOTEBOOK)
    write_three_things(robot)
    port = int(robot.lab.base.rsplit(":", 1)[1].strip("/"))
    kill(robot.lab)

    # JupyterLab's own window about the lost connection takes the focus; it is out of the way first.
    dialog = robot.page.locator(".jp-Dialog")
    dialog.wait_for()
    dialog.locator("button").last.click()
    dialog.wait_for(state="detached")

    # What is typed when nobody answers any more is not called saved.
    robot.page.locator(field("needed-list")).fill("Who wrote it?")
    expect(robot.page.locator(".lk-desk .dk-box").filter(has_text="Not saved yet")).to_be_visible()
    robot.page.close()

    (tmp_path / "second").mkdir()
    second = start_lab(tmp_path / "second", port)
    try:
        robot.lab, robot.page = second, browser.contexts[-1].new_page()
        robot.open(NOTEBOOK)
        assert written(robot) == ["", "", ""]
        for number, name in enumerate(("stuck-first", "needed-list")):
            panel = robot.page.locator(".lk-desk").filter(has=robot.page.locator(f"[data-name={name}]"))
            shot(robot.page, f"01-offer-{number}", f".lk-desk:has([data-name={name}])")
            panel.get_by_role("button", name="Bring it back").first.focus()
            robot.press("Enter")
            expect(panel.locator(".dk-state")).to_have_attribute("data-state", "saved")
        assert written(robot) == list(STUCK)
        assert robot.page.locator(field("needed-list")).input_value() == "Who wrote it?"
        said = ask_kernel(robot.page, "print(sorted(lesson.workbook.texts.values()))")
        assert "Who wrote it?" in said
        assert "Two ministries" in said
    finally:
        stop_lab(second.process)


def test_keys_typed_in_a_field_are_the_fields(robot: Robot) -> None:
    page = robot.page
    robot.open(NOTEBOOK)
    cells = page.locator(".jp-Cell").count()
    page.locator(field("stuck-first")).focus()
    page.keyboard.type("dd a b x 1 ?")
    robot.press("Enter", "ArrowDown", "Escape")
    page.keyboard.type("dd")

    assert page.locator(".jp-Cell").count() == cells
    expect(page.locator(field("stuck-first"))).to_have_value("dd a b x 1 ?dd")


def test_the_count_of_words_follows_and_enforces_nothing(robot: Robot) -> None:
    page = robot.page
    name = robot.lab.write(
        "retelling.ipynb",
        'from lessonkit import open_lesson\nlesson = open_lesson("idlib")',
        'lesson.write("retelling")',
        "lesson.keep()",
    )
    robot.open(name)
    count = page.locator(".dk-count")
    expect(count).to_have_text("0 of about 60 words")
    page.locator(".lk-desk textarea").fill("word\n" * 61)
    # “About 60” is not 60: a word too many is not worth a question.
    expect(count).to_have_text("61 of about 60 words")
    page.locator(".lk-desk textarea").fill("word\n" * 70)
    expect(count).to_have_text("70 of about 60 words. What could go?")
    page.locator(".lk-desk textarea").blur()
    expect(page.locator(".lk-desk .dk-state")).to_have_attribute("data-state", "saved")

    assert ask_kernel(page, "print(len(lesson.workbook.texts['retelling-text'].split()))").strip() == "70"


def test_another_notebooks_writing_is_shown_before_anything_is_typed(robot: Robot) -> None:
    page = robot.page
    robot.open(NOTEBOOK)
    ask_kernel(
        page,
        'from lessonkit import open_lesson as again; again("idlib").workbook.write("stuck-first", "from elsewhere")',
    )
    page.locator(field("stuck-first")).focus()

    expect(page.locator(field("stuck-second"))).to_have_value("")
    expect(page.locator(field("stuck-first"))).to_have_value("from elsewhere")
