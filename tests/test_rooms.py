"""The rooms of the package: who may know whom, and what an import costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lessonkit

SOURCE = Path(lessonkit.__file__).parent

# A room may import the rooms above it, and nothing below.
ROOMS = [
    *(
        "faults",
        "places",
        "files",
        "article",
        "words",
        "outbox",
        "layers",
        "key",
        "tables",
        "facts",
        "dates",
        "writing",
        "guide",
        "deeds",
        "coverage",
        "trace",
        "evidence",
        "journal",
        "marks",
        "workbook",
        "rewrite",
        "crossings",
        "feedback",
        "charts",
        "classroom",
        "intake",
        "rehearsal",
        "paper",
        "reasons",
        "tally",
        "divided",
        "against_key",
        "calibration",
        "agreement",
        "exports",
        "district",
        "packing",
        "printing",
    ),
    *("panels", "lesson", "rules", "server", "__init__", "__main__"),
]
HEAVY = {"pandas", "matplotlib", "numpy", "ipywidgets", "anywidget", "IPython", "traitlets", "jupyterlab"}
ONLY_PANELS = {"ipywidgets", "anywidget", "IPython", "traitlets"}


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> list[tuple[ast.Import | ast.ImportFrom, str, bool]]:
    """Every import: its node, the top-level name or room it asks for, and whether it is one of ours."""
    found: list[tuple[ast.Import | ast.ImportFrom, str, bool]] = []
    inside = len(path.relative_to(SOURCE).parts) - 1
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.extend((node, alias.name.split(".")[0], False) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            ours = node.level > inside
            name = (node.module or "").split(".")[0]
            if ours:
                found.extend((node, name or alias.name, True) for alias in node.names)
            elif node.level == 0:
                found.append((node, name, False))
    return found


MODULES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(SOURCE)) for path in MODULES])
def test_a_room_knows_only_the_rooms_above_it(path: Path) -> None:
    place = ROOMS.index(room_of(path))

    for node, name, ours in imports_of(path):
        if ours:
            assert ROOMS.index(name) < place, f"line {node.lineno}: {name}"


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(SOURCE)) for path in MODULES])
def test_only_the_panels_know_widgets(path: Path) -> None:
    names = {name for _, name, ours in imports_of(path) if not ours}

    assert room_of(path) == "panels" or not names & ONLY_PANELS


def test_importing_lessonkit_loads_nothing_heavy() -> None:
    code = "import sys, lessonkit; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert not HEAVY & set(loaded.stdout.split())


def test_opening_a_lesson_and_checking_marks_loads_nothing_heavy() -> None:
    code = """
import sys
from lessonkit import open_lesson
from lessonkit.feedback import hold_against
lesson = open_lesson("idlib")
hold_against(lesson.workbook.marks("sourcing"), lesson.key("sourcing"), lesson.article)
print(*{name.split('.')[0] for name in sys.modules})
"""
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert not HEAVY & set(loaded.stdout.split())


def test_a_marking_panel_loads_neither_pandas_nor_matplotlib() -> None:
    code = """
import sys
from lessonkit import open_lesson
open_lesson("idlib").mark("sourcing")
print(*{name.split('.')[0] for name in sys.modules})
"""
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert not {"pandas", "matplotlib", "numpy"} & set(loaded.stdout.split())
