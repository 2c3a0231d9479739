"""Robot learners walk through the notebooks in a real JupyterLab, as people do."""

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from lessonkit.article import Article
from lessonkit.key import Key
from lessonkit.layers import Layer
from lessonkit.places import notebooks_folder

from .conftest import (
    Lab,
    axe,
    free_port,
    hide_sidebar,
    new_context,
    open_notebook,
    run_all,
    set_theme,
    shot,
    start_lab,
    stop_lab,
)

NOTEBOOKS = sorted(path.name for path in notebooks_folder().glob("*.ipynb"))
HOSTILE = """<img src=x onerror="window.hit='img'"><script>window.hit='script'</script>{marks}"""


class Robot:
    """A learner with a keyboard and a browser."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab

    def open(self, notebook: str) -> None:
        """Open a notebook, run all of it, and wait for its last panel."""
        open_notebook(self.page, self.lab, notebook)
        hide_sidebar(self.page)
        run_all(self.page)
        self.page.locator(".lk-keeper h3").last.wait_for()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, selector: str, most: int = 150) -> None:
        """Press Tab until the focus is on what is looked for, as somebody without a mouse does."""
        for _ in range(most):
            if self.page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"The Tab key never reached {selector}")

    def into_text(self) -> None:
        """Get into the text to be marked from the cell above it."""
        self.page.evaluate(
            "() => { const cell = document.querySelector('.lk-marker').closest('.jp-CodeCell');"
            " cell.setAttribute('tabindex', '-1'); cell.focus(); }"
        )
        self.tab_to(".mk-text")
        self.press("Escape")

    def mark(self, article: Article, segment: str, first: int, last: int, key: str) -> None:
        """Walk to words, choose them, and give them a tag; the focus is in the text."""
        ids = [one.id for one in article.segments]
        here = self.page.evaluate("document.activeElement.closest('[data-segment]').dataset.segment")
        steps = ids.index(segment) - ids.index(here)
        self.press(*["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps))
        self.press("Home", *["ArrowRight"] * first, *["Shift+ArrowRight"] * (last - first), key)

    def saved(self) -> None:
        expect(self.page.locator(".lk-marker .mk-state[data-state=saved]").first).to_be_visible()

    def chips(self) -> int:
        return self.page.locator(".lk-marker .mk-chip").count()

    def keep(self, folder: Path) -> dict[str, Any]:
        """Download the kept file by keyboard, and read it."""
        self.page.locator(".lk-keeper .lk-main").focus()
        with self.page.expect_download() as download:
            self.press("Enter")
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return {"path": path, **json.loads(path.read_text(encoding="utf-8"))}


@pytest.fixture
def outside() -> list[str]:
    """Every request that left the machine."""
    return []


@pytest.fixture
def own_lab(tmp_path: Path) -> Iterator[Lab]:
    """A server of the test's own, with an empty work folder."""
    running = start_lab(tmp_path, free_port())
    yield running
    stop_lab(running.process)


@pytest.fixture
def robot(browser: Browser, own_lab: Lab, outside: list[str]) -> Iterator[Robot]:
    """A learner at the test's own server; no request of the whole walk may leave the machine."""
    context = new_context(browser, outside, accept_downloads=True)
    yield Robot(context.new_page(), own_lab)
    context.close()
    assert outside == []


def kill(lab: Lab) -> None:
    """End a server and its kernels as a power cut does."""
    children = psutil.Process(lab.process.pid).children(recursive=True)
    for process in [psutil.Process(lab.process.pid), *children]:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(children, timeout=10)
    lab.process.wait(10)


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


def test_a_learner_does_everything_wrong_and_nothing_breaks(robot: Robot, article: Article, tmp_path: Path) -> None:
    page = robot.page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    robot.open("02-sourcing.ipynb")

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
