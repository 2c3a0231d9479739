"""What a kernel weighs, bare and with a marking panel."""

import os
import tempfile
from pathlib import Path

import psutil
from jupyter_client.manager import start_new_kernel

from .report import heading, line

PANEL = "from lessonkit import open_lesson; lesson = open_lesson('idlib'); panel = lesson.mark('sourcing'); panel"


def measure() -> None:
    """Print the proportional memory of kernels; where the system does not tell it, the resident memory."""
    heading("Memory of one kernel")
    base = _megabytes("1 + 1")
    line("a bare ipykernel (base)", base, unit="MB")
    line("after import ipywidgets", _megabytes("import ipywidgets"), base, unit="MB")
    line("after open_lesson and a marking panel", _megabytes(PANEL), base, unit="MB", goal="at most 1.15")
    line("after a picture, too", _megabytes(f"{PANEL}\nlesson.chart('sourcing')"), base, unit="MB")


def _megabytes(code: str) -> float:
    with tempfile.TemporaryDirectory() as work:
        manager, client = start_new_kernel(env={**os.environ, "LESSONKIT_WORK": work}, cwd=str(Path.cwd()))
        try:
            reply = client.execute_interactive(code, timeout=60, output_hook=lambda _: None)
            if reply["content"]["status"] != "ok":
                raise RuntimeError(reply["content"]["evalue"])
            memory = psutil.Process(manager.provisioner.pid).memory_full_info()
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    return float(getattr(memory, "pss", memory.rss)) / 2**20
