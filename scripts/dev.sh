#!/usr/bin/env bash
# Serves the demo from a quick build, and again after each change of a source; a build that fails leaves the old one up.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

server=
stamp=$(mktemp)
leave() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -f "$stamp"
}
trap leave EXIT

sources() { echo Cargo.toml api/src migrations/src shared/src web/src web/dom web/words web/style web/locales web/index.html web/boot.js; }

build() {
  cargo run --quiet --package bundler -- --profile wasm-dev && cargo build --package api --bin nippo
}

serve() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  "$target/debug/nippo" serve --demo &
  server=$!
}

step 'what this machine lacks' scripts/setup.sh run
step 'design tokens' npm_packages web
touch "$stamp"
build
serve
while sleep 1; do
  # shellcheck disable=SC2046 # one word a source
  [ -n "$(find $(sources) -newer "$stamp" -type f -print -quit)" ] || continue
  touch "$stamp"
  if build; then serve; else echo 'not built: the old version goes on'; fi
done
