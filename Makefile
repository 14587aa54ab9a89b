# Loopkeeper 地源管家 — `make` prints this list.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SUPPLY := .supply
TOOLS := $(SUPPLY)/.installed
RUN := out/run/.installed
PIN = $(SUPPLY)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --system-certs --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help demo test slow check validation validation-long diagnosis diagnosis-emulator e2e cases chaos mutants trials bench docs pictures seeds \
	lock audit sbom licences clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install python3, or run make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV) || { echo "python3-venv is needed (Debian: apt-get install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(TOOLS): supply/tools.lock
	$(PYTHON) -m venv --clear $(SUPPLY)
	$(SUPPLY)/bin/python -m pip install --quiet --require-hashes -r supply/tools.lock
	@touch $@

$(RUN): requirements-run.lock $(TOOLS)
	$(PYTHON) -m venv --clear --without-pip out/run
	$(SUPPLY)/bin/python -m pip --python out/run/bin/python install --quiet --require-hashes -r requirements-run.lock
	@touch $@

demo: $(STAMP) ## diagnose the plant that comes with the program; says where the report is
	$(BIN)/loopkeeper demo

test: $(STAMP) ## unit, property, validation, architecture and integration tests (five minutes on two cores)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n auto --dist loadfile

slow: $(STAMP) ## their slow ones: whole diagnoses, reviews, services (a quarter of an hour)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n auto --dist loadfile -m "slow and not e2e"

check: $(STAMP) ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

validation: $(STAMP) ## laws against solutions, codes and measurements; rewrites docs/validation.md
	$(BIN)/python -m pytest -q -m validation

validation-long: $(STAMP) ## the slow ones
	$(BIN)/python -m pytest -q -m validation_long

diagnosis: $(STAMP) ## emulated plants with known causes; rewrites docs/diagnosis-suite.md
	$(BIN)/python -m pytest -q -m diagnosis

diagnosis-emulator: $(STAMP) ## 120 plants of another emulator, frozen third judged (hours; goes on where it stopped)
	PYTHONPATH=tests OMP_NUM_THREADS=1 $(BIN)/python -m emulator out/plants --seeds 0-119 --frozen-third
	PYTHONPATH=tests OMP_NUM_THREADS=1 $(BIN)/python tests/diagnosis/judge.py out/plants out/answers --split frozen --write

e2e: $(STAMP) ## through the command line, as a user would; every command of README, tutorials and docs/people
	$(BIN)/python -m pytest -q -m e2e

cases: $(STAMP) ## public faults and plants by another hand, where ../shared/cases is there
	$(BIN)/python -m pytest -q -m cases

chaos: $(STAMP) ## power cuts, two writers, rot, clocks, full disks (ten minutes); rewrites docs/reliability.md
	$(BIN)/python -m pytest -q -m chaos

mutants: $(STAMP) ## wrong edits planted in physics, measure, diagnose (an hour); rewrites docs/mutation.md
	$(BIN)/python -m pytest -q -m mutation

bench: $(STAMP) ## time and memory beside named peers; rewrites docs/benchmarks.md
	OMP_NUM_THREADS=1 $(BIN)/python -m bench --write

docs: $(STAMP) ## rewrite the generated pages
	$(BIN)/python docs/generate.py

pictures: $(STAMP) ## the picture of the README: first page of our own report (Debian: apt-get install poppler-utils)
	mkdir -p out
	for l in en zh; do \
		$(BIN)/loopkeeper report src/loopkeeper/adapters/demo/office --lang $$l -o out/picture-$$l.pdf && \
		pdftoppm -png -r 80 -f 1 -l 1 -singlefile out/picture-$$l.pdf docs/images/report-$$l || exit 1; \
	done

trials: $(STAMP) ## faults planted into trials and ledgers (a quarter of an hour); rewrites docs/commissioning.md and -other.md
	PYTHONPATH=tests OMP_NUM_THREADS=1 $(BIN)/python -m trials.score --seeds 41-50 --write
	PYTHONPATH=tests OMP_NUM_THREADS=1 $(BIN)/python -m trials_other.score --seeds 31-34 --jobs 2 --write

seeds: $(STAMP) ## published cases computed anew (a minute); rewrites docs/seed-cases.md
	OMP_NUM_THREADS=1 $(BIN)/python examples/page.py

lock: $(TOOLS) ## pin anew with hashes; UPGRADE=--upgrade takes newer releases. Then make licences, make test
	$(PIN) $(UPGRADE) --extra dev -o requirements.lock pyproject.toml
	$(PIN) --no-annotate -c requirements.lock -o requirements-run.lock pyproject.toml
	$(PIN) $(UPGRADE) --no-annotate -c requirements.lock --group supply -o supply/tools.lock

audit: $(TOOLS) ## ask OSV for known weaknesses of what is locked; AUDIT=--osv-url=URL asks a mirror
	$(SUPPLY)/bin/python supply/audit.py $(AUDIT)

sbom: $(RUN) ## what runs with the program, as CycloneDX: out/sbom.cdx.json
	$(SUPPLY)/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application \
		--output-reproducible --validate -o out/sbom.cdx.json out/run/bin/python

licences: $(STAMP) ## licence of everything that is locked; rewrites docs/licences.md
	$(BIN)/python supply/licences.py

clean: ## remove the environments and caches
	rm -rf $(VENV) $(SUPPLY) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache out
