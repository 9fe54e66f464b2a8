#!/usr/bin/env bash
# A PostgreSQL cluster to throw away, for tests: durable as in earnest, in a temporary folder, on a port of its own.
#   scripts/postgres.sh start         starts it and prints its folder and its URL, one a line
#   scripts/postgres.sh stop FOLDER   stops it and removes the folder
#   scripts/postgres.sh kill FOLDER   kills all its processes at once, as when a machine breaks down
#   scripts/postgres.sh restart FOLDER   starts it anew on the same port
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
  unprivileged "$bin/pg_ctl" --pgdata "$1/data" --mode immediate --wait stop >/dev/null 2>&1 || true
  rm -rf "$1"
}

# The postmaster first, so that it starts nothing in the place of its children.
kill_all() {
  local postmaster children
  postmaster=$(head -n 1 "$1/data/postmaster.pid")
  children=$(cat "/proc/$postmaster/task/$postmaster/children")
  # shellcheck disable=SC2086 # one word a process; some may have ended by themselves
  kill -9 "$postmaster" $children 2>/dev/null || true
  for process in $postmaster $children; do
    while [ -d "/proc/$process" ] && ! grep -q '^State:.*Z' "/proc/$process/status" 2>/dev/null; do sleep 0.01; done
  done
  # Where nobody reaps dead processes, the number in it would look like a running one.
  rm -f "$1/data/postmaster.pid"
}

restart() {
  # Its options, the port among them, are those of the last start.
  unprivileged "$bin/pg_ctl" --pgdata "$1/data" --log "$1/log" --wait restart >"$1/start.log" 2>&1 ||
    { cat "$1/start.log" "$1/log" >&2; exit 1; }
}

usage() {
  echo 'usage: scripts/postgres.sh start | stop FOLDER | kill FOLDER | restart FOLDER' >&2
  exit 1
}

case "${1:-}" in
  start) start; exit ;;
  stop | kill | restart) ;;
  *) usage ;;
esac
case "${2:-}" in
  /tmp/nippo-postgres.*) cd / ;;
  *) usage ;;
esac
case "$1" in
  stop) stop "$2" ;;
  kill) kill_all "$2" ;;
  restart) restart "$2" ;;
esac
