#!/usr/bin/env bash
# Everything that must hold: lint, types, import contracts, migrations, then all tests. Ends with pytest's own summary.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
check() { # name, command …
  local name=$1; shift
  local began=$SECONDS out
  if out=$("$@" 2>&1); then
    printf '\033[32m✓\033[0m %-34s %3s s\n' "$name" "$((SECONDS - began))"
  else
    printf '\033[31m✗\033[0m %-34s\n%s\n' "$name" "$out"; failed+=("$name")
  fi
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
check "ruff: lint" $bin/ruff check src tests bench looking
check "ruff: format" $bin/ruff format --check src tests bench looking
check "templates: format" bash -c "git ls-files '*.html' | xargs -r $bin/djade --check --target-version 5.2"
check "mypy: types" $bin/mypy
check "import contracts" $bin/lint-imports
check "dependencies: declared and used" $bin/deptry src
check "bandit: security" $bin/bandit -q -r src -ll -c pyproject.toml
check "dead code" $bin/vulture src --min-confidence 80

say "Tests"
markers=()
command -v chromium >/dev/null || markers=(-m "not browser")
# A database of its own: one kept from an interrupted run may hold rows.
$bin/pytest -n 2 --dist loadgroup --create-db "${markers[@]}" "$@"
status=$?
if [ ${#failed[@]} -gt 0 ]; then
  printf '\n\033[31mChecks that failed: %s\033[0m\n' "${failed[*]}" >&2
  exit 1
fi
exit $status
