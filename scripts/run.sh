#!/usr/bin/env bash
# Builds nippo as it is shipped and serves its demo; the server prints its address and the demo sign-ins.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

step 'what this machine lacks' scripts/setup.sh run
step 'design tokens' npm_packages web
step 'the bundle for browsers' cargo run --quiet --package bundler -- --profile wasm-release
step 'the binary with the bundle inside' cargo build --release --package api --bin nippo
printf '\n'
exec "$target/release/nippo" serve --demo
