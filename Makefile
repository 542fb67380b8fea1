# Two commands for a newcomer: `make demo` and `make test`. Everything else is listed by `make help`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The locks name every package with its hashes: nothing is resolved, and nothing else is let in.
LOCKED := --require-hashes --no-deps --requirement
NOT_HAD := echo "Not every package could be had. Setting up needs the package index of pip, once; then try again."; exit 2
CORES  ?= 2
KILLS  ?= 1000

.DEFAULT_GOAL := help
.PHONY: help demo poll run test test-long test-kills lint check-lock lock bench clean

help:  ## what there is to type
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || \
	  { echo "Dateline needs Python 3.11 to 3.14, and '$(PYTHON)' is another. Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV) > /dev/null || \
	  { rm -rf $(VENV); echo "This Python has no venv module. On Debian and Ubuntu: apt install python3-venv"; exit 2; }

# The stamps are remade when a lock changes, so that an old environment never runs new code.
$(VENV)/runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) (once; up to a minute) ..."
	@$(PIP) install $(LOCKED) requirements.lock || { $(NOT_HAD); }
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/runtime
	@echo "Adding what the tests need ..."
	@$(PIP) install $(LOCKED) requirements-dev.lock || { $(NOT_HAD); }
	@touch $@

# Ctrl-C is how the demo is meant to end: no error then.
demo: $(VENV)/runtime  ## the whole pipeline on a bundled newsroom; needs no network once set up
	@trap : INT; $(BIN)/dateline demo $(ARGS) || [ $$? -eq 130 ] || exit 1; \
	  echo "In this folder the command is $(BIN)/dateline; after 'source $(BIN)/activate' it is plain dateline."

poll: $(VENV)/runtime  ## one polling cycle of config/feeds.toml into dateline.db
	@$(BIN)/dateline --config config/dateline.toml feeds sync
	@$(BIN)/dateline --config config/dateline.toml poll

run: $(VENV)/runtime  ## the daemon on config/ and dateline.db, until Ctrl-C
	@$(BIN)/dateline --config config/dateline.toml run

lint: $(VENV)/dev  ## style, types, and the directions of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

test: lint  ## every test of a few seconds: under 10 minutes on 2 cores
	@$(BIN)/pytest -n $(CORES) -m "not long"

test-long: $(VENV)/dev  ## the longer ones: fuzzing, large ratchets, installs from scratch
	@$(BIN)/pytest -n $(CORES) -m long

test-kills: $(VENV)/dev  ## the daemon killed 1,000 times (KILLS) on each database: hours
	@$(BIN)/pytest -n $(CORES) --kills $(KILLS) tests/acceptance/test_kill_loop.py

bench: $(VENV)/dev  ## what the benchmarks are and how to run one
	@$(BIN)/python -m benchmarks

lock: | $(BIN)/python  ## pin anew what pyproject.toml asks for
	@$(PIP) install uv
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --group build --output-file requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --constraint requirements.lock --group dev --output-file requirements-dev.lock pyproject.toml

clean:  ## remove the environment and what tests left
	@rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
