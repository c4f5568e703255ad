# The two commands: `make night` and `make test`. Both set everything up on a machine with Python >= 3.11, make and a package index.
PYTHON ?= python3
BIN := .venv/bin
# The date of the simulated night; 2024-05-14 had the largest flare of that spring (X8.7).
NIGHT ?= 2024-05-14
VISIT ?= 1
# Moves the moments and the victims of the faults.
SEED ?= 1
# Of the soak.
NIGHTS ?= 30

.DEFAULT_GOAL := help
.PHONY: help setup night test check faults soak lock clean

help:
	@echo "make night   set up, start the local stack (and leave it up), run a night on the simulated archive, print the summary"
	@echo "make test    set up, run every check and test"
	@echo "make check   its static part"
	@echo "make faults  all that can befall a night, SEED=1; a table of what each fault cost; half an hour"
	@echo "make soak    thirty nights, NIGHTS=30, each with a fault drawn by SEED=1; what grows meanwhile; half an hour"
	@echo "make setup   the environment alone"

setup: $(BIN)/.ready

# uv, because pip resolves torch and torchvision apart; bytecode, because every process would else compile what it imports.
$(BIN)/.ready: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "nightshift needs Python 3.11 or later; set PYTHON=")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip install --quiet --compile-bytecode --requirements requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

night: setup
	$(BIN)/nightshift up
	$(BIN)/nightshift night --archive simulated --night $(NIGHT) --visit $(VISIT)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/lint-imports
	$(BIN)/numpydoc lint $$(git ls-files 'db/*.py' 'models/*.py' 'tasks/*.py' 'flows/*.py' 'deployments/*.py' | grep -v migrations)
	$(BIN)/python -m deployments.stack.alembic_check

# Two processes: the tests of the stack wait for servers most of the time.
test: check
	$(BIN)/pytest -n 2 --no-loadscope-reorder

faults: setup
	$(BIN)/pytest -m "not soak" tests/faults --fault-seed $(SEED)

soak: setup
	$(BIN)/pytest -m soak tests/faults/test_soak.py --fault-seed $(SEED) --soak-nights $(NIGHTS)

# Versions of everything that `setup` installs; the peers of the benchmarks (the extra "bench") stay out.
lock: setup
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-annotate --no-header --extra test \
		pyproject.toml --output-file requirements.lock

clean:
	rm -rf .venv
