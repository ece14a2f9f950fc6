# Two commands for users: make report, make test. One more for developers: make check.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: report test check format docs benchmark benchmark-impedance benchmark-techniques benchmark-many benchmark-energies benchmark-binding benchmark-relaxation benchmark-simulate fuzz properties clean

report: $(STAMP)
	$(BIN)/byssus run studies/poss-polyimide

test: $(STAMP)
	$(BIN)/python -m pytest -n auto

check: $(STAMP)
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/ruff format src tests benchmarks

docs: $(STAMP)
	$(BIN)/python docs/generate.py

benchmark: $(STAMP)
	$(BIN)/python benchmarks/cycling.py

benchmark-impedance: $(STAMP)
	$(BIN)/python benchmarks/impedance.py

benchmark-techniques: $(STAMP)
	$(BIN)/python benchmarks/techniques.py

benchmark-many: $(STAMP)
	$(BIN)/python benchmarks/many.py

benchmark-energies: $(STAMP)
	$(BIN)/python benchmarks/known_energies.py

benchmark-binding: $(STAMP)
	$(BIN)/python benchmarks/binding.py

benchmark-relaxation: $(STAMP)
	$(BIN)/python benchmarks/relaxation.py

benchmark-simulate: $(STAMP)
	$(BIN)/python benchmarks/simulate.py

properties: $(STAMP)
	$(BIN)/python -m pytest -n auto -m hypothesis --hypothesis-profile thorough

fuzz: $(STAMP)
	$(BIN)/python benchmarks/fuzz.py

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "byssus needs Python 3.11 or newer; try make PYTHON=python3.12 (or 3.11, 3.13)")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,dask,chemistry]'
	@touch $@

clean:
	rm -rf $(VENV) studies/*/out
