# One command from a fresh machine to a result. Needs make and Python 3.11 to 3.13 with venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq --no-input
EDITABLE := --editable .
SETTINGS := pyproject.toml constraints.txt
KERNELS := src/khazri/solve/structured
# run by path, so that it works before Khazri is installed; -P: modules beside it hide no others
COMPILE := $(BIN)/python -P $(KERNELS)/compile.py
MYSELF := $(lastword $(MAKEFILE_LIST))

.DELETE_ON_ERROR:
.PHONY: help plan appraise test test-slow check case docs docs-results docs-appraisal docs-uncertainty kernels compiled wheel constraints clean bench bench-quick

help:  ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MYSELF) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

plan: $(VENV)/core.stamp compiled  ## plan the Caspian case for 2030 and write out/caspian-2030
	@$(BIN)/khazri plan cases/caspian --year 2030 --out out/caspian-2030 || [ $$? -eq 5 ]

appraise: $(VENV)/core.stamp compiled  ## appraise the corridors of the Caspian case into out/caspian-appraisal
	@$(BIN)/khazri appraise cases/caspian --years 2030,2035,2040 --out out/caspian-appraisal

test: check compiled  ## run all checks and the fast tests
	@echo "== pytest"
	@$(BIN)/python -m pytest --quiet --numprocesses=2 -m "not slow"

test-slow: $(VENV)/dev.stamp compiled  ## run the tests that take long
	@$(BIN)/python -m pytest --quiet -m slow

check: $(VENV)/dev.stamp  ## run linter, formatter, type checker and import contract
	@echo "== ruff"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@echo "== mypy"
	@$(BIN)/mypy --no-error-summary
	@echo "== import contract"
	@$(BIN)/lint-imports --no-logo --config pyproject.toml

case: $(VENV)/profiles.stamp  ## rebuild the Caspian case from its raw data
	@for part in shapes case profiles; do \
	  echo "== $$part"; $(BIN)/python cases/caspian/build/build_$$part.py || exit 1; \
	done

docs: $(VENV)/docs.stamp  ## build the documentation into docs/_build/html
	@$(BIN)/python docs/generate_reference.py
	@$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

docs-results: plan  ## run anew what the pages show: back-cast, public cases, tutorial (15 minutes)
	@echo "== back-cast of 2024"
	@$(BIN)/khazri --json backcast cases/caspian --year 2024 > out/backcast.json || [ $$? -eq 5 ]
	@$(BIN)/khazri --json backcast cases/caspian --year 2024 --scenario free_trade_2024 \
	  > out/free.json || [ $$? -eq 5 ]
	@$(BIN)/python docs/generate_validation.py out/backcast.json out/free.json
	@echo "== public cases"
	@$(BIN)/python docs/generate_public_cases.py
	@echo "== tutorial"
	@$(BIN)/python docs/generate_tutorial.py

EXAMPLE = --hours 365 --out out/examples
BOTH = cases/caspian zangezur_tripp black_sea_energy --years 2030,2035,2040 --method pint
docs-appraisal: $(VENV)/core.stamp compiled  ## run anew the worked examples of appraisal (15 minutes)
	@$(BIN)/khazri appraise cases/caspian --years 2030,2035,2040 $(EXAMPLE)/caspian-appraisal
	@for pair in tripp:zangezur_tripp cable:black_sea_energy; do \
	  short=$${pair%%:*}; name=$${pair##*:}; \
	  for outside in nothing together; do \
	    $(BIN)/khazri share cases/caspian --corridors $$name --year 2035 --outside $$outside \
	      $(EXAMPLE)/share-$$short-$$outside || exit; \
	  done; \
	  $(BIN)/python docs/plan_corridor.py cases/caspian $$name 2035 365 \
	    out/examples/plan-$$short || exit; \
	  $(BIN)/khazri --json finance cases/caspian $$name --plan out/examples/plan-$$short \
	    --terms docs/examples/loan.toml --out out/examples/finance-$$short \
	    > out/examples/finance-$$short.json || [ $$? -eq 5 ] || exit; \
	done
	@$(BIN)/khazri appraise $(BOTH) \
	  --scenarios high_demand,low_demand,dry_year $(EXAMPLE)/caspian-regret
	@for hours in 168 1095; do \
	  $(BIN)/khazri appraise $(BOTH) --hours $$hours \
	    --out out/examples/caspian-hours-$$hours || exit; \
	done
	@$(BIN)/python docs/generate_appraisal.py out/examples

docs-uncertainty: $(VENV)/core.stamp compiled  ## run anew the corridors under uncertainty (10 minutes)
	@$(BIN)/khazri appraise $(BOTH) --uncertainty 16 $(EXAMPLE)/caspian-uncertainty
	@$(BIN)/python docs/generate_uncertainty.py out/examples/caspian-uncertainty

kernels: $(VENV)/venv.stamp  ## compile the C kernels anew, also with another compiler: CC=clang
	@rm -f $(KERNELS)/kernels_*.so
	@$(COMPILE)

bench: $(VENV)/dev.stamp  ## measure Khazri against PyPSA (about 20 minutes, at most 60) and write docs/performance.md
	@$(BIN)/python -m benchmarks.run full benchmarks/results/full.json
	@$(BIN)/python -m benchmarks.report benchmarks/results/full.json --page docs/performance.md

bench-quick: $(VENV)/dev.stamp  ## measure a part of that in less than 3 minutes
	@$(BIN)/python -m benchmarks.run quick out/bench-quick.json

wheel: $(VENV)/dev.stamp  ## build the wheel into dist
	@$(PIP) wheel --no-deps --wheel-dir dist .
	@ls dist

constraints: $(VENV)/all.stamp  ## write the installed versions to constraints.txt
	@{ echo "# Versions that the tests passed with; made by: make constraints"; \
	   $(BIN)/python -m pip --disable-pip-version-check freeze --exclude-editable; } > constraints.new
	@mv constraints.new constraints.txt

clean:  ## remove the environment and everything that was built
	rm -rf $(VENV) docs/_build dist $(KERNELS)/kernels_*.so

# ---- the environment: one stamp per set of packages, so that nothing is installed twice

$(VENV)/venv.stamp:
	@echo "== Python environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
	  { echo "Khazri needs Python 3.11 to 3.13; choose one with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "Python has no venv here; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/core.stamp: $(VENV)/venv.stamp $(SETTINGS)
	@echo "== installing Khazri (about a minute)"
	@$(PIP) install --constraint constraints.txt $(EDITABLE)
	@touch $@

# the libraries' names carry a hash of their source: this compiles what has changed, else nothing;
# where there is no compiler (exit code 6) it says so, and HiGHS does the work
compiled: $(VENV)/venv.stamp
	@$(COMPILE) || [ $$? -eq 6 ]

$(VENV)/profiles.stamp: $(VENV)/venv.stamp $(SETTINGS)
	@echo "== installing Khazri and what builds profiles"
	@$(PIP) install --constraint constraints.txt $(EDITABLE)[profiles]
	@touch $@

$(VENV)/dev.stamp: $(VENV)/venv.stamp $(SETTINGS)
	@echo "== installing Khazri and what tests it"
	@$(PIP) install --constraint constraints.txt $(EDITABLE)[profiles,solvers,dask,dev]
	@touch $@ $(VENV)/core.stamp $(VENV)/profiles.stamp

$(VENV)/docs.stamp: $(VENV)/venv.stamp $(SETTINGS)
	@echo "== installing Khazri and what builds its documentation"
	@$(PIP) install --constraint constraints.txt $(EDITABLE)[docs]
	@touch $@ $(VENV)/core.stamp

# newest versions on purpose: no constraints here
$(VENV)/all.stamp: $(VENV)/venv.stamp pyproject.toml
	@$(PIP) install --upgrade --upgrade-strategy eager $(EDITABLE)[profiles,solvers,dev,docs]
	@touch $@
