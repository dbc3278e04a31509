#!/bin/sh
# Everything that must hold, in the order in which a failure is cheapest. `check` stops before the tests.
set -eu
cd "$(dirname "$0")/.."
bin=${BIN:-.venv/bin}

echo "== Style"
"$bin/ruff" check --quiet .
"$bin/ruff" format --check --quiet .
echo "== Types"
KHUMKAN_VAR=var/test "$bin/mypy" khumkan
echo "== Architecture"
"$bin/lint-imports" --no-cache
[ "${1:-}" != "check" ] || exit 0

# Three runs, each on a database of its own: what browsers commit must not meet what others take back.
run() {
    echo "== $1"
    shift
    "$bin/python" -m pytest -q -n 2 --dist loadgroup -p no:cacheprovider "$@"
}
run "Units and guards" -m "not journey" khumkan tests/architecture tests/test_*.py
run "Who may, who saw, crashes" tests/trust tests/races
run "Browser: journeys and every page" -m journey khumkan tests
