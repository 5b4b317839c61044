# Run `make` alone for a list. ARGS="…" is handed on to the program behind a target.
.DEFAULT_GOAL := list
.PHONY: list setup run test check bench docs lock clean

PYTHON_CODE := src tests scripts bench
DATABASE := sqlite:///var/numberblocks.db
PORT := 8080

list:
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv and install everything that tests and checks need
	@scripts/setup dev system

run: ## start the service with demo data on http://127.0.0.1:8080
	@scripts/setup
	@mkdir -p var
	@.venv/bin/numberblocks demo --database $(DATABASE)
	@exec .venv/bin/numberblocks serve --host 127.0.0.1 --port $(PORT) --database $(DATABASE) $(ARGS)

test: ## run the tests on real databases, browser and clients; ARGS="-k name" for some of them
	@scripts/setup dev system
	@.venv/bin/python -m pytest $(ARGS)

check: ## check style, types, imports, lock files and known vulnerabilities
	@scripts/setup dev
	.venv/bin/ruff check $(PYTHON_CODE)
	.venv/bin/ruff format --check $(PYTHON_CODE)
	.venv/bin/mypy $(PYTHON_CODE)
	.venv/bin/lint-imports --no-logo
	scripts/check-locks
	.venv/bin/python scripts/audit.py

bench: ## measure configuring beside the bare driver, reading, and commands
	@scripts/setup dev system bench
	@.venv/bin/python -m bench $(ARGS)

docs: ## remake the documents that are generated from the code
	@scripts/setup dev
	@.venv/bin/python scripts/build_docs.py $(ARGS)

lock: ## remake the lock files; ARGS=--upgrade for the newest of everything
	@scripts/setup dev
	@scripts/lock $(ARGS)

clean: ## take away everything that make has made, but keep var/
	rm -rf .venv node_modules dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find $(PYTHON_CODE) -name __pycache__ -prune -exec rm -rf {} +
