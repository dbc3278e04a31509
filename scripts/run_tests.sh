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
echo "== Tests"
# Long walks through a browser and crashes run apart: `make walks`.
walks="tests/journeys tests/pages tests/trust tests/races"
if [ "${1:-}" = "walks" ]; then
    # shellcheck disable=SC2086
    exec "$bin/python" -m pytest $walks -q -n 2 --dist loadgroup -p no:cacheprovider
fi
for each in $walks; do set -- "$@" "--ignore=$each"; done
exec "$bin/python" -m pytest -q -n 2 --dist loadgroup -p no:cacheprovider "$@"
