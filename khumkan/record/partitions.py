"""Tables that are partitioned by month, and the partitions they will need next.

The parent and a default partition are made in a migration; the months are made here, ahead of time, by a task and when
a worker starts. A row whose month has no partition goes to the default one: nothing is refused, only a little slower.
"""

import logging
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from khumkan.kernel import clock

logger = logging.getLogger(__name__)

MONTHS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    append_only: bool


_tables: dict[str, _Table] = {}


def keep_monthly(table: str, *, append_only: bool = False) -> None:
    """Have the partitions of a table made ahead of time; called from `AppConfig.ready`.

    :param append_only: the partitions refuse TRUNCATE too, by the function `record_refuse_change`.
    """
    _tables[table] = _Table(table, append_only)


def make_all() -> list[str]:
    """Make the missing partitions of all kept tables, from last month to three months ahead; return their names."""
    return [made for table in _tables.values() for made in make_due(table.name, append_only=table.append_only)]


def make_due(table: str, *, append_only: bool = False) -> list[str]:
    """Make the missing partitions of one table, as `make_all`; for the migration that makes the table."""
    months = [_add_months(clock.today(), offset) for offset in range(-1, MONTHS_AHEAD + 1)]
    return make(table, months, append_only=append_only)


def make(table: str, months: list[date], *, append_only: bool = False) -> list[str]:
    """Make the partitions of a table for these months (any day of the month) where they are missing.

    A month of which the default partition already holds rows keeps them there.
    """
    return [name for month in months if (name := _make_one(table, month.replace(day=1), append_only))]


def _make_one(table: str, first: date, append_only: bool) -> str | None:
    name = f"{table}_{first:%Y_%m}"
    start, end = first.isoformat(), _add_months(first, 1).isoformat()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        if cursor.fetchone()[0]:
            return None
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM {table}_default WHERE {_key(table)} >= %s AND {_key(table)} < %s)",  # noqa: S608
            [f"{start}T00:00Z", f"{end}T00:00Z"],
        )
        if cursor.fetchone()[0]:
            logger.warning("Rows of %s stand in the default partition of %s and stay there.", start, table)
            return None
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute(
            f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)",
            [f"{start}T00:00Z", f"{end}T00:00Z"],
        )
        if append_only:
            cursor.execute(
                f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {name} "
                "FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change()"
            )
    return name


def _key(table: str) -> str:
    """Return the column by which a table is partitioned."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_partkeydef(%s::regclass)", [table])
        return str(cursor.fetchone()[0]).removeprefix("RANGE (").removesuffix(")")


def _add_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)
