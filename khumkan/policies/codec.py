"""Values of terms to JSON and back, by the declared type; whatever does not fit is refused in words.

Known types: `bool`, `int`, `str`, `Decimal`, `date`, `timedelta`, an enumeration of texts, `tuple[X, ...]`,
`frozenset[X]`, `Mapping[K, V]`, `X | None` and frozen dataclasses of these. Floats are refused: a threshold is exact.
"""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from types import MappingProxyType
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.utils.translation import gettext_lazy as _

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

DURATION = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
SIMPLE = (bool, int, str, Decimal, date, timedelta)


def types_of(cls: Any) -> Mapping[str, Any]:
    """Return the declared types of a dataclass by field."""
    return MappingProxyType(get_type_hints(cls))


def encode(value: object) -> Any:
    """Return a value as what JSON can hold.

    :raises TypeError: when the value has no exact form, such as a float.
    """
    if value is None or isinstance(value, bool | int | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, date):
        return value.isoformat()
    return _encode_many(value)


def _encode_many(value: object) -> Any:
    if isinstance(value, frozenset):
        return sorted((encode(one) for one in value), key=str)
    if isinstance(value, tuple):
        return [encode(one) for one in value]
    if isinstance(value, Mapping):
        return {str(encode(key)): encode(one) for key, one in value.items()}
    if is_dataclass(value):
        return {part.name: encode(getattr(value, part.name)) for part in fields(value)}
    raise TypeError(f"{type(value).__name__} has no exact form in JSON")


def without_none(declared: Any) -> Any:
    """Return the type that remains of `X | None`, or the type itself."""
    if get_origin(declared) in (Union, types.UnionType):
        return next(one for one in get_args(declared) if one is not type(None))
    return declared


def decode(declared: Any, stored: object, *, name: str) -> Any:
    """Read a value back as its declared type.

    :raises Refused: when it does not fit, naming the value.
    """
    origin = get_origin(declared)
    if origin in (Union, types.UnionType):
        return None if stored is None else decode(without_none(declared), stored, name=name)
    if origin is not None:
        return _decode_many(origin, get_args(declared), stored, name)
    if is_dataclass(declared):
        return _decode_dataclass(declared, stored, name)
    return _decode_one(declared, stored, name)


def _decode_many(origin: Any, arguments: tuple[Any, ...], stored: object, name: str) -> Any:
    if origin in (tuple, frozenset):
        if not isinstance(stored, list):
            raise _unfit(name, _("a list"))
        return origin(decode(arguments[0], one, name=f"{name}, {place}") for place, one in enumerate(stored, start=1))
    if not isinstance(stored, dict):
        raise _unfit(name, _("a table of names and values"))
    key_type, value_type = arguments
    return MappingProxyType(
        {_key(key_type, key, name): decode(value_type, one, name=f"{name}, {key}") for key, one in stored.items()}
    )


def _key(key_type: Any, key: str, name: str) -> Any:
    if key_type is int:
        return int(key) if re.fullmatch(r"-?\d+", key) else decode(int, key, name=name)
    return decode(key_type, key, name=name)


def _decode_dataclass(declared: Any, stored: object, name: str) -> Any:
    if not isinstance(stored, dict):
        raise _unfit(name, _("a table of names and values"))
    hints = types_of(declared)
    known = {part.name for part in fields(declared)}
    if unknown := sorted(set(stored) - known):
        raise Refused(
            N_("“%(name)s” has no part called “%(part)s”."), "terms_unknown_field", name=name, part=unknown[0]
        )
    required = {part.name for part in fields(declared) if part.default is MISSING}
    if missing := sorted(required - set(stored)):
        raise Refused(N_("The value “%(name)s” is missing."), "terms_missing_field", name=f"{name}, {missing[0]}")
    return declared(**{part: decode(hints[part], value, name=f"{name}, {part}") for part, value in stored.items()})


def _decode_one(declared: Any, stored: object, name: str) -> Any:
    if declared in (bool, int, str):
        if type(stored) is not declared:
            raise _unfit(name, EXPECTED[declared])
        return stored
    if not isinstance(stored, str):
        raise _unfit(name, EXPECTED.get(declared, _("one of the listed choices")))
    try:
        return READERS.get(declared, declared)(stored)
    except (ValueError, InvalidOperation) as error:
        raise _unfit(name, EXPECTED.get(declared, _("one of the listed choices"))) from error


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def _duration(length: timedelta) -> str:
    if length.microseconds:
        raise TypeError("a length of time in terms has whole seconds")
    sign, length = ("-", -length) if length < timedelta() else ("", length)
    clock = "".join(f"{number}{unit}" for number, unit in zip(clock_parts(length), "HMS", strict=True) if number)
    days = f"{length.days}D" if length.days or not clock else ""
    return f"{sign}P{days}" + (f"T{clock}" if clock else "")


def clock_parts(length: timedelta) -> tuple[int, int, int]:
    """Return the hours, minutes and seconds of a length of time beyond its full days."""
    hours, rest = divmod(length.seconds, 3600)
    return hours, *divmod(rest, 60)


def _read_duration(text: str) -> timedelta:
    found = DURATION.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        raise ValueError(text)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] else length


READERS: Mapping[Any, Callable[[str], Any]] = {
    Decimal: _decimal,
    date: date.fromisoformat,
    timedelta: _read_duration,
}
EXPECTED: Mapping[Any, object] = {
    bool: _("yes or no"),
    int: _("a whole number"),
    str: _("text"),
    Decimal: _("a number such as 2.75"),
    date: _("a date such as 2021-08-16"),
    timedelta: _("a length of time such as P14D or PT3H"),
}


def require_known(declared: Any) -> None:
    """Refuse a type that terms cannot hold, when the class is declared.

    :raises TypeError: naming the type.
    """
    if get_origin(declared) is not None:
        for one in get_args(declared):
            if one not in (type(None), Ellipsis):
                require_known(one)
    elif is_dataclass(declared):
        for hint in types_of(declared).values():
            require_known(hint)
    elif declared not in SIMPLE and not _is_enumeration(declared):
        raise TypeError(f"terms cannot hold {declared!r}")


def _is_enumeration(declared: Any) -> bool:
    return isinstance(declared, type) and issubclass(declared, Enum) and issubclass(declared, str)


def _unfit(name: str, expected: object) -> Refused:
    return Refused(N_("“%(name)s” must be %(expected)s."), "terms_wrong_type", name=name, expected=expected)
