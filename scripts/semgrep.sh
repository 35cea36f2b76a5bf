#!/usr/bin/env bash
# Our own semgrep rules: first against the faults planted beside them, then over the source. Semgrep needs an older click
# than we lock, so it has an environment of its own. Exit 3: it is missing and cannot be had here.
set -uo pipefail
cd "$(dirname "$0")/.."
home=$PWD/var/semgrep pinned=requirements/semgrep.txt
if ! cmp -s "$pinned" "$home/pinned.txt"; then
  rm -rf "$home"
  { python3 -m venv "$home" && "$home/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$pinned" \
    && cp "$pinned" "$home/pinned.txt"; } >/dev/null \
    || { echo "semgrep is missing and cannot be installed here: not run." >&2; rm -rf "$home"; exit 3; }
fi
export PATH="$home/bin:$PATH" SEMGREP_SEND_METRICS=off SEMGREP_ENABLE_VERSION_CHECK=0
semgrep --test --metrics=off rules/semgrep || { echo "a rule misses what is planted for it, or finds what is sound" >&2; exit 1; }
exec semgrep scan --config rules/semgrep/house.yml --metrics=off --quiet --error "$@" src
