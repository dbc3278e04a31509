"""Emptying the database after a test that really commits: only the tables in which something stands.

Django truncates every table and makes its content types and permissions anew: seconds for hundreds of tables, after
each of a thousand tests. Here one statement says which tables hold rows, and those are emptied without triggers and
checks, which only a superuser may; for anybody else Django's own way stays.
"""

from functools import cache

from django.db import connection, transaction
from django.test import TransactionTestCase

#: What Django would make again, the same.
KEPT = frozenset({"django_content_type", "auth_permission"})
_flush = TransactionTestCase._fixture_teardown


def empty(case: TransactionTestCase) -> None:
    """Empty the database; stands in for `TransactionTestCase._fixture_teardown`."""
    if not _is_superuser():
        _flush(case)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_which_hold_rows())
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


@cache
def _is_superuser() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        return bool(cursor.fetchone()[0])


@cache
def _which_hold_rows() -> str:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM {connection.ops.quote_name(table)})"
        for table in sorted(set(tables) - KEPT)
    )
