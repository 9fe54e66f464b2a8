# Sourced by the scripts that run many steps: each says what it does and how long it took.
# shellcheck shell=bash

target=${CARGO_TARGET_DIR:-$PWD/target}

# step WORDS COMMAND...: runs the command, and ends everything if it fails.
step() {
  local words=$1 started=$SECONDS
  shift
  printf '\n=== %s\n' "$words"
  if ! "$@"; then
    printf '=== FAILED: %s (%s s)\n' "$words" $((SECONDS - started)) >&2
    exit 1
  fi
  printf '=== done: %s (%s s)\n' "$words" $((SECONDS - started))
}

# Installs a folder's npm packages, unless its lock file is already installed. Browsers are Debian's.
npm_packages() {
  local installed=$1/node_modules/.package-lock.json
  [ -e "$installed" ] && [ "$installed" -nt "$1/package-lock.json" ] && { echo 'up to date'; return; }
  (cd "$1" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund && touch "node_modules/.package-lock.json")
}
