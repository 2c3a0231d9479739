"""
Robot learners walk through the notebooks in a real JupyterLab, as people do.

Each of the six notebooks is walked by a learner of each kind, by these tests:

========  =========  =========  ===========  =============  =============
notebook  all right  all wrong  by keyboard  left half-way  at 390 px
========  =========  =========  ===========  =============  =============
00        first      `WRONG`    first        first          finger runs
01        page       `WRONG`    page         page           finger marks
02        alone      `WRONG`    alone        alone          finger marks
03, 04    layer      `WRONG`    layer        layer          finger marks
05        together   `WRONG`    together     together       finger writes
========  =========  =========  ===========  =============  =============

first
    test_the_first_notebook_is_run_by_keyboard_left_half_way_and_finished
alone
    test_a_learner_walks_by_keyboard_alone_and_finds_all_work_again
`WRONG`
    test_a_learner_does_everything_wrong_and_nothing_breaks
page
    test_walk_read: test_a_learner_walks_through_the_page_by_keyboard_and_finds_all_again
layer
    test_walk_layers: test_a_layer_is_marked_by_keyboard_left_half_way_and_finished
together
    test_walk_layers: test_three_layers_meet_and_the_portfolio_stands_alone
finger runs, marks, writes
    test_walk_layers: test_a_finger_runs_cells_reads_and_keeps_at_390_px,
    test_a_finger_marks_at_390_px, test_a_finger_switches_layers_and_writes_at_390_px
"""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lessonkit import open_lesson
from lessonkit.article import Article
from lessonkit.key import Key
from lessonkit.layers import Layer
from lessonkit.places import notebooks_folder

from .conftest import (
    WAIT,
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
START = "00-start-here.ipynb"


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

    # Mark every sentence as the key does, by keyboard, with the lid shut half-way.
    half = len(notes) // 2
    robot.open("02-sourcing.ipynb")
    robot.mark_like(notes[:half], article, layers["sourcing"])
    robot.come_back("02-sourcing.ipynb")
    assert robot.chips() == half
    robot.mark_like(notes[half:], article, layers["sourcing"])
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
    robot.tab_to("details[data-name=alike] > summary")
    robot.press("Enter", "Tab")
    expect(first.locator("summary").first).to_be_focused()
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
        robot.tab_to(".mk-offer button")
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


def test_the_first_notebook_is_run_by_keyboard_left_half_way_and_finished(robot: Robot, article: Article) -> None:
    robot.begin(START)
    robot.run_to("lesson.read()")
    robot.page.locator(".lk-sheet .lk-headline").wait_for()
    expect(robot.page.locator(".lk-sheet .lk-headline")).to_have_text(article.segments[0].text)
    robot.tab_to(".lk-sheet details[data-name=glossary] > summary")
    expect(robot.page.locator(".lk-sheet dd").first).to_be_hidden()
    robot.press("Enter")
    expect(robot.page.locator(".lk-sheet dd").first).to_be_visible()

    # The lid is shut half-way. The kernel has stayed, so it goes on where it stopped.
    robot.begin(START)
    robot.walk_to("lesson.keep()")
    robot.run_to("lesson.keep()")
    robot.page.locator(".lk-keeper h3").wait_for()
    expect(robot.page.locator(".lk-keeper .lk-holdings")).to_have_text("There is nothing to keep yet.")
    robot.type_into(".lk-keeper input[type=text]", "Quiet Heron")
    robot.press("Enter")
    expect(robot.page.locator(".lk-keeper .lk-status")).to_have_text("You are now “Quiet Heron”.")

    # The kernel is started anew, and the name that was chosen is there.
    robot.come_back(START, new_kernel=True)
    expect(robot.page.locator(".lk-keeper input[type=text]")).to_have_value("Quiet Heron")
    # An empty file is given to nobody: the button says why.
    robot.tab_to(".lk-keeper .lk-main", most=300)
    robot.press("Enter")
    expect(robot.page.locator(".lk-keeper")).to_contain_text("There is nothing to put into a file yet.")


def ask_for_a_lesson_that_is_not_there(robot: Robot) -> None:
    """Spoil the name of the lesson, read which there are, and put it right."""
    cell = robot.page.locator(".jp-CodeCell").first
    robot.walk_to('lesson = open_lesson("idlib")', "ArrowUp")
    robot.press("Enter", "Control+End", "ArrowLeft", "ArrowLeft", "Backspace", "Shift+Enter")
    expect(cell).to_contain_text("There is no lesson “idli”. The lessons are “idlib”")
    robot.walk_to('lesson = open_lesson("idli")', "ArrowUp")
    robot.press("Enter", "Control+End", "ArrowLeft", "ArrowLeft", "b", "Shift+Enter")
    expect(cell.locator(".jp-OutputArea-output")).to_have_count(0)


def mark_everything_wrong(robot: Robot, name: str) -> None:
    """Mark nothing, then every segment with a tag that nobody defends there, then nearly nothing."""
    page = robot.page
    lesson = open_lesson("idlib")
    layer, key = lesson.layer(name), lesson.key(name)
    assert key is not None
    check = page.locator(".lk-sheet").nth(0)

    # Nothing marked: the check says what to do and gives nothing away.
    expect(check).to_contain_text("You have not marked anything here yet")

    # All wrong, and the same again: each finding says so with a question, a reason and the key's words.
    robot.into_text()
    for segment in lesson.article.over(layer.over):
        right = {tag for note in key.of(segment.id) for tag in (note.tag, *(other.tag for other in note.also))}
        tag = next(tag for tag in layer.tags if tag.name not in right)
        robot.press("a", tag.key, "a", tag.key, "ArrowDown")
    robot.saved()
    findings = check.locator(".lk-finding")
    findings.first.wait_for(state="attached")
    expect(check.locator("details[data-name=later]")).to_have_count(0, timeout=WAIT)
    kinds = findings.evaluate_all("all => all.map(one => one.dataset.kind)")
    assert "differs" in kinds
    assert set(kinds) <= {"differs", "missed", "extra"}
    said = check.evaluate("one => one.textContent")
    assert [note.quote for note in key.notes if note.hint not in said or note.why not in said] == []

    # Undone, redone, removed, and keys that mean nothing.
    robot.press(
        "Backspace", "Backspace", "Control+y", "Delete", *["Backspace"] * 40, "Delete", "9", "0", "Escape", "d", "d"
    )
    assert page.locator(".lk-marker").count() == 1
    robot.press("Home", "Shift+End", "3")
    robot.saved()

    # Markup as a reason is text.
    robot.press("r")
    page.keyboard.type(HOSTILE)
    robot.press("Enter")
    robot.saved()
    expect(check).to_contain_text("<img src=x onerror=")
    assert robot.chips() == 1


def write_far_too_much_about_nothing(robot: Robot) -> None:
    """Lay layers without a mark over each other, write at random, and ask for the portfolio all the same."""
    page = robot.page
    sheet = page.locator(".lk-together")
    expect(sheet.get_by_text("None of your marks meet here yet.")).to_have_count(4)
    expect(sheet).to_contain_text("You have not been in a lab yet.")
    page.locator("[data-name=stuck-now-third]").fill("   ")
    page.locator("[data-name=retelling-text]").fill("all lies " * 200)
    expect(page.locator(".dk-count:not(:empty)")).to_have_text("400 of about 60 words. What could go?")
    page.locator("[data-name=headline-headline]").fill(HOSTILE)
    page.locator("[data-name=headline-headline]").press("Tab")
    robot.written("retelling-text")
    robot.written("headline-headline")
    with page.expect_download() as download:
        page.locator(".lk-keeper").get_by_role("button", name=re.compile("portfolio")).press("Enter")
    assert "Nothing marked in this layer." in download.value.path().read_text(encoding="utf-8")


WRONG: dict[str, Callable[[Robot], None]] = {
    START: ask_for_a_lesson_that_is_not_there,
    "01-read.ipynb": partial(mark_everything_wrong, name="page"),
    "02-sourcing.ipynb": partial(mark_everything_wrong, name="sourcing"),
    "03-claims.ipynb": partial(mark_everything_wrong, name="claims"),
    "04-framing.ipynb": partial(mark_everything_wrong, name="framing"),
    "05-together.ipynb": write_far_too_much_about_nothing,
}


@pytest.mark.parametrize("notebook", WRONG)
def test_a_learner_does_everything_wrong_and_nothing_breaks(robot: Robot, tmp_path: Path, notebook: str) -> None:
    page = robot.page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    robot.open(notebook)
    WRONG[notebook](robot)
    chips = robot.chips()

    # Markup as a pseudonym is text.
    status = page.locator(".lk-keeper .lk-status")
    name = page.locator(".lk-keeper input[type=text]")
    name.fill(HOSTILE)
    name.press("Enter")
    expect(status).to_contain_text("You are now “<img src=x")
    if notebook != START:  # where there is nothing to keep, nobody has made it
        expect(page.locator(".lk-keeper .lk-holdings")).to_contain_text("<img src=x")

    # Files that are none of ours are refused in a sentence, and the work stays.
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
    assert robot.chips() == chips

    # An empty pseudonym is replaced by a made-up one.
    name.fill("   ")
    name.press("Enter")
    expect(status).to_have_text(re.compile(r"You are now “\w+ \w+”"))

    if notebook != START:  # where there is nothing to keep, no file is given
        kept = robot.keep(tmp_path)
        written = [mark["reason"] for mark in kept["marks"][-1:]] + [one["text"] for one in kept["texts"].values()]
        assert HOSTILE in written
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


OUTPUT = ".jp-OutputArea-output"
PANELS = f"{OUTPUT} .lessonkit, {OUTPUT} .lessonkit-picture"


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
                has, shows = panel.evaluate(
                    f"one => {{ const box = one.closest({OUTPUT!r}); return [box.scrollHeight, box.clientHeight]; }}"
                )
                if has > shows:
                    faults.append(f"{theme} {width}: panel {number} scrolls, {has} px high in {shows}")
                shot(page, f"{notebook[:2]}-{number}-{theme.lower()}-{width}", f"{PANELS} >> nth={number}")
        page.set_viewport_size({"width": 1280, "height": 900})

    assert faults == []
