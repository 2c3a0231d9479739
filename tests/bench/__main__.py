"""Measure everything, or only what is named: ``python -m tests.bench imports memory``."""

import sys

from . import classes, imports, labs, memory, notebooks, saving, screen

PARTS = {
    "imports": imports.measure,
    "memory": memory.measure,
    "saving": saving.measure,
    "labs": labs.measure,
    "classes": classes.Classes(classes.SIZES).measure,
    "notebooks": notebooks.measure,
    "screen": screen.measure,
}
# "classes" takes ten minutes, and this two. It is measured only when it is named.
ONLY_NAMED = {"classes-10000": classes.Classes(classes.FEWER).measure}

wanted = sys.argv[1:] or list(PARTS)
every = PARTS | ONLY_NAMED
if unknown := [name for name in wanted if name not in every]:
    sys.exit(f"There is no measurement “{', '.join(unknown)}”. There are {', '.join(every)}.")
for part in wanted:
    every[part]()
