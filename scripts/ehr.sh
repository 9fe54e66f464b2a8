#!/usr/bin/env bash
# A clinic's own system in a page of shell: what an EHR vendor has to build, with curl and openssl alone.
set -euo pipefail

usage() {
  cat <<'EOF'
usage: scripts/ehr.sh key FILE
       scripts/ehr.sh report ORIGIN CLIENT_ID KID KEY_FILE [COUNTS_FILE]

key     makes a private key in FILE, and prints the public key to be pasted where API clients are registered
report  gets an access token and sends the report of today; a lost answer is no loss, since the request is sent with
        an Idempotency-Key and may be repeated. COUNTS_FILE is a JSON object with the fourteen counts; without it the
        report says zero.

Against the demo:
  nippo demo client --json                                  # shows client_id and kid
  nippo demo client | tail -n +2 >/tmp/key.pem
  scripts/ehr.sh report http://localhost:8080 CLIENT_ID KID /tmp/key.pem
EOF
}

fail() { printf 'ehr: %s\n' "$1" >&2; exit 1; }
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
# member NAME: the text of a member of the JSON object that comes in.
member() { grep -oE "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

make_key() {
  (umask 077 && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null)
  openssl pkey -in "$1" -pubout
}

# What openssl signs is DER; a JWT has the two numbers side by side, 32 bytes each (RFC 7518 section 3.4).
es256() {
  openssl dgst -sha256 -sign "$1" | openssl asn1parse -inform DER |
    sed -n 's/.*INTEGER *://p' | while read -r number; do
      number=$(printf '%64s' "$number" | tr ' ' 0)
      printf '%b' "$(sed 's/../\\x&/g' <<<"$number")"
    done | base64url
}

# assertion ISSUER CLIENT_ID KID KEY_FILE: a JWT that is good once, for a minute.
assertion() {
  local now signed
  now=$(date +%s)
  signed=$(printf '{"alg":"ES256","typ":"client-authentication+jwt","kid":"%s"}' "$3" | base64url)
  signed+=.$(printf '{"iss":"%s","sub":"%s","aud":"%s","jti":"%s","iat":%s,"exp":%s}' \
    "$2" "$2" "$1" "$(openssl rand -hex 16)" "$now" $((now + 60)) | base64url)
  printf '%s.%s' "$signed" "$(printf '%s' "$signed" | es256 "$4")"
}

zero_counts() {
  local band counts=
  for band in age_0 age_1_4 age_5_9 age_10_19 age_20_29 age_30_39 age_40_49 age_50_59 age_60_64 age_65_69 age_70_79 \
    age_80_89 age_90_plus unknown; do
    counts+=${counts:+,}\"$band\":0
  done
  printf '{%s}' "$counts"
}

report() {
  local origin=$1 issuer answer token day counts
  issuer=$(curl --silent --fail "$origin/.well-known/oauth-authorization-server" | member issuer) ||
    fail "$origin does not answer"
  answer=$(curl --silent "$origin/oauth2/token" \
    --data grant_type=client_credentials \
    --data client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \
    --data "client_assertion=$(assertion "$issuer" "$2" "$3" "$4")")
  token=$(member access_token <<<"$answer") || fail "no token: $answer"
  # The service says which day it is: a report states its day, and is never filed under another.
  day=$(curl --silent --fail --header "Authorization: Bearer $token" "$origin/api/v1/reporting-day" | member day)
  counts=$(if [ -n "${5:-}" ]; then cat "$5"; else zero_counts; fi)
  # Zero may be unusual; whoever sends it from a system has looked.
  answer=$(curl --silent --retry 5 --retry-all-errors --write-out '\n%{http_code}' "$origin/api/v1/reports" \
    --header "Authorization: Bearer $token" --header 'Content-Type: application/json' \
    --header "Idempotency-Key: report-of-$day" \
    --data "{\"entry_day\":\"$day\",\"counts\":$counts,\"acknowledged_warnings\":[\"zero_unusual\"]}")
  [ "${answer##*$'\n'}" = 201 ] || fail "not accepted: $answer"
  printf '%s is reported: receipt %s\n' "$day" "$(member number <<<"$answer")"
}

case "${1:-}" in
  key) [ $# = 2 ] || { usage >&2; exit 2; }; make_key "$2" ;;
  report) [ $# = 5 ] || [ $# = 6 ] || { usage >&2; exit 2; }; shift; report "$@" ;;
  --help | -h) usage ;;
  *) usage >&2; exit 2 ;;
esac
