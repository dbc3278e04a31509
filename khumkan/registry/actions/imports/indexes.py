"""Indexes that are built anew when a file at least doubles the register.

Putting a million random keys into an index one by one takes several times as long as sorting them once. While the
register is being filled for the first time nobody works with it, so the tables may be locked for those seconds; later,
when a file brings a small part, the indexes are kept up row by row and nobody waits.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TABLES = ("registry_person", "registry_identitydocument", "registry_contact", "registry_coverage")
#: The key that other tables point to.
KEPT = "registry_person_pkey"
#: Rows below which it is not worth the locks.
FEWEST = 100_000
BUILD_MEMORY = "256MB"
#: Unique and foreign keys; a foreign key needs the unique key that it points to.
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = ANY(%s::text[]::regclass[]) AND contype IN ('p', 'u', 'f') AND conname <> %s
    ORDER BY contype = 'f', conname
"""
_INDEXES = """
    SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid = ANY(%s::text[]::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.oid AND c.contype IN ('p', 'u'))
    ORDER BY i.relname
"""


@contextmanager
def rebuilt_after() -> Iterator[None]:
    """Drop the indexes of the register, and build them anew after the block; within the caller's transaction.

    Whatever would have violated a unique key within the block does so when it is built.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, [list(TABLES), KEPT])
        constraints = cursor.fetchall()
        cursor.execute(_INDEXES, [list(TABLES)])
        indexes = cursor.fetchall()
        cursor.execute(f"SET LOCAL maintenance_work_mem = '{BUILD_MEMORY}'")
        for table, name, _ in reversed(constraints):
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in constraints:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
