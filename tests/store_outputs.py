"""Run notebooks again, each in a fresh kernel and an empty work folder, and store what they show."""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
CELL_SECONDS = 60
KEPT_IN_A_CELL = {"tags"}
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"  # names a widget that lives in a kernel long gone


def run(notebook: NotebookNode, folder: Path) -> None:
    """
    Run a notebook in place.

    Parameters
    ----------
    notebook
        The notebook; its outputs and execution counts are replaced.
    folder
        The folder its kernel starts in.
    """
    with tempfile.TemporaryDirectory() as work:
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            coalesce_streams=True,
            record_timing=False,
            store_widget_state=False,
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": str(folder)}},
        )
        client.execute(env={**os.environ, "LESSONKIT_WORK": work})


def strip(notebook: NotebookNode) -> None:
    """
    Take out what changes from run to run or from machine to machine.

    Parameters
    ----------
    notebook
        The notebook, changed in place.
    """
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata.clear()
    notebook.metadata.update(METADATA)
    for number, cell in enumerate(notebook.cells, start=1):
        for key in set(cell.metadata) - KEPT_IN_A_CELL:
            del cell.metadata[key]
        cell.setdefault("id", f"cell-{number}")
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)


def store(path: Path) -> bool:
    """
    Run a notebook and write it back if anything in it has changed.

    Parameters
    ----------
    path
        The notebook's file.

    Returns
    -------
    bool
        Whether the file was written.
    """
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    run(notebook, path.parent)
    strip(notebook)
    after = nbformat.writes(notebook) + "\n"
    if after == before:
        return False
    path.write_text(after, encoding="utf-8", newline="\n")
    return True


def main(arguments: Sequence[str]) -> int:
    """
    Store the outputs of the notebooks named, or of all.

    Parameters
    ----------
    arguments
        Paths of notebooks.

    Returns
    -------
    int
        The exit status: 1 when a cell failed, and that notebook was left as it was.
    """
    paths = [Path(argument) for argument in arguments] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    failed = 0
    for path in paths:
        try:
            sys.stdout.write(f"{path.name}: {'stored' if store(path) else 'as it was'}\n")
        except CellExecutionError as error:
            sys.stderr.write(f"{path.name}: left as it was, because a cell failed.\n{error}\n")
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
