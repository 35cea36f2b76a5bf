#!/usr/bin/env bash
# Our own semgrep rules over the source. Semgrep needs an older click than we lock, so it has an environment of its own.
set -uo pipefail
cd "$(dirname "$0")/.."
home=var/semgrep
if [ ! -x "$home/bin/semgrep" ]; then
  python3 -m venv "$home" && "$home/bin/python" -m pip install --quiet --disable-pip-version-check "semgrep>=1.150" \
    || { echo "semgrep is missing and cannot be installed here: not run." >&2; rm -rf "$home"; exit 3; }
fi
PATH="$PWD/$home/bin:$PATH" SEMGREP_SEND_METRICS=off exec "$home/bin/semgrep" scan --config rules/semgrep --metrics=off --disable-version-check --quiet --error "$@" src
