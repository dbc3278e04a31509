"""Running the statements of capacity."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from khumkan.kernel import prepared


def rows(statement: str, **parameters: Any) -> list[Any]:
    """Run a statement and return all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Any] = cursor.fetchall()
    return found


def row(statement: str, parameters: Mapping[str, Any]) -> Any:
    """Run a statement and return its only row, or None."""
    found = prepared.rows(statement, parameters)
    return found[0] if found else None


def run(statement: str, parameters: Mapping[str, Any]) -> int:
    """Run a statement without rows and return how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        changed: int = cursor.rowcount
    return changed


def locked(supply_ids: Sequence[int], *, statement: str) -> list[int]:
    """Lock supplies in the order of their ids and return those that were locked."""
    return [found for (found,) in rows(statement, supply_ids=sorted(set(supply_ids)))]
