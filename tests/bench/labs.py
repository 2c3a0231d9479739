"""What the labs cost: showing a desk, answering an entry on it, and drawing its picture."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from operator import methodcaller
from statistics import median
from typing import Any

from lessonkit import Lesson, open_lesson
from lessonkit.lesson import LABS
from lessonkit.panels.desk import Desk

from .report import heading, line, p95, timed

TIMES = 9
ENTRIES = 100
DRAWN = ("trace", "verify", "coverage")


def measure() -> None:
    """Print each lab beside the desk to write in, and each lab's picture beside that of a layer."""
    heading(f"The labs, without the browser (shown, drawn: median of {TIMES}; answered: p95 of {ENTRIES})")
    base = _desk("write('stuck') (base)", lambda lesson: lesson.write("stuck"))
    for lab in LABS:
        _desk(f"{lab}()", methodcaller(lab), base)
    with _lesson() as lesson:
        lesson.chart("sourcing")  # the first picture also imports matplotlib
        picture = median(timed(lambda: lesson.chart("sourcing"), TIMES))
        line("chart('sourcing') drawn (base)", picture)
        for lab in DRAWN:
            line(f"chart('{lab}') drawn", median(timed(partial(lesson.chart, lab), TIMES)), picture)


def _desk(
    name: str, show: Callable[[Lesson], object], base: tuple[float, float] | tuple[None, None] = (None, None)
) -> tuple[float, float]:
    """Print how long a desk takes to be shown, and an entry on it to be on the disk and answered."""
    with _lesson() as lesson:
        show(lesson)  # what is imported and read from the disk once is no part of it
        shown = median(timed(lambda: show(lesson), TIMES))
    # Another lesson: every desk that was ever shown follows its workbook.
    with _lesson() as lesson:
        desk = show(lesson)
        assert isinstance(desk, Desk), f"{name} has no data"
        field, numbers = next(_fields([part for step in desk.plan["steps"] for part in step["parts"]])), count(1)
        choices = [option["value"] for option in field["options"]] or ["one", "two"]

        def enter() -> None:
            number = next(numbers)
            desk.drafts = {field["name"]: {"text": choices[number % len(choices)], "number": number}}

        answered = p95(timed(enter, ENTRIES))
    line(f"{name} shown", shown, base[0])
    line(f"{name}, an entry answered", answered, base[1])
    return shown, answered


def _fields(parts: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for part in parts:
        if part["part"] == "field":
            yield part
        yield from _fields(part.get("parts", ()))


@contextmanager
def _lesson() -> Iterator[Lesson]:
    """Open the lesson with an empty workbook in a folder of its own."""
    before = os.environ.get("LESSONKIT_WORK")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LESSONKIT_WORK"] = folder
        try:
            yield open_lesson("idlib")
        finally:
            if before is None:
                del os.environ["LESSONKIT_WORK"]
            else:
                os.environ["LESSONKIT_WORK"] = before
