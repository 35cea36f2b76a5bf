# Thin over the program `xuecheng`; `make` alone lists the targets.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help env env-dev run stop test test-external lint types contracts fix bench catalogue photos attack drill clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	@bash scripts/environment.sh "$(PYTHON)" "$(VENV)" requirements/run.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@bash scripts/environment.sh "$(PYTHON)" "$(VENV)" requirements/dev.txt
	@touch $@

env: $(VENV)/run.stamp ## Make the environment only; the program is then .venv/bin/xuecheng

env-dev: $(VENV)/dev.stamp ## The environment with everything that tests need

run: $(VENV)/run.stamp ## Start everything, on a fresh machine too; Ctrl-C stops it
	@exec $(BIN)/xuecheng up $(ARGS)

stop: ## Stop what `make run` started
	@$(BIN)/xuecheng stop

test: $(VENV)/dev.stamp ## Lint, types, contracts, migrations, and all tests with a real database and browser
	@bash scripts/test.sh $(ARGS)

test-external: $(VENV)/dev.stamp ## The database tests against Debian's PostgreSQL
	@bash scripts/test-external.sh $(ARGS)

fix: $(VENV)/dev.stamp ## Format and repair what tools can
	@$(BIN)/ruff check --fix --quiet src tests bench looking; $(BIN)/ruff format --quiet src tests bench looking

catalogue: $(VENV)/dev.stamp ## Bring the Chinese catalogue in step with the code; prints what still needs its Chinese
	@$(BIN)/python scripts/catalogue.py

bench: $(VENV)/dev.stamp ## Measure, each number as a ratio (ARGS=--full for the whole)
	@$(BIN)/xuecheng bench $(ARGS)

photos: $(VENV)/dev.stamp ## Photograph every page in each state, language, size and mode (ARGS="--only people", --check, --slow)
	@$(BIN)/python -m looking $(ARGS)

attack: $(VENV)/dev.stamp ## Own semgrep rules, wapiti and sqlmap against an instance on loopback (ARGS=port); says what is missing
	@bash scripts/attack.sh $(ARGS)

drill: $(VENV)/dev.stamp ## Kill database, web, worker and cluster under load and count what is left; minutes (ARGS=-k failover)
	@bash scripts/drill.sh $(ARGS)

clean: ## Remove everything that was built; the database stays
	@rm -rf src/xuecheng/web/static/dist node_modules var/static
