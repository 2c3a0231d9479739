"""The package as it is built and installed."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from lessonkit.key import Key

ROOT = Path(__file__).parent.parent
OPEN = """
import sys
sys.path.insert(0, sys.argv[1])
import lessonkit
from lessonkit.places import data_folder, work_folder
assert sys.argv[1] in lessonkit.__file__, lessonkit.__file__
assert sys.argv[1] in str(data_folder()), data_folder()
lesson = lessonkit.open_lesson("idlib")
print(len(lesson.article.segments), len(lesson.key("sourcing").notes), work_folder().name)
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the wheel, built from this checkout."""
    uv = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([uv, "build", "--wheel", "--quiet", "--out-dir", str(folder), str(ROOT)], check=True, timeout=300)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_every_file_of_the_data_folder(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = {name for name in archive.namelist() if name.startswith("lessonkit/data/")}

    assert carried == {f"lessonkit/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "data").rglob("*.*")}


def test_an_installed_wheel_opens_the_lesson_from_its_own_data(wheel: Path, tmp_path: Path, sourcing_key: Key) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)

    said = subprocess.run(
        [sys.executable, "-I", "-c", OPEN, str(site)],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert said.stdout.split() == ["13", str(len(sourcing_key.notes)), "lessonkit-work"]


def test_the_installed_version_is_the_one_in_pyproject() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert version("lessonkit") == tomllib.load(file)["project"]["version"]


def test_every_dependency_says_what_it_is_for() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    required = [line for line in lines if line.startswith('    "') and ">=" in line and "lessonkit" not in line]

    assert required
    assert [line for line in required if "#" not in line] == []


def test_every_lint_exception_says_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lint = text[text.index("[tool.ruff.lint]") :]
    exceptions = [line for line in lint.splitlines() if line.startswith('    "')]

    assert exceptions
    assert [line for line in exceptions if "#" not in line] == []


def test_every_exception_in_the_code_says_its_reason() -> None:
    bare = []
    for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            comment = line.partition("# noqa: ")[2]
            if comment and " - " not in comment and "in line" not in line and "partition" not in line:
                bare.append(f"{path.name}:{number}")

    assert bare == []
