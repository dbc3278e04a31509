"""Who is at the desk, and to whom a case goes: the least loaded of those who are there and know about it."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q

from khumkan import record
from khumkan.hotline.actions import steps
from khumkan.hotline.choices import Skill, Spoken, StepKind
from khumkan.hotline.models import Case, Presence
from khumkan.hotline.permissions import cases as permissions
from khumkan.hotline.rules import routing as rules
from khumkan.hotline.rules.routing import Desk
from khumkan.hotline.states import CaseState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

#: Cases that one run of the queue gives out.
AT_ONCE = 500


@transaction.atomic
def come(*, skills: Sequence[Skill], languages: Sequence[Spoken], by: Actor) -> Presence:
    """Say that the actor is at the desk, what they know and speak; cases come to them from now on.

    :raises Refused: when nothing was chosen.
    """
    user_id = permissions.check_is_staff(by)
    if not skills or not languages:
        raise Refused(N_("Choose at least one subject and one language."), "nothing_chosen")
    now = clock.now()
    until = now + timedelta(hours=steps.terms_now().shift_hours)
    codes = permissions.province_codes(by)
    values = {"skills": list(skills), "languages": list(languages), "since": now, "until": until}
    present, _made = Presence.objects.update_or_create(
        user_id=user_id, defaults={**values, "province_codes": sorted(codes or ())}
    )
    record.write("hotline.came_to_desk", by=by, about=present)
    return present


@transaction.atomic
def leave(*, by: Actor) -> None:
    """Say that the actor leaves the desk: no case comes to them any more; those that they have stay theirs."""
    user_id = permissions.check_is_staff(by)
    present = Presence.objects.select_for_update().filter(user=user_id, until__gt=clock.now()).first()
    if present is None:
        return
    present.until = max(clock.now(), present.since)
    present.save(update_fields=["until"])
    record.write("hotline.left_desk", by=by, about=present)


@transaction.atomic
def route(case: Case, *, by: Actor) -> bool:
    """Give a new case to the least loaded of those who know about it; tell whether somebody got it.

    Who is held by another routing at this moment is passed over, so that two cases never go beyond somebody's limit.
    """
    most = steps.terms_now().most_open
    fresh = steps.hold(case)
    if fresh.state != CaseState.NEW:
        return False
    for desk in rules.order(_desks(fresh), most=most):
        present = _held(desk.user_id)
        if present is None or open_of(desk.user_id) >= most:
            continue
        now = clock.now()
        steps.move(case, CaseState.OPEN, owner_id=desk.user_id, taken_at=now)
        present.routed_at = now
        present.save(update_fields=["routed_at"])
        steps.note(StepKind.TAKEN, case, by=by, owner=desk.user_id, routed=True)
        return True
    return False


def route_queues(*, by: Actor) -> int:
    """Give what lies in the queues to whoever is free, the most urgent first; return how many. Each on its own."""
    return sum(route(case, by=by) for case in Case.objects.queued()[:AT_ONCE])


def _desks(case: Case) -> list[Desk]:
    """Return who is there and knows about a case. Two queries."""
    rows = Presence.objects.filter(
        until__gt=clock.now(),
        skills__contains=[case.skill],
        languages__contains=[case.language],
        user__is_active=True,
    ).filter(Q(province_codes=[]) | Q(province_codes__contains=[case.province_code]))
    found = list(rows.order_by("user"))
    load = _loads([row.user_id for row in found])
    return [Desk(row.user_id, load.get(row.user_id, 0), row.routed_at) for row in found]


def _loads(user_ids: Sequence[int]) -> dict[int, int]:
    rows = Case.objects.filter(owner__in=user_ids, state=CaseState.OPEN).values("owner").order_by("owner")
    return {row["owner"]: row["number"] for row in rows.annotate(number=Count("pk"))}


def open_of(user_id: int) -> int:
    """Return how many cases somebody works on."""
    return Case.objects.filter(owner=user_id, state=CaseState.OPEN).count()


def _held(user_id: int) -> Presence | None:
    rows = Presence.objects.select_for_update(skip_locked=True).filter(user=user_id, until__gt=clock.now())
    return rows.first()
