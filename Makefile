# Khumkan: two commands do all. `make help` lists the rest.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test install install-dev check browser lock docs clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: $(VENV)/.installed ## Start a demonstration country on 127.0.0.1 (PORT, PERSONS, SEED, DATABASE_URL); Ctrl-C stops it
	@exec $(BIN)/khumkan up

test: $(VENV)/.installed-dev browser ## Run everything: style, types, architecture, units, races, browser
	@BIN=$(BIN) scripts/run_tests.sh

check: $(VENV)/.installed-dev ## Style, types and architecture only
	@BIN=$(BIN) scripts/run_tests.sh check

browser: $(VENV)/.installed-dev ## Install Debian's Chromium for the journeys, where that is allowed
	@PYTHON=$(PYTHON) scripts/ensure_browser.sh

install: $(VENV)/.installed ## Install what the service needs into .venv
install-dev: $(VENV)/.installed-dev ## Install what the tests need as well

$(VENV)/bin/python:
	@scripts/make_venv.sh $(VENV) $(PYTHON)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the packages …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python scripts/link_package.py
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

lock: ## Pin all dependencies anew (needs uv)
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

docs: $(VENV)/.installed-dev ## Write docs/generated anew
	@$(BIN)/python scripts/write_docs.py

clean: ## Stop the private database server and remove everything that was made
	@[ ! -x $(BIN)/khumkan ] || $(BIN)/khumkan down
	@rm -rf "$$(readlink -f var/postgres)" var $(VENV)
