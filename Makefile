# Every target works in a fresh clone; what it needs is set up first and kept in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_AT := 2026-11-23T10:01:00-05:00

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench docs fmt clean

help:  ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamps make the second run quick; the developer's set-up holds the runtime's. Installed from here, leadroute is compiled here,
# as pip does from a wheel: commands start sooner also where Python may write no bytecode.
COMPILE := $(BIN)/python -m compileall -q leadroute
$(VENV)/.runtime: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@$(COMPILE)
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(COMPILE)
	@touch $(VENV)/.runtime $@

$(VENV)/.bench: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	@touch $@

setup: $(VENV)/.dev  ## install leadroute and its tools into .venv

demo: $(VENV)/.runtime  ## route the 500 sample leads, then explain one
	@mkdir -p build
	$(BIN)/leadroute route samples/leads.csv --project rules --state none --at $(DEMO_AT) -o build/routed.csv
	@echo
	$(BIN)/leadroute explain samples/leads.csv --lead L-1042 --project rules --state none --at $(DEMO_AT)

test: $(VENV)/.dev  ## the tests, without those that kill processes
	$(BIN)/python scripts/postgres.py --optional $(BIN)/python -m pytest -n 2 -m 'not kill'

check: $(VENV)/.dev  ## everything that must hold before a change is merged
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/make_samples.py --check
	$(BIN)/python scripts/docs.py --check
	$(BIN)/python scripts/fair_turns.py --check
	PYTHON=$(BIN)/python scripts/check_wheel.sh
	$(BIN)/python scripts/postgres.py $(BIN)/python -m pytest -n 2 --cov --cov-report=term:skip-covered --cov-report=xml:build/coverage.xml

bench: $(VENV)/.bench  ## measure speed and memory, beside other tools
	$(BIN)/python -m benchmarks.run

docs: $(VENV)/.dev  ## write docs/reference from the code, and the picture of fair turns from what is measured
	$(BIN)/python scripts/docs.py
	$(BIN)/python scripts/fair_turns.py

fmt: $(VENV)/.dev  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove what was built, keep .venv
	rm -rf build dist .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
