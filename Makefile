.PHONY: help fmt test

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

fmt: ## Format the code
	cargo fmt --all

test: ## Everything that CI runs
	scripts/test.sh
