#!/bin/sh
# Make the virtual environment; name what is missing on a bare machine.
set -eu
venv=$1
python=$2
command -v "$python" >/dev/null 2>&1 || python=python3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Khumkan needs Python 3.11 or newer; $python is older." >&2
    exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
    else
        echo "Python's venv is missing. On Debian: apt-get install python3-venv" >&2
        exit 1
    fi
fi
"$python" -m venv "$venv"
