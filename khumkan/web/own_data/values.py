"""How values stand in the file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model, QuerySet

Part = Mapping[str, Any]


def rows(found: "QuerySet[Any]", columns: Mapping[str, str]) -> list[Part]:
    """Return rows with these columns.

    :param columns: the path of a column within the row, by the name that it has in the file.
    """
    return [of(each, columns) for each in found]


def of(row: Model, columns: Mapping[str, str]) -> Part:
    """Return one row with these columns; what is not known is null."""
    return {name: value(row, path.split("__")) for name, path in columns.items()}


def value(row: object, path: Sequence[str]) -> Any:
    """Return what stands at the end of a path, as text where it is a thing with a name."""
    for step in path:
        row = getattr(row, step, None) if row is not None else None
    if isinstance(row, Model):
        return str(row)
    return row if row != "" else None


def named(*columns: str, **others: str) -> dict[str, str]:
    """Return columns that keep their names, and others by the names that they get."""
    return {**{each: each for each in columns}, **others}


def last_digits(ends: Iterable[str]) -> list[str]:
    """Return numbers as every page shows them: by their last characters."""
    return [f"…{each}" for each in ends]
