"""Statements that are asked thousands of times a minute, planned once for each connection.

Planning a join of several tables takes the database longer than answering it. A prepared statement needs parameters
that are bound by the server, which Django's own cursor does not do; and Django lets a connection prepare nothing, so
that it must be allowed for as long as one of these statements runs. Django's own statements hold their values in their
texts: they must never be kept, and are not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

import psycopg
from django.db import connection
from django.db.models import Field, Model

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


@dataclass(frozen=True)
class _Part:
    """The columns of one table in a row: from where on, and what they are called in Python."""

    name: str
    model: type[Model]
    attributes: list[str]
    first: int

    def read(self, row: Sequence[Any]) -> Model:
        """Return the object whose columns these are."""
        last = self.first + len(self.attributes)
        return self.model.from_db(connection.alias, self.attributes, row[self.first : last])


def instances(model: type[M], condition: str, values: Mapping[str, Any]) -> list[M]:
    """Return the rows of a table that a condition chooses, whole, as Django would return them.

    :param condition: what stands after the name of the table, such as `WHERE id = %(id)s::bigint FOR UPDATE`.
    :raises TypeError: for a table with columns that Django reads in a way of its own, such as JSON.
    """
    statement, names = _select(model, condition)
    return [model.from_db(connection.alias, names, row) for row in rows(statement, values)]


def joined(model: type[M], related: tuple[str, ...], condition: str, values: Mapping[str, Any]) -> list[M]:
    """Return rows with what some of their foreign keys name, whole, as `select_related` would.

    :param related: names of foreign keys that are never null.
    :param condition: as for `instances`; the table itself is called `own` in it.
    :raises TypeError: as for `instances`.
    """
    statement, (own, *others) = _select_joined(model, related, condition)
    found = []
    for row in rows(statement, values):
        one = cast(M, own.read(row))
        for other in others:
            setattr(one, other.name, other.read(row))
        found.append(one)
    return found


@cache
def _select_joined(model: type[Model], related: tuple[str, ...], condition: str) -> tuple[str, list[_Part]]:
    parts, columns, tables = [_Part("own", model, _attributes(model), 0)], _columns(model, "own."), []
    for name in related:
        link = _field(model, name)
        of = cast("type[Model]", link.related_model)
        tables.append(f'JOIN "{of._meta.db_table}" "{name}" ON "{name}".{_key(of)} = own."{link.column}"')
        parts.append(_Part(name, of, _attributes(of), len(columns)))
        columns += _columns(of, f'"{name}".')
    source = f'"{model._meta.db_table}" own {" ".join(tables)}'
    return f"SELECT {', '.join(columns)} FROM {source} {condition}", parts  # noqa: S608


@cache
def _select(model: type[M], condition: str) -> tuple[str, list[str]]:
    names = _attributes(model)
    columns = ", ".join(_columns(model))
    return f'SELECT {columns} FROM "{model._meta.db_table}" {condition}', names  # noqa: S608


def _attributes(model: type[Model]) -> list[str]:
    """Return what the columns of a table are called in Python."""
    fields = model._meta.concrete_fields
    if converted := [field.name for field in fields if field.get_db_converters(connection)]:
        raise TypeError(f"{model.__name__} has columns that only Django can read: {converted}")
    return [field.attname for field in fields]


def _columns(model: type[Model], table: str = "") -> list[str]:
    return [f'{table}"{field.column}"' for field in model._meta.concrete_fields]


def _key(model: type[Model]) -> str:
    return f'"{_field(model, "pk").column}"'


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    found = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return cast("Field[Any, Any]", found)
