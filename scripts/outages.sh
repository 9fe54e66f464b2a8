#!/usr/bin/env bash
# Kills nippo and PostgreSQL under load, fills a disk, and counts what is lost. Expects the release build of both programs.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

folder=$(mktemp -d)
cluster=
leave() {
  [ -z "$cluster" ] || scripts/postgres.sh stop "$cluster"
  ! mountpoint -q "$folder/disk" || umount "$folder/disk"
  rm -rf "$folder"
}
trap leave EXIT

outages() { "$target/release/outages" --nippo "$target/release/nippo" "$@"; }

on_postgres() {
  local started
  started=$(scripts/postgres.sh start) || return 1
  cluster=${started%%$'\n'*}
  outages --database "${started#*$'\n'}" --cluster "$cluster"
}

on_small_disk() {
  mkdir "$folder/disk"
  mount -t tmpfs -o size=64m nippo-small-disk "$folder/disk" || { echo 'left out: nothing can be mounted here'; return; }
  outages --database "sqlite://$folder/disk/nippo.db?mode=rwc" --kills 2 --small-disk "$folder/disk"
}

step 'SQLite: nippo killed' outages --database "sqlite://$folder/nippo.db?mode=rwc"
step 'PostgreSQL: nippo killed, and PostgreSQL' on_postgres
if [ "$(id -u)" = 0 ]; then
  step 'SQLite: a full disk' on_small_disk
else
  echo 'a full disk is left out: only root can mount a small one (make test has the same with a limit on file sizes)'
fi
