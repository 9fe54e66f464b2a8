#!/usr/bin/env bash
# Lets a clinic's own system report by an access token, the integrator spend a clinic's day, and a newcomer follow README,
# against demo servers of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

folder=$(mktemp -d)
port=$((21000 + RANDOM % 9000))
readme_port=$((port + 1))
servers=()
leave() {
  kill "${servers[@]}" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap leave EXIT

fail() { printf 'integrator: %s\n' "$1" >&2; exit 1; }

# serve NAME PORT: begins to make a country and to serve it.
serve() {
  NIPPO_DATABASE_URL="sqlite://$folder/$1.db?mode=rwc" NIPPO_LISTEN=127.0.0.1:$2 \
    "$target/debug/nippo" serve --demo >"$folder/$1.log" 2>&1 &
  servers+=($!)
}

# ready NAME PORT: waits until it is served.
ready() {
  curl --silent --fail --output /dev/null --retry 120 --retry-delay 1 --retry-all-errors "http://127.0.0.1:$2/health/ready" ||
    { cat "$folder/$1.log" >&2; exit 1; }
}

# README's commands in an empty shell, as they stand but for the port.
readme() {
  local commands answers
  commands=$(sed -n '/^## A first report, by curl$/,/^```$/ { /^```sh$/,/^```$/ { /^```/!p } }' README.md)
  case $(wc -l <<<"$commands") in [1-5]) ;; *) fail 'README has more than five commands, or none' ;; esac
  [[ $commands == *localhost:8080* ]] || fail 'README names no address'
  # They say which day it is a moment before they report: not over midnight.
  while [ "$(TZ=JST-9 date +%H%M)" = 2359 ]; do sleep 1; done
  # Their cookies lie in a temporary file, which goes with the folder.
  answers=$(env -i PATH=/usr/bin:/bin TMPDIR="$folder" bash -c "${commands//localhost:8080/localhost:$readme_port}")
  # A refusal may hold a receipt as well: that of the report that is there already.
  [[ ${answers##*$'\n'} =~ ^\{\"id\":.*\"receipt\":\{\"number\":\"([^\"]+)\" ]] || fail "README's last command reports nothing: $answers"
  printf "README's commands report: receipt %s\n" "${BASH_REMATCH[1]}"
}

# Two at once. README and the clinic's own system report for the same clinic, which each must find without a report.
serve system "$port"
serve readme "$readme_port"
ready system "$port"
ready readme "$readme_port"
readme

origin=http://127.0.0.1:$port
export NIPPO_DATABASE_URL="sqlite://$folder/system.db?mode=rwc"
"$target/debug/nippo" demo client | tail -n +2 >"$folder/key.pem"
client=$("$target/debug/nippo" demo client --json)
of_client() { sed -n "s/.*\"$1\": \"\([^\"]*\)\".*/\1/p" <<<"$client"; }
# Twice: the second time it is told what it was told the first.
for _ in 1 2; do scripts/ehr.sh report "$origin" "$(of_client client_id)" "$(of_client kid)" "$folder/key.pem"; done
"$target/debug/nippo" demo accounts --json >"$folder/accounts.json"
"$target/debug/integrator" "$origin" "$folder/accounts.json"
