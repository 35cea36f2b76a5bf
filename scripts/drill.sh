#!/usr/bin/env bash
# Kills things under load and counts what is left: minutes, not seconds, so apart from the tests. What cannot be installed is
# said and skipped. DRILL_ROUNDS=3 scripts/drill.sh -k kills: fewer rounds, some of the drills. Results: var/test/drills.txt.
set -uo pipefail
cd "$(dirname "$0")/.."
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
missing=()
command -v haproxy >/dev/null || missing+=(haproxy)
command -v etcd >/dev/null || missing+=(etcd-server)
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  say "Installing ${missing[*]} from Debian"
  export DEBIAN_FRONTEND=noninteractive
  # No cluster of Debian's own beside ours.
  mkdir -p /etc/postgresql-common && grep -qs '^create_main_cluster = false' /etc/postgresql-common/createcluster.conf \
    || echo 'create_main_cluster = false' >> /etc/postgresql-common/createcluster.conf
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 \
    || echo "Not all could be installed; the drills say what is missing."
fi
# Patroni is no part of the product: an environment of its own, pinned with hashes. It runs as the user postgres, who cannot
# reach an interpreter that lies in somebody's home: Debian's is taken first.
runs_as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups sh -c 'cd / && exec "$0" -c "import venv, ensurepip"' "$1" >/dev/null 2>&1; }
if [ ! -x var/drill-venv/bin/patroni ] && [ "$(id -u)" = 0 ] && id postgres >/dev/null 2>&1; then
  say "Installing Patroni (requirements/drill.txt)"
  for python in /usr/bin/python3 "$(command -v python3)"; do
    runs_as_postgres "$python" || continue
    "$python" -m venv var/drill-venv \
      && var/drill-venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/drill.txt \
      && break
  done
  [ -x var/drill-venv/bin/patroni ] || echo "Patroni could not be installed; its drill is skipped."
fi
export XUECHENG_HOME="${XUECHENG_HOME:-$PWD/var/test}"
.venv/bin/xuecheng build >/dev/null
exec .venv/bin/pytest -n 0 -p no:randomly -m drill tests/drills tests/upgrades "$@"
