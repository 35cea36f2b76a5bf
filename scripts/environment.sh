#!/usr/bin/env bash
# Make the environment: environment.sh PYTHON VENV REQUIREMENTS. Says what it does and what is missing.
set -euo pipefail
python=$1 venv=$2 requirements=$3
say() { printf '\033[32m•\033[0m %s\n' "$*"; }
stop() { printf '\033[31m✗ %s\033[0m\n' "$*" >&2; exit 2; }

command -v "$python" >/dev/null || stop "There is no $python. Install Python 3.11 or later (Debian: apt-get install python3 python3-venv)."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "$("$python" --version) is too old; 3.11 or later is needed (make PYTHON=/path/to/python3.11)."

if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
  say "Making the environment in $venv"
  rm -rf "$venv"
  if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
    # Debian ships venv in a package of its own.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      say "Installing Debian's python3-venv"
      version=$("$python" -c 'import sys; print(f"{sys.version_info.major}.{sys.version_info.minor}")')
      { apt-get update -qq && apt-get install -y -qq "python$version-venv"; } >/dev/null 2>&1 \
        || apt-get install -y -qq python3-venv >/dev/null 2>&1 || true
      rm -rf "$venv"
      "$python" -m venv "$venv" >/dev/null 2>&1 || stop "Python's venv does not work. Install the Debian package python3-venv."
    else
      stop "Python's venv is missing. Install it once as root: apt-get install python3-venv"
    fi
  fi
fi
say "Installing pinned packages ($requirements); the first time takes a minute or two"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$requirements" 2>&1 \
  | grep -vE '^(WARNING|\[notice\])' || true
"$venv/bin/python" -c 'import django, psycopg, procrastinate' 2>/dev/null \
  || stop "The packages could not be installed. Check that Python's package index can be reached (pip config list)."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation -e . 2>&1 \
  | grep -vE '^(WARNING|\[notice\])' || true
[ -x "$venv/bin/xuecheng" ] || stop "The program could not be installed into $venv."
