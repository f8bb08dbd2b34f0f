# `make lab` opens the lab, `make test` runs the tests, `make course` runs every lesson.
# Set-up happens once, in .venv; a newer requirements.lock or pyproject.toml makes it happen again.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
SORT := import re, sys; print(*sorted((line.strip().replace("+cpu", "") for line in sys.stdin), key=lambda line: re.sub("[-_.]+", "-", line.partition("==")[0]).lower()), sep="\n")
READY := .venv/.ready
SEEDS := 1,2,3,4,5
WORKERS := -n 3 --dist loadfile
NEEDS := needs Python 3.11, 3.12 or 3.13 with its venv module: install python3.11 (Debian and Ubuntu: python3.11 and python3.11-venv), or name yours with make PYTHON=/path/to/python3.11
# Where torch's builds for the CPU are; another index, or none: make lab TORCH_INDEX=
TORCH_INDEX := https://download.pytorch.org/whl/cpu
FITS := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

.PHONY: help setup lab test test-all test-seeds course claims site lock picture clean

help:  ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

setup: $(READY)  ## set up .venv from requirements.lock, once

lab: $(READY)  ## open your own copies of the lessons in JupyterLab; WORKSPACE=DIR names their folder
	@$(BIN)/mlops-lab lab $(if $(WORKSPACE),--workspace "$(WORKSPACE)")

test: $(READY)  ## run the tests: code, structure of the notebooks, every lesson twice
	@sh tests/install_system_packages.sh
	$(BIN)/python -m pytest $(WORKERS)

test-all: $(READY)  ## run what is exhaustive, too, and every lesson with five other seeds
	@sh tests/install_system_packages.sh
	$(BIN)/python -m pytest $(WORKERS) --exhaustive --seeds $(SEEDS)

test-seeds: $(READY)  ## run every lesson with five other seeds, on each of its data sets
	$(BIN)/python -m pytest $(WORKERS) tests/notebooks/test_lessons.py --seeds $(SEEDS)

course: $(READY)  ## run every lesson and leave the executed copies in build/course
	$(BIN)/mlops-lab run '*' --stills -o build/course

claims: $(READY)  ## try over which ranges the claims of every lesson hold; takes an hour and more
	$(BIN)/mlops-lab claims '*'
	PYTHONPATH=docs/site $(BIN)/python -m coursesite.readme

site: $(READY)  ## build the course as a static site in build/site; runs the lessons that have changed
	PYTHONPATH=docs/site $(BIN)/python -m coursesite --executed build/course --out build/site

lock: $(READY)  ## resolve pyproject.toml afresh into requirements.lock
	rm -rf build/lock && $(BIN)/python -m venv build/lock
	build/lock/bin/python setup/cpu_torch.py pyproject.toml --index "$(TORCH_INDEX)"
	build/lock/bin/python -m pip install -q -e '.[active,cluster,compress,drift,explain,fair,label,lineage,scale,search,serve,track,validate,classroom,site,dev]'
	build/lock/bin/python -m pip check
	build/lock/bin/python -m pip freeze --exclude-editable | $(BIN)/python -c '$(SORT)' > build/requirements.lock
	mv build/requirements.lock requirements.lock

picture: $(READY)  ## make the README's picture again, from the drift lesson
	$(BIN)/mlops-lab run 4.5 --stills -o build/course
	$(BIN)/python docs/picture.py build/course/4.5_drift.ipynb picture-detectors docs/drift.png

clean:  ## remove everything that set-up and runs have made
	rm -rf .venv build dist

$(READY): requirements.lock pyproject.toml
	@set -e; found=; for python in $(PYTHON) $(if $(PYTHON),,python3.11 /usr/bin/python3.11 python3.12 python3.13 python3); do \
		if $$python -c '$(FITS)' 2>/dev/null; then found=$$python; break; fi; done; \
	if [ -z "$$found" ]; then echo "MLOps Lab $(NEEDS)." >&2; exit 1; fi; \
	echo "Setting up .venv once; this takes a few minutes and about 4 GB."; \
	$$found -m venv .venv
	@$(BIN)/python setup/cpu_torch.py requirements.lock --index "$(TORCH_INDEX)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@
