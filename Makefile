PYTHON ?= python3
DEV = $(PYTHON) -m dev

.DEFAULT_GOAL := help
.PHONY: help run test verify lint bench translations shell import setup reset

help: ## print the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-13s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## serve the demo on 127.0.0.1:$PORT (8069); WORKERS=n for processes
	@$(DEV) run

test: ## lint, the addon's tests, the tests from outside
	@$(DEV) test

verify: ## processes killed while messages are sent, slow; ARGS="..." for pytest
	@$(DEV) verify -- $(ARGS)

lint: ## ruff, pylint and mypy
	@$(DEV) lint

bench: ## measurements; ARGS="..." for their options
	@$(DEV) bench -- $(ARGS)

translations: ## terms of the code into the .pot and Czech files; lists what has no Czech
	@$(DEV) translations

shell: ## a Python shell inside the demo's database
	@$(DEV) shell

import: ## FILE=clients.csv into the demo; COMPANY=salon, DRY=1 to look only, COLUMN="HEADER=MEANING", LEAVE_OUT=1; prints JSON
	@$(if $(FILE),,$(error Name a file: make import FILE=clients.csv))$(DEV) import "$(FILE)" --company "$(or $(COMPANY),salon)" $(if $(DRY),--dry-run) $(if $(COLUMN)$(LEAVE_OUT),-- $(if $(COLUMN),--column "$(COLUMN)") $(if $(LEAVE_OUT),--leave-out))

setup: ## download everything, start nothing
	@$(DEV) setup

reset: ## drop the demo; the next run makes a new one
	@$(DEV) reset
