"""Ending cases: by hand, by themselves when the thing happens, and opening them again."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from khumkan.hotline.actions import routing, steps
from khumkan.hotline.choices import Closed, StepKind, Thing
from khumkan.hotline.models import Case
from khumkan.hotline.permissions import cases as permissions
from khumkan.hotline.queries import happening
from khumkan.hotline.states import LIVE_CASES, CaseState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

#: Why somebody may close a case by hand; the rest follows from other acts.
BY_HAND = (Closed.ANSWERED, Closed.SOLVED, Closed.NOT_REACHED, Closed.NOT_NEEDED)
#: Cases that one run looks at again.
AT_ONCE = 500


@transaction.atomic
def close(*, case: Case, because: Closed, by: Actor, text: str = "") -> Case:
    """Close a case by hand.

    :raises Refused: when it is over already, somebody else's, or the reason is none of those for closing by hand.
    """
    if because not in BY_HAND:
        raise Refused(N_("Choose why the case is closed."), "no_reason")
    fresh = steps.hold(case)
    permissions.check_may_change(by, fresh)
    if fresh.state not in LIVE_CASES:
        raise Refused(N_("This case is over already."), "case_over")
    end(fresh, because, by=by, text=text.strip())
    return fresh


@transaction.atomic
def reopen(*, case: Case, by: Actor, text: str = "") -> Case:
    """Open a case again whose caller calls again: it goes into its queue, due anew.

    :raises Refused: when it is not closed, too long ago, or the person has another live one about the same.
    """
    fresh = steps.hold(case)
    permissions.check_may_work_on(by, fresh)
    terms = steps.terms_now()
    now = clock.now()
    if fresh.state != CaseState.DONE or fresh.closed_at is None:
        raise Refused(N_("Only a closed case can be opened again."), "not_closed")
    if fresh.closed_at < now - timedelta(days=terms.reopen_days):
        raise Refused(N_("This case was closed too long ago. Open a new one."), "closed_long_ago")
    due_at = now + steps.due_in(terms.minutes.get(fresh.reason, 1_440))  # type: ignore[call-overload]
    try:
        with transaction.atomic():
            steps.move(
                fresh, CaseState.NEW, owner_id=None, closed_at=None, closed_because="", closed_by=None, due_at=due_at
            )
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        raise Refused(N_("This person has another open case about the same."), "another_is_open") from error
    steps.note(StepKind.REOPENED, fresh, by=by, text=text.strip())
    routing.route(fresh, by=by)
    return fresh


@transaction.atomic
def close_what_happened(*, thing: Thing, person_ids: Iterable[int], by: Actor) -> int:
    """Close the cases of people for whom a thing has happened, and tell them; return how many. Twice is harmless."""
    rows = Case.objects.waiting_for(thing).filter(person__in=sorted(set(person_ids)))
    held = steps.hold_many(rows.order_by("pk").values_list("pk", flat=True))
    # held rows are as they are now: who closed one in the meantime was first
    live = [case for case in held if case.state in LIVE_CASES and case.waits_for == thing]
    for case in live:
        end(case, Closed.HAPPENED, by=by)
        steps.tell("solved", case)
    return len(live)


def look_again(*, by: Actor) -> int:
    """Close cases whose thing happened while they were being opened, so that no event found them; return how many."""
    closed = 0
    for thing in happening.ASKED:
        rows = Case.objects.waiting_for(thing).order_by("pk")[:AT_ONCE]
        person_ids = [case.person_id for case in rows if case.person_id is not None]
        if found := happening.happened_to(thing, person_ids):
            closed += close_what_happened(thing=thing, person_ids=found, by=by)
    return closed


def end(case: Case, because: Closed, *, by: Actor, text: str = "") -> None:
    """Close a case that the caller holds, and write that down."""
    by_staff = permissions.staff_id(by)
    now = clock.now()
    steps.move(case, CaseState.DONE, closed_at=now, closed_because=because.value, closed_by=by_staff)
    steps.note(StepKind.CLOSED, case, by=by, text=text, because=because.value)
