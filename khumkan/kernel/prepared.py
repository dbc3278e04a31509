"""Statements that are asked thousands of times a minute, planned once for each connection.

Planning a join of several tables takes the database longer than answering it. A prepared statement needs parameters
that are bound by the server, which Django's own cursor does not do; and Django lets a connection prepare nothing, so
that it must be allowed for as long as one of these statements runs. Django's own statements hold their values in their
texts: they must never be kept, and are not.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

import psycopg
from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


def rows(statement: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement in the connection and transaction of Django and return its rows.

    :param values: a parameter whose type the statement does not show by itself needs a cast there, such as `::bigint`.
    """
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    with psycopg.Cursor(raw) as one:
        bare = cast(Any, one)  # Django's stubs know only its own cursors
        # Django's wrapper counts the statement, turns errors into Django's, and refuses a broken transaction
        cursor = connection.make_debug_cursor(bare) if connection.queries_logged else connection.make_cursor(bare)
        raw.prepare_threshold = 0
        try:
            cursor.execute(statement, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        finally:
            raw.prepare_threshold = None
    return found


def instances(model: type[M], condition: str, values: Mapping[str, Any]) -> list[M]:
    """Return the rows of a table that a condition chooses, whole, as Django would return them.

    :param condition: what stands after the name of the table, such as `WHERE id = %(id)s::bigint FOR UPDATE`.
    :raises TypeError: for a table with columns that Django reads in a way of its own, such as JSON.
    """
    statement, names = _select(model, condition)
    return [model.from_db(connection.alias, names, row) for row in rows(statement, values)]


@cache
def _select(model: type[M], condition: str) -> tuple[str, list[str]]:
    fields = model._meta.concrete_fields
    if converted := [field.name for field in fields if field.get_db_converters(connection)]:
        raise TypeError(f"{model.__name__} has columns that only Django can read: {converted}")
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'SELECT {columns} FROM "{model._meta.db_table}" {condition}', [field.attname for field in fields]  # noqa: S608
