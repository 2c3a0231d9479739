"""What Binder would build, without building it."""

import re
import shutil
import subprocess
import sys
import tomllib
from typing import Any

import pytest
import yaml
from rattler import MatchSpec
from rattler.exceptions import InvalidMatchSpecError

from tests import environment_yml

ALLOWED_FROM_CONDA = {"python", "pip"}


@pytest.fixture(scope="module")
def environment() -> dict[str, Any]:
    loaded = yaml.safe_load(environment_yml.PATH.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def conda_lines(environment: dict[str, Any]) -> list[str]:
    return [line for line in environment["dependencies"] if isinstance(line, str)]


@pytest.fixture(scope="module")
def pip_lines(environment: dict[str, Any]) -> list[str]:
    (table,) = (line for line in environment["dependencies"] if isinstance(line, dict))
    (lines,) = table.values()
    return [str(line) for line in lines]


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Let repo2docker plan a folder that holds environment.yml alone, and return all it says."""
    folder = tmp_path_factory.mktemp("binder")
    shutil.copy(environment_yml.PATH, folder)
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_every_package_has_the_version_of_the_lock_file(pip_lines: list[str]) -> None:
    pins = dict(line.split("==") for line in pip_lines if line != "-e .")

    assert environment_yml.locked_versions() == pins, "run `uv run python -m tests.environment_yml`"


def test_every_pin_stands_in_the_lock_file(pip_lines: list[str]) -> None:
    lock = tomllib.loads((environment_yml.ROOT / "uv.lock").read_text(encoding="utf-8"))
    locked = {f"{package['name']}=={package['version']}" for package in lock["package"] if "version" in package}

    assert set(pip_lines) - locked == {"-e ."}


def test_nothing_the_project_asks_for_is_missing(pip_lines: list[str]) -> None:
    project = tomllib.loads((environment_yml.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["lab"]]
    names = {re.split("[>=<~! ;]", requirement)[0] for requirement in wanted}

    assert names - {line.split("==")[0] for line in pip_lines} == set()


def test_no_tool_of_the_tests_is_installed(pip_lines: list[str]) -> None:
    assert {"pytest", "playwright", "mypy", "ruff"} & {line.split("==")[0] for line in pip_lines} == set()


def test_conda_gives_python_and_pip_and_nothing_else(conda_lines: list[str]) -> None:
    specs = [MatchSpec(line, strict=True) for line in conda_lines]

    assert {spec.name.normalized for spec in specs if spec.name} == ALLOWED_FROM_CONDA


def test_binder_takes_the_python_that_was_locked_for(dockerfile: str) -> None:
    assert f"Building conda environment for python={environment_yml.PYTHON}" in dockerfile


def test_binder_has_the_package_at_hand_when_it_installs_it(dockerfile: str) -> None:
    copied = dockerfile.index("src/ ${REPO_DIR}")
    installed = dockerfile.index('env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"')

    assert copied < installed


def test_the_check_of_conda_lines_can_fail() -> None:
    with pytest.raises(InvalidMatchSpecError, match="unable to parse version spec"):
        MatchSpec("pandas>>3", strict=True)


def test_the_file_is_what_its_own_command_writes() -> None:
    assert environment_yml.text() == environment_yml.PATH.read_text(encoding="utf-8")
