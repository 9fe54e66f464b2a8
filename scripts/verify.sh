#!/usr/bin/env bash
# The long ones, by hand: outages under load, and the journeys at every width and look. `make test` runs the short forms.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

journeys() { (cd e2e && NIPPO_E2E=full npx --no-install playwright test); }

step 'what this machine lacks' scripts/setup.sh
step 'npm packages of web/' npm_packages web
step 'npm packages of e2e/' npm_packages e2e
step 'the bundle' cargo run --quiet --package bundler -- --profile wasm-dev
step 'programs for the outages' cargo build --release --package api --package outages --bins
step 'outages' scripts/outages.sh
step 'the server' cargo build --package api --bin nippo
step 'browser journeys, every width and look' journeys
