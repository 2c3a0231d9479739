"""Robot learners walk through the notebooks in a real JupyterLab, as people do."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lessonkit.article import Article
from lessonkit.key import Key
from lessonkit.layers import Layer
from lessonkit.places import notebooks_folder

from .conftest import (
    Lab,
    axe,
    new_context,
    set_theme,
    shot,
    start_lab,
    stop_lab,
)
from .robot import HOSTILE, Robot, kill

NOTEBOOKS = sorted(path.name for path in notebooks_folder().glob("*.ipynb"))


def test_a_learner_walks_by_keyboard_alone_and_finds_all_work_again(
    robot: Robot,
    article: Article,
    sourcing_key: Key,
    layers: dict[str, Layer],
    tmp_path: Path,
    browser: Browser,
    outside: list[str],
) -> None:
    page = robot.page
    notes = sourcing_key.notes

    # Start here: read, and see that there is nothing to keep yet.
    robot.open("00-start-here.ipynb")
    expect(page.locator(".lk-sheet .lk-headline")).to_have_text(article.segments[0].text)
    expect(page.locator(".lk-keeper .lk-holdings")).to_have_text("There is nothing to keep yet.")

    # Mark every sentence as the key does, by keyboard.
    robot.open("02-sourcing.ipynb")
    robot.into_text()
    for note in notes:
        robot.mark(article, note.span.segment, note.span.first, note.span.last, layers["sourcing"].tag(note.tag).key)
    robot.saved()
    assert robot.chips() == len(notes)
    page.set_viewport_size({"width": 1280, "height": 6000})
    shot(page, "panel-marked-like-the-key", ".lk-marker")
    page.set_viewport_size({"width": 1280, "height": 900})

    # Check: every finding agrees; question, reason and key's words open one after the other.
    check = page.locator(".lk-sheet").nth(0)
    expect(check.locator(".lk-finding")).to_have_count(len(notes))
    assert set(check.locator(".lk-finding").evaluate_all("all => all.map(one => one.dataset.kind)")) == {"agrees"}
    first = check.locator(".lk-finding").first
    expect(first).to_be_hidden()
    check.locator("details[data-name=alike] > summary").focus()
    robot.press("Enter")
    first.locator("summary").first.focus()
    for text in (notes[0].hint, notes[0].why, "The key's tag"):
        expect(first.get_by_text(text)).to_be_hidden()
        robot.press("Enter")
        expect(first.get_by_text(text)).to_be_visible()
        robot.press("Tab")

    # Reveal and picture: the key's reasons, and the picture's words.
    expect(page.locator(".lk-sheet").nth(1).locator(".lk-segment")).to_have_count(len(article.segments))
    picture = page.locator(".lessonkit-picture img")
    assert len(picture.get_attribute("alt") or "") > 30

    # Keep: the file holds all marks.
    kept = robot.keep(tmp_path)
    assert [mark["tag"] for mark in kept["marks"]] == [note.tag for note in notes]
    assert re.fullmatch(r"idlib-\w+-\w+\.json", kept["path"].name)

    # Close, come back: all work is there.
    page.close()
    robot.page = page = browser.contexts[-1].new_page()
    robot.open("02-sourcing.ipynb")
    assert robot.chips() == len(notes)

    # The machine is gone, as on Binder: a new one on the same address knows nothing, the browser does.
    port = int(robot.lab.base.rsplit(":", 1)[1].strip("/"))
    kill(robot.lab)
    page.close()
    (tmp_path / "second").mkdir()
    second = start_lab(tmp_path / "second", port)
    try:
        robot.lab, robot.page = second, browser.contexts[-1].new_page()
        robot.open("02-sourcing.ipynb")
        assert robot.chips() == 0
        offer = robot.page.locator(".mk-offer").first
        expect(offer).to_contain_text(f"{len(notes)} marks")
        offer.get_by_role("button", name="Bring").focus()
        robot.press("Enter")
        expect(robot.page.locator(".lk-marker .mk-chip")).to_have_count(len(notes))
        robot.saved()

        # In another browser there is no copy; the kept file brings everything back.
        context = new_context(browser, outside)
        (second.work / "idlib.jsonl").unlink()
        other = Robot(context.new_page(), second)
        other.open("02-sourcing.ipynb")
        assert other.chips() == 0
        other.page.locator(".lk-keeper input[type=file]").set_input_files(kept["path"])
        expect(other.page.locator(".lk-keeper .lk-status")).to_have_text(
            re.compile(rf"Marks brought back: {len(notes)}\.")
        )
        expect(other.page.locator(".lk-marker .mk-chip")).to_have_count(len(notes))
        context.close()
    finally:
        stop_lab(second.process)


@pytest.mark.parametrize("notebook", ["02-sourcing.ipynb", "03-claims.ipynb", "04-framing.ipynb"])
def test_a_learner_does_everything_wrong_and_nothing_breaks(
    robot: Robot, article: Article, tmp_path: Path, notebook: str
) -> None:
    page = robot.page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    robot.open(notebook)

    # Nothing marked: the check says what to do and gives nothing away.
    expect(page.locator(".lk-sheet").nth(0)).to_contain_text("You have not marked anything here yet")

    # Every segment marked whole, with the next best tag; the same again; undone, redone, removed.
    robot.into_text()
    for number in range(len(article.segments)):
        robot.press("a", str(number % 5 + 1), "a", str(number % 5 + 1), "ArrowDown")
    robot.press(
        "Backspace", "Backspace", "Control+y", "Delete", *["Backspace"] * 40, "Delete", "9", "0", "Escape", "d", "d"
    )
    assert page.locator(".lk-marker").count() == 1
    robot.press("Home", "Shift+End", "3")
    robot.saved()

    # Markup as a reason and as a pseudonym is text.
    robot.press("r")
    page.keyboard.type(HOSTILE)
    robot.press("Enter")
    robot.saved()
    expect(page.locator(".lk-sheet").nth(0)).to_contain_text("<img src=x onerror=")
    name = page.locator(".lk-keeper input[type=text]")
    name.fill(HOSTILE)
    name.press("Enter")
    expect(page.locator(".lk-keeper .lk-holdings")).to_contain_text("<img src=x")

    # Files that are none of ours are refused in a sentence, and the work stays.
    status = page.locator(".lk-keeper .lk-status")
    for content, said in (
        (b"\x89PNG not json", "is not work kept by this kit"),
        (b'{"kit": "lessonkit", "schema": 99, "article": "idlib", "marks": []}', "newer version"),
        (b'{"kit": "lessonkit", "schema": 1, "article": "<b>other</b>", "marks": []}', "<b>other</b>"),
        (b"[" * 100_000, "is not work kept by this kit"),
        (b" " * 6_000_000, "larger than 5 MB"),
    ):
        page.locator(".lk-keeper input[type=file]").set_input_files(
            {"name": "work.json", "mimeType": "application/json", "buffer": content}
        )
        expect(status).to_contain_text(said)
    assert robot.chips() == 1

    # An empty pseudonym is replaced by a made-up one.
    name.fill("   ")
    name.press("Enter")
    expect(status).to_have_text(re.compile(r"You are now “\w+ \w+”"))

    kept = robot.keep(tmp_path)
    assert kept["marks"][-1]["reason"] == HOSTILE
    assert page.evaluate("window.hit") is None
    assert page.locator(".lessonkit img:not([alt]), .lessonkit script").count() == 0
    assert errors == []


DROP = """([selector, name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name, { type: 'application/json' }));
  const box = document.querySelector(selector);
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    box.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}"""


def test_a_kept_file_dropped_into_the_box_comes_back_and_jupyterlab_does_not_take_it(
    robot: Robot, tmp_path: Path
) -> None:
    robot.open("02-sourcing.ipynb")
    robot.into_text()
    robot.press("a", "1")
    robot.saved()
    kept = robot.keep(tmp_path)
    (robot.lab.work / "idlib.jsonl").unlink()
    robot.open("02-sourcing.ipynb")
    assert robot.chips() == 0

    robot.page.evaluate(DROP, [".lk-drop", "work.json", kept["path"].read_text(encoding="utf-8")])

    expect(robot.page.locator(".lk-keeper .lk-status")).to_contain_text("Marks brought back: 1.")
    expect(robot.page.locator(".lk-marker .mk-chip")).to_have_count(1)
    assert not (robot.lab.notebooks / "work.json").exists()


def test_erasing_the_browsers_copy_leaves_none(robot: Robot) -> None:
    page = robot.page
    robot.open("02-sourcing.ipynb")
    robot.into_text()
    robot.press("a", "1")
    robot.saved()
    page.wait_for_function("Object.keys(localStorage).some(key => key.startsWith('lessonkit/idlib/'))")

    page.locator(".lk-keeper").get_by_role("button", name="Erase").click()

    expect(page.locator(".lk-keeper .lk-status")).to_contain_text("Erased")
    page.wait_for_timeout(1500)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('lessonkit/'))") == []


PANELS = ".jp-OutputArea-output .lessonkit, .jp-OutputArea-output .lessonkit-picture"


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_screen_is_accessible_and_fits_in_light_and_dark_wide_and_narrow(
    page: Page, lab: Lab, notebook: str
) -> None:
    robot = Robot(page, lab)
    robot.open(notebook)
    if page.locator(".lk-marker").count():
        robot.into_text()
        for key in ("1", "2", "3"):
            robot.press("a", key, "ArrowDown")
        robot.saved()
    faults = []
    for theme in ("Light", "Dark"):
        set_theme(page, f"JupyterLab {theme}")
        page.evaluate(
            "document.querySelectorAll('.jp-OutputArea-output details').forEach(step => { step.open = true })"
        )
        faults += [f"{theme}: {fault}" for fault in axe(page, ".jp-OutputArea-output")]
        for width in (1280, 390):
            # As high as the highest panel may be: what is scrolled out of sight is not drawn.
            page.set_viewport_size({"width": width, "height": 6000})
            page.wait_for_timeout(500)
            for number, panel in enumerate(page.locator(PANELS).all()):
                has, shows = panel.evaluate("one => [one.scrollWidth, one.clientWidth]")
                if has > shows + 1:
                    faults.append(f"{theme} {width}: panel {number} is {has} px wide in {shows}")
                shot(page, f"{notebook[:2]}-{number}-{theme.lower()}-{width}", f"{PANELS} >> nth={number}")
        page.set_viewport_size({"width": 1280, "height": 900})

    assert faults == []
