#!/usr/bin/env bash
# Everything that CI runs, step by step; each step says what it does and how long it took.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { # title, command …
  local title=$1 begin=$SECONDS
  shift
  printf '\n== %s\n' "$title"
  "$@"
  printf -- '-- %s: %d s\n' "$title" $((SECONDS - begin))
}

step "Format" cargo fmt --all --check
step "Lints" cargo clippy --all-targets --locked -- -D warnings
step "Unit and integration tests" cargo test --locked
