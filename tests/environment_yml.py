"""Binder's environment.yml, written from uv.lock."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PATH = ROOT / "environment.yml"
PYTHON = "3.12"
BINDER = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": f"{PYTHON}.0",
    "python_version": PYTHON,
    "sys_platform": "linux",
}
TOP = """\
# What Binder installs: the package and JupyterLab, with the versions of uv.lock.
# Written by `uv run python -m tests.environment_yml`; run that again after `uv lock`.
name: lessonkit
channels:
  - conda-forge
dependencies:
  - python={python}
  - pip
  - pip:
      - -e .
"""


def locked_versions() -> dict[str, str]:
    """
    Read from uv.lock what a learner's machine needs on Binder.

    Returns
    -------
    dict[str, str]
        Package and version, for the run and lab groups.
    """
    uv = os.environ.get("UV") or shutil.which("uv")  # `uv run` names itself in UV
    if uv is None:
        sys.exit("uv is not on the PATH: run this through `uv run`.")
    command = [uv, "export", "--frozen", "--quiet", "--no-default-groups", "--group=lab", "--no-emit-project"]
    command += ["--no-hashes", "--no-annotate", "--no-header"]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    wanted = [Requirement(line) for line in lines]
    pins = {one.name: str(one.specifier) for one in wanted if one.marker is None or one.marker.evaluate(BINDER)}
    return {name: re.sub("^==", "", pin) for name, pin in pins.items()}


def text() -> str:
    """
    Compose the file.

    Returns
    -------
    str
        What environment.yml is to hold.
    """
    pins = "".join(f"      - {name}=={version}\n" for name, version in locked_versions().items())
    return TOP.format(python=PYTHON) + pins


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8", newline="\n")
