# Broadsheet's front door. Every target sets up what it needs; a second run finds it done.
#
# Needs Python 3.11 or later and make. Everything is installed into .venv; outside it, and only where
# they are missing and this user may, Debian's packages for Chromium (make test) and venv.

PYTHON ?=
PORT ?= 8000
DATA ?= $(or $(BROADSHEET_DATA),var)
PYTEST ?=
UPGRADE ?=
KILLS ?= 500
EXAMPLES ?= 50000

VENV := .venv
BIN := $(VENV)/bin
# Stamps: what the service needs, what its developers need, which holds the former, what checks and makes the script, and
# the engines it is measured beside.
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
SCRIPT := $(VENV)/.node
BENCH := $(VENV)/.bench

# Wheels only: building a package would fetch build tools that no lock vouches for.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
REQUIRE := $(PIP) install --quiet --only-binary :all: --require-hashes --no-deps --requirement
PROJECT := $(PIP) install --quiet --no-deps --no-build-isolation --no-index --editable .
# Kernels are compiled when they are first imported, and kept beside their source: no service does it, and no test.
COMPILE := $(BIN)/python -m indexer.analysis.compile_kernels
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --no-config --universal --python-version 3.11 \
	--group build --generate-hashes --no-header --annotation-style line $(if $(UPGRADE),--upgrade)

# Node comes with the developers' lock, and npm with it: they keep to the environment, and run nothing of a package's own.
NODE := $(BIN)/node
NPM := NODE_DISABLE_COMPILE_CACHE=1 npm_config_cache='$(CURDIR)/$(VENV)/.npm' PATH='$(CURDIR)/$(BIN)':"$$PATH" $(BIN)/npm \
	--ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
TSC := $(NODE) $(VENV)/node/node_modules/typescript/bin/tsc
CHECKED := tools/node/package.json tools/node/package-lock.json

# What this user's shell says about Python is about other projects.
unexport PYTHONHOME PYTHONPATH PIP_REQUIRE_VIRTUALENV PIP_TARGET PIP_PREFIX
export PIP_USER := 0
export PYTHON CHROMIUM POSTGRES

# Fast tests come first, so that a slip shows in seconds and not after the browser has started.
QUICK := $(addprefix tests/,architecture docs analysis search contract web parsing)
# Those that only compute, at length, run the same lines a thousand times: what they ran is not written down, which would
# take a third of their time. Whole files, so that what they share is made once; the longest first, so that all end together.
HEAVY := $(addprefix tests/,backends/test_differential.py relevance/test_collections.py backends/test_many.py \
	backends/test_large.py relevance/test_wordpress.py crash/test_kill.py parsing/test_limits.py backends/test_stock_writer.py \
	relevance/test_furniture.py crash/test_levels.py crash/test_damage_trials.py crash/test_index_kill.py)
# These watch a clock, fill a disk or load the machine: they come last, one by one. All others run side by side.
LAST := $(addprefix tests/,service/test_server.py service/test_full_disk.py)
LOADED := tests/publishing
BROWSER := tests/browser
FOLDERS := $(filter-out tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/)))
TESTS := $(wildcard $(QUICK)) $(filter-out $(QUICK) $(LOADED) $(BROWSER),$(FOLDERS))
# Tests make their own settings; those of this user's service are none of theirs.
WITHOUT_SETTINGS := env $(foreach name,$(filter BROADSHEET_%,$(.VARIABLES)),-u $(name))

# A named port wins over an address in the environment.
named_port := $(filter command environment,$(origin PORT))
bind := $(or $(if $(named_port),,$(BROADSHEET_BIND)),127.0.0.1:$(PORT))

PYTESTED = $(WITHOUT_SETTINGS) $(BIN)/python -m pytest
# What one run has begun another goes on with; the last of them says how much was run, and refuses too little.
COVERED = --cov --cov-append --cov-report= --cov-fail-under=0
SIDE_BY_SIDE = $(PYTESTED) $(COVERED) --numprocesses auto --dist worksteal
# Each process has a browser and a service of its own, for whole files.
FILE_BY_FILE = $(PYTESTED) $(COVERED) --numprocesses auto --dist loadfile
UNWATCHED = $(PYTESTED) --no-cov --numprocesses auto --dist loadfile --no-loadscope-reorder
ONE_BY_ONE = $(PYTESTED) --cov --cov-append --cov-report=term
ALONE_UNWATCHED = $(PYTESTED) --no-cov
NO_TESTS := 5  # pytest's exit status when PYTEST= leaves none of them

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve test lint script format bench crash examples install clean lock

# An environment that has moved or lost its interpreter loses its stamps, and so is made anew.
$(shell tools/make-venv --check $(VENV) || rm -f $(RUNTIME) $(DEV) $(SCRIPT) $(BENCH))

help: ## List the targets
	@echo 'Broadsheet: full-text search for a site of articles'
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo 'Variables: PORT=8000, DATA=var, KILLS=500, EXAMPLES=50000, PYTHON=, CHROMIUM= and POSTGRES= (paths), PYTEST= (options of pytest)'

serve: $(RUNTIME) ## Index the sample site and serve it on 127.0.0.1:8000 (PORT= and DATA= change it)
	@export BROADSHEET_DATA='$(DATA)' BROADSHEET_BIND='$(bind)' BROADSHEET_SOURCE="$${BROADSHEET_SOURCE:-corpus}" && \
		mkdir -p '$(DATA)' && $(BIN)/broadsheet serve --check && \
		echo 'Broadsheet reads its articles, and is then at http://$(bind)/ (Ctrl-C stops it)' && \
		{ $(BIN)/broadsheet index || test $$? -eq 1; } && \
		exec $(BIN)/broadsheet serve

test: lint ## Check style and types and run every test, the browser's included (PYTEST= adds options)
	@$(COMPILE)
	@chromium=$$(tools/find-chromium --install) && postgres=$$(tools/find-postgres --install) && \
		rm -f .coverage .coverage.* && \
		export BROADSHEET_TEST_CHROMIUM="$$chromium" BROADSHEET_TEST_POSTGRES="$$postgres" && \
		{ $(SIDE_BY_SIDE) $(TESTS) tests/test_setup.py $(addprefix --ignore=,$(HEAVY) $(LAST)) $(PYTEST) || test $$? -eq $(NO_TESTS); } && \
		{ $(UNWATCHED) $(HEAVY) $(PYTEST) || test $$? -eq $(NO_TESTS); } && \
		{ $(FILE_BY_FILE) $(BROWSER) $(PYTEST) || test $$? -eq $(NO_TESTS); } && \
		{ $(ALONE_UNWATCHED) $(LOADED) $(PYTEST) || test $$? -eq $(NO_TESTS); } && \
		{ $(ONE_BY_ONE) $(LAST) $(PYTEST) || test $$? -eq $(NO_TESTS); }

lint: $(DEV) $(SCRIPT) ## Check style (ruff) and types (mypy --strict, tsc for the page's script)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(TSC) --project .
	$(BIN)/python tools/make_script.py --check

script: $(DEV) $(SCRIPT) ## Make the search box's script from its parts (service/web/search-box)
	$(BIN)/python tools/make_script.py

format: $(DEV) ## Put the code into shape (ruff)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(BENCH) ## Run the benchmarks
	$(BIN)/python -m benchmarks

crash: $(DEV) ## Kill the indexer KILLS=500 times, damage its files as often, commit twice as often: nothing is lost
	$(WITHOUT_SETTINGS) $(BIN)/python -m tests.crash.campaign --kills $(KILLS)
	$(WITHOUT_SETTINGS) $(BIN)/python -m tests.crash.writing --kills $(KILLS)
	$(WITHOUT_SETTINGS) $(BIN)/python -m tests.crash.damage --trials $(KILLS)
	$(WITHOUT_SETTINGS) $(BIN)/python -m tests.crash.levels --commits $$((2 * $(KILLS)))

examples: $(DEV) ## Try EXAMPLES=50000 examples of each property of text, grammar, matching and writing
	$(WITHOUT_SETTINGS) BROADSHEET_TEST_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -q \
		tests/analysis tests/search tests/contract tests/backends $(PYTEST)

install: $(DEV) $(SCRIPT) ## Make the environment in .venv, with everything the other targets use

clean: ## Remove the environment and every cache; the data in var/ stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis \
		.coverage .coverage.* coverage.xml htmlcov test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: $(DEV) ## Write the locks anew from pyproject.toml (UPGRADE=1 takes newer versions)
	$(LOCK) --extra dev --output-file requirements-dev.lock
	$(LOCK) --extra dev --extra bench --constraint requirements-dev.lock --output-file requirements-bench.lock
	$(LOCK) --constraint requirements-dev.lock --output-file requirements.lock
	$(NPM) $(if $(UPGRADE),update,install) --prefix tools/node --package-lock-only --omit-lockfile-registry-resolved

$(RUNTIME): pyproject.toml requirements.lock
	@tools/make-venv $(VENV)
	@echo 'Installing what the service needs into $(VENV)'
	@$(REQUIRE) requirements.lock
	@$(PROJECT)
	@echo 'Compiling the search kernels, once; that takes a minute or two'
	@$(COMPILE)
	@touch $@

$(DEV): pyproject.toml requirements-dev.lock
	@tools/make-venv $(VENV)
	@echo 'Installing what the service and its tests need into $(VENV)'
	@$(REQUIRE) requirements-dev.lock
	@$(PROJECT)
	@echo 'Compiling the search kernels, once; that takes a minute or two'
	@$(COMPILE)
	@touch $(RUNTIME) $@

# Order only: other Python packages are no reason to fetch this anew, and a new environment has no stamps.
$(SCRIPT): $(CHECKED) | $(DEV)
	@echo 'Installing what checks and makes the script into $(VENV)'
	@mkdir -p $(VENV)/node
	@cp $(CHECKED) $(VENV)/node
	@$(NPM) ci --prefix $(VENV)/node --silent
	@touch $@

$(BENCH): requirements-bench.lock $(DEV)
	@echo 'Installing the engines to measure beside into $(VENV)'
	@$(REQUIRE) requirements-bench.lock
	@touch $@
