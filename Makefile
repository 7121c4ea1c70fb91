# make demo   the district, on this machine, in your browser
# make test   every check and every test; what .ci/run calls
# make help   the rest

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PARTS := lint format types floors pages spelling records

# The tests start many processes; told to keep nothing, each would compile all of the hub anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
CALENDARS := tests/test_calendar_apart.py tests/test_calendar_busy.py tests/test_calendar_faults.py tests/test_calendar_invitation.py \
	tests/test_calendar_reply.py tests/test_calendars.py tests/test_calendars_alone.py tests/test_recurrence.py \
	tests/test_weekly.py

.PHONY: help demo test check tests calendars coverage packages debian words clean $(PARTS)

help: ## say what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/.run ## build the demo district in demo.db and serve it on 127.0.0.1:8000
	@SUPERVISOR_DATABASE=demo.db $(BIN)/supervisor demo

test: packages check calendars tests ## every check, then every test

check: $(PARTS) ## every check, without the tests

tests: .venv/.dev ## the tests, on both engines and in a browser where they are installed
	$(BIN)/python -m pytest -n 2 --dist worksteal

calendars: .venv/.dev ## the package of calendars by itself: its own tests reach every line and branch of it
	$(BIN)/python -m pytest -n 2 --cov --cov-config=tests/calendars.toml --cov-report=term $(CALENDARS)

coverage: .venv/.dev ## which lines the tests on SQLite never reach; slow, since every line is watched
	$(BIN)/python -m pytest -n 2 -k "not postgresql and not contention and not kill" --ignore tests/browser \
		--cov --cov-report=term-missing:skip-covered

lint: .venv/.dev ## ruff's rules
	$(BIN)/ruff check .

format: .venv/.dev ## ruff's layout
	$(BIN)/ruff format --check .

types: .venv/.dev ## mypy, strict
	$(BIN)/mypy

floors: .venv/.dev ## who may import whom
	$(BIN)/lint-imports

pages: .venv/.dev ## the rules of the templates; their layout stays by hand, to keep pages light
	$(BIN)/djlint templates --lint --quiet

spelling: .venv/.dev ## common slips of spelling
	$(BIN)/codespell

records: .venv/.dev ## the migrations make exactly the records
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	export SUPERVISOR_DATABASE="$$folder/hub.db" && \
	$(BIN)/flask --app supervisor.app db upgrade && $(BIN)/flask --app supervisor.app db check

words: .venv/.dev ## gather the words for translation, and compile what is translated
	$(BIN)/pybabel -q extract -F pyproject.toml -k N_ --no-location --sort-output \
		--project=supervision-hub --version=0 --copyright-holder="Supervision Hub" \
		-o supervisor/translations/messages.pot .
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
		-i supervisor/translations/messages.pot -d supervisor/translations
	$(BIN)/pybabel -q compile -d supervisor/translations

packages: debian tests/node/node_modules ## what the tests need beside Python: a browser, PostgreSQL, ical.js

tests/node/node_modules: tests/node/package-lock.json
	@command -v npm >/dev/null || { test -z "$$CI" && exit 0; }; \
	npm ci --prefix tests/node --no-audit --no-fund --silent && touch $@

debian: ## those of them that are Debian's packages; installs them where it may
	@missing=; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || \
		missing="$$missing postgresql"; \
	ls /usr/lib/*/libpangoft2-1.0.so.0 >/dev/null 2>&1 || \
		missing="$$missing libpangoft2-1.0-0"; \
	command -v npm >/dev/null || missing="$$missing npm"; \
	command -v dovecot >/dev/null || test -x /usr/sbin/dovecot || missing="$$missing dovecot-imapd"; \
	test -n "$$missing" || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing$$missing …"; \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive \
			apt-get install -qy --no-install-recommends $$missing && exit 0; \
	fi; \
	case "$$missing" in *chromium*) echo "NOT RUN: the browser tests, since chromium is missing.";; esac; \
	case "$$missing" in *postgresql*) echo "NOT RUN: the tests on PostgreSQL, since it is missing.";; esac; \
	case "$$missing" in *dovecot*) echo "NOT RUN: the tests of the mailbox, since Dovecot is missing.";; esac; \
	case "$$missing" in *npm*) echo "NOT RUN: calendars read by ical.js, since npm is missing.";; esac; \
	case "$$missing" in *pango*) echo "NOT RUN: the tests of PDFs, since the library Pango is missing.";; esac; \
	echo "To run them too, install:$$missing"; \
	test -z "$$CI" || { echo "CI runs every test, so this stops here."; exit 1; }

clean: ## take away what make made, the demo's database included
	rm -rf tests/node/node_modules .venv .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f demo.db demo.db-shm demo.db-wal demo.secret

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "This needs Python 3.11 or newer, and '$(PYTHON)' is not that."; \
		echo "Where another is installed, name it: make demo PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make its own folder of packages: its module venv is missing."; \
		echo "On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@echo "Making .venv …"
	@$(PYTHON) -m venv .venv

.venv/.run: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing what the hub needs; the first time takes a minute or two …"
	@$(PIP) install --require-hashes -r requirements.txt || { \
		echo "The packages could not be installed. Is this machine online?"; exit 1; }
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements-dev.txt pyproject.toml | .venv/bin/python
	@echo "Installing what the tests need; the first time takes a few minutes …"
	@$(PIP) install --require-hashes -r requirements-dev.txt || { \
		echo "The packages could not be installed. Is this machine online?"; exit 1; }
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ .venv/.run
