"""A robot learner: what a person does with a keyboard and a browser."""

import json
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, expect

from lessonkit.article import Article
from lessonkit.key import Note
from lessonkit.layers import Layer

from .conftest import Lab, ask_kernel, hide_sidebar, open_notebook, run_all

HOSTILE = """<img src=x onerror="window.hit='img'"><script>window.hit='script'</script>{marks}"""
SOURCE = "window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.getSource()"
RESTART = """async () => {
  const context = window.jupyterapp.shell.currentWidget.sessionContext;
  await context.session.kernel.restart();
  await context.session.kernel.info;
}"""


def wait_for_kernel(page: Page) -> None:
    """Wait until the kernel answers: to whoever runs a cell before that, JupyterLab shows a choice of kernels."""
    page.evaluate(
        "async () => { const context = window.jupyterapp.shell.currentWidget.sessionContext;"
        " await context.ready; await context.session.kernel.info; }"
    )


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

    def begin(self, notebook: str) -> None:
        """Open a notebook, wait for its kernel, and stand at its first cell, with nothing run."""
        open_notebook(self.page, self.lab, notebook)
        hide_sidebar(self.page)
        wait_for_kernel(self.page)
        self.page.wait_for_function("document.activeElement?.matches('.jp-Cell')")

    def walk_to(self, code: str, key: str = "ArrowDown", most: int = 60) -> None:
        """Go from cell to cell with a key until the cell with this code is chosen."""
        for _ in range(most):
            if code in self.page.evaluate(SOURCE).splitlines():
                return
            self.press(key)
        pytest.fail(f"{key} never reached {code}")

    def run_to(self, code: str) -> None:
        """Run cell after cell with Shift and Enter, the one with this code the last, and wait until it has run."""
        self.walk_to(code, "Shift+Enter")
        self.press("Shift+Enter")
        ask_kernel(self.page, "")

    def come_back(self, notebook: str, *, new_kernel: bool = False) -> None:
        """Shut the lid half-way, open it again, and run all; the kernel is the same or a new one."""
        if new_kernel:
            self.page.evaluate(RESTART)
            assert ask_kernel(self.page, "print('lesson' in globals())").strip() == "False"
        self.open(notebook)

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
        """Get into the text to be marked, from wherever the focus is."""
        self.tab_to(".mk-text")
        self.press("Escape")

    def type_into(self, selector: str, text: str) -> None:
        """Walk to a field, put something else into it, and leave it."""
        self.tab_to(selector)
        self.press("Control+a")
        self.page.keyboard.type(text)
        self.press("Tab")

    def mark(self, article: Article, segment: str, first: int, last: int, key: str) -> None:
        """Walk to words, choose them, and give them a tag; the focus is in the text."""
        ids = [one.id for one in article.segments]
        here = self.page.evaluate("document.activeElement.closest('[data-segment]').dataset.segment")
        steps = ids.index(segment) - ids.index(here)
        self.press(*["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps))
        self.press("Home", *["ArrowRight"] * first, *["Shift+ArrowRight"] * (last - first), key)

    def written(self, name: str) -> None:
        """Wait until the desk with this field says that it is saved."""
        desk = self.page.locator(".lk-desk").filter(has=self.page.locator(f"[data-name={name}]"))
        expect(desk.locator(".dk-state")).to_have_attribute("data-state", "saved")

    def saved(self) -> None:
        expect(self.page.locator(".lk-marker .mk-state[data-state=saved]").first).to_be_visible()

    def mark_like(self, notes: Iterable[Note], article: Article, layer: Layer) -> None:
        """Mark what some notes of a key mark, with their tags."""
        self.into_text()
        for note in notes:
            self.mark(article, note.span.segment, note.span.first, note.span.last, layer.tag(note.tag).key)
        self.saved()

    def chips(self) -> int:
        return self.page.locator(".lk-marker .mk-chip").count()

    def keep(self, folder: Path) -> dict[str, Any]:
        """Download the kept file by keyboard, and read it."""
        self.tab_to(".lk-keeper .lk-main", most=300)
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
