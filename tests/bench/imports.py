"""What `import lessonkit` costs, and what it loads."""

import subprocess
import sys
from statistics import median
from time import perf_counter

from .report import heading, line

TIMES = 11
HEAVY = ("pandas", "matplotlib", "numpy", "ipywidgets", "anywidget", "IPython")


def measure() -> None:
    """Print import times beside those of bare Python and of ipywidgets, and the heavy modules loaded."""
    heading("Import, in a fresh Python (median of 11)")
    base = _start("pass")
    line("python -c pass (base)", base)
    line("import lessonkit", _start("import lessonkit"), base)
    line("import ipywidgets", _start("import ipywidgets"), base)
    code = "import sys, lessonkit; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = [name for name in HEAVY if name in loaded]
    sys.stdout.write(f"  heavy modules that import lessonkit loads: {', '.join(heavy) or 'none'}\n")


def _start(code: str) -> float:
    taken = []
    for _ in range(TIMES):
        start = perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        taken.append((perf_counter() - start) * 1000)
    return median(taken)
