"""Counting: every programme is asked, and what has changed since is added. What was told is never overwritten."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.situation.indicators import INDICATORS, Indicator
from khumkan.situation.models import Counting
from khumkan.situation.queries.sources import Source
from khumkan.situation.queries.sources import sources as all_sources
from khumkan.situation.rules.cells import Cell, Key, rolled_up

#: A cell that was told before and is counted no more is zero now; one that was never told and is not counted is none.
_CHANGED = """
SELECT now.id, coalesce(counted.part, now.part), coalesce(counted.province_code, now.province_code),
       coalesce(counted.key, now.key), coalesce(counted.happened_on, now.happened_on), coalesce(counted.value, 0)
FROM unnest(%(parts)s::text[], %(provinces)s::text[], %(keys)s::text[], %(days)s::date[], %(values)s::bigint[])
     AS counted (part, province_code, key, happened_on, value)
FULL JOIN (SELECT * FROM situation_figure
           WHERE indicator = %(indicator)s AND part = ANY(%(stored)s) AND replaced_at IS NULL
             AND happened_on BETWEEN %(first)s AND %(last)s) now
    USING (part, province_code, key, happened_on)
WHERE now.value IS DISTINCT FROM coalesce(counted.value, 0)
"""
_REPLACE = "UPDATE situation_figure SET replaced_at = %(now)s WHERE id = ANY(%(ids)s)"
_ADD = """
INSERT INTO situation_figure (indicator, part, province_code, key, happened_on, value, reported_at)
SELECT %(indicator)s, changed.*, %(now)s
FROM unnest(%(parts)s::text[], %(provinces)s::text[], %(keys)s::text[], %(days)s::date[], %(values)s::bigint[]) changed
"""
#: One after the other: two that count at once would both add the same change.
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('situation.figures'))"


@dataclass(frozen=True)
class Counted:
    """What counting did, by indicator: how many cells changed."""

    changed: Mapping[str, int]

    @property
    def total(self) -> int:
        """All changed cells."""
        return sum(self.changed.values())


@transaction.atomic
def count(*, first: date, by: Actor, sources: Iterable[Source] | None = None) -> Counted:
    """Ask every programme for its figures from a day until today, and add what is not as it was told.

    Stocks are counted for today alone: what there was yesterday nobody can count any more. Doing it again adds nothing.

    :param sources: what to ask; none asks everything that there is.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
    today, now = clock.today(), clock.now()  # after whoever counted before: what is told later has a later time
    changed: dict[str, int] = {}
    for source in all_sources() if sources is None else sources:
        for code, cells in source(first, today).items():
            indicator = INDICATORS[code]
            since = first if indicator.is_flow else today
            changed[code] = _keep(indicator, cells, first=since, last=today, now=now)
    for code, cells_changed in changed.items():
        values = {"counted_at": now, "changed": cells_changed}
        Counting.objects.update_or_create(indicator=code, defaults=values)
    counted = Counted(changed)
    record.write("situation.counted", by=by, data={"changed": counted.total})
    return counted


def _keep(indicator: Indicator, cells: Iterable[Cell], *, first: date, last: date, now: datetime) -> int:
    """Add the cells of one indicator that changed; return how many."""
    counted = rolled_up((cell for cell in cells if first <= cell.day <= last), indicator.all_parts)
    stored = list(indicator.all_parts)
    told: dict[str, Any] = {"indicator": indicator.code, "stored": stored, "first": first, "last": last, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {**told, **_columns(counted.items())})
        rows = cursor.fetchall()
        if not rows:
            return 0
        cursor.execute(_REPLACE, {**told, "ids": [row[0] for row in rows if row[0] is not None]})
        cursor.execute(_ADD, {**told, **_columns((tuple(row[1:5]), row[5]) for row in rows)})
    return len(rows)


def _columns(cells: Iterable[tuple[Key | tuple[Any, ...], int]]) -> dict[str, list[Any]]:
    found = list(cells)
    names = ("parts", "provinces", "keys", "days")
    return {name: [key[place] for key, _ in found] for place, name in enumerate(names)} | {
        "values": [value for _, value in found]
    }
