"""Measure everything, or only what is named: ``python -m tests.bench imports memory``."""

import sys

from . import imports, labs, memory, notebooks, saving, screen

PARTS = {"imports": imports, "memory": memory, "saving": saving, "labs": labs, "notebooks": notebooks, "screen": screen}

wanted = sys.argv[1:] or list(PARTS)
if unknown := [name for name in wanted if name not in PARTS]:
    sys.exit(f"There is no measurement “{', '.join(unknown)}”. There are {', '.join(PARTS)}.")
for part in wanted:
    PARTS[part].measure()
