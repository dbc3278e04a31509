"""Statements that are asked thousands of times a minute, planned once for each connection.

Planning a join of several tables takes the database longer than answering it. A prepared statement needs parameters
that are bound by the server, which Django's own cursor does not do.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection


def rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement in the connection and transaction of Django and return its rows."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement, values, prepare=True).fetchall()
