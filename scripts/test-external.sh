#!/usr/bin/env bash
# The database tests against Debian's PostgreSQL, in a throw-away cluster of their own on a socket in a temporary folder.
set -euo pipefail
cd "$(dirname "$0")/.."
stop() { printf '\033[31m✗ %s\033[0m\n' "$*" >&2; exit 2; }
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  [ "$(id -u)" = 0 ] || stop "Debian's postgresql is missing. Install it once as root: apt-get install postgresql"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null \
    || stop "Debian's postgresql cannot be installed here: apt-get install postgresql failed."
fi
programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
folder=$(mktemp -d)
as=()
if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; chmod 755 "$folder"; as=(setpriv --reuid=postgres --regid=postgres --init-groups); fi
trap '"${as[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1; rm -rf "$folder"' EXIT
cd "$folder"
"${as[@]}" "$programs/initdb" -D "$folder/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$programs/pg_ctl" -D "$folder/data" -w -l "$folder/data/log" \
  -o "-c listen_addresses='' -k $folder -c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=256MB" start >/dev/null
cd - >/dev/null
"$programs/postgres" --version
export DATABASE_URL="postgresql://postgres@/postgres?host=$folder"
export XUECHENG_HOME="$folder/home"
mkdir -p "$XUECHENG_HOME" && [ "$(id -u)" != 0 ] || chmod 777 "$XUECHENG_HOME"
.venv/bin/xuecheng build >/dev/null
.venv/bin/pytest -n 2 --create-db -m "not browser and not drill" -p no:cacheprovider "$@"
