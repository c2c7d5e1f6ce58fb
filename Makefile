# The two commands to know: make demo, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check format lock reference clean

demo: $(VENV)/installed  ## Try Recap on the notes that ship with it; one answer with Q="..."
	@$(BIN)/recap demo $(if $(Q),"$$Q")

export Q

test: $(VENV)/installed-dev  ## Format, lint, types and all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

format: $(VENV)/installed-dev  ## Put the code into its usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/installed-dev  ## Choose the newest versions of everything again
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
		--no-header --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
		--no-header --extra dev --output-file requirements-dev.lock pyproject.toml

clean:  ## Remove what make made
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Recap needs Python 3.11 or newer; name it with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv module is missing. Install it with: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# Recap itself is installed editable, so that a change to the code needs no new installation.
$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up $(VENV) (once) ..." >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable . >&2
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock >&2
	@touch $@
