#!/usr/bin/env bash
# Lets a clinic's own system report by an access token, and the integrator spend a clinic's day, against a demo server
# of its own.
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
"$target/debug/nippo" demo client | tail -n +2 >"$folder/key.pem"
client=$("$target/debug/nippo" demo client --json)
of_client() { sed -n "s/.*\"$1\": \"\([^\"]*\)\".*/\1/p" <<<"$client"; }
# Twice: the second time it is told what it was told the first.
for _ in 1 2; do scripts/ehr.sh report "$origin" "$(of_client client_id)" "$(of_client kid)" "$folder/key.pem"; done
"$target/debug/nippo" demo accounts --json >"$folder/accounts.json"
"$target/debug/integrator" "$origin" "$folder/accounts.json"
