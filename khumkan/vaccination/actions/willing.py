"""What the worker wants: confirmed, declined, withdrawn. Nobody else decides that, and nobody asks why."""

from django.db import transaction

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.actions import booking, steps
from khumkan.vaccination.choices import Decided
from khumkan.vaccination.models import Enrolment
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.states import COMING_DOSES, LIVE_ENROLMENTS, DoseState, EnrolmentState


@transaction.atomic
def confirm(*, enrolment: Enrolment, how: Decided, by: Actor, near_home: bool | None = None) -> Enrolment:
    """Say that the worker wants to be vaccinated: the next dose waits for a date.

    :param near_home: whether a place near the home is wished; none leaves that as it is.
    :raises Refused: when it was confirmed already, or there is nothing to give any more.
    """
    fresh = steps.hold_enrolment(enrolment)
    scopes.check_may_act_for(by, fresh)
    if near_home is not None:
        fresh.near_home = near_home
    steps.move_enrolment(
        fresh, EnrolmentState.CONFIRMED, decided_by=how, decided_at=clock.now(), near_home=fresh.near_home
    )
    if booking.await_next(fresh, by=by) is None:
        raise Refused(N_("You have had every dose. There is nothing to plan for you."), "nothing_to_give")
    steps.note("confirmed", fresh, by=by, how=how.value)
    if by.kind is not ActorKind.PERSON:
        steps.tell("confirmed", fresh)
    return fresh


@transaction.atomic
def refuse(*, enrolment: Enrolment, how: Decided, by: Actor) -> Enrolment:
    """Say that the worker does not want it, or not any more; a date that was given goes to others.

    :raises Refused: while the person is at the site, or when it was declined already.
    """
    fresh = steps.hold_enrolment(enrolment)
    scopes.check_may_act_for(by, fresh)
    coming = fresh.doses.filter(state__in=COMING_DOSES).select_for_update(no_key=True).first()
    if coming is not None and coming.state == DoseState.AT_SITE:
        raise Refused(N_("You are at the site. Please tell the staff there that you do not want it."), "at_site")
    had_confirmed = fresh.state == EnrolmentState.CONFIRMED
    to = EnrolmentState.WITHDRAWN if had_confirmed else EnrolmentState.DECLINED
    steps.move_enrolment(fresh, to, decided_by=how, decided_at=clock.now())
    if coming is not None:
        booking.cancel(coming, by=by)
    steps.note(to.value, fresh, by=by, how=how.value)
    if by.kind is not ActorKind.PERSON:
        steps.tell("declined", fresh)
    return fresh


@transaction.atomic
def change_wish(*, enrolment: Enrolment, near_home: bool, by: Actor) -> Enrolment:
    """Say whether a place near the home or near the workplace is wished. A date that was given stays as it is.

    :raises Refused: when the worker does not want to be vaccinated, or has every dose.
    """
    fresh = steps.hold_enrolment(enrolment)
    scopes.check_may_act_for(by, fresh)
    if fresh.state not in LIVE_ENROLMENTS:
        raise Refused(N_("First say that you want to be vaccinated."), "not_willing")
    if fresh.near_home != near_home:
        fresh.near_home = near_home
        fresh.save(update_fields=["near_home"])
        steps.note("wish_changed", fresh, by=by, near="home" if near_home else "work")
        if by.kind is not ActorKind.PERSON:
            steps.tell("wish_changed", fresh)
    return fresh
