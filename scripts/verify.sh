#!/usr/bin/env bash
# The long ones, by hand: outages under load, what is shipped in a browser, the API fuzzed as each kind of caller, and the journeys
# at every width and look. `make test` runs the short forms.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

# As `make run` serves it: the optimizer may break what the quick build of the other journeys does right.
shipped_journeys() {
  (cd e2e && NIPPO_E2E_BINARY=$target/release/nippo npx --no-install playwright test --grep @shipped)
}
journeys() { (cd e2e && NIPPO_E2E=full npx --no-install playwright test); }

step 'what this machine lacks' scripts/setup.sh verify
step 'npm packages of web/' npm_packages web
step 'npm packages of e2e/' npm_packages e2e
step 'the bundle as shipped' cargo run --quiet --package bundler -- --profile wasm-release
step 'the binary with that bundle inside, and the program of the outages' \
  cargo build --release --package api --package outages --bins
step 'outages' scripts/outages.sh
step 'browser journeys with what is shipped' shipped_journeys
step 'the bundle, quickly built' cargo run --quiet --package bundler -- --profile wasm-dev
step 'the server' cargo build --package api --bin nippo
step 'the API, fuzzed' scripts/fuzz.sh
step 'browser journeys, every width and look' journeys
