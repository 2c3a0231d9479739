"""What a kernel weighs, bare and with a marking panel."""

import os
import tempfile
from pathlib import Path

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
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


def _own_number(client: BlockingKernelClient) -> int:
    """Ask a kernel for its process number."""
    reply = client.execute_interactive(
        "", user_expressions={"pid": "__import__('os').getpid()"}, timeout=60, output_hook=lambda _: None
    )
    return int(reply["content"]["user_expressions"]["pid"]["data"]["text/plain"])


def _megabytes(code: str) -> float:
    with tempfile.TemporaryDirectory() as work:
        manager, client = start_new_kernel(
            env={**os.environ, "LESSONKIT_WORK": work}, cwd=str(Path.cwd()), extra_arguments=["--log-level=ERROR"]
        )
        try:
            reply = client.execute_interactive(code, timeout=60, output_hook=lambda _: None)
            if reply["content"]["status"] != "ok":
                raise RuntimeError(reply["content"]["evalue"])
            memory = psutil.Process(_own_number(client)).memory_full_info()
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    return float(getattr(memory, "pss", memory.rss)) / 2**20
