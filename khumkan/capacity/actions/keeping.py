"""Keeping something for many sites at once, and changing how many there are of many things.

A handful of statements however many there are; all supplies concerned are locked first, in the order of their ids.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from khumkan import record
from khumkan.capacity import permissions, sql, statements
from khumkan.capacity.actions.lapsing import sweep
from khumkan.capacity.entries import Kept
from khumkan.capacity.states import Release
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class _Old:
    claim_id: int
    supply_id: int
    amount: int


@transaction.atomic
def keep_many(*, kept: Sequence[Kept], by: Actor) -> set[str]:
    """Let sites keep something for one purpose each, in place of what they kept for it before; return what could be.

    What becomes less is given back first; then who comes first in the list is served first. Where there is not
    enough, the site goes on keeping what it kept.

    :returns: the purposes that have now what was asked for.
    """
    permissions.check_may_change_supply(by)
    wanted = {one.purpose: one for one in kept}
    supply_ids = [one.supply_id for one in kept]
    sql.locked([*supply_ids, *(one.supply_id for one in _old(wanted).values())], statement=statements.LOCK)
    old, nothing = _old(wanted), _Old(0, 0, 0)
    left: dict[int, int] = defaultdict(int, sql.rows(statements.ROOM_LEFT, supply_ids=supply_ids, now=clock.now()))
    gone, made, done = [], [], set()
    for one in sorted(wanted.values(), key=lambda each: each.amount > old.get(each.purpose, nothing).amount):
        had = old.get(one.purpose, nothing)
        stays = had.amount == one.amount and one.supply_id == had.supply_id
        own = had.amount if one.supply_id == had.supply_id else 0
        if not stays and one.amount > left[one.supply_id] + own:
            continue
        done.add(one.purpose)
        if not stays:
            left[had.supply_id] += had.amount
            left[one.supply_id] -= one.amount
            gone += [had.claim_id] if had.amount else []
            made += [one] if one.amount else []
    _replace(gone, made)
    return done


@transaction.atomic
def change_totals(*, totals: Mapping[int, int], by: Actor) -> set[int]:
    """Change how many there are of many supplies; return those of which no more are taken than that."""
    permissions.check_may_change_supply(by)
    sweep(sql.locked(list(totals), statement=statements.LOCK))
    ids = sorted(totals)
    changed = sql.rows(statements.CHANGE_TOTALS, supply_ids=ids, totals=[totals[each] for each in ids])
    entries = [
        record.Entry("capacity.supply", supply_id, None, site_id, {"total": total})
        for supply_id, site_id, total in changed
    ]
    record.write_many("capacity.resized", by=by, entries=entries)
    return {supply_id for supply_id, _, _ in changed}


def _old(wanted: Mapping[str, Kept]) -> dict[str, _Old]:
    purposes = sorted(wanted)
    site_ids = [wanted[each].site_id for each in purposes]
    found = sql.rows(statements.KEPT_BY_SITES, purposes=purposes, site_ids=site_ids)
    return {purpose: _Old(*rest) for purpose, *rest in found}


def _replace(gone: Sequence[int], made: Sequence[Kept]) -> None:
    if gone:
        sql.rows(statements.RELEASE, claim_ids=sorted(gone), why=Release.MOVED)
    if made:
        sql.rows(
            statements.KEEP_MANY,
            purposes=[one.purpose for one in made],
            site_ids=[one.site_id for one in made],
            supply_ids=[one.supply_id for one in made],
            amounts=[one.amount for one in made],
        )
