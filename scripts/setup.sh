#!/usr/bin/env bash
# Installs what building and testing nippo needs and this machine lacks.
#   scripts/setup.sh run     what `make run` needs: Rust with its WASM target, Node
#   scripts/setup.sh         what `make test` needs beside it: PostgreSQL, Chromium, Python, Japanese fonts
#   scripts/setup.sh verify  what `make verify` needs beside both: virtual environments of Python, for the fuzzer
# Packages are Debian's, installed as root. Without root it names what is missing and fails.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'set-up: %s\n' "$*"; }
fail() { printf 'set-up: %s\n' "$*" >&2; exit 1; }

# Whether version $1 is at least version $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

need_rust() {
  command -v cargo >/dev/null || fail 'Rust is missing: install it with rustup (https://rustup.rs)'
  local wanted found
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  found=$(rustc --version | cut -d ' ' -f 2)
  at_least "$found" "$wanted" || fail "Rust $found is too old: nippo needs $wanted (rustup update stable)"
  need_wasm_target
  say "Rust $found"
}

need_wasm_target() {
  local target=wasm32-unknown-unknown
  [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ] && return
  command -v rustup >/dev/null || fail "the Rust target $target is missing, and rustup to add it with"
  say "adding the Rust target $target"
  rustup target add "$target"
}

need_node() {
  command -v npm >/dev/null || fail 'Node is missing: install version 20 or newer (https://nodejs.org)'
  local found
  found=$(node --version | tr -d v)
  at_least "$found" 20 || fail "Node $found is too old: nippo needs 20 or newer"
  say "Node $found"
}

# The Debian packages that are missing, one a line. aws-lc and SQLite are compiled with a C compiler.
missing_packages() {
  command -v cc >/dev/null || echo build-essential
  command -v curl >/dev/null || echo curl
  [ "$1" = run ] && return
  command -v chromium >/dev/null || echo chromium
  command -v python3 >/dev/null || echo python3
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
  compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || echo fonts-noto-cjk
  [ "$1" = verify ] || return 0
  # The module venv is there without it, but makes no environment.
  python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

need_packages() {
  local missing
  missing=$(missing_packages "$1" | tr '\n' ' ')
  [ -z "$missing" ] && { say 'no Debian package is missing'; return; }
  [ "$(id -u)" = 0 ] || fail "these Debian packages are missing: ${missing}(as root: apt-get install --no-install-recommends $missing)"
  command -v apt-get >/dev/null || fail "these packages are missing, and apt-get to install them with: $missing"
  say "installing $missing"
  export DEBIAN_FRONTEND=noninteractive
  # PostgreSQL's package would start a cluster of its own; the tests start theirs.
  [ -e /etc/postgresql-common/createcluster.conf ] || {
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  }
  apt-get update -qq
  # shellcheck disable=SC2086 # one word a package
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

need_packages "${1:-test}"
need_rust
need_node
