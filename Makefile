# Each target is one script or one command; `make help` lists them.
.PHONY: help setup run test dev bench verify fmt

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## install what building and testing needs and this machine lacks
	@scripts/setup.sh

run: ## build all and serve http://localhost:8080 with demo data
	@scripts/run.sh

test: ## everything that CI runs: lints, tests on both databases, contract, size, browser journeys
	@scripts/test.sh

dev: ## serve the demo from a quick build, rebuilt at each change
	@scripts/dev.sh

bench: ## durable reports per second, sign-ins, verifying the audit chain, and what is read of a nation
	@scripts/bench.sh

verify: ## the long ones, by hand: kills and full disks under load, the API fuzzed, browsers with what is shipped, the full matrix
	@scripts/verify.sh

fmt: ## format the sources
	@cargo fmt --all
