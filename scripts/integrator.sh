#!/usr/bin/env bash
# Lets the integrator spend a clinic's day against a demo server of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

folder=$(mktemp -d)
port=$((21000 + RANDOM % 9000))
export NIPPO_DATABASE_URL="sqlite://$folder/nippo.db?mode=rwc" NIPPO_LISTEN=127.0.0.1:$port
"$target/debug/nippo" serve --demo >"$folder/log" 2>&1 &
server=$!
leave() {
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap leave EXIT

origin=http://127.0.0.1:$port
curl --silent --fail --output /dev/null --retry 120 --retry-delay 1 --retry-all-errors "$origin/health/ready" ||
  { cat "$folder/log" >&2; exit 1; }
"$target/debug/nippo" demo accounts --json >"$folder/accounts.json"
"$target/debug/integrator" "$origin" "$folder/accounts.json"
