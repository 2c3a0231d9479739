"""The ``lessonkit`` command."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .places import data_folder, notebooks_folder
from .rules import faults_of, layers_or_faults, lessons_in


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command.

    Parameters
    ----------
    arguments
        What was typed after ``lessonkit``; by default what the system says was typed.

    Returns
    -------
    int
        0 when all is well, 1 when there is something to put right.
    """
    options = _parser().parse_args(arguments)
    if options.command == "lab":
        from .server import serve

        return serve(options.notebooks, port=options.port, browser=not options.no_browser, extra=options.extra)
    return _check(options.articles)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lessonkit", description="Mark one real news article three times.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    lab = subparsers.add_parser("lab", help="open the notebooks in JupyterLab")
    lab.add_argument("--no-browser", action="store_true", help="only print the address")
    lab.add_argument("--port", type=int, help="use this port; otherwise a free one is found")
    lab.add_argument(
        "--notebooks", type=Path, default=notebooks_folder(), metavar="FOLDER", help="open this folder instead"
    )
    lab.add_argument("extra", nargs="*", metavar="-- OPTION", help="handed on to JupyterLab")

    check = subparsers.add_parser("check", help="hold lessons against all rules and say what to put right")
    check.add_argument(
        "articles", nargs="*", metavar="ARTICLE", help="name or folder of a lesson; all of them if none is named"
    )
    return parser


def _check(articles: Sequence[str]) -> int:
    data = data_folder()
    layers, faults = layers_or_faults(data)
    folders = [_folder(data, name) for name in articles] if articles else lessons_in(data)
    for folder in folders:
        if not folder.is_dir():
            faults.append(
                f"There is no lesson “{folder.name}”. The lessons are {', '.join(path.name for path in lessons_in(data))}."
            )
            continue
        found = faults_of(folder, layers)
        faults.extend(found)
        if not found:
            sys.stdout.write(f"{folder.name}: nothing to put right.\n")
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


def _folder(data: Path, name: str) -> Path:
    """Take a name as a lesson's name first, and as a folder's path where there is no such lesson."""
    named = data / name
    return named if named.is_dir() else Path(name)


if __name__ == "__main__":
    sys.exit(main())
