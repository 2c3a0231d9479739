"""A robot learner: what a person does with a keyboard and a browser."""

import json
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, expect

from lessonkit.article import Article

from .conftest import Lab, hide_sidebar, open_notebook, run_all

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


def kill(lab: Lab) -> None:
    """End a server and its kernels as a power cut does."""
    children = psutil.Process(lab.process.pid).children(recursive=True)
    for process in [psutil.Process(lab.process.pid), *children]:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(children, timeout=10)
    lab.process.wait(10)
