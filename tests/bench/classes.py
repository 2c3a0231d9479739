"""What a class costs, and a district: from the files to the report, in one process and with two workers."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import Self

import psutil

from lessonkit import intake, open_lesson
from lessonkit.district import count_district
from lessonkit.exports import report
from lessonkit.intake import hand_in
from lessonkit.rehearsal import rehearse
from lessonkit.tally import counts

from .report import heading, line

SIZES = (30, 1_000, 100_000)
FEWER = (30, 1_000, 10_000)
BYTES = 25_000
"""What a workbook takes, more or less."""
WORKERS = 2
GOALS = {30: "under 1", 1_000: "a few"}
EVERY = 0.05
"""Seconds from one look at the memory to the next."""


@dataclass(frozen=True)
class Classes:
    """Classes of several sizes, the smallest first."""

    sizes: Sequence[int]

    def measure(self) -> None:
        """Print for each size what both ways take, and stop where their figures differ in a digit."""
        heading("A class, from its files to its report: pandas in one process, and Dask with two workers")
        alone: list[_Run] = []
        shared: list[_Run] = []
        for number in self.sizes:
            with tempfile.TemporaryDirectory(dir=_place(number)) as place:
                folder = Path(place)
                start = perf_counter()
                _make(number, folder)
                line(f"{number:,} workbooks made, each", (perf_counter() - start) * 1000 / number)
                alone.append(_run("alone", folder))
                shared.append(_run("shared", folder))
            one, two = alone[-1], shared[-1]
            if one.figures != two.figures:
                sys.exit(f"The figures of {number:,} workbooks are not the same in both ways.")
            line("  one process", one.seconds, unit="s", goal=GOALS.get(number, ""))
            line("  of it after the files are read", one.after, unit="s")
            line("  each workbook, of processor time (base: size before)", *_each(alone, self.sizes))
            line("  peak memory", one.peak, unit="MB")
            line("  two workers, which are started first", two.seconds, one.seconds, unit="s")
            line("  each workbook, of processor time (base: size before)", *_each(shared, self.sizes))
            line("  peak memory, all processes", two.peak, one.peak, unit="MB")
            sys.stdout.write("  the figures of both ways: the same to the last digit\n")


@dataclass(frozen=True)
class _Run:
    """One way through a class, in a process of its own."""

    seconds: float
    """Without the imports."""
    after: float
    processor: float
    """The same as the processors count it, workers included: what else the machine does is not in it."""
    figures: str
    peak: float


def _each(runs: Sequence[_Run], sizes: Sequence[int]) -> tuple[float, float | None]:
    """
    Give the milliseconds of one workbook, and of one at the size before.

    What does not grow is left out: it is what the smallest class takes.
    """
    each = [
        (run.processor - runs[0].processor) * 1000 / (size - sizes[0])
        for run, size in zip(runs[1:], sizes[1 : len(runs)], strict=True)
    ]
    if not each:
        return runs[0].processor * 1000 / sizes[0], None
    return each[-1], each[-2] if len(each) > 1 else None


def _make(number: int, folder: Path) -> None:
    lesson = open_lesson("idlib")
    keys = {name: key for name in lesson.layers if (key := lesson.key(name))}
    fields = [line.name for task in lesson.tasks.values() for line in task.lines]
    rehearse(number, folder, lesson.article, lesson.layers, keys, lesson.words, 0, fields)


def _run(way: str, folder: Path) -> _Run:
    """Go through a class in another process, and weigh it and its workers meanwhile."""
    code = f"from tests.bench.classes import {way}; from pathlib import Path; {way}(Path({str(folder)!r}))"
    peak = 0
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            peak = max(peak, _weight(process.pid))
            sleep(EVERY)
        said = process.stdout.read() if process.stdout else ""
    if process.returncode:
        sys.exit(f"The class could not be measured: {way}.")
    told = json.loads(said)
    return _Run(told["seconds"], told["after"], told["processor"], told["figures"], peak / 2**20)


def _weight(number: int) -> int:
    """Weigh a process and all that it started; what they share is counted for each."""
    try:
        top = psutil.Process(number)
        return int(sum(one.memory_info().rss for one in (top, *top.children(recursive=True))))
    except psutil.NoSuchProcess:
        return 0


def _place(number: int) -> str | None:
    """Give a folder that is held in memory, where there is one with room: how fast a disk is was not the question."""
    memory = Path("/dev/shm")  # noqa: S108 - with a folder of its own in it
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 4 * number * BYTES else None


# What the other process does.


def alone(folder: Path) -> None:
    """Go the way of a teacher: everything in one process."""
    lesson = open_lesson("idlib")
    # No teacher's computer is asked to hold a district; here it is held to see what that would take.
    intake.MOST_HELD_BYTES = sys.maxsize
    with _Clock() as clock:
        group = hand_in(folder, lesson.article, lesson.layers, lesson.words)
        clock.read = perf_counter()
        counted = counts(group.pupils, lesson.article, lesson.layers)
        page = report(counted, lesson.article, lesson.layers, lesson.words)
    clock.tell(counted.to_csv() + page)


def shared(folder: Path) -> None:
    """Go the way of a district: the files are shared by workers."""
    lesson = open_lesson("idlib")
    with _Clock() as clock:
        found = count_district(folder, lesson.article, lesson.layers, lesson.words, WORKERS)
        clock.read = perf_counter()
        page = report(found.counted, lesson.article, lesson.layers, lesson.words)
    clock.tell(found.counted.to_csv() + page)


class _Clock:
    """Takes the time of what is done within it, once all imports are done."""

    read = 0.0
    """When the files were read."""

    def __enter__(self) -> Self:
        import dask.bag  # noqa: F401 - its import is measured
        import krippendorff  # noqa: F401 - its import is measured

        lesson = open_lesson("idlib")
        report(counts([], lesson.article, lesson.layers), lesson.article, lesson.layers, lesson.words)
        self.start, self.processor = perf_counter(), _processor()
        return self

    def __exit__(self, *_: object) -> None:
        self.end, self.processor = perf_counter(), _processor() - self.processor

    def tell(self, figures: str) -> None:
        """Write down what was measured, for the process that asked."""
        measured = {
            "seconds": self.end - self.start,
            "after": self.end - self.read,
            "processor": self.processor,
            "figures": hashlib.sha256(figures.encode()).hexdigest(),
        }
        sys.stdout.write(json.dumps(measured))


def _processor() -> float:
    """Give the seconds that the processors have worked for this process and for the workers it has ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
