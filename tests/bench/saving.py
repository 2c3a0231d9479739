"""From a mark to a line on the disk."""

import json
import os
import tempfile
from itertools import count
from pathlib import Path
from statistics import median

from lessonkit import open_lesson
from lessonkit.workbook import Mark, Workbook

from .report import heading, line, p95, timed

TIMES = 300


def measure() -> None:
    """Print how long a mark takes to be on disk, beside a bare append with and without fsync."""
    heading(f"From a mark to the disk ({TIMES} marks)")
    lesson = open_lesson("idlib")
    numbers = count()
    with tempfile.TemporaryDirectory() as folder:
        workbook = Workbook(lesson.article, lesson.layers, Path(folder), lesson.words)
        span = lesson.article.find("A war monitor")

        def put() -> None:
            workbook.put([Mark(f"m{next(numbers)}", "sourcing", span, "A war monitor", "unnamed")])

        record = json.dumps({"mark": "A war monitor" * 12}).encode() + b"\n"

        def append() -> None:
            with (Path(folder) / "base").open("ab") as file:
                file.write(record)
                file.flush()
                os.fsync(file.fileno())

        base = timed(append, TIMES)
        ours = timed(put, TIMES)
    line("append a line and fsync, median (base)", median(base))
    line("workbook.put of one mark, median", median(ours), median(base))
    line("append a line and fsync, p95 (base)", p95(base))
    line("workbook.put of one mark, p95", p95(ours), p95(base))
