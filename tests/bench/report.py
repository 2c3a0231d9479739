"""How a measured figure is printed."""

import statistics
import sys
from collections.abc import Callable, Sequence
from time import perf_counter


def heading(text: str) -> None:
    """Print the name of what is measured next."""
    sys.stdout.write(f"\n{text}\n")
    sys.stdout.flush()


def line(what: str, figure: float, base: float | None = None, unit: str = "ms", goal: str = "") -> None:
    """
    Print one figure, and what it is of its base.

    Parameters
    ----------
    what
        What was measured.
    figure
        The figure, in `unit`.
    base
        What it is held against, in the same unit; None for the base itself.
    unit
        The unit.
    goal
        What was aimed at, in words.
    """
    ratio = "" if base is None else f"  {figure / base:6.2f} × base"
    aim = f"  (goal: {goal})" if goal else ""
    sys.stdout.write(f"  {what:<58}{figure:9.1f} {unit:<3}{ratio}{aim}\n")
    sys.stdout.flush()


def p95(values: Sequence[float]) -> float:
    """Give the value that 95 of 100 do not exceed."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def timed(call: Callable[[], object], times: int) -> list[float]:
    """Give the milliseconds each of several calls took."""
    taken = []
    for _ in range(times):
        start = perf_counter()
        call()
        taken.append((perf_counter() - start) * 1000)
    return taken
