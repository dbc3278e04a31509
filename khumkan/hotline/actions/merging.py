"""Merging two cases about the same: one goes on, the other points to it; both keep their history."""

from django.db import transaction

from khumkan.hotline.actions import steps
from khumkan.hotline.choices import Closed, StepKind
from khumkan.hotline.models import Case
from khumkan.hotline.permissions import cases as permissions
from khumkan.hotline.states import LIVE_CASES, CaseState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_


@transaction.atomic
def merge(*, case: Case, into: Case, by: Actor) -> Case:
    """Merge a case into another one, which is due at the earlier moment and has the higher priority of both.

    :raises Refused: when one of them is over, they are the same, or they are about different people.
    """
    held = {each.pk: each for each in steps.hold_many([case.pk, into.pk])}
    if len(held) != 2:
        raise Refused(N_("A case cannot be merged into itself."), "same_case")
    gone, stays = held[case.pk], held[into.pk]
    permissions.check_may_change(by, gone)
    permissions.check_may_work_on(by, stays)
    if gone.state not in LIVE_CASES or stays.state not in LIVE_CASES:
        raise Refused(N_("One of the two cases is over already."), "case_over")
    if (gone.person_id, gone.employer_id) != (stays.person_id, stays.employer_id):
        raise Refused(N_("These cases are about different people."), "different_people")
    steps.set_values(stays, due_at=min(gone.due_at, stays.due_at), priority=max(gone.priority, stays.priority))
    now, by_staff = clock.now(), permissions.staff_id(by)
    steps.move(
        gone,
        CaseState.MERGED,
        merged_into_id=stays.pk,
        closed_at=now,
        closed_because=Closed.MERGED.value,
        closed_by=by_staff,
    )
    steps.note(StepKind.MERGED, gone, by=by, into=stays.pk)
    steps.note(StepKind.TOOK_IN, stays, by=by, taken=gone.pk)
    return stays
