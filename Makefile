# The verbs of the book: `make help` lists them. Python 3.11+, git and GNU make are all a fresh machine needs.

PYTHON  ?= python3
PROFILE ?= $(or $(SBIR_PROFILE),book)
JOBS    ?= 2
BUILD   ?= _build

VENV := .venv
BIN  := $(VENV)/bin
ENV  := $(VENV)/.ready
RUN  := $(BUILD)/$(PROFILE)
HTML := $(RUN)/html

# Two chapters at a time with one thread each beat one chapter with two threads.
export OMP_NUM_THREADS = 1
export MKL_NUM_THREADS = 1
export OMP_WAIT_POLICY = passive

NAMES    := $(basename $(notdir $(sort $(wildcard notebooks/*.ipynb))))
EXECUTED := $(NAMES:%=$(RUN)/notebooks/%.ipynb)
PAGES    := $(shell find book -type f -not -path '*/tools/*' -not -name '.*' | sort)
TOOLS    := book/tools/stage.py book/tools/hero.py book/tools/no_thebe.py

# A chapter that uses what another one makes runs after it, as in
#   AFTER.10-the-modality-gap := 05-ma-sbir
# (order only: it is not run again because the other one was, and computes what is missing by itself).

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDEXPANSION:
.SUFFIXES:
.PHONY: help env book chapters test check-book links lint lab bench weights sweep hero lock clean

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'
	@echo
	@echo "  PROFILE=smoke|book|paper   how much is computed (now: $(PROFILE));  JOBS=$(JOBS)   chapters at a time"

env: $(ENV) ## the environment, in .venv
$(ENV): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This book needs Python 3.11 or newer; $(PYTHON) is %d.%d. Try: make PYTHON=python3.11" % sys.version_info[:2])'
	@echo "Setting up .venv (the first time: some minutes and about 7 GB on Linux, where torch comes with CUDA) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --constraint requirements.lock --editable ".[book,test,lab,search]"
	@$(BIN)/python -m ipykernel install --sys-prefix --name python3 --display-name "Python 3 (sbirlib)" >/dev/null
	@touch $@

book: $(ENV) ## execute the chapters and build the book
	@$(MAKE) --no-print-directory -j$(JOBS) PROFILE=$(PROFILE) BUILD=$(BUILD) chapters
	@$(MAKE) --no-print-directory PROFILE=$(PROFILE) BUILD=$(BUILD) $(HTML)/.built
	@echo "The book ($(PROFILE) profile): $(HTML)/index.html"

# Every execution writes, beside the executed copy, what it read: the notebook, sbirlib's files, data, weights.
chapters: $(EXECUTED)
$(RUN)/notebooks/%.ipynb: notebooks/%.ipynb | $(ENV) $$(addprefix $(RUN)/notebooks/,$$(addsuffix .ipynb,$$(AFTER.$$*)))
	@SBIR_PROFILE=$(PROFILE) SBIR_BUILD=$(BUILD) $(BIN)/python book/tools/run_chapter.py $< $@
-include $(wildcard $(RUN)/notebooks/*.d)

# The new book is built beside the published one and takes its place only when it is whole.
# Its stamp is as old as the build's start: what is saved while it is built is newer, and built again.
$(HTML)/.built: $(EXECUTED) $(PAGES) $(TOOLS) _config.yml _toc.yml CONTRIBUTING.md CHANGELOG.md
	@touch $(RUN)/.started
	@$(BIN)/python book/tools/stage.py --profile $(PROFILE) --executed $(RUN)/notebooks --out $(RUN)/source --built $(RUN)/sphinx
	@$(BIN)/jupyter-book build $(RUN)/source --path-output $(RUN)/sphinx -W -n --keep-going --quiet >$(RUN)/sphinx.log
	@rm -rf $(HTML).new $(HTML).old && cp -R $(RUN)/sphinx/_build/html $(HTML).new && touch -r $(RUN)/.started $(HTML).new/.built
	@if [ -d $(HTML) ]; then mv $(HTML) $(HTML).old; fi; mv $(HTML).new $(HTML); rm -rf $(HTML).old

test: $(ENV) ## pytest, then every notebook in the smoke profile
	@$(BIN)/python -m pytest -n $(JOBS)
	@$(BIN)/python -m pytest -n $(JOBS) --nbmake notebooks

check-book: $(ENV) ## build the book in the smoke profile in a scratch folder and test its pages
	@rm -rf $(BUILD)/check
	@$(MAKE) --no-print-directory book PROFILE=smoke BUILD=$(BUILD)/check
	@SBIR_HTML=$(BUILD)/check/smoke/html $(BIN)/python -m pytest -n $(JOBS) tests/pages

links: book ## follow every outside link of the book (needs the network)
	@$(BIN)/jupyter-book build $(RUN)/source --path-output $(RUN)/links --builder linkcheck --quiet

lint: $(ENV) ## ruff, mypy, notebooks without outputs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/nbstripout --keep-id --verify $(wildcard notebooks/*.ipynb)

lab: $(ENV) ## open the notebooks in JupyterLab
	@$(BIN)/jupyter lab --notebook-dir=.

bench: $(ENV) ## side-by-side timings
	@for script in benchmarks/*.py; do env -u OMP_NUM_THREADS -u MKL_NUM_THREADS $(BIN)/python $$script || exit 1; done

# Each start learns on its own and goes on where it was; FLAGS=--fresh begins again.
STARTS := tiny tiny-strict tiny-sketchy tiny-cnn
weights: $(ENV) ## pretrain the embedded encoders again (about half an hour on 2 cores)
	@$(MAKE) --no-print-directory -j$(JOBS) $(STARTS:%=weights/%)
weights/%: | $(ENV)
	@SBIR_PROFILE=book SBIR_BUILD=$(BUILD) $(BIN)/python -m sbirlib.pretraining $* $(FLAGS)

sweep: $(ENV) ## run what is missing of a grid in book/sweeps: make sweep NAME=controls [FLAGS=--status|--ship|--fresh]
	@SBIR_PROFILE=$(PROFILE) SBIR_BUILD=$(BUILD) $(BIN)/python -m sbirlib.runs.sweeps $(NAME) --jobs $(JOBS) $(FLAGS)

hero: $(ENV) ## write the README's picture again, from the first chapter in the book profile
	@$(MAKE) --no-print-directory PROFILE=book BUILD=$(BUILD) $(BUILD)/book/notebooks/00-start-here.ipynb
	@$(BIN)/python book/tools/hero.py $(BUILD)/book/notebooks

lock: ## pin the newest versions that resolve (then run the tests)
	@rm -rf $(BUILD)/lock && $(PYTHON) -m venv $(BUILD)/lock
	@$(BUILD)/lock/bin/python -m pip install --quiet --editable ".[book,test,lab,search]"
	@$(BUILD)/lock/bin/python -m pip freeze --exclude-editable --exclude sbirlib | sed -E 's/\+[A-Za-z0-9.]+$$//' > requirements.lock
	@rm -rf $(BUILD)/lock

clean: ## remove what was built (not .venv)
	@rm -rf $(BUILD) build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
