#!/usr/bin/env bash
# Pin every package with its hashes (requirements/*.txt) from pyproject.toml. Needs `uv`; no registry's address is written.
# Versions already pinned stay; `scripts/lock.sh --upgrade` takes newer ones.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "Install uv first: python3 -m pip install uv" >&2; exit 2; }
for kind in run dev; do
  extras=(--extra build)
  [ "$kind" = run ] || extras+=(--extra dev)
  uv pip compile pyproject.toml "${extras[@]}" -o "requirements/$kind.txt" --generate-hashes --universal \
    --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet "$@"
done
# What the drills install apart: nothing of it is imported by us.
uv pip compile - -o requirements/drill.txt --generate-hashes --universal --python-version 3.11 --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links --quiet "$@" <<< 'patroni[etcd3,psycopg3]>=4.1'
