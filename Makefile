# Everything runs in .venv; each target sets up what it needs, so any of them may be the first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench clean

help:
	@echo 'make demo    the dashboard on a simulated account (no AWS needed)'
	@echo 'make test    the tests'
	@echo 'make lint    ruff, mypy --strict, import-linter'
	@echo 'make bench   benchmarks, as ratios against yardsticks of the same run'
	@echo 'make clean   remove the virtual environment and caches'

$(VENV)/.demo: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cwtop needs Python 3.11 or newer: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo 'installing cwtop and the simulated account into $(VENV) ...' >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[demo]' >&2
	@touch $@

$(VENV)/.dev: $(VENV)/.demo
	@echo 'installing the test and lint tools into $(VENV) ...' >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[demo,test,dev]' >&2
	@touch $@

demo: $(VENV)/.demo
	@$(BIN)/cwtop demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
