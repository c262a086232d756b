# Every command of the project. `make help` lists them; the README names the plain commands behind.

PYTHON ?= python3
PORT ?= 8000
SECONDS ?= 5
RUN = .venv/bin/python
# The demo's settings make a secret of their own.
WITHOUT_SECRET = DJANGO_SETTINGS_MODULE=tools.demo.settings
.NOTPARALLEL:

.PHONY: help
help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

# What a machine must have, each lack told in a sentence before anything is begun.
.PHONY: machine
machine:
	@command -v "$(PYTHON)" >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11 or newer; PYTHON= names one elsewhere." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is %s. PYTHON= names another." % sys.version.split()[0])'
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python can't make virtual environments: install its venv package (Debian: apt-get install python3-venv)." >&2; exit 1; }
	@[ -w . ] || { echo "The folder $(CURDIR) can't be written to: move the project to one that can." >&2; exit 1; }

# `touch` last: an installation that was broken off begins again.
.venv/installed: requirements.txt | machine
	@$(call install,-r requirements.txt)
	@touch .venv/installed

.venv/installed-dev: requirements-dev.txt .venv/installed
	@$(call install,-r requirements.txt -r requirements-dev.txt)
	@touch .venv/installed-dev

define install
echo "Installing into .venv ..."; \
[ -x .venv/bin/python ] || "$(PYTHON)" -m venv .venv; \
$(RUN) -m pip install --quiet --disable-pip-version-check --no-input --no-compile --require-hashes $(1)
endef

# Asked before the installation, which takes its time; the command asks again.
.PHONY: free-port
free-port: machine
	@"$(PYTHON)" -m tools.demo.environment "$(PORT)"

.PHONY: demo
demo: free-port .venv/installed ## the whole site with made-up people, on this machine (PORT=8000)
	@exec $(RUN) -m tools.demo --port "$(PORT)"

.PHONY: test
test: machine .venv/installed-dev ## run every test but the browser journeys
	@$(RUN) -m pytest -n auto --dist worksteal

.PHONY: test-browser
test-browser: machine .venv/installed-dev ## run the journeys in an installed Chromium or Chrome
	@$(RUN) -m workshop.tests.browser.chromium
	@$(RUN) -m pytest -m browser -n auto --dist worksteal

.PHONY: bench
bench: machine .venv/installed-dev ## measure the production server's speed (SECONDS=5 a row)
	@$(RUN) -m tools.bench --seconds "$(SECONDS)"

.PHONY: test-production
test-production: machine .venv/installed-dev ## run it for real: two servers behind nginx, killed and restored
	@$(RUN) -m tools.production

.PHONY: test-mutation
test-mutation: machine .venv/installed-dev ## change the rules one by one: does a test notice? (FILES=registration/status.py)
	@$(strip $(RUN) -m tools.mutation $(FILES))

.PHONY: test-inputs
test-inputs: machine .venv/installed-dev ## send 10,000 odd requests: none may be answered with 500
	@INPUTS=3400 $(RUN) -m pytest workshop/tests/inputs/test_any_input.py -q

.PHONY: lint
lint: machine .venv/installed-dev ## check format, style, settings and migrations
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@.venv/bin/djangofmt --check templates tools/demo/templates
	@.venv/bin/lint-imports
	@$(RUN) -m mypy
	@$(WITHOUT_SECRET) $(RUN) manage.py check --fail-level WARNING
	@$(WITHOUT_SECRET) $(RUN) manage.py makemigrations --check --dry-run

.PHONY: format
format: machine .venv/installed-dev ## put code and templates into the house's format
	@$(RUN) -m ruff format .
	@$(RUN) -m ruff check --fix .
	@.venv/bin/djangofmt templates tools/demo/templates

.PHONY: lock
lock: machine ## write requirements*.txt anew from requirements*.in
	@"$(PYTHON)" -m venv .venv/lock
	@.venv/lock/bin/python -m pip install --quiet --disable-pip-version-check --no-input uv
	@for name in requirements requirements-dev; do \
	  .venv/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header $$name.in -o $$name.txt || exit 1; \
	done

.PHONY: clean
clean: ## end the embedded database and remove what the other targets made
	@[ ! -x .venv/bin/python ] || $(WITHOUT_SECRET) $(RUN) -m tools.embedded_postgresql remove
	@rm -rf .venv var .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
