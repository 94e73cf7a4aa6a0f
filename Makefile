# Needs python3 (3.11 or newer) and make, nothing else. `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-services check format services services-stop lock clean

PYTHON = python3
PY = .venv/bin/python
MANAGE = $(PY) manage.py

# Free text reaches the commands as environment variables, word for word: no shell and no make ever reads it.
override BRIEF := $(value BRIEF)
override DURATION := $(value DURATION)
override RATIO := $(value RATIO)
export BRIEF DURATION RATIO

help: ## List what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: .venv/.ready .env ## Install what the studio needs into .venv (again: instant)

run: setup ## Start the studio with demo data [PORT=8000]
	@LOG_FORMAT=$${LOG_FORMAT:-text} exec $(PY) -m videostudio.launch --demo

demo: setup ## Make a film on the free local engine [BRIEF="…" DURATION=15|30|60 RATIO=9:16|1:1|4:5|16:9]
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) demo_data > /dev/null 2>&1 || true
	@LOG_FORMAT=$${LOG_FORMAT:-text} LOG_LEVEL=$${LOG_LEVEL:-WARNING} exec $(MANAGE) demo \
	    $${BRIEF:+--brief="$$BRIEF"} $${DURATION:+--duration="$$DURATION"} $${RATIO:+--ratio="$$RATIO"}

test: .venv/.ready-dev ## Run every test on SQLite, disk cache and folders; ends with the coverage
	@$(PY) -m pytest -n auto -rfEs --cov --cov-report=term:skip-covered

test-services: .venv/.ready-dev ## Run what touches database, cache, queue or files on PostgreSQL, Redis and S3
	@$(PY) -m tests.services run -- $(PY) -m pytest -n auto -rfEs -m "not browser" --ignore=tests/integrations

check: .venv/.ready-dev ## Lint, types, layers, templates, migrations, settings, known vulnerabilities
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-logo
	@$(PY) -m djlint --lint --quiet templates
	@$(MANAGE) makemigrations --check --dry-run --verbosity 0
	@SITE_URL=https://studio.example $(MANAGE) check --deploy --fail-level WARNING
	@$(PY) -m pytest tests/test_layout.py
	@$(PY) -m tests.audit
	@echo "All checks passed."

format: .venv/.ready-dev ## Put code and templates in shape
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

services: .venv/.ready-dev ## Start throw-away PostgreSQL, Redis and S3 on this machine
	@$(PY) -m tests.services start

services-stop: .venv/.ready-dev ## Stop them and delete their data
	@$(PY) -m tests.services stop

lock: .venv/.ready-dev ## Write constraints.txt anew from what is installed
	@{ sed -n 1p constraints.txt; $(PY) -m pip freeze; } > constraints.new && mv constraints.new constraints.txt

clean: ## Remove .venv and caches; var/ (data) and .env stay
	rm -rf .venv staticfiles .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ready: requirements.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "Python 3.11 or newer is needed and $(PYTHON) is older or missing." >&2; \
	    echo "Install it (apt-get install python3.11 python3.11-venv), then: make setup PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	    echo "$(PYTHON) cannot make virtual environments here. Install it: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing into .venv (under a minute) …"
	@$(PYTHON) -m venv .venv
	@$(PY) -m pip install -qq --no-compile --disable-pip-version-check -r requirements.txt -c constraints.txt
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.txt | .env
	@echo "Installing what tests and checks need …"
	@$(PY) -m pip install -qq --no-compile --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

.env:
	@umask 077 && $(PYTHON) -c 'import secrets; print("SECRET_KEY=" + secrets.token_urlsafe(50))' > $@.new && mv $@.new $@
