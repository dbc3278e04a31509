#!/bin/sh
# The journeys need Debian's Chromium. Install it where that is allowed; say loudly what is left out where it is not.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}
if "$PYTHON" khumkan/ui/browser.py >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium …"
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core >/dev/null &&
        "$PYTHON" khumkan/ui/browser.py >/dev/null; then exit 0; fi
fi
echo "*****************************************************************" >&2
echo "* NO BROWSER: journeys, accessibility and look are NOT tested.  *" >&2
echo "* On Debian: apt-get install chromium                           *" >&2
echo "*****************************************************************" >&2
[ "${CI:-}" != "true" ] || exit 1
