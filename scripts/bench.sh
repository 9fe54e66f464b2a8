#!/usr/bin/env bash
# Durable reports per second over the full path, beside a bare echo and one transaction a report, sign-ins under load, how fast the
# audit chain is verified, and what is read of a whole nation while reports arrive (NIPPO_BENCH_SCALE=prefecture makes that quick),
# on both engines. A goal that is missed fails its own figures alone: the others are still measured.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

step 'what this machine lacks' scripts/setup.sh
started=$(scripts/postgres.sh start)
leave() { scripts/postgres.sh stop "${started%%$'\n'*}"; }
trap leave EXIT
export NIPPO_TEST_POSTGRES=${started#*$'\n'}
step 'bench' cargo bench --package api --no-fail-fast
