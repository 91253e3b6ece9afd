# Works with GNU make 3.81 and later (macOS ships that one) and from a path with spaces: every path here is relative, and
# tools are run as modules, because a script's first line cannot name an interpreter behind a space.

PYTHON ?= python3
PY := .venv/bin/python
# Proofs run beside each other; two fit a small machine. Tests also wait, so that four of them keep two cores busy.
WORKERS ?= 2
TESTERS ?= 4
# How long `prove-change` may take of each; what fits is run, and how much that was is told.
MATRIX_SECONDS ?= 210
PROOF_SECONDS ?= 420
ARGS ?=

PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
LOCK := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help bench demo setup docs test test-unprivileged lint format lock audit prove prove-change browser screenshots clean FORCE

help: ## show this list
	@echo 'make TARGET — the first run of demo or test makes .venv/ and installs into it (about a minute).'
	@echo
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -e 's/:.*## /|/' | while IFS='|' read -r name text; do \
		printf '  %-18s %s\n' "$$name" "$$text"; done
	@echo
	@echo '  ARGS=…    is handed on: make demo ARGS=--exit, make test ARGS="-k lifecycle"'
	@echo '  One proof alone: make prove-NAME ARGS="--seed 7 --count 100", its names: docs/delivery.md'
	@echo '  PYTHON=…  makes .venv/ with another interpreter than python3 (3.11 or newer)'

demo: .venv/.run ## watch one incident from its event to its resolution; needs no account and no set-up
	@$(PY) -m incidentbot demo $(ARGS)

setup: .venv/.run ## from nothing to a first incident in a real Slack workspace; ARGS are its options
	@$(PY) -m incidentbot setup $(ARGS)

test: lint ## format, lint, types, import rules, then all tests on SQLite and PostgreSQL
	$(PY) -m pytest -n $(TESTERS) --dist worksteal $(ARGS)

test-unprivileged: .venv/.dev ## the tests as a user without rights on a read-only root (Linux; start it as root)
	scripts/unprivileged.sh -n $(WORKERS) $(ARGS)

lint: .venv/.dev ## format, lint, types and import rules alone
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy .
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo

format: .venv/.dev ## format the code and repair what the linter can repair
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

prove-change: .venv/.dev ## what must hold before a change lands: an even share of the matrix and of each proof (12 minutes)
	$(PY) -m pytest -p tests.matrix -n $(WORKERS) --maxschedchunk 1 -m matrix --within $(MATRIX_SECONDS)
	$(PY) -m tests.proofs change --workers $(WORKERS) --within $(PROOF_SECONDS) $(ARGS)

prove: .venv/.dev ## the whole matrix, and every proof at its full length (a night)
	$(PY) -m pytest -p tests.matrix -n $(WORKERS) --maxschedchunk 1 -m matrix
	$(PY) -m tests.proofs night --workers $(WORKERS) $(ARGS)

prove-%: .venv/.dev
	$(PY) -m tests.proofs $* $(ARGS)

browser: .venv/.dev ## get a Chromium for the tests of the sandbox's page, where this user may; `test` never asks for one
	$(PY) -m scripts.browser

screenshots: .venv/.dev ## take the pictures of README and docs from the sandbox's page
	$(PY) -m scripts.screenshots

docs: .venv/.dev ## the documentation as a site, in build/site; a link that leads nowhere is an error
	$(PY) -m zensical build --strict --clean

bench: .venv/.dev ## every benchmark (an hour; ARGS=click for one); installs Debian's Alertmanager to compare with, as root
	@command -v prometheus-alertmanager >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
		apt-get install --yes --no-install-recommends prometheus-alertmanager >/dev/null; } || \
		echo 'Without prometheus-alertmanager nothing is compared with it.'
	$(PY) -m benchmarks $(ARGS)

lock: .venv/.dev ## pin the dependencies of pyproject.toml again; ARGS=--upgrade takes newer releases
	$(LOCK) $(ARGS) pyproject.toml --output-file requirements/run.txt
	$(LOCK) $(ARGS) --constraints requirements/run.txt --extra traces pyproject.toml --output-file requirements/image.txt
	$(LOCK) $(ARGS) --constraints requirements/image.txt --extra traces --group dev pyproject.toml --output-file requirements/dev.txt

audit: .venv/.dev ## known weaknesses of what we run on, secrets in the tree, the CI's own files; writes build/sbom.json
	$(PY) scripts/audit.py $(ARGS)

clean: ## remove .venv/ and what tools left behind
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- The virtual environment: one for both locks, remade when its interpreter has gone or it was never finished --------

VENV_SOUND := $(shell test -x .venv/bin/python && test -x .venv/bin/pip && echo yes)

.venv/.made: $(if $(VENV_SOUND),,FORCE)
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("incidentbot needs Python 3.11 or newer, and \
	$(PYTHON) is " + sys.version.split()[0] + ". Name a newer one: make PYTHON=python3.12 …")'
	@echo 'Making .venv/ …'
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/.run: requirements/run.txt .venv/.made
	@echo 'Installing what incidentbot runs on (requirements/run.txt) …'
	@$(PIP_INSTALL) --requirement requirements/run.txt
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.made
	@echo 'Installing what its tests need (requirements/dev.txt) …'
	@$(PIP_INSTALL) --requirement requirements/dev.txt
	@touch $@
