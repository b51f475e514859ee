# make verify   check the claims, write build/record.json and build/report/
# make test     run the test suite (PYTEST_FLAGS="-n auto" uses every core)
# make lint     ruff, mypy, import contracts
# make format   let ruff format and fix
# make bench    measure speeds beside their peers', write benchmarks/RESULTS.md (half an hour)
# make ci       lint, test, verify, and the generated files are up to date; no test is left out
# make tools    install the programs that some tests need (Chromium, TeX), from Debian's packages
# make mutation change the code of the core and count what the tests see (PARTS=theory SAMPLE=50)
# make lock     write requirements.lock again (LOCK_FLAGS=--upgrade for newer versions)
# make clean    remove the environment and everything generated in build/

PYTHON ?= python3
PYTEST_FLAGS ?=
LOCK_FLAGS ?=
PARTS ?= theory numeric checks
SAMPLE ?= 0
SEED ?= 1

export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := .venv/bin
ENV := .venv/.ready

# Tests that need a program below are listed as not run without it; under make ci that is a failure.
PROGRAMS := chromium pdflatex pdftotext
PACKAGES := chromium fonts-dejavu-core poppler-utils texlive-latex-base

.PHONY: verify test lint format bench ci tools mutation lock clean

verify: $(ENV)
	@mkdir -p build
	@rm -rf build/record.json build/report
	@echo "Record: build/record.json   Report: build/report/"
	@$(BIN)/ccmc verify --twins --save build/record.json; verified=$$?; reported=0; \
	if [ -f build/record.json ]; then \
	  report=$$($(BIN)/ccmc report build/record.json --out build/report 2>&1) || { reported=$$?; echo "$$report" >&2; }; \
	fi; \
	if [ $$verified -ne 0 ]; then exit $$verified; fi; \
	exit $$reported

test: $(ENV)
	@$(BIN)/python -m pytest $(PYTEST_FLAGS)

lint: $(ENV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache

format: $(ENV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(ENV)
	$(BIN)/ccmc bench --out benchmarks/RESULTS.md

ci: $(ENV)
	$(MAKE) lint
	$(MAKE) test PYTEST_FLAGS="-n auto"
	$(MAKE) verify
	$(BIN)/ccmc diff baseline.json build/record.json
	$(BIN)/ccmc map --check

tools:
	@missing=; for program in $(PROGRAMS); do command -v $$program >/dev/null || missing="$$missing $$program"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	as_root=; if [ "$$(id -u)" -ne 0 ]; then as_root="sudo -n"; fi; \
	echo "Installing$$missing from Debian's packages"; \
	$$as_root apt-get update -qq && \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES) >/dev/null || { \
	  echo "Missing:$$missing. As root: apt-get install --no-install-recommends $(PACKAGES)" >&2; exit 1; }

# Two stamps: a new lock file builds the environment afresh, a new pyproject.toml only installs ccmc again.
.venv/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "ccmc needs Python 3.11 or later, and '$(PYTHON)' is not: try make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "'$(PYTHON)' lacks the venv module (on Debian: the package python3-venv)" >&2; exit 1; }
	@echo "Installing the locked dependencies into .venv (once, a minute or two)"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

$(ENV): .venv/.locked pyproject.toml
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m pip check --quiet
	@touch $@

build/mutation/.ready: requirements.lock
	$(PYTHON) -m venv --clear build/mutation/env
	build/mutation/env/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements.lock
	build/mutation/env/bin/python -m pip install --quiet mutmut==3.8.1
	@touch $@

# In copies: mutmut puts all mutants into the sources.
mutation: build/mutation/.ready
	@for part in $(PARTS); do \
	  at=build/mutation/$$part; rm -rf $$at; mkdir -p $$at && \
	  cp -r theory numeric checks tests conftest.py pyproject.toml $$at/ && \
	  cp mutation/$$part.cfg $$at/setup.cfg && \
	  (cd $$at && ../env/bin/python ../../../mutation/run.py $(SAMPLE) $(SEED)) || exit $$?; \
	done

lock:
	$(PYTHON) -m venv build/uv
	build/uv/bin/python -m pip install --quiet uv
	build/uv/bin/uv pip compile pyproject.toml --quiet --universal --all-extras --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --output-file requirements.lock $(LOCK_FLAGS)

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
