"""How long each notebook runs, kernel start included."""

import os
import tempfile
from time import perf_counter

import nbformat
from nbclient import NotebookClient

from lessonkit.places import notebooks_folder

from .report import heading, line


def measure() -> None:
    """Print the run time of every notebook beside that of one with a single trivial cell."""
    heading("Running a notebook from start to end, kernel start included")
    empty = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    _run(empty)  # the first kernel also reads Jupyter's own files from disk
    base = _run(empty)
    line("a notebook with one trivial cell (base)", base, unit="s")
    for path in sorted(notebooks_folder().glob("*.ipynb")):
        line(path.name, _run(nbformat.read(path, as_version=4)), base, unit="s")


def _run(notebook: nbformat.NotebookNode) -> float:
    with tempfile.TemporaryDirectory() as work:
        client = NotebookClient(
            notebook,
            timeout=120,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": work}},
        )
        start = perf_counter()
        client.execute(env={**os.environ, "LESSONKIT_WORK": work})
        return perf_counter() - start
