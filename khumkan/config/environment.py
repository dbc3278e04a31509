"""Reads settings from the environment, and says in words what is wrong with one. An empty variable counts as none."""

import json
import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """Return a variable, or the default."""
    return os.environ.get(name) or default


def number(name: str, default: int) -> int:
    """Return a variable as a whole number of zero or more.

    :raises ImproperlyConfigured: when it is none.
    """
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def mapping(name: str) -> dict[str, Any]:
    """Return a variable that holds a JSON object.

    :raises ImproperlyConfigured: when it holds something else. Its value is not repeated: it may contain secrets.
    """
    try:
        found = json.loads(text(name, "{}"))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a JSON object: {error}.") from None
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"{name} must be a JSON object.")
    return found
