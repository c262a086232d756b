# Every command of the project. `make help` lists them; the README names the plain commands behind.

PYTHON ?= python3
RUN = .venv/bin/python
export DJANGO_SETTINGS_MODULE ?= workshop.settings

.PHONY: help
help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/ready: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is %s. PYTHON= names another." % sys.version.split()[0])'
	@$(PYTHON) -m venv .venv
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch .venv/ready

.PHONY: test
test: .venv/ready ## run every test but the browser journeys
	@unset DJANGO_SETTINGS_MODULE; $(RUN) -m pytest -n auto
