"""Closing and cancelling."""

from django.db import transaction

from khumkan import capacity
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.record import queue
from khumkan.screening.actions import employers, registrations
from khumkan.screening.actions.rounds.steps import note, ready_for
from khumkan.screening.choices import EndedBecause
from khumkan.screening.models import Registration, Round, Session
from khumkan.screening.states import RegistrationState, RoundState

NOT_BEGUN = (RegistrationState.WAITING, RegistrationState.BOOKED)
AT_ONCE = 200


@transaction.atomic
def close(*, round: Round, by: Actor) -> Round:
    """Close a round: no more substitutes are called. Results that are under way still count.

    :raises Refused: when the round has moved on, or one of its sessions is still to come.
    """
    fresh = ready_for(round, RoundState.CLOSED, by=by)
    if Session.objects.filter(round=fresh, cancelled_at__isnull=True, ends_at__gt=clock.now()).exists():
        raise Refused(N_("A session of this round is still to come or under way."), "session_to_come")
    fresh.closed_at = clock.now()
    fresh.state = RoundState.CLOSED
    fresh.save(update_fields=["closed_at", "state"])
    note("closed", fresh, by=by)
    return fresh


@transaction.atomic
def cancel(*, round: Round, by: Actor) -> Round:
    """Cancel a round. Everybody with a place is told; who was tested already gets the result as usual.

    What was published stays public: a draw cannot be made undone.

    :raises Refused: when the round is closed or cancelled.
    """
    fresh = ready_for(round, RoundState.CANCELLED, by=by)
    fresh.closed_at = clock.now()
    fresh.state = RoundState.CANCELLED
    fresh.save(update_fields=["closed_at", "state"])
    note("cancelled", fresh, by=by)
    queue.put("screening.end_round", round_id=fresh.pk)
    return fresh


def end_registrations(*, round_id: int, by: Actor) -> int:
    """End what has not begun of a cancelled round, a few hundred at a time, and close its sessions; return how many.

    The employers are told once, when the sessions are closed.

    A worker that dies in the middle leaves nothing half done: the next run goes on with those that are left.
    """
    ended = 0
    open_ones = Registration.objects.filter(round_id=round_id, state__in=NOT_BEGUN).order_by("pk")
    while batch := list(open_ones[:AT_ONCE]):
        for each in batch:
            registrations.end(registration=each, because=EndedBecause.ROUND, by=by)
        ended += len(batch)
    with transaction.atomic():
        rows = Session.objects.filter(round_id=round_id, cancelled_at__isnull=True).select_related("site")
        left = list(rows.select_for_update(of=("self",)).order_by("pk"))
        to_come = [session for session in left if session.ends_at > clock.now()]
        if to_come:
            capacity.close(supply_ids=sorted(session.supply_id for session in to_come), why="round", by=by)
            Session.objects.filter(pk__in=[session.pk for session in to_come]).update(cancelled_at=clock.now())
            for session in to_come:
                employers.tell_cancelled(session)
    return ended
