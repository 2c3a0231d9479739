"""One JupyterLab, one browser, and what every test that clicks needs."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from lessonkit.places import notebooks_folder

# The robot stands on what is here, so it is imported by the fixture that makes one.
if TYPE_CHECKING:
    from .robot import Robot

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "tests" / "screenshots"
START_SECONDS = 90
WAIT = 30_000  # ms; a kernel on a busy machine takes its time
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
QUIET = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
RUN_ALL = """async () => {
  const notebook = window.jupyterapp.shell.currentWidget;
  await notebook.context.ready;
  await notebook.sessionContext.ready;
  await notebook.sessionContext.session.kernel.info;
  await window.jupyterapp.commands.execute('notebook:run-all-cells');
}"""
ASK_KERNEL = """async code => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const request = kernel.requestExecute({ code, store_history: false });
  let said = '';
  request.onIOPub = message => {
    if (message.header.msg_type === 'stream') said += message.content.text;
    if (message.header.msg_type === 'error') said += message.content.traceback.join('\\n');
  };
  await request.done;
  return said;
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as driving a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")


@dataclass
class Lab:
    """A running `lessonkit lab`."""

    process: subprocess.Popen[bytes]
    base: str
    """Address of the server, with a slash at its end."""
    token: str
    notebooks: Path
    work: Path

    def address(self, notebook: str) -> str:
        """Give the address that opens a notebook, with nothing of an earlier visit."""
        return f"{self.base}lab/tree/{notebook}?reset&token={self.token}"

    def write(self, name: str, *cells: str) -> str:
        """Write a notebook of code cells for a test, and give its name."""
        code: list[dict[str, Any]] = [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "source": cell,
                "outputs": [],
                "execution_count": None,
            }
            for number, cell in enumerate(cells)
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = {"cells": code, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        (self.notebooks / name).write_text(json.dumps(notebook), encoding="utf-8")
        return name


def start_lab(folder: Path, port: int, *, notebooks: Path | None = None) -> Lab:
    """
    Start the command that learners start.

    Parameters
    ----------
    folder
        Where everything it writes goes; the same folder again is the same learner's machine.
    port
        The port to listen on.
    notebooks
        The folder of notebooks, by default a copy of the kit's inside `folder`.

    Returns
    -------
    Lab
    """
    shown = notebooks or folder / "notebooks"
    if not shown.exists():
        shutil.copytree(notebooks_folder(), shown)
    work = folder / "work"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_")}
    own = {
        name: str(folder / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    environment = {**inherited, **own, "LESSONKIT_WORK": str(work)}
    command = [sys.executable, "-m", "lessonkit", "lab", "--no-browser", "--port", str(port), "--notebooks", str(shown)]
    command += ["--", "--LabApp.expose_app_in_browser=True"]
    log = folder / f"lab-{time.time():.0f}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"notebooks are at (http://[^/]+/)\S*token=(\w+)", log.read_text(errors="replace")):
            return Lab(process, found[1], found[2], shown, work)
        time.sleep(0.1)
    stop_lab(process)
    pytest.fail(f"lessonkit lab did not start:\n{log.read_text(errors='replace')[-3000:]}")


def stop_lab(process: subprocess.Popen[bytes]) -> None:
    """End the server and, where it left any, its kernels, each by its own number."""
    if process.poll() is not None:
        return
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
    for child in psutil.wait_procs(children, timeout=5)[1]:
        child.kill()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The server that all tests share."""
    running = start_lab(tmp_path_factory.mktemp("lab"), free_port())
    yield running
    stop_lab(running.process)


def launch(playwright: Playwright) -> Browser:
    """Start the browser of this machine, else Playwright's own; where there is none, skip loudly or fail."""
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    try:
        return playwright.chromium.launch(executable_path=found, args=[*QUIET, *sandbox])
    except PlaywrightError as error:
        msg = f"No browser could be started, so NOTHING that a learner clicks was tested. Install Chromium, Chrome or Edge. ({error.message.splitlines()[0]})"
        if os.environ.get("LESSONKIT_REQUIRE_BROWSER") == "1":
            pytest.fail(msg)
        pytest.skip(msg)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this machine, else Playwright's own."""
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


def leaves_the_machine(address: str) -> bool:
    """Say whether a request goes to another machine."""
    return not re.match(r"(data:|blob:|about:|file:|(https?|wss?)://(127\.0\.0\.1|localhost)[:/])", address)


def new_context(browser: Browser, outside: list[str], **options: Any) -> BrowserContext:
    """Make a browser without a past, which writes down every request that leaves the machine."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options})
    context.set_default_timeout(WAIT)
    context.on("request", lambda request: outside.append(request.url) if leaves_the_machine(request.url) else None)
    return context


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own for one test; the test fails if any request has left the machine."""
    outside: list[str] = []
    context = new_context(browser, outside)
    yield context.new_page()
    context.close()
    assert outside == []


@pytest.fixture
def outside() -> list[str]:
    """Every request that left the machine."""
    return []


def forget(lab: Lab) -> None:
    """Make a running server that of a learner who has never been here: no kernel, no work, no setting, notebooks as they ship."""
    for kernel in ask_server(lab, "GET", "kernels"):
        ask_server(lab, "DELETE", f"kernels/{kernel['id']}")
    for folder in (lab.work, lab.notebooks, lab.work.parent / "jupyter_config_dir"):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(notebooks_folder(), lab.notebooks)


def ask_server(lab: Lab, method: str, path: str) -> Any:
    """Ask Jupyter's own interface."""
    request = Request(f"{lab.base}api/{path}", method=method, headers={"Authorization": f"token {lab.token}"})
    with urlopen(request, timeout=WAIT / 1_000) as answer:
        return json.loads(answer.read() or "null")


@pytest.fixture(scope="session")
def newcomers_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Lab]]:
    """At each call, a server as a newcomer finds it: the same one with nothing left, or a new one where a test has killed it."""
    running: list[Lab] = []

    def lab() -> Lab:
        if running and running[-1].process.poll() is None:
            forget(running[-1])
        else:
            running.append(start_lab(tmp_path_factory.mktemp("newcomer"), free_port()))
        return running[-1]

    yield lab
    for one in running:
        stop_lab(one.process)


@pytest.fixture
def robot(browser: Browser, newcomers_lab: Callable[[], Lab], outside: list[str]) -> Iterator["Robot"]:
    """A learner who has never been here; no request of the whole walk may leave the machine."""
    from .robot import Robot

    context = new_context(browser, outside, accept_downloads=True)
    yield Robot(context.new_page(), newcomers_lab())
    context.close()
    assert outside == []


def open_notebook(page: Page, lab: Lab, name: str) -> None:
    """Open a notebook and wait until it is there."""
    page.goto(lab.address(name))
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext !== undefined")


def run_all(page: Page) -> None:
    """Run all cells of the open notebook, and wait for the last."""
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext !== undefined")
    page.evaluate(RUN_ALL)


def ask_kernel(page: Page, code: str) -> str:
    """Run code in the kernel of the open notebook, and give what it prints."""
    return str(page.evaluate(ASK_KERNEL, code))


def set_theme(page: Page, theme: str) -> None:
    """Choose one of JupyterLab's themes, such as ``"JupyterLab Dark"``."""
    page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)
    page.wait_for_timeout(300)  # the theme's style sheet comes after its name


def hide_sidebar(page: Page) -> None:
    """Close the file browser, as a learner on a phone has to."""
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    page.wait_for_timeout(300)


def shot(page: Page, name: str, selector: str = "") -> None:
    """Store a picture of the page, or of one element, where LESSONKIT_SHOTS=1 asks for pictures to look at."""
    if os.environ.get("LESSONKIT_SHOTS") != "1":
        return
    SHOTS.mkdir(exist_ok=True)
    path = SHOTS / f"{name}.png"
    if selector:
        page.locator(selector).first.screenshot(path=path, animations="disabled")
    else:
        page.screenshot(path=path, animations="disabled")


def axe(page: Page, selector: str = ".jp-OutputArea-output") -> list[str]:
    """
    Run axe on what is ours.

    JupyterLab's own page has faults that are not ours, and its body is no pixel high, so
    that axe takes every text in it for hidden and judges no colour at all: hence the height.

    Returns
    -------
    list of str
        Rule, element and what is wrong with it; empty when all is well.
    """
    page.evaluate("document.body.style.minHeight = '100vh'")
    # Nobody reads the list of what is well; leaving it out takes axe a third of the time.
    options = {"resultTypes": ["violations"]}
    found = Axe().run(page, context={"include": [[selector]]}, options=options).response["violations"]
    page.evaluate("document.body.style.minHeight = ''")
    return [f"{rule['id']}: {node['html'][:120]} {node['failureSummary']}" for rule in found for node in rule["nodes"]]
