"""What learners are asked to write: the tasks and their fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .faults import LessonError
from .files import read_toml

MOST_ROWS = 20


@dataclass(frozen=True)
class Line:
    """One field to write in."""

    name: str
    """What its text is kept under in a workbook, such as ``"stuck-first"``."""
    label: str
    rows: int = 1


@dataclass(frozen=True)
class Task:
    """Something to write."""

    name: str
    title: str
    prompt: str
    lines: tuple[Line, ...]
    words: int | None = None
    """How many words to aim at, where a length is asked for. It is shown and never enforced."""
    after: "Task | None" = None
    """An earlier task with as many fields: what was written there stands above each field of this one."""


def read_tasks(data: Path) -> dict[str, Task]:
    """
    Read all tasks from ``writing.toml``.

    Parameters
    ----------
    data
        The folder that holds ``writing.toml``.

    Returns
    -------
    dict of str to Task
        By name, in the file's order.

    Raises
    ------
    LessonError
        When the file is missing or a task in it is not complete.
    """
    path = data / "writing.toml"
    tasks: dict[str, Task] = {}
    for name, table in read_toml(path).items():
        tasks[name] = _task(path, name, table, tasks)
    return tasks


def _task(path: Path, name: str, table: Mapping[str, Any], before: Mapping[str, Task]) -> Task:
    try:
        lines = tuple(
            Line(f"{name}-{field['name']}", field["label"], int(field.get("rows", 1))) for field in table["fields"]
        )
        words = table.get("words")
        after = before[table["after"]] if "after" in table else None
        task = Task(name, table["title"], table["prompt"], lines, None if words is None else int(words), after)
    except (KeyError, TypeError, ValueError) as error:
        msg = f"{path}, [{name}]: {error} is missing or not what it should be. A task needs title, prompt and fields, every field name and label; words and rows are whole numbers, and after names a task above it."
        raise LessonError(msg) from None
    if not lines or len({line.name for line in lines}) < len(lines):
        msg = f"{path}, [{name}]: a task has fields, each with a name of its own. Add or rename a field."
        raise LessonError(msg)
    if not all(1 <= line.rows <= MOST_ROWS for line in lines):
        msg = f"{path}, [{name}]: a field has 1 to {MOST_ROWS} rows. Change rows."
        raise LessonError(msg)
    if task.after is not None and len(task.after.lines) != len(lines):
        msg = (
            f"{path}, [{name}]: it comes after “{task.after.name}” and has another number of fields. Give both as many."
        )
        raise LessonError(msg)
    return task
