"""Values of terms as officers read and write them.

A list has one entry on each line, a table one `name = value` on each line, and a line of parts reads
`part = value, part = value`. Everything else is written as itself.
"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin

from django.utils.translation import get_language, gettext, ngettext

from khumkan.kernel.dates import show_date
from khumkan.kernel.digits import plain
from khumkan.policies import codec

YES = frozenset({"yes", "true", "ใช่"})


def shown(value: object) -> str:
    """Return a value for reading: dates in the page's era, yes and no in its language, labels of choices."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Enum):
        return label(value)
    if isinstance(value, date):
        return show_date(value, get_language() or "th")
    if isinstance(value, timedelta):
        return _length(value)
    return _shown_many(value)


def _shown_many(value: object) -> str:
    if isinstance(value, tuple | frozenset):
        return "\n".join(sorted(map(shown, value)) if isinstance(value, frozenset) else map(shown, value)) or "–"
    if isinstance(value, Mapping):
        return "\n".join(f"{shown(key)} = {shown(one)}" for key, one in value.items()) or "–"
    if is_dataclass(value) and not isinstance(value, type):
        return ", ".join(f"{part.name} = {shown(getattr(value, part.name))}" for part in fields(value))
    return str(codec.encode(value))


def _length(length: timedelta) -> str:
    hours, minutes, seconds = codec.clock_parts(abs(length))
    parts = [
        (abs(length).days, ngettext("%(number)s day", "%(number)s days", abs(length).days)),
        (hours, ngettext("%(number)s hour", "%(number)s hours", hours)),
        (minutes, ngettext("%(number)s minute", "%(number)s minutes", minutes)),
        (seconds, ngettext("%(number)s second", "%(number)s seconds", seconds)),
    ]
    words = " ".join(words % {"number": number} for number, words in parts if number) or "0"
    return f"−{words}" if length < timedelta() else words


def label(choice: Enum) -> str:
    """Return the words of a choice: its own label if it has one, else its code."""
    return str(getattr(choice, "label", choice.value))


def as_text(value: object) -> str:
    """Return a value for editing."""
    encoded = codec.encode(value)
    if isinstance(encoded, list):
        return "\n".join(_line(one) for one in encoded)
    if isinstance(encoded, dict):
        return "\n".join(f"{key} = {one}" for key, one in encoded.items())
    return "" if encoded is None else str(encoded)


def read(declared: Any, text: str) -> Any:
    """Return what JSON would hold for an edited text; what makes no sense stays text, and the codec refuses it."""
    text = plain(text) if declared is not str else text
    origin = get_origin(declared)
    if origin in (Union, types.UnionType):
        return None if text in ("", "–") else read(codec.without_none(declared), text)
    if origin in (tuple, frozenset):
        return [read(get_args(declared)[0], line) for line in _lines(text)]
    if origin is not None:
        return {key: read(get_args(declared)[1], value) for key, value in map(_pair, _lines(text))}
    if is_dataclass(declared):
        hints = codec.types_of(declared)
        pairs = map(_pair, filter(None, (part.strip() for part in text.split(","))))
        return {name: read(hints.get(name, str), value) for name, value in pairs}
    return _read_one(declared, text)


def _read_one(declared: Any, text: str) -> Any:
    if declared is bool:
        return text.lower() in YES
    if declared is int:
        try:
            return int(text)
        except ValueError:
            return text
    return text


def _line(encoded: Any) -> str:
    if isinstance(encoded, dict):
        return ", ".join(f"{key} = {'' if one is None else one}" for key, one in encoded.items())
    return str(encoded)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name.strip(), value.strip()
