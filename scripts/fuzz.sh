#!/usr/bin/env bash
# Fuzzes the API by its contract: examples, the limits of every field, and what is made up, fitting and not, as each kind of caller.
#   scripts/fuzz.sh [--seed N] [CALLER...]   as all callers unless some are named; the same seed sends the same
# Each caller has a demo of their own, at the same moment. Expects the debug build of nippo, which also panics where a number overflows.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

# Long ones first, so that both cores are busy to the end.
every_caller=(health-center-manager institution-manager health-center institution prefecture-manager ministry-manager
  prefecture ministry follow-up-center-manager client anonymous leaving half-signed-in)
seed=20261122
if [ "${1:-}" = --seed ]; then seed=$2; shift 2; fi
callers=("$@")
[ $# -gt 0 ] || callers=("${every_caller[@]}")

# When the demos begin: far from midnight, and on the day of the contract's examples.
clock=2026-11-22T18:20+09:00
nippo=$target/debug/nippo
tools=$target/fuzzing/tools
results=$target/fuzzing/results
folder=$(mktemp -d)
leave() {
  # shellcheck disable=SC2046 # one word a job
  kill $(jobs -p) 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap leave EXIT

fail() { printf 'fuzzing: %s\n' "$1" >&2; exit 1; }

# What ends or locks the caller's own session: `leaving` comes in anew every few calls, and fuzzes these as they are the same for all.
leaving=(sign_out end_session change_password step_up)

# Schemathesis and all that it needs, as locked.
install() {
  local lock=e2e/fuzzing/requirements.txt
  cmp --silent "$lock" "$tools/installed" && { echo 'up to date'; return; }
  rm -rf "$tools"
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement "$lock"
  cp "$lock" "$tools/installed"
}

# serve DATABASE PORT LOG: begins to serve a demo; $! is its process.
serve() {
  NIPPO_DATABASE_URL="sqlite://$1?mode=rwc" NIPPO_LISTEN=127.0.0.1:$2 NIPPO_RATE_LIMITS=off NIPPO_PASSWORD_COST=64,1,1 \
    "$nippo" serve --demo --clock "$clock" >"$3" 2>&1 &
}

ready() {
  curl --silent --fail --output /dev/null --retry 120 --retry-delay 1 --retry-all-errors "http://127.0.0.1:$1/health/ready"
}

# The demo that each caller gets a copy of.
make_demo() {
  local made=$folder/made.db server
  serve "$made" "$1" "$folder/made.log"
  server=$!
  ready "$1" || { cat "$folder/made.log"; return 1; }
  export NIPPO_DATABASE_URL="sqlite://$made?mode=rwc"
  "$nippo" demo accounts --json >"$folder/accounts.json"
  "$nippo" demo client | tail -n +2 >"$folder/key.pem"
  "$nippo" demo client --json >"$folder/client.json"
  "$nippo" backup "$folder/demo.db" >/dev/null
  kill "$server"
  wait "$server" || true
}

# as CALLER PORT: fuzzes a copy of the demo, and then asks whether its log, its sums and its audit chain are still in order.
as() {
  local caller=$1 port=$2 here=$results/$1 database=$folder/$1.db server options=() status=0
  # shellcheck disable=SC2046 # one word a job
  trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
  rm -rf "$here"
  mkdir -p "$here"
  cp "$folder/demo.db" "$database"
  serve "$database" "$port" "$here/log"
  server=$!
  ready "$port" || { cat "$here/log"; return 1; }
  if [ "$caller" = leaving ]; then
    options+=("${leaving[@]/#/--include-operation-id=}")
  else
    options+=("${leaving[@]/#/--exclude-operation-id=}")
  fi
  # The probes of this check take the session away, and leave the cookie of the sign-in that isn't finished.
  [ "$caller" != half-signed-in ] || options+=(--exclude-checks ignored_auth)
  # Made-up cookies and tokens are for the one who has none.
  [ "$caller" != anonymous ] || options+=(--generation-with-security-parameters true)
  FUZZING_ORIGIN=http://127.0.0.1:$port FUZZING_CALLER=$caller FUZZING_DEMO=$folder \
    FUZZING_COUNTS=$here/counts.json SCHEMATHESIS_HOOKS=caller PYTHONPATH=e2e/fuzzing PYTHONDONTWRITEBYTECODE=1 \
    HYPOTHESIS_STORAGE_DIRECTORY=$folder/hypothesis \
    "$tools/bin/st" --config-file e2e/fuzzing/schemathesis.toml run "http://127.0.0.1:$port/api/openapi.json" \
    --seed "$seed" --no-color "${options[@]}" >"$here/out" 2>&1 &
  wait $! || status=1
  kill "$server"
  wait "$server" || status=1
  export NIPPO_DATABASE_URL="sqlite://$database?mode=rwc"
  # A head that is no HTTP is the sender's error, and actix answers it with 400.
  if grep -E 'ERROR|panicked' "$here/log" | grep -v 'request parse error' >>"$here/out"; then status=1; fi
  { "$nippo" rollup check && "$nippo" audit verify; } >>"$here/out" 2>&1 || status=1
  rm -f "$database"*
  return "$status"
}

# Says how a caller fared, with all that was found if anything was.
tell() {
  local cases seconds
  cases=$(sed -n 's/^ *\([0-9]*\) generated.*/\1/p' "$results/$1/out")
  seconds=$(sed -n 's/^=.* in \([0-9.]*\)s =*$/\1/p' "$results/$1/out")
  if [ "$2" = 0 ]; then
    printf '%-25s %6s cases in %6s s: nothing found\n' "$1" "$cases" "$seconds"
  else
    sed -n '/= FAILURES\|= ERRORS\|^Unable/,$p' "$results/$1/out"
    printf '%-25s %6s cases in %6s s: FAILED, see %s\n' "$1" "$cases" "$seconds" "$results/$1"
  fi
}

# Two callers at a time: one server and one fuzzer take about a core.
all() {
  local port=$((21000 + RANDOM % 9000)) failed=() one
  make_demo "$port"
  printf 'seed %s\n' "$seed"
  for one in "${callers[@]}"; do
    port=$((port + 1))
    while [ "$(jobs -pr | wc -l)" -ge 2 ]; do wait -n || true; done
    { if as "$one" "$port"; then tell "$one" 0; else tell "$one" 1; touch "$folder/failed"; fi; } &
  done
  wait
  [ ! -e "$folder/failed" ]
}

[ -x "$nippo" ] || fail 'the debug build of nippo is missing: cargo build --package api --bin nippo'
step 'Schemathesis, as locked' install
step 'API fuzzing' all
