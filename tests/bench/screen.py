"""What a learner waits for on the screen: a tap until it is painted, and a first word from nothing."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, Page, sync_playwright

from ..browser.conftest import (
    Lab,
    ask_kernel,
    free_port,
    hide_sidebar,
    launch,
    open_notebook,
    run_all,
    start_lab,
    stop_lab,
)
from .report import heading, line, p95

TAPS = 50
PANEL = "lesson.mark('sourcing')"
OPEN = "from lessonkit import open_lesson; lesson = open_lesson('idlib')"
BUTTONS = """
import ipywidgets as w
buttons, said = w.ToggleButtons(options=['a', 'b', 'c', 'd', 'e']), w.HTML('none')
buttons.observe(lambda change: setattr(said, 'value', f'{change["new"]}{change["new"]}'), 'value')
w.VBox([buttons, said])
"""

# From the event in the page to the page being laid out with what it changed. What the browser
# driver needs on the way in is no part of it.
WATCH = """([kind, changing]) => {
  window.times = [];
  let began = null;
  addEventListener(kind, event => { if (event.type === 'click' || /^[1-9]$/.test(event.key)) began = performance.now(); }, true);
  const target = document.querySelector(changing);
  new MutationObserver(() => {
    if (began === null) return;
    target.getBoundingClientRect();
    window.times.push(performance.now() - began);
    began = null;
  }).observe(target, { subtree: true, childList: true, characterData: true });
}"""


def measure() -> None:
    """Print start-up and latency of the marking panel beside those of ToggleButtons with a Python callback."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = launch(playwright)
        for name in ("warm", "base", "ours"):
            (Path(folder) / name).mkdir()
        heading("From `lessonkit lab` to the first answer on the screen")
        # The first start reads everything from a cold disk; it is no fair base for the second.
        _first_answer(browser, Path(folder) / "warm", BUTTONS, _click_buttons)
        base = _first_answer(browser, Path(folder) / "base", BUTTONS, _click_buttons)
        line("to the first click on ToggleButtons answered (base)", base, unit="s")
        ours = _first_answer(browser, Path(folder) / "ours", f"{OPEN}; {PANEL}", _mark_word)
        line("to the first marked word", ours, base, unit="s")
        _latency(browser, Path(folder) / "ours")
        browser.close()


def _first_answer(browser: Browser, folder: Path, cell: str, act: Callable[[Page], None]) -> float:
    start = perf_counter()
    lab = start_lab(folder, free_port())
    page = browser.new_page()
    try:
        open_notebook(page, lab, lab.write("bench.ipynb", cell))
        run_all(page)
        act(page)
        return perf_counter() - start
    finally:
        page.close()
        stop_lab(lab.process)


def _click_buttons(page: Page) -> None:
    page.locator(".widget-toggle-button").nth(1).click()
    page.get_by_text("bb", exact=True).wait_for()


def _mark_word(page: Page) -> None:
    page.locator(".mk-text").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("1")
    page.locator(".mk-text .lk-u").first.wait_for()


def _latency(browser: Browser, folder: Path) -> None:
    lab = start_lab(folder, free_port())
    try:
        buttons = _open(browser, lab, "buttons.ipynb", BUTTONS)
        buttons.locator(".widget-toggle-button").first.wait_for()
        buttons.evaluate(WATCH, ["click", ".widget-html"])
        for number in range(TAPS):
            buttons.locator(".widget-toggle-button").nth((number + 1) % 5).click()
            buttons.wait_for_function("count => window.times.length === count", arg=number + 1)
        base = buttons.evaluate("window.times")
        buttons.close()

        panel = _open(browser, lab, "panel.ipynb", f"{OPEN}; {PANEL}")
        panel.locator(".mk-text").first.focus()
        panel.evaluate(WATCH, ["keydown", ".mk-article"])
        for number in range(TAPS):
            panel.keyboard.press("ArrowDown" if number % 8 == 7 else "ArrowRight")
            panel.keyboard.press(str(number % 5 + 1))
        keys = panel.evaluate("window.times")
        panel.evaluate(WATCH, ["click", ".mk-article"])
        for number in range(TAPS):
            panel.keyboard.press("ArrowUp" if number % 8 == 7 else "ArrowRight")
            panel.keyboard.press("Shift+ArrowRight")
            panel.locator(".mk-tags .mk-tag").nth(number % 5).click()
            panel.locator(".mk-text[tabindex='0']").focus()
        taps = panel.evaluate("window.times")
        saved = _saved(panel)
        panel.close()
    finally:
        stop_lab(lab.process)

    heading(f"From a tap to the screen, {TAPS} taps each")
    line("ToggleButtons with a Python callback, median (base)", median(base))
    line("our panel, a key, median", median(keys), median(base))
    line("our panel, a tap on a tag, median", median(taps), median(base))
    line("ToggleButtons with a Python callback, p95 (base)", p95(base))
    line("our panel, a key, p95", p95(keys), p95(base), goal="at most 0.20, and under 16 ms")
    line("our panel, a tap on a tag, p95", p95(taps), p95(base), goal="at most 0.20, and under 16 ms")
    heading("From a mark to “saved” on the screen, Python and disk included")
    line("median", median(saved), median(base))
    line("p95", p95(saved), p95(base))


def _open(browser: Browser, lab: Lab, name: str, cell: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    open_notebook(page, lab, lab.write(name, cell))
    hide_sidebar(page)
    run_all(page)
    ask_kernel(page, "1")  # the kernel is idle again
    return page


def _saved(page: Page) -> list[float]:
    """Give the milliseconds from a key to the panel saying that the mark is on disk."""
    page.evaluate(
        """() => {
          window.waits = [];
          let began = null;
          addEventListener('keydown', event => { if (/^[1-9]$/.test(event.key)) began = performance.now(); }, true);
          const state = document.querySelector('.mk-state');
          new MutationObserver(() => {
            if (began === null || state.dataset.state !== 'saved') return;
            window.waits.push(performance.now() - began);
            began = null;
          }).observe(state, { subtree: true, childList: true, attributes: true });
        }"""
    )
    page.locator(".mk-text[tabindex='0']").focus()
    for number in range(TAPS):
        page.keyboard.press("ArrowRight" if number % 8 else "ArrowDown")
        page.keyboard.press(str((number + 2) % 5 + 1))
        page.wait_for_timeout(120)
    found: list[float] = page.evaluate("window.waits")
    return found
