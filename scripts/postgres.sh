#!/usr/bin/env bash
# A PostgreSQL cluster to throw away, for tests: durable as in earnest, in a temporary folder, on a port of its own.
#   scripts/postgres.sh start         starts it and prints its folder and its URL, one a line
#   scripts/postgres.sh stop FOLDER   stops it and removes the folder
# PostgreSQL refuses to run as root: there it runs as the user `postgres` (or `nobody`).
set -euo pipefail

bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
[ -x "$bin/initdb" ] || { echo 'PostgreSQL is missing: run scripts/setup.sh' >&2; exit 1; }

# Runs a command as a user that PostgreSQL accepts.
unprivileged() {
  if [ "$(id -u)" = 0 ]; then
    local user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups -- "$@"
  else
    "$@"
  fi
}

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

start() {
  local folder port
  cd /
  folder=$(unprivileged mktemp -d /tmp/nippo-postgres.XXXXXX)
  unprivileged "$bin/initdb" --pgdata "$folder/data" --username nippo --auth trust --encoding UTF8 --locale C \
    >"$folder/initdb.log"
  for _ in 1 2 3; do
    port=$(free_port)
    if unprivileged "$bin/pg_ctl" --pgdata "$folder/data" --log "$folder/log" --wait start \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=400" \
      >"$folder/start.log"; then
      printf '%s\npostgres://nippo@127.0.0.1:%s/postgres\n' "$folder" "$port"
      return
    fi
  done
  cat "$folder/log" >&2
  exit 1
}

stop() {
  case "${1:-}" in
    /tmp/nippo-postgres.*) ;;
    *) echo 'usage: scripts/postgres.sh stop FOLDER' >&2; exit 1 ;;
  esac
  cd /
  unprivileged "$bin/pg_ctl" --pgdata "$1/data" --mode immediate --wait stop >/dev/null || true
  rm -rf "$1"
}

case "${1:-}" in
  start) start ;;
  stop) stop "${2:-}" ;;
  *) echo 'usage: scripts/postgres.sh start | stop FOLDER' >&2; exit 1 ;;
esac
