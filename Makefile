# Two commands for newcomers: `make run` does the main job, `make test` checks everything.
# `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv --quiet
# Two processes, a file at a time; each starts one Label Studio at most for the tests to share.
PARALLEL := --numprocesses 2 --dist loadfile --no-loadscope-reorder
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run test check style soak screenshots schemas lock clean browser team-server
.DEFAULT_GOAL := help

help: ## List the targets.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/runtime.stamp ## Do the main job: seeds to release, through Label Studio.
	@$(BIN)/builder run

# Types take a minute of one processor, and are checked beside the tests.
test: style browser ## Check style and types, and run all tests.
	@types=$$(mktemp); $(BIN)/mypy > $$types 2>&1 & checking=$$!; \
	$(BIN)/python -m pytest -m "not soak" $(PARALLEL) --cov; tested=$$?; \
	wait $$checking; checked=$$?; cat $$types; rm $$types; exit $$((tested | checked))

check: style ## Check style and types alone.
	@$(BIN)/mypy

style: $(VENV)/dev.stamp # The style, and which room imports which.
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports

soak: $(VENV)/dev.stamp browser team-server ## Run all tests, and the long versions of those that have one.
	@BUILDER_SOAK=1 $(BIN)/python -m pytest $(PARALLEL)

screenshots: $(VENV)/dev.stamp browser ## Take the pictures of the annotator's screen in docs/ again.
	@$(BIN)/python -m tests.studio.take_screenshots

schemas: $(VENV)/runtime.stamp ## Write the JSON Schemas of records and of releases into schemas/.
	@$(BIN)/python -m builder.validate.json_schema
	@$(BIN)/python -m builder.dataset.row_schema

lock: $(VENV)/dev.stamp ## Compile locks/ from pyproject.toml, with hashes and without addresses.
	@for name in bootstrap label-studio readers-2.21 readers-3.6 readers-4.0; do \
	  $(UV) pip compile --universal --generate-hashes --no-header --python-version 3.11 \
	    locks/$$name.in -o locks/$$name.txt > /dev/null; done
	@$(UV) pip compile --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml --extra all --group build -o locks/runtime.txt > /dev/null
	@$(UV) pip compile --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml --extra dataset --group build -c locks/runtime.txt -o locks/validate.txt > /dev/null
	@$(UV) pip compile --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml --extra all --group build --group dev -o locks/dev.txt > /dev/null

clean: ## Remove the environment and what is made again; not the server's state in .builder.
	rm -rf $(VENV) data/suggestions data/tasks data/gold

browser: # Chromium for the browser tests.
	@sh tests/install_browser.sh

team-server: # PostgreSQL and Caddy for the test of the team's server.
	@sh tests/install_team_server.sh

$(BIN)/uv: locks/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed, and $(PYTHON) is older: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting up $(VENV) ..." >&2
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "The venv module is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/pip install --quiet --require-hashes -r locks/bootstrap.txt
	@touch $@

# The locked packages, then this one, editable, with nothing fetched beside the lock. All of it is
# compiled once: where Python may not write bytecode, it would compile again at every command. Our
# own files are known by their hash, as git gives them another time whenever it writes them.
$(VENV)/%.stamp: locks/%.txt pyproject.toml $(BIN)/uv
	@echo "Installing the packages of $< ..." >&2
	@$(UV) pip install --compile-bytecode --python $(BIN)/python --require-hashes -r $<
	@$(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q -f --invalidation-mode checked-hash builder
	@touch $@
