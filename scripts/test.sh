#!/usr/bin/env bash
# Everything that CI runs, from the quickest to the slowest. Needs nothing but this clone and what setup.sh installs.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0
log=$(mktemp)
cluster=
leave() {
  [ -z "$cluster" ] || scripts/postgres.sh stop "$cluster"
  rm -f "$log"
}
trap leave EXIT

# Runs a test runner and keeps what it prints, so that the last line can count the tests.
counted() { "$@" 2>&1 | tee -a "$log"; }

# A program of tests that a step before has built: asked for it alone, cargo would build every crate anew, with the features that
# it alone needs.
built() {
  cargo test --workspace --no-run --message-format json 2>/dev/null | node -e '
    const lines = require("node:fs").readFileSync(0, "utf8").split("\n").filter((line) => line.startsWith("{"));
    const built = lines.map((line) => JSON.parse(line));
    const found = built.find(({ target, executable }) => executable && target?.name === process.argv[1]);
    if (!found) process.exit(1);
    console.log(found.executable);' "$1"
}

tests_on_postgres() {
  local started integration units
  integration=$(built it) && units=$(built api) || return 1
  started=$(scripts/postgres.sh start) || return 1
  cluster=${started%%$'\n'*}
  (cd api && export NIPPO_TEST_POSTGRES=${started#*$'\n'} && counted "$units" && counted "$integration")
}

journeys() { (cd e2e && counted npx --no-install playwright test); }
type_check() { (cd e2e && npx --no-install tsc --noEmit); }

count() { grep -oE "[0-9]+ $1" "$log" | awk '{ sum += $1 } END { print sum + 0 }'; }

step 'what this machine lacks' scripts/setup.sh
step 'format' cargo fmt --all --check
step 'npm packages of web/' npm_packages web
step 'npm packages of e2e/' npm_packages e2e
step 'types of the browser journeys' type_check
step 'the bundle, quickly built' cargo run --quiet --package bundler -- --profile wasm-dev
step 'lints of the server and the tools' cargo clippy --workspace --exclude web --all-targets -- -D warnings
step 'lints of the screens' cargo clippy --package web --target wasm32-unknown-unknown --profile wasm-dev -- -D warnings
step 'documentation' env RUSTDOCFLAGS='-D warnings' cargo doc --quiet --no-deps --workspace --exclude web
step 'unit, contract and integration tests, on SQLite' counted cargo test --workspace
step 'those of the server again, on PostgreSQL' tests_on_postgres
step 'programs for the journeys' cargo build --workspace --bins
step "README's commands, and the day of a clinic's own system" scripts/integrator.sh
step 'browser journeys' journeys
step 'a first load of the bundle as shipped is within 250000 bytes' \
  cargo run --quiet --package bundler -- --profile wasm-release --out "$target/bundle/shipped" --max-brotli 250000
printf '\nall steps passed in %s s\n' "$SECONDS"
printf 'test result: ok. %s passed; %s failed; %s ignored\n' "$(count passed)" "$(count failed)" "$(count ignored)"
