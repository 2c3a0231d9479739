"""The server behind `lessonkit lab`: JupyterLab on this machine, with the notebooks open in it."""

import errno
import http.client
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from .faults import LessonError

HOST: Final = "127.0.0.1"
FIRST_NOTEBOOK: Final = "00-start-here.ipynb"

# A browser keeps what it stores by address, and the port is part of the address:
# with the same port every time, the browser's copy of a learner's marks is found again.
USUAL_PORT: Final = 8642

START_SECONDS: Final = 120  # a cold start from a slow school disk
STOP_SECONDS: Final = 15  # JupyterLab gives a busy kernel five seconds before it ends it
POLL_SECONDS: Final = 0.1
LAST_WORDS: Final = 20  # lines of JupyterLab's log that are shown when it ends by itself


def serve(notebooks: Path, *, port: int | None = None, browser: bool = True, extra: Sequence[str] = ()) -> int:
    """
    Run JupyterLab on a folder of notebooks until the user stops it.

    The address is printed on one line once the server answers.
    Ctrl-C, a termination signal and JupyterLab's own *Shut Down* all end the server and its kernels.
    Call it from the main thread: it listens for signals while it runs.

    Parameters
    ----------
    notebooks
        The folder that JupyterLab shows, with `00-start-here.ipynb` in it.
    port
        The port to listen on. Without one, `JUPYTER_PORT` decides, then a port that is free.
    browser
        Whether to open the browser.
    extra
        Further arguments, handed to JupyterLab as they are, beside the ones given here.
        With them JupyterLab's own log is shown, and without them only when it ends by itself.

    Returns
    -------
    int
        The exit status: 0 after an orderly end, 1 when the server could not run.
    """
    folder = notebooks.resolve()
    page = f"lab/tree/{FIRST_NOTEBOOK}" if (folder / FIRST_NOTEBOOK).is_file() else "lab"
    try:
        with _listening_for_signals() as signals, tempfile.TemporaryFile() as log:
            _require_jupyterlab()
            _require_folder(folder)
            chosen = _choose_port(port)
            command = _command(folder, page, chosen, browser=browser)
            child = _start([*command, *extra], None if extra else log)
            try:
                address = _wait_for_address(child, page, chosen, signals)
                if address:
                    _say(f"The notebooks are at {address} (Ctrl-C stops them).")
                while child.poll() is None and not signals:
                    time.sleep(POLL_SECONDS)
            finally:
                _stop(child)
            if child.returncode != 0 and not signals:
                _tell_last_words(log, child.returncode)
    except LessonError as obstacle:
        sys.stderr.write(f"{obstacle}\n")
        return 1
    _say("JupyterLab has stopped.")
    return 0


def _say(line: str) -> None:
    """Write one line for whoever started the command, at once even into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def _listening_for_signals() -> Iterator[list[int]]:
    """Collect the signals that ask for an end, instead of being ended by them."""
    received: list[int] = []
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last two exist on one kind of system each
    listened = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda got, _frame: received.append(got)) for number in listened}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _require_jupyterlab() -> None:
    """Refuse to go on without JupyterLab."""
    if importlib.util.find_spec("jupyterlab") is None:
        sentence = (
            "JupyterLab is not installed here: run `uv sync` in the folder of the kit, or `pip install jupyterlab`."
        )
        raise LessonError(sentence)


def _require_folder(folder: Path) -> None:
    """Refuse to go on without the folder of notebooks."""
    if not folder.is_dir():
        sentence = (
            f"There is no folder {folder}: start the command where `notebooks` is, or name another with --notebooks."
        )
        raise LessonError(sentence)


def _choose_port(wanted: int | None) -> int:
    """Find the port to listen on, and make sure that it can be had."""
    if wanted is None and os.environ.get("JUPYTER_PORT", "").isdecimal():
        wanted = int(os.environ["JUPYTER_PORT"])
    if wanted:
        return _try_port(wanted)
    try:
        return _try_port(USUAL_PORT)
    except LessonError:
        return _try_port(0)


def _try_port(port: int) -> int:
    """Take a port and let it go again; port 0 stands for any that is free."""
    with socket.socket() as probe:
        if sys.platform == "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left counts as free
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            fault = "is taken by another program" if taken else f"cannot be used ({error})"
            sentence = f"Port {port} {fault}: give another one with --port, or leave --port out."
            raise LessonError(sentence) from error
        return int(probe.getsockname()[1])


def _command(folder: Path, page: str, port: int, *, browser: bool) -> list[str]:
    """Put together the command line that starts JupyterLab."""
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.certfile=",  # nothing leaves this machine, so there is nothing to encrypt
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/{page}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if not browser:
        command.append("--no-browser")
    if sys.platform != "win32" and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def _start(command: Sequence[str], log: IO[bytes] | None) -> subprocess.Popen[bytes]:
    """Start JupyterLab out of reach of the terminal's Ctrl-C, to which it would answer with a question."""
    if sys.platform == "win32":
        apart = subprocess.CREATE_NEW_PROCESS_GROUP
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, creationflags=apart)
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def _wait_for_address(child: subprocess.Popen[bytes], page: str, port: int, signals: Sequence[int]) -> str:
    """Wait until the server answers; an empty address means that it ended or was asked to."""
    started = time.time()
    while time.time() < started + START_SECONDS:
        if signals or child.poll() is not None:
            return ""
        if _answers(port) and (address := _find_address(page, port, started)):
            return address
        time.sleep(POLL_SECONDS)
    sentence = f"JupyterLab did not answer on port {port} in {START_SECONDS} seconds: try again or give another --port."
    raise LessonError(sentence)


def _answers(port: int) -> bool:
    """Tell whether a web server answers on this port."""
    connection = http.client.HTTPConnection(HOST, port, timeout=POLL_SECONDS * 20)
    try:
        connection.request("GET", "/api")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _find_address(page: str, port: int, since: float) -> str:
    """Read the address from the note that a Jupyter server leaves about itself: it alone knows its token."""
    from jupyter_core.paths import jupyter_runtime_dir

    notes = Path(jupyter_runtime_dir()).glob("jpserver-*.json")
    coarse_clock = 2  # seconds between two times of a file that some file systems cannot tell apart
    for note in notes:
        if note.stat().st_mtime < since - coarse_clock:
            continue
        about = json.loads(note.read_text(encoding="utf-8"))
        if about["port"] == port:
            token = f"?token={about['token']}" if about["token"] else ""
            return f"{about['url']}{page}{token}"
    return ""


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End the server, which ends its kernels; kernels whose server is gone end by themselves."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _tell_last_words(log: IO[bytes], status: int) -> None:
    """Show the end of JupyterLab's log, and refuse."""
    log.seek(0)
    lines = log.read().decode(errors="replace").splitlines()[-LAST_WORDS:]
    sentence = f"JupyterLab ended by itself with status {status}: its log above says why, if it left one."
    raise LessonError("\n".join([*lines, sentence]))
