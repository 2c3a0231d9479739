"""Where lessons and workbooks are on this machine."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent.parent


def data_folder() -> Path:
    """
    Find the folder that holds the lessons.

    Returns
    -------
    Path
        What ``LESSONKIT_DATA`` names; else ``data/`` of the checkout the package runs from;
        else the copy inside the installed package.
    """
    if named := os.environ.get("LESSONKIT_DATA"):
        return Path(named).expanduser()
    checkout = _CHECKOUT / "data"
    return checkout if (checkout / "layers.toml").is_file() else _PACKAGE / "data"


def repository_folder() -> Path:
    """
    Find the repository the package runs from.

    Returns
    -------
    Path
        Where an installed package is run, a folder that holds no repository.
    """
    return _CHECKOUT


def package_folder() -> Path:
    """Find the package itself."""
    return _PACKAGE


def notebooks_folder() -> Path:
    """
    Find the folder that holds the notebooks.

    Returns
    -------
    Path
        ``notebooks/`` of the checkout the package runs from, else of the current folder.
    """
    checkout = _CHECKOUT / "notebooks"
    return checkout if checkout.is_dir() else Path.cwd() / "notebooks"


def work_folder() -> Path:
    """
    Find the folder that holds the workbooks.

    The place does not depend on the folder a notebook runs in: work that is saved in one
    place today and looked for in another tomorrow is lost work to whoever looks.

    Returns
    -------
    Path
        What ``LESSONKIT_WORK`` names; else ``work/`` of the checkout the package runs from;
        else ``lessonkit-work`` in the home folder. It need not exist yet.
    """
    if named := os.environ.get("LESSONKIT_WORK"):
        return Path(named).expanduser()
    if (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "data").is_dir():
        return _CHECKOUT / "work"
    return Path.home() / "lessonkit-work"
