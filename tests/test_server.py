"""`lessonkit lab` as a process: it starts, answers, and leaves nothing behind."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest

START = 150  # seconds; a cold disk is slow
STOP = 40
SOURCE = Path(__file__).parent.parent / "src"
SERVE = """
import sys
from pathlib import Path
from lessonkit.server import serve
folder, port, browser, *extra = sys.argv[1:]
sys.exit(serve(Path(folder), port=int(port) or None, browser=browser == "browser", extra=extra))
"""
if sys.platform == "win32":
    OWN_GROUP = subprocess.CREATE_NEW_PROCESS_GROUP
    CTRL_C: int = signal.CTRL_BREAK_EVENT  # the nearest that one process can send another there
    ENDINGS: list[int] = [CTRL_C]
else:
    OWN_GROUP = 0
    CTRL_C = signal.SIGINT
    ENDINGS = [CTRL_C, signal.SIGTERM, signal.SIGHUP]
Found = TypeVar("Found")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of notebooks whose name has a space and an accent in it."""
    made = tmp_path_factory.mktemp("cahier d'été")
    (made / "00-start-here.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    return made


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Keep Jupyter away from the settings of whoever runs the tests."""
    home = tmp_path_factory.mktemp("jupyter")
    own = {name: str(home / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_")}
    return {**inherited, **own, "IPYTHONDIR": str(home / "ipython")}


class Lab:
    """One running `serve`."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self.process = process
        self.output = output
        self.address = ""

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_for_address(self) -> None:
        self.address = wait_for(lambda: re.search(r"http://\S+", self.said()), START).group()

    def ask(self, path: str, *, method: str = "GET") -> Any:
        base, token = re.fullmatch(r"(http://[^/]+/).*\?token=(\w+)", self.address).groups()  # type: ignore[union-attr]
        request = urllib.request.Request(base + path, method=method, headers={"Authorization": f"token {token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def stop(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(STOP)


@contextmanager
def lab(folder: Path, settings: dict[str, str], output: Path, *words: str) -> Iterator[Lab]:
    """Start `serve` and, whatever happens, leave no process behind."""
    arguments = words or ("0", "no-browser")
    with output.open("wb") as out:
        command = [sys.executable, "-c", SERVE, str(folder), *arguments]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=settings, creationflags=OWN_GROUP)
    family = [psutil.Process(process.pid)]
    try:
        yield Lab(process, output)
    finally:
        for member in [*family, *children(family[0])]:
            kill(member)
        process.wait(STOP)


def children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def kill(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        process.kill()


def wait_for(look: Callable[[], Found | None], seconds: float) -> Found:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    pytest.fail(f"nothing came within {seconds} seconds")


def run_to_its_end(folder: Path, settings: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SERVE, str(folder), *words]
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=START, check=False)


@pytest.fixture(scope="module")
def running(folder: Path, settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with lab(folder, settings, tmp_path_factory.mktemp("running") / "output") as one:
        one.wait_for_address()
        yield one


def test_the_address_opens_the_first_notebook(running: Lab) -> None:
    with urllib.request.urlopen(running.address, timeout=30) as page:
        assert page.status == 200
        assert page.url.startswith(running.address.split("?")[0])
    assert "/lab/tree/00-start-here.ipynb?token=" in running.address


def test_the_address_is_all_that_is_said(running: Lab) -> None:
    assert len(running.said().splitlines()) == 1


def test_the_notebooks_are_what_the_server_shows(running: Lab) -> None:
    assert [one["name"] for one in running.ask("api/contents")["content"]] == ["00-start-here.ipynb"]


def test_nobody_gets_in_without_the_token(running: Lab) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(running.address.split("/lab")[0] + "/api/contents", timeout=30)


def test_only_this_machine_can_reach_it(running: Lab) -> None:
    family = [psutil.Process(running.process.pid), *children(psutil.Process(running.process.pid))]
    listening = []
    for one in family:
        # A kernel that is just ending, or a helper of the server's, may be gone by the time it is asked.
        with suppress(psutil.NoSuchProcess):
            listening += [c for c in one.net_connections("tcp") if c.status == psutil.CONN_LISTEN]

    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}


def test_the_news_pop_up_is_off(running: Lab) -> None:
    setting = running.ask("lab/api/settings/@jupyterlab/apputils-extension:notification")

    assert setting["schema"]["properties"]["fetchNews"]["default"] == "false"
    assert setting["schema"]["properties"]["checkForUpdates"]["default"] is False


@pytest.mark.parametrize("number", ENDINGS)
def test_ctrl_c_leaves_no_server_behind(folder: Path, settings: dict[str, str], tmp_path: Path, number: int) -> None:
    with lab(folder, settings, tmp_path / "output") as one:
        one.wait_for_address()
        one.ask("api/kernels", method="POST")
        family = children(psutil.Process(one.process.pid))

        status = one.stop(number)
        _, alive = psutil.wait_procs(family, timeout=10)

        assert status == 0
        assert len(family) >= 2, "a server and a kernel ran"
        assert alive == []
        assert one.said().splitlines()[1:] == ["JupyterLab has stopped."]


def test_ctrl_c_before_the_server_answers_leaves_nothing_behind(
    folder: Path, settings: dict[str, str], tmp_path: Path
) -> None:
    with lab(folder, settings, tmp_path / "output") as one:
        family = wait_for(lambda: children(psutil.Process(one.process.pid)), START)

        status = one.stop(CTRL_C)
        _, alive = psutil.wait_procs(family, timeout=10)

        assert status == 0
        assert alive == []


def test_shutting_down_from_the_page_is_an_orderly_end(folder: Path, settings: dict[str, str], tmp_path: Path) -> None:
    with lab(folder, settings, tmp_path / "output") as one:
        one.wait_for_address()
        base, token = one.address.split("lab/tree")[0], one.address.split("=")[1]
        request = urllib.request.Request(
            f"{base}api/shutdown", method="POST", headers={"Authorization": f"token {token}"}
        )
        urllib.request.urlopen(request, timeout=30).close()

        assert one.process.wait(STOP) == 0


def test_a_port_that_is_taken_is_named(folder: Path, settings: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        port = occupant.getsockname()[1]
        done = run_to_its_end(folder, settings, str(port), "no-browser")
        by_variable = run_to_its_end(folder, {**settings, "JUPYTER_PORT": str(port)}, "0", "no-browser")

    for one in (done, by_variable):
        assert one.returncode == 1
        assert one.stdout == ""
        assert one.stderr == (
            f"Port {port} is taken by another program: give another one with --port, or leave --port out.\n"
        )


def test_a_folder_that_is_missing_is_named(tmp_path: Path, settings: dict[str, str]) -> None:
    done = run_to_its_end(tmp_path / "nowhere", settings, "0", "no-browser")

    assert done.returncode == 1
    assert re.fullmatch(r"There is no folder .*nowhere: start .*\n", done.stderr)


def test_a_missing_jupyterlab_is_named(folder: Path, settings: dict[str, str]) -> None:
    bare = {**settings, "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-S", "-c", SERVE, str(folder), "0", "no-browser"]
    done = subprocess.run(command, env=bare, capture_output=True, text=True, timeout=START, check=False)

    assert done.returncode == 1
    assert re.fullmatch(r"JupyterLab is not installed .*uv sync.*\n", done.stderr)


def test_a_server_that_ends_by_itself_says_why(folder: Path, settings: dict[str, str]) -> None:
    done = run_to_its_end(folder, {**settings, "JUPYTER_TOKEN_FILE": str(folder / "nowhere")}, "0", "no-browser")

    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "JupyterLab ended by itself with status 1" in done.stderr


def test_a_token_from_the_environment_is_respected(folder: Path, settings: dict[str, str], tmp_path: Path) -> None:
    with lab(folder, {**settings, "JUPYTER_TOKEN": "otter"}, tmp_path / "output") as one:
        one.wait_for_address()

        assert one.address.endswith("?token=otter")


def test_further_arguments_reach_jupyterlab(folder: Path, settings: dict[str, str], tmp_path: Path) -> None:
    with lab(folder, settings, tmp_path / "output", "0", "no-browser", "--ServerApp.base_url=/class/") as one:
        wait_for(lambda: "The notebooks are at" in one.said(), START)

        assert re.search(r"at http://127\.0\.0\.1:\d+/class/lab/tree/00-start-here\.ipynb\?token=\w+ ", one.said())


@pytest.mark.skipif(sys.platform == "win32", reason="BROWSER is a variable of POSIX systems")
def test_the_browser_is_opened_on_the_first_notebook(folder: Path, settings: dict[str, str], tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    script = tmp_path / "browser.py"
    script.write_text(f"import sys; open({str(seen)!r}, 'w').write(sys.argv[1])")
    browser = {"BROWSER": f"{shlex.join([sys.executable, str(script)])} %s"}
    with lab(folder, {**settings, **browser}, tmp_path / "output", "0", "browser") as one:
        one.wait_for_address()
        opened = wait_for(lambda: seen.read_text() if seen.exists() else None, START)
        redirect = Path(opened.removeprefix("file://")).read_text(encoding="utf-8")

    assert "/lab/tree/00-start-here.ipynb?token=" in redirect


def test_on_a_shared_computer_each_name_has_a_folder_of_its_own(
    folder: Path, settings: dict[str, str], tmp_path: Path
) -> None:
    script = "import sys\nfrom lessonkit.__main__ import main\nsys.exit(main(sys.argv[1:]))"

    def work_of(name: str) -> Path:
        """Start the kit under a name, and ask the server it starts where the work goes."""
        command = [sys.executable, "-c", script, "lab", "--no-browser", "--notebooks", str(folder), "--work", name]
        output = tmp_path / name
        with output.open("wb") as out:
            process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, env=settings, creationflags=OWN_GROUP
            )
        family = psutil.Process(process.pid)
        try:
            wait_for(lambda: b"http://" in output.read_bytes(), START)
            (work,) = {server.environ()["LESSONKIT_WORK"] for server in children(family)}
            return Path(work)
        finally:
            for member in [*children(family), family]:
                kill(member)
            process.wait(STOP)

    one, other = work_of("9a"), work_of("9b")
    assert one.name == "9a"
    assert other == one.parent / "9b"
