"""Pools: several specimens tested together."""

from collections.abc import Sequence

from django.db import transaction

from khumkan import policies, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.screening.actions.settling import settle
from khumkan.screening.choices import Outcome, ResultSource
from khumkan.screening.models import CustodyStep, Pool, Result, Specimen
from khumkan.screening.permissions import laboratory as permissions
from khumkan.screening.rules.pools import may_pool, pool_readings_agree
from khumkan.screening.states import ResultState, SpecimenState
from khumkan.screening.terms.laboratory import TestTerms

POOL_PREFIX = "P"


@transaction.atomic
def make_pool(*, laboratory_id: int, codes: Sequence[str], by: Actor) -> Pool:
    """Put received specimens together.

    :raises Refused: naming the code that cannot be in a pool, or when there are too few or too many.
    """
    permissions.check_may_test_for(by, laboratory_id)
    wanted = list(dict.fromkeys(references.normalise(code) for code in codes if code.strip()))
    here = Specimen.objects.filter(code__in=wanted, laboratory=laboratory_id)
    found = list(here.select_for_update().order_by("pk"))
    terms = policies.in_force(TestTerms, on=clock.today())
    check(
        may_pool(
            wanted=wanted,
            received={each.code for each in found if each.state == SpecimenState.RECEIVED and each.pool_id is None},
            pooled_before={each.code for each in found if each.pool_id is not None},
            terms=terms,
        )
    )
    pool = Pool.objects.create(reference=references.new(POOL_PREFIX), laboratory_id=laboratory_id, made_at=clock.now())
    _move(found, SpecimenState.POOLED, pool=pool, by=by)
    record.write("screening.pool_made", by=by, about=pool, site_id=laboratory_id, data={"specimens": len(found)})
    return pool


@transaction.atomic
def read_pool(*, pool: Pool, outcome: Outcome, by: Actor) -> Pool:
    """Enter what a pool shows. Once a second person reads the same, a negative pool answers for all its members, and
    any other sends each of them to a single test.

    Whoever read first may enter it anew until somebody else has read it.

    :raises Refused: when the two readings differ or the pool has a result.
    """
    pool = Pool.objects.select_for_update().get(pk=pool.pk)
    permissions.check_may_test_for(by, pool.laboratory_id)
    if pool.outcome:
        raise Refused(N_("This pool has a result already."), "pool_done")
    if not pool.first_outcome or pool.first_by == _staff(by):
        pool.first_outcome, pool.first_by, pool.first_at = outcome, _staff(by), clock.now()
        pool.save(update_fields=["first_outcome", "first_by", "first_at"])
        record.write("screening.pool_read", by=by, about=pool, site_id=pool.laboratory_id)
        return pool
    check(pool_readings_agree(pool.first_outcome, outcome))
    pool.outcome, pool.resulted_at = outcome, clock.now()
    pool.save(update_fields=["outcome", "resulted_at"])
    record.write("screening.pool_resulted", by=by, about=pool, site_id=pool.laboratory_id)
    members = list(pool.members.filter(state=SpecimenState.POOLED).select_for_update().order_by("pk"))
    if outcome == Outcome.NEGATIVE:
        _answer_all(pool, members, by=by)
    else:
        _move(members, SpecimenState.RECEIVED, pool=pool, by=by)
    return pool


def _answer_all(pool: Pool, members: Sequence[Specimen], *, by: Actor) -> None:
    now = clock.now()
    results = Result.objects.bulk_create(
        Result(
            specimen=member,
            method=member.method,
            outcome=Outcome.NEGATIVE,
            state=ResultState.RELEASED,
            source=ResultSource.POOL,
            tested_on=clock.today(),
            entered_by=pool.first_by,
            entered_at=pool.first_at or now,
            released_by=_staff(by),
            released_at=now,
        )
        for member in members
    )
    settle([result.pk for result in results], by=by, at=now)


def _move(members: Sequence[Specimen], new: SpecimenState, *, pool: Pool, by: Actor) -> None:
    Specimen.objects.filter(pk__in=[member.pk for member in members]).update(state=new, pool=pool)
    staff = _staff(by)
    CustodyStep.objects.bulk_create(
        CustodyStep(
            specimen=member, state=new, site_id=pool.laboratory_id, by_staff=staff, note=pool.reference, at=clock.now()
        )
        for member in members
    )


def _staff(by: Actor) -> int | None:
    return by.id if by.kind is ActorKind.STAFF else None
