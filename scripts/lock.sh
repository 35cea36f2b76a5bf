#!/usr/bin/env bash
# Pin every package with its hashes (requirements/*.txt) from pyproject.toml; semgrep, which wants an older click, apart. Needs `uv`; no registry's address is written.
# Versions already pinned stay; `scripts/lock.sh --upgrade` takes newer ones.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "Install uv first: python3 -m pip install uv" >&2; exit 2; }
lock() { # kind, what to pin …
  local kind=$1; shift
  uv pip compile "$@" -o "requirements/$kind.txt" --generate-hashes --universal \
    --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet "${more[@]}"
}
more=("$@")
lock run pyproject.toml --extra build
# What runs is what is tested.
lock dev pyproject.toml --extra build --extra dev -c requirements/run.txt
lock semgrep - <<<"semgrep>=1.150"
# What the drills install apart: nothing of it is imported by us.
lock drill - <<<'patroni[etcd3,psycopg3]>=4.1'
# What `make attack` installs apart: Debian 12's wapiti ends with an error of its own at every address that is left out.
lock attack - <<<'wapiti3>=3.2'
