# What can be done here. Python 3.11 or newer, git and make are all that need be there before.
# Without make, on Windows for one, type the `uv run` line that stands behind a word.

PYTHON ?= python3
UV_PIN := 0.13.9
# The uv on this machine, or else one of the kit's own in .uv/.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .uv/bin/uv)
FETCHED := $(filter .uv/bin/uv,$(UV))
# Further arguments for the command behind a word: make lesson ARGS=--no-browser
ARGS ?=

# Where Python is told to keep no compiled code, every kernel compiles all it imports again: seconds each.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help lesson test bench notebooks check

help:
	@echo "make lesson      open the notebooks in a browser"
	@echo "make test        run every test, and compare every notebook with its stored outputs"
	@echo "make bench       measure speed and memory"
	@echo "make notebooks   run every notebook again and store its outputs"
	@echo "make check       lint, check types, check the lessons"

lesson: $(FETCHED)
	@$(UV) run lessonkit lab $(ARGS)

test: $(FETCHED)
	$(UV) run pytest $(ARGS)

bench: $(FETCHED)
	@$(UV) run python -m tests.bench $(ARGS)

notebooks: $(FETCHED)
	@$(UV) run python -m tests.store_outputs $(ARGS)

check: $(FETCHED)
	$(UV) run ruff check
	$(UV) run ruff format --check
	$(UV) run mypy src tests
	$(UV) run lessonkit check

# Both ways of installing end in .uv/bin/uv; the second is for a Python without venv.
.uv/bin/uv:
	@echo "Fetching uv, which installs the rest, into .uv/"
	@rm -rf .uv
	@{ $(PYTHON) -m venv .uv && .uv/bin/python -m pip install --quiet uv==$(UV_PIN); } >/dev/null 2>&1 \
	|| { rm -rf .uv; $(PYTHON) -m pip install --quiet --target .uv uv==$(UV_PIN) >/dev/null 2>&1; } \
	|| { rm -rf .uv; echo "uv could not be fetched with $(PYTHON): that takes Python 3.11 or newer, pip and a network; or install uv by hand." >&2; exit 1; }
