# Needs Python 3.11 or newer and make. `make help` lists what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := pyproject.toml constraints.txt Makefile
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Two workers that find nothing compiled would both compile everything.
WARM := import crenel; crenel.run('stadium', replicates=16); crenel.cover('stadium', heights_m=[60.0], cell_m=400.0)

.PHONY: help demo test bench deep docs app browser
.DELETE_ON_ERROR:

help:
	@echo "make demo    set everything up and answer the question about the rooftops of Moscow"
	@echo "make test    set everything up and run every check"
	@echo "make bench   measure raids per second, and how long a city takes to be ready, on this machine"
	@echo "make deep    the long checks, at full size"
	@echo "make app     build the app for crenel serve (needs Node 20 or newer)"
	@echo "make docs    write docs/catalogue anew from the catalogue"
	@echo "Another Python: make demo PYTHON=/path/to/python3.12"

demo: $(VENV)/.runtime
	@echo "== playing the example moscow-rooftops: crenel run moscow-rooftops"
	@$(BIN)/crenel run moscow-rooftops
	@echo "== next: $(BIN)/crenel new moscow-rooftops -o mine.yaml, edit it, $(BIN)/crenel run mine.yaml"

test: $(VENV)/.dev app browser
	@echo "== ruff: formatting, then lint"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@echo "== import-linter: the layers"
	@$(BIN)/lint-imports
	@echo "== mypy --strict; beside it the physics is compiled, the first time (a minute or two)"
	@$(BIN)/python -c "$(WARM)" & warm=$$!; \
	  failed=0; $(BIN)/mypy --strict || failed=1; wait $$warm || failed=1; exit $$failed
	@echo "== pytest, on two cores"
	@$(BIN)/pytest -n 2 --dist loadfile
	@echo "== pytest side by side: physics as plain Python, and compiled with bounds checks (in a cache of its own)"
	@NUMBA_DISABLE_JIT=1 $(BIN)/pytest -m "nojit and not deep" >$(VENV)/plain.log 2>&1 & plain=$$!; \
	  failed=0; NUMBA_CACHE_DIR= NUMBA_BOUNDSCHECK=1 $(BIN)/pytest -m "nojit and not deep" || failed=1; \
	  wait $$plain || failed=1; echo "== of these, as plain Python"; cat $(VENV)/plain.log; exit $$failed
	@echo "== every check passed"

bench: $(VENV)/.runtime
	@echo "== raids per second on this machine"
	@$(BIN)/python benchmarks/raids.py
	@echo "== seconds of coverage on this machine"
	@$(BIN)/python benchmarks/cover.py
	@echo "== a million raids over doubts"
	@$(BIN)/python benchmarks/doubt.py
	@echo "== a place of 100,000 buildings"
	@$(BIN)/python benchmarks/place.py
	@echo "== the app in a browser"
	@$(BIN)/python benchmarks/app.py

deep: $(VENV)/.dev app browser
	@echo "== the long checks"
	@$(BIN)/pytest -m deep

# Nothing to do where the sources are those that were built; no error where there is no Node: the rest needs none.
app:
	@if ! command -v npm >/dev/null; then \
	  echo "== npm not found: THE APP IS NOT BUILT, and its tests in a browser will not run" >&2; \
	elif [ "$$(cat src/crenel/web/static/sources.sha256 2>/dev/null)" = "$$(cd viewer && node hash.mjs)" ]; then \
	  echo "== the app is built already"; \
	else \
	  echo "== building the app"; \
	  cd viewer && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent build; \
	fi

browser:
	@tools/get_browser.sh

docs: $(VENV)/.runtime
	@echo "== writing docs/catalogue"
	@$(BIN)/python tools/make_catalogue_docs.py

$(VENV)/.python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "crenel needs Python 3.11 or newer, and '$(PYTHON)' was not found. Install it, or name yours: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "crenel needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name a newer one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "== making a virtual environment in $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "'$(PYTHON) -m venv' failed. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.runtime: $(VENV)/.python $(SETUP)
	@echo "== installing crenel and what it needs (about a minute the first time)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.python $(SETUP)
	@echo "== installing crenel, what it needs and the tools that check it (about a minute the first time)"
	@$(PIP) --editable '.[dev]'
	@touch $(VENV)/.runtime $@
