# Everything is installed into .venv and node_modules of this folder. Stamp files make a second start quick.
# It needs make, git and a Python from 3.11 to 3.14 (another one: make PYTHON=/path/to/python run).

SHELL := /bin/sh
MAKEFLAGS += --jobs=4 # what waits for the network leaves the processors to what compiles and checks
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
unexport PYTHONDONTWRITEBYTECODE # what one process has compiled, the others need not
.PHONY: help run setup test test-long lint bench words clean

RUN_READY := .venv/.run
DEV_READY := .venv/.dev
BROWSER_READY := .venv/.browser
COMPILED := .venv/.compiled
RIVALS_READY := .venv/.rivals
LIBRARIES_READY := node_modules/.installed
CONTRACT_READY := node_modules/.contract
WORDS := $(patsubst %.po,%.mo,$(wildcard handyman/translations/*/LC_MESSAGES/*.po))

PYTHON := $(shell for python in python3 python python3.14 python3.13 python3.12 python3.11; do \
  $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1 \
  && echo $$python && break; done)

help:
	@echo "make run     start the product on http://127.0.0.1:5000 (Ctrl+C stops it)"
	@echo "make setup   install everything, start nothing"
	@echo "make test    lint, types, imports and all tests (ARGS='-k words' for some)"
	@echo "make test-long  what make test leaves out: every walk in every way, and rarer orders of events"
	@echo "make lint    layout, types and imports alone"
	@echo "make bench   the figures on speed and on plans, each beside its baseline"
	@echo "make words   gather the sentences to translate into handyman/translations"
	@echo "make clean   take away what was installed and made; instance/ with its data stays"

run: $(RUN_READY) $(COMPILED) $(LIBRARIES_READY) $(WORDS)
	@.venv/bin/python -m handyman.serve

setup: $(RUN_READY) $(COMPILED) $(DEV_READY) $(CONTRACT_READY) $(BROWSER_READY) $(WORDS)
	@echo "Ready: make run starts the product, make test checks it."

lint: $(DEV_READY)
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet .
	@nice .venv/bin/mypy --no-error-summary handyman tools # who compiles goes first: all tests wait for that
	@.venv/bin/lint-imports

test: $(COMPILED) lint $(CONTRACT_READY) $(BROWSER_READY) $(WORDS)
	@.venv/bin/python -m pytest --numprocesses=auto --dist=worksteal $(ARGS)

test-long: $(COMPILED) $(BROWSER_READY) $(WORDS)
	@.venv/bin/python -m pytest --numprocesses=auto --dist=worksteal -m long $(ARGS)

bench: $(COMPILED) $(DEV_READY) $(RIVALS_READY) $(LIBRARIES_READY) $(WORDS)
	@.venv/bin/python -m benchmarks $(ARGS)

words: $(RUN_READY)
	@.venv/bin/pybabel --quiet extract --mapping-file=babel.cfg --keywords="_l lazy_gettext _lp:1c,2 lazy_pgettext:1c,2" \
	  --no-location --sort-output --project=handyman --output-file=.venv/words.pot .
	@.venv/bin/pybabel --quiet update --input-file=.venv/words.pot --output-dir=handyman/translations \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=110

clean:
	@rm -rf .venv node_modules benchmarks/out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@rm -f $(WORDS)
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_READY): requirements.txt tools/setup.py
	@test -n "$(PYTHON)" || { echo "handyman needs Python 3.11 to 3.14, and none is installed."; exit 1; }
	@$(PYTHON) -m tools.setup run
	@touch $@

$(DEV_READY): requirements.txt requirements-dev.txt tools/setup.py | $(RUN_READY)
	@nice $(PYTHON) -m tools.setup tests
	@touch $@

$(LIBRARIES_READY): package.json package-lock.json | $(RUN_READY)
	@$(PYTHON) -m tools.setup browser-parts

$(CONTRACT_READY): package.json package-lock.json | $(DEV_READY)
	@nice $(PYTHON) -m tools.setup contract-parts

$(RIVALS_READY): requirements.txt requirements-polish.txt requirements-bench.txt benchmarks/lighthouse/package-lock.json tools/setup.py | $(DEV_READY)
	@$(PYTHON) -m tools.setup rivals

$(BROWSER_READY): | $(DEV_READY)
	@.venv/bin/python -m tools.browser

$(COMPILED): $(wildcard handyman/dispatch/core/*.py) $(RUN_READY)
	@echo "Compiling the planner: a minute or two, once …"
	@.venv/bin/python -m handyman.dispatch.ready
	@touch $@

%.mo: %.po | $(RUN_READY)
	@.venv/bin/pybabel --quiet compile --input-file=$< --output-file=$@
