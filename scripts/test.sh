#!/usr/bin/env bash
# Everything that must hold: lint, types, import contracts, migrations, then all tests. Ends with pytest's own summary.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
check() { # name, command …: exit 3 means that the tool is not to be had here
  local name=$1; shift
  local began=$SECONDS out
  out=$("$@" 2>&1)
  case $? in
    0) printf '\033[32m✓\033[0m %-34s %3s s\n' "$name" "$((SECONDS - began))" ;;
    3) printf '\033[33m- %-34s %s\033[0m\n' "$name" "${out##*$'\n'}" ;;
    *) printf '\033[31m✗\033[0m %-34s\n%s\n' "$name" "$out"; echo "$name" >>"$said/failed" ;;
  esac
}
beside() { # the same, two at a time
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
  check "$@" &
}

# The browser and a Chinese font, for the tests that look at pages.
if ! command -v chromium >/dev/null || ! fc-list 2>/dev/null | grep -qi 'cjk'; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing Debian's Chromium and a Chinese font, for the browser tests"
    apt-get update -qq >/dev/null 2>&1
    apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig >/dev/null 2>&1
  fi
  command -v chromium >/dev/null || { printf '\033[33mChromium is missing and cannot be installed here (apt-get install chromium fonts-noto-cjk as root): browser tests will not run.\033[0m\n'; }
fi

say "Checks"
export XUECHENG_HOME="${XUECHENG_HOME:-$PWD/var/test}"
check "assets and catalogues" $bin/xuecheng build
# Both workers of the tests would wait for it.
beside "a migrated database to copy" env PYTHONPATH=tests $bin/python -W ignore -c 'import conftest, migrated; migrated.template()'
beside "semgrep: our own rules" bash scripts/semgrep.sh
beside "mypy: types" $bin/mypy
beside "ruff: lint" $bin/ruff check src tests bench looking
beside "ruff: format" $bin/ruff format --check src tests bench looking
beside "templates: format" bash -c "git ls-files '*.html' | grep -v ^rules/ | xargs -r $bin/djade --check --target-version 5.2"
beside "import contracts" $bin/lint-imports
beside "dependencies: declared and used" $bin/deptry src
beside "bandit: security" $bin/bandit -q -r src -ll -c pyproject.toml
beside "dead code" $bin/vulture src --min-confidence 80
beside "migrations a city survives" $bin/python -W ignore scripts/lint_migrations.py
wait

say "Tests"
markers=()
command -v chromium >/dev/null || markers=(-m "not browser and not drill")
# A database of its own: one kept from an interrupted run may hold rows.
$bin/pytest -n 2 --create-db "${markers[@]}" "$@"
status=$?
if [ -e "$said/failed" ]; then
  printf '\n\033[31mChecks that failed: %s\033[0m\n' "$(paste -sd, "$said/failed")" >&2
  exit 1
fi
exit $status
