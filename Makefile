# Правовая помощь онлайн. `make demo` shows the product, `make test` proves it; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv/bin
REPORTS := var/reports
# Checks read the settings but serve nobody.
CHECK := SECRET_KEY=check-only DEMO=0 PYTHONWARNINGS=ignore

.PHONY: help setup demo test test-fast test-python test-client test-browser e2e-net check check-style check-types check-layers \
        check-migrations check-templates check-client format bench lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## everything a clone needs: packages, client bundle
	@scripts/setup.sh

demo: setup ## the whole product on one address, with one-click logins
	@exec $(VENV)/legalaid demo --tied

test: setup ## all tests: Python, client, browsers
	@scripts/chromium.sh
	@scripts/coturn.sh
	@scripts/janus.sh
	@$(MAKE) --no-print-directory test-python test-client test-browser

test-fast: setup ## tests that need no browser
	@scripts/coturn.sh
	@scripts/janus.sh
	@$(MAKE) --no-print-directory test-python test-client

test-python:
	@mkdir -p $(REPORTS)
	$(VENV)/pytest -n auto -m "not browser and not network" --junit-xml $(REPORTS)/python.xml

test-client:
	npm run --silent test

# A browser that stands still never answers the test's farewell either: only the thread's timeout ends such a run.
test-browser:
	@mkdir -p $(REPORTS)
	$(VENV)/pytest -m browser --timeout-method thread --junit-xml $(REPORTS)/browser.xml

e2e-net: setup ## calls over bad lines, in network namespaces; needs root, ip and /dev/net/tun
	@scripts/chromium.sh
	@scripts/coturn.sh
	@mkdir -p $(REPORTS)
	$(VENV)/pytest tests/net -m network -p no:randomly --timeout-method thread --junit-xml $(REPORTS)/network.xml

check: setup ## style, types, layers, migrations, templates
	@$(MAKE) --no-print-directory -k -j2 --output-sync=target check-types check-style check-layers check-migrations \
	  check-templates check-client
	@echo "make check: всё в порядке"

check-style:
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .

check-types:
	$(CHECK) $(VENV)/mypy --strict legalaid

check-layers:
	$(VENV)/lint-imports --no-logo 2>/dev/null || $(VENV)/lint-imports

check-migrations:
	$(CHECK) $(VENV)/python -m django check --settings legalaid.config.settings
	$(CHECK) $(VENV)/python -m django makemigrations --check --dry-run --settings legalaid.config.settings

check-templates:
	$(VENV)/djlint --lint --quiet legalaid/web

check-client:
	npm run --silent check

format: setup ## put style right
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .
	npm run --silent fix

bench: setup ## speed, each figure with its floor; bench/results/latest.json
	$(VENV)/python -m bench.run

lock: setup ## requirements.lock from pyproject.toml
	.tools/uv/bin/uv pip compile pyproject.toml --extra redis --extra triage --group dev --universal --generate-hashes --no-header \
	  --no-emit-index-url --python-version 3.11 -q -o requirements.lock

clean: ## remove what setup, tests and the demo made, data too
	rm -rf .venv .tools node_modules var legalaid/web/static/client .mypy_cache .ruff_cache .pytest_cache .hypothesis
