# The two commands to know: make demo, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH_VENV := .venv-bench
PIP := $(BIN)/pip install --disable-pip-version-check
BENCH_PIP := $(BENCH_VENV)/bin/pip install --disable-pip-version-check
# Only what goes wrong is worth reading.
QUIETLY := > $(VENV)/pip.log 2>&1 || { cat $(VENV)/pip.log >&2; exit 1; }

.PHONY: demo test soak bench audit browser format lock pictures clean

demo: $(VENV)/installed  ## Try Recap in the browser, on the notes that ship with it; one answer here with Q="..."
	@$(BIN)/recap demo $(if $(Q),"$$Q")

export Q

test: $(VENV)/installed-dev  ## Format, lint, types and all tests; those in a browser where there is a Chromium
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

soak: $(VENV)/installed-dev  ## The tests of docs/reliability.md in full, and a table of what was tried; takes hours
	RECAP_SOAK=1 $(BIN)/python -m pytest tests/reliability

# The libraries that Recap is measured beside have an environment of their own, so that no test can lean on them.
bench: $(BENCH_VENV)/installed  ## Measure Recap beside other libraries and write docs/benchmarks.md; options in BENCH="..."
	$(BENCH_VENV)/bin/python -m bench $(BENCH)

# An environment of its own for it, too. It fails for what is known of a package, and where nobody can be asked.
audit: $(VENV)/audit/installed  ## Look for known vulnerabilities of everything pinned; asks PyPI; options in AUDIT="..."
	@for lock in $(or $(LOCKS),$(wildcard requirements*.lock)); do \
		echo "$$lock:" >&2; \
		$(VENV)/audit/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off --requirement $$lock $(AUDIT) \
			|| failed="$$failed $$lock"; \
	done; \
	[ -z "$$failed" ] || { echo "Not passed:$$failed. Where packages are listed above, take newer ones (make lock) or see" \
		"what is said of them. Where nobody could be asked, or a mirror of PyPI knows none of them, try again with a" \
		"way to pypi.org itself, or with AUDIT=--vulnerability-service=osv." >&2; exit 1; }

browser:  ## Install Debian's Chromium for the tests and pictures of the page, unless there is one
	@tools/browser.sh

format: $(VENV)/installed-dev  ## Put the code into its usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/installed-dev  ## Choose the newest versions of everything again
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
		--no-header --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
		--no-header --extra dev --output-file requirements-dev.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
		--no-header --extra dev --extra semantic --extra bench --output-file requirements-bench.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
		--no-header --output-file requirements-audit.lock --group audit

pictures: $(VENV)/installed-dev browser  ## Make the pictures in README and docs from the running program
	$(BIN)/python tools/picture.py docs/conversation.svg
	$(BIN)/python tools/pictures.py docs/pictures

clean:  ## Remove what make made
	rm -rf $(VENV) $(BENCH_VENV) build dist *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Recap needs Python 3.11 or newer; name it with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv module is missing. Install it with: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# Recap itself is installed editable, so that a change to the code needs no new installation.
$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up $(VENV) (once) ..." >&2
	@$(PIP) --require-hashes -r requirements.lock $(QUIETLY)
	@$(PIP) --no-deps --editable . $(QUIETLY)
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	@$(PIP) --require-hashes -r requirements-dev.lock $(QUIETLY)
	@touch $@

$(VENV)/audit/installed: requirements-audit.lock | $(VENV)/bin/python
	@echo "Setting up $(VENV)/audit (once) ..." >&2
	@$(PYTHON) -m venv $(VENV)/audit
	@$(VENV)/audit/bin/pip install --disable-pip-version-check --require-hashes -r requirements-audit.lock $(QUIETLY)
	@touch $@

$(BENCH_VENV)/installed: requirements-bench.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up $(BENCH_VENV) (once) ..." >&2
	@$(PYTHON) -m venv $(BENCH_VENV)
	@$(BENCH_PIP) --require-hashes -r requirements-bench.lock $(QUIETLY)
	@$(BENCH_PIP) --no-deps --editable . $(QUIETLY)
	@touch $@
