# Everything starts here. `make` builds the edition, `make test` proves that it is right.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
EDITION := china-leading-technologies

.DEFAULT_GOAL := build
DIST ?= dist
.PHONY: build guide test test-fast mutate fuzz check lint dist lock audit bench clean distclean help

build: $(VENV)/.installed  ## build the edition: build/*.pdf, *.epub, *.pptx
	@$(BIN)/triptych build

guide: $(VENV)/.installed-for-tests  ## build the guide: docs/guide/build/*.pdf, *.epub and a talk
	@$(BIN)/triptych build docs/guide
	@$(BIN)/triptych build docs/guide --profile slides

test: $(VENV)/.installed-for-tests  ## run all tests, with the real validators
	@scripts/install-test-tools
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-fast: $(VENV)/.installed-for-tests  ## run the tests that build no whole book and start no program
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not e2e"

mutate: $(VENV)/.installed-for-mutation  ## put small faults into pure modules: do the fast tests notice? (MUTATE='--seed 7')
	@$(BIN)/python scripts/mutate.py $(MUTATE)

fuzz: $(VENV)/.installed-for-tests  ## try sources that nobody would write, for ten minutes (FUZZ='--minutes 60 --seed 7')
	@$(BIN)/python -m tests.fuzz.running $(FUZZ)

check: $(VENV)/.installed-for-tests  ## check the edition's sources and outputs, then the code
	@$(BIN)/triptych check --strict
	@$(MAKE) --no-print-directory lint

lint: $(VENV)/.installed-for-tests  ## style, types and import layers of the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

dist: $(VENV)/.installed .tools/release/.installed  ## build the sdist and the wheel into dist/, and check both
	@rm -rf $(DIST)
	@$(BIN)/python -m hatchling build --directory $(DIST)
	@.tools/release/bin/twine check --strict $(DIST)/*
	@.tools/release/bin/check-wheel-contents $(DIST)/*.whl

lock: .tools/supply/.installed  ## write the lock anew: requirements/, scripts/test-tools/package-lock.json
	@scripts/lock

audit: .tools/supply/.installed $(VENV)/.installed-for-tests  ## known vulnerabilities, licences, build/sbom.cdx.json
	@$(BIN)/python scripts/audit.py

bench: $(VENV)/.installed-for-tests  ## compare speed and memory with pandoc's own three conversions
	@$(BIN)/python -m benchmarks.overview

clean: ## remove what was built
	@if [ -x $(BIN)/triptych ]; then $(BIN)/triptych clean && $(BIN)/triptych clean docs/guide; else rm -rf build docs/guide/build; fi

distclean:  ## remove what was built and what was installed here
	rm -rf build docs/guide/build dist $(VENV) .tools

help:  ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1|/' | awk -F'|' '{printf "  %-11s %s\n", $$1, $$2}'

# --- Installation: nothing outside this folder but what scripts/install-system-libraries asks for ----

$(VENV)/.installed: pyproject.toml requirements/installer.txt requirements/edition.txt scripts/install-packages scripts/install-system-libraries
	@PYTHON=$(PYTHON) scripts/install-system-libraries
	@$(PYTHON) -m venv $(VENV)
# What the edition and its sample in Chinese need; a build that needs more says what.
	@scripts/install-packages edition
	@touch $@

$(VENV)/.installed-for-tests: $(VENV)/.installed requirements/tests.txt
	@scripts/install-packages tests
	@touch $@

$(VENV)/.installed-for-mutation: $(VENV)/.installed-for-tests requirements/mutation.txt
	@scripts/install-packages mutation
	@touch $@

.tools/%/.installed: requirements/installer.txt requirements/%.txt
	@$(PYTHON) -m venv $(@D)
	@for lock in $^; do $(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--no-deps --only-binary :all: -r $$lock || exit; done
	@touch $@
