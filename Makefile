# Everything a person needs: `make run` and `make test`. Python 3.11, 3.12 or 3.13 and make are enough.
PYTHON ?= $(shell for v in python3.11 python3.12 python3.13 python3; do command -v $$v >/dev/null 2>&1 && $$v -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] < (3,14))' 2>/dev/null && echo $$v && break; done)
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8501

# Set before any import, or a small fit can take a hundred times as long on a busy machine.
export OMP_WAIT_POLICY ?= PASSIVE
export TF_CPP_MIN_LOG_LEVEL ?= 2

.PHONY: run venv test test-all lint types imports browser lock bench clean

run: venv
	$(PY) -m streamlit run app.py --server.port $(PORT) --server.maxUploadSize $${LATHE_MAX_UPLOAD_MB:-1024}

venv: $(VENV)/.installed

$(VENV)/.installed: requirements.txt
	@test -n "$(PYTHON)" || { echo "Lathe needs Python 3.11, 3.12 or 3.13; none was found."; exit 1; }
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --disable-pip-version-check -q -r requirements.txt
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(PY) -m pip install --disable-pip-version-check -q -r requirements-dev.txt
	touch $@

# Two processes share the files: more would only compete for the cores and memory of a small machine.
PYTEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test: lint types imports browser
	$(PYTEST) -m "not slow"

test-all: lint types imports browser
	LATHE_TEST_DRAWS=anew $(PYTEST)

lint: $(VENV)/.installed-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(VENV)/.installed-dev
	$(PY) -m mypy

imports: $(VENV)/.installed-dev
	PYTHONPATH=. $(VENV)/bin/lint-imports

# The browser tests want Chromium. It is installed where that is possible without asking; elsewhere they skip with a reason.
browser:
	@if command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-liberation) >/dev/null 2>&1 \
	    || echo "Chromium could not be installed: the browser tests will be skipped."; \
	else echo "No Chromium here: the browser tests will be skipped."; fi

bench: venv
	$(PY) -m benchmarks

# Writes the two locks. Needs uv (`pip install uv`) on the path.
UV_COMPILE := uv pip compile --universal -p 3.11 --no-annotate --no-header --index-strategy unsafe-best-match -q
lock:
	scripts/lock.sh "$(UV_COMPILE)"

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
