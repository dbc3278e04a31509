"""Giving numbered things, keeping them, and giving them back. See `khumkan.capacity.numbered`."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from psycopg import errors

from khumkan.capacity import numbered, permissions, sql
from khumkan.capacity.entries import AlreadyHeld, Full, Lapsed
from khumkan.capacity.numbered import Had, Ledger, Wish
from khumkan.kernel.actors import Actor
from khumkan.kernel.words import N_

#: Seconds before each next attempt, when somebody else was faster or is being given something of the same groups. More
#: than nine in all: nobody shall hear that nothing is free only because the machine is slow at that moment. Long ones
#: come soon, or those who wait would take the time of the one they wait for.
PAUSES = (0.0, 0.01, 0.02, 0.04, *[0.08] * 5, *[0.16] * 8, *[0.32] * 24)
Columns = Mapping[str, object]


def give(
    ledger: Ledger,
    *,
    wanted: Sequence[int],
    person_id: int,
    sharing: str,
    now: datetime,
    until: datetime | None,
    is_second: bool = False,
    columns: Columns,
    by: Actor,
) -> Had:
    """Give a person the first of the wanted things that is free.

    :param sharing: who may have things of the same group at the same time.
    :param until: when the promise lapses; none means that the person has it from now on.
    :param is_second: whether the person still has another thing and will have this one only after leaving it.
    :param columns: the other columns of the new row.
    :raises Full: when none of them is free.
    :raises AlreadyHeld: when the person has one.
    """
    permissions.check_may_claim(by, person_ids=[person_id])
    asked = {"wanted": list(wanted), "person_id": person_id, "sharing": sharing, "now": now, "until": until}
    values = {**{f"column_{name}": value for name, value in columns.items()}, **asked}
    names = tuple(sorted(columns))
    for pause in PAUSES:
        had = _tried(_give(ledger, names, is_second), values)
        if had is not None:
            return had
        if _is_busy(ledger, person_id, now=now, is_second=is_second):
            raise _has_one()
        if not _is_any_free(ledger, values):
            break
        time.sleep(pause)
    raise _none_free()


def give_many(
    ledger: Ledger, *, wishes: Sequence[Wish], now: datetime, until: datetime, columns: Columns, by: Actor
) -> dict[int, Had]:
    """Give many persons what was chosen for each, and return by person what was given; the others get nothing.

    :param columns: the other columns, the same for all.
    """
    permissions.check_may_claim(by, person_ids=[wish.person_id for wish in wishes])
    values = {
        **{f"column_{name}": value for name, value in columns.items()},
        "wanted": [wish.thing_id for wish in wishes],
        "person_ids": [wish.person_id for wish in wishes],
        "sharings": [wish.sharing for wish in wishes],
        "keys": [wish.key for wish in wishes],
        "now": now,
        "until": until,
    }
    sql.rows(numbered.LOCK_MANY.format(**_parts(ledger)), **values)
    names = sorted(columns)
    statement = numbered.GIVE_MANY.format(
        **_parts(ledger),
        columns=", ".join([ledger.key, *names]),
        values=", ".join(["wish.key", *(f"%(column_{name})s" for name in names)]),
    )
    return {row[-1]: Had(*row[:-1]) for row in sql.rows(statement, **values)}


def settle(ledger: Ledger, *, row_id: int, now: datetime, was: Sequence[str], columns: Columns) -> None:
    """Let somebody have a promised thing from now on, also when the promise has lapsed and nobody else took it.

    :param was: the states of which the row must be in one.
    :raises Full: when the promise lapsed and somebody else has it.
    :raises AlreadyHeld: when the person has another one.
    :raises Lapsed: when the row has moved on. The transaction of the caller is over then, whatever the reason.
    """
    with _explained(ledger), transaction.atomic(savepoint=False):
        _change(numbered.SETTLE, ledger, row_id, was, columns, {"now": now})


def prolong(ledger: Ledger, *, row_id: int, until: datetime, was: Sequence[str], columns: Columns) -> None:
    """Promise a thing for longer.

    :raises Full, AlreadyHeld, Lapsed: as for `settle`.
    """
    with _explained(ledger), transaction.atomic():
        _change(numbered.PROLONG, ledger, row_id, was, columns, {"until": until})


def leave(
    ledger: Ledger, *, row_id: int, now: datetime, free_at: datetime, was: Sequence[str], columns: Columns
) -> None:
    """End somebody's having of a thing now; it is free for others from `free_at` on.

    :raises Lapsed: when the row has moved on.
    """
    _change(numbered.LEAVE, ledger, row_id, was, columns, {"now": now, "free_at": free_at})


def free(ledger: Ledger, *, row_id: int, now: datetime, was: Sequence[str], columns: Columns) -> bool:
    """Make a left thing free before its time; say whether it was still blocked."""
    statement, values = _changing(numbered.FREE, ledger, row_id, was, columns, {"now": now})
    return sql.row(statement, values) is not None


def _tried(statement: str, values: Mapping[str, object]) -> Had | None:
    """Give once. Whoever was a moment too late has locked the group all the same, and lets go of it at once.

    Else they would keep it from others for as long as they go on trying.
    """
    with transaction.atomic():
        found = sql.row(statement, values)
        if found is None:
            transaction.set_rollback(True)
    return None if found is None else Had(*found)


@cache
def _give(ledger: Ledger, names: tuple[str, ...], is_second: bool) -> str:
    return numbered.GIVE.format(
        **_parts(ledger),
        columns=", ".join(names),
        values=", ".join(f"%(column_{name})s" for name in names),
        during="'empty'::tstzrange" if is_second else "tstzrange(%(now)s, %(until)s)",
    )


def _parts(ledger: Ledger) -> dict[str, str]:
    names = {
        "table": ledger.table,
        "thing": ledger.thing,
        "group": ledger.group,
        "source": ledger.source,
        "is_offered": ledger.is_offered,
        "locks": ledger.locks,
    }
    return {**names, "is_free": numbered.IS_FREE.format(**names)}


def _is_any_free(ledger: Ledger, values: Mapping[str, object]) -> bool:
    return bool(sql.row(numbered.ANY_FREE.format(**_parts(ledger)), dict(values))[0])


def _is_busy(ledger: Ledger, person_id: int, *, now: datetime, is_second: bool) -> bool:
    statement = numbered.OWN.format(table=ledger.table, busy=ledger.busy)
    return bool(sql.row(statement, {"person_id": person_id, "now": now, "is_second": is_second})[0])


def _change(
    words: str, ledger: Ledger, row_id: int, was: Sequence[str], columns: Columns, given: Mapping[str, object]
) -> None:
    statement, values = _changing(words, ledger, row_id, was, columns, given)
    if sql.row(statement, values) is None:
        raise Lapsed(N_("This has moved on in the meantime. Please look at it again."), "capacity_moved_on")


def _changing(
    words: str, ledger: Ledger, row_id: int, was: Sequence[str], columns: Columns, given: Mapping[str, object]
) -> tuple[str, dict[str, Any]]:
    set_too = "".join(f", {name} = %(column_{name})s" for name in sorted(columns))
    statement = words.format(table=ledger.table, columns=set_too, unchanged="state = ANY(%(was)s)")
    values = {f"column_{name}": value for name, value in columns.items()}
    return statement, {**values, **given, "row_id": row_id, "was": [str(state) for state in was]}


@contextmanager
def _explained(ledger: Ledger) -> Iterator[None]:
    """Say in words what a constraint refused."""
    try:
        yield
    except (IntegrityError, OperationalError) as error:
        cause = error.__cause__
        if isinstance(cause, errors.DeadlockDetected):
            raise _none_free() from error
        broken = cause.diag.constraint_name if isinstance(cause, errors.IntegrityError) else ""
        if broken == ledger.doubled:
            raise _has_one() from error
        if broken in (ledger.taken, ledger.mixed):
            raise _none_free() from error
        raise


def _has_one() -> AlreadyHeld:
    return AlreadyHeld(N_("This person has a bed already."), "capacity_has_one")


def _none_free() -> Full:
    return Full(
        N_("This is not free any more: somebody else was given it in the meantime."), "capacity_given_to_another"
    )
