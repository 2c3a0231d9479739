"""What kernels weigh: one bare, one with a marking panel, and the notebooks of the walk and the others open at once."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import nbformat
import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from lessonkit.places import notebooks_folder

from .report import heading, line

PANEL = "from lessonkit import open_lesson; lesson = open_lesson('idlib'); panel = lesson.mark('sourcing'); panel"
DRAWS = (".chart(", ".marks(")
WALK, OTHERS = "0[0-5]-*.ipynb", "[1-9]*.ipynb"


def measure() -> None:
    """Print the proportional memory of kernels; where the system does not tell it, the resident memory."""
    heading("Memory of one kernel")
    base = sum(_megabytes([["1 + 1"]]))
    line("a bare ipykernel (base)", base, unit="MB")
    line("after import ipywidgets", sum(_megabytes([["import ipywidgets"]])), base, unit="MB")
    line("after open_lesson and a marking panel", sum(_megabytes([[PANEL]])), base, unit="MB", goal="at most 1.15")
    line("after a picture, too", sum(_megabytes([[PANEL, "lesson.chart('sourcing')"]])), base, unit="MB")

    _at_once("the walk, 00 to 05", WALK, goal="under 500 MB")
    _at_once("the others, labs and class", OTHERS)


def _at_once(name: str, pattern: str, goal: str = "") -> None:
    """Print what kernels weigh together, one a notebook, with every cell run that draws no picture."""
    paths = sorted(notebooks_folder().glob(pattern))
    heading(f"Memory of {len(paths)} kernels, one a notebook, all open at once: {name}, before any picture")
    bare = sum(_megabytes([["1 + 1"]] * len(paths)))
    line("bare ipykernels (base)", bare, unit="MB")
    line("the notebooks", sum(_megabytes([_cells(path) for path in paths])), bare, unit="MB", goal=goal)


def _cells(path: Path) -> list[str]:
    """Give the code cells of a notebook that draw no picture and make no table."""
    cells = nbformat.read(path, as_version=4).cells
    return [
        cell.source for cell in cells if cell.cell_type == "code" and not any(word in cell.source for word in DRAWS)
    ]


def _megabytes(kernels: Sequence[Sequence[str]]) -> list[float]:
    """Start kernels, run cells in each, and weigh them while all are alive."""
    with ExitStack() as stack:
        clients = [stack.enter_context(_kernel()) for _ in kernels]
        for client, cells in zip(clients, kernels, strict=True):
            for cell in cells:
                reply = client.execute_interactive(cell, timeout=60, output_hook=lambda _: None)
                if reply["content"]["status"] != "ok":
                    raise RuntimeError(reply["content"]["evalue"])
        weighed = [psutil.Process(_own_number(client)).memory_full_info() for client in clients]
    return [float(getattr(memory, "pss", memory.rss)) / 2**20 for memory in weighed]


@contextmanager
def _kernel() -> Iterator[BlockingKernelClient]:
    with tempfile.TemporaryDirectory() as work:
        manager, client = start_new_kernel(
            env={**os.environ, "LESSONKIT_WORK": work}, cwd=str(Path.cwd()), extra_arguments=["--log-level=ERROR"]
        )
        try:
            yield client
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def _own_number(client: BlockingKernelClient) -> int:
    """Ask a kernel for its process number."""
    reply = client.execute_interactive(
        "", user_expressions={"pid": "__import__('os').getpid()"}, timeout=60, output_hook=lambda _: None
    )
    return int(reply["content"]["user_expressions"]["pid"]["data"]["text/plain"])
