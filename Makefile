# The only words a newcomer needs: `make run` and `make test`.
# Everything is installed into .venv, at locked versions; nothing is installed globally.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test check format lint types contracts bench lock clean

run: $(RUN_READY) ## the bots when a token is set, else talk to the demo book, or to BOOK=path/to/book.epub
	@$(BIN)/dogear $(if $(BOOK),chat "$(BOOK)",run)

test: $(DEV_READY) ## all tests; no network, key or server needed
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: format lint types contracts ## what CI runs after the tests

format: $(DEV_READY)
	$(BIN)/ruff format --check .

lint: $(DEV_READY)
	$(BIN)/ruff check .

types: $(DEV_READY)
	$(BIN)/mypy

contracts: $(DEV_READY)
	$(BIN)/lint-imports

bench: $(DEV_READY) ## figures, not pass or fail; SHARED=folder with books, questions and models
	$(BIN)/python -m tests.benchmarks $(if $(SHARED),--shared "$(SHARED)") $(ARGS)

lock: ## write the lock files anew from pyproject.toml
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet uv
	echo "setuptools>=77" | $(VENV)/lock/bin/uv $(LOCK) --output-file requirements.lock pyproject.toml -
	echo "setuptools>=77" | $(VENV)/lock/bin/uv $(LOCK) --extra dev --output-file requirements-dev.lock pyproject.toml -

LOCK := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Dogear needs Python 3.11 (say PYTHON=/path/to/python3.11)"; exit 1; }
	@echo "Setting up (once; a minute or two) ..." >&2
	@$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements.lock pyproject.toml | $(BIN)/python
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_READY): requirements-dev.lock $(RUN_READY)
	@$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@touch $@
