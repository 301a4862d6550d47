# make run    sets up an environment, runs the reference comparison, prints verdict and report path
# make test   sets up an environment and runs every test
# make quick  runs the tests of single modules that take a moment: files, words, tables, statistics
# make lint   style and types
# make dashboard  opens a town that lives while a room watches, in the browser; SCENARIO=... for another
# make bench  measures the product, peers beside it, and writes docs/performance.md; ROW=... for one
# make clean  removes environments and caches; results stay
#
# A run of 8 plausible towns of 2,000 ends within five minutes on two processors, installation and all;
# PAIRS and CITIZENS ask for more.
#
# Needed: Python 3.11 or newer, git, make. Everything is installed in $(VENV), nothing outside it;
# the peers of the benchmark in .venv-bench. CONSTRAINTS= takes the newest version of everything.

SCENARIO ?= scenarios/faenza.toml
PAIRS    ?= 8
CITIZENS ?= 2000
VENV     ?= .venv
TESTS    ?= tests
QUICK    := $(wildcard tests/unit/test_*.py) $(addprefix tests/unit/,community drafting indicators metrics shocks statistics strategies tables)
CONSTRAINTS ?= constraints.txt
ROW      ?=

# Windows keeps in Scripts what others keep in bin.
BIN     := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
# Without bytecode, a fifth of the installation: Python makes that of what is imported, when it is.
INSTALL := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check $(addprefix -c ,$(CONSTRAINTS))
READY   := $(VENV)/ready-to-run
TOOLS   := $(VENV)/ready-to-test

# The first Python that is new enough and can make environments; PYTHON=... overrides.
PROBE   := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON  ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python,\
	$(if $(shell $(name) -c '$(PROBE)' >/dev/null 2>&1 && echo yes),$(name))))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run dashboard test quick lint bench clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

run: $(READY)
	$(BIN)/resilienza compare $(SCENARIO) --pairs $(PAIRS) --citizens $(CITIZENS) $(ARGS)

dashboard: $(READY)
	$(BIN)/resilienza dashboard $(if $(filter command% environment%,$(origin SCENARIO)),$(SCENARIO),stessa_alluvione) $(ARGS)

test: $(TOOLS)
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(TESTS) $(ARGS)

quick: $(TOOLS)
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m 'not slow and not browser' $(QUICK) $(ARGS)

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m benchmarks --write $(addprefix --row ,$(ROW)) $(ARGS)

clean:
	rm -rf .venv .venv-* build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps make the second call quick: they are redone only when what is installed may differ.
$(READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing resilienza-sim and what it needs in $(VENV) (about a minute)"
	@$(INSTALL) --editable .
	@touch $@

$(TOOLS): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing resilienza-sim and its development tools in $(VENV) (about a minute)"
	@$(INSTALL) --editable '.[dev]'
	@touch $(READY) $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
	  echo "Python 3.11 or newer with venv is needed, and none was found. On Debian and Ubuntu:" \
	       "apt install python3-venv. Elsewhere name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
