"""Enrolments that end by themselves: who has died waits for no date and keeps no place."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from khumkan.kernel.actors import Actor
from khumkan.registry.models import Person
from khumkan.vaccination.actions import booking, steps
from khumkan.vaccination.models import Enrolment
from khumkan.vaccination.states import COMING_DOSES, DoseState, EnrolmentState

DIED = "died"
#: Enrolments looked at in one go; the others are for the next.
AT_ONCE = 2_000
_NOT_OVER = (
    EnrolmentState.INVITED,
    EnrolmentState.CONFIRMED,
    EnrolmentState.DECLINED,
    EnrolmentState.WITHDRAWN,
)


def end_of_the_dead(*, by: Actor) -> int:
    """End the enrolments of those whom the register knows to have died; their places go to others. Nobody is told.

    Whose death was a mistake of the register, that has put it right, is invited again, and told.

    :returns: how many were ended.
    """
    dead = Exists(Person.objects.filter(pk=OuterRef("person_id"), died_on__isnull=False))
    lives = Enrolment.objects.filter(~dead, state=EnrolmentState.ENDED, ended_why=DIED).order_by("pk")
    for enrolment in lives[:AT_ONCE]:
        _invited_again(enrolment, by=by)
    rows = Enrolment.objects.filter(dead, state__in=_NOT_OVER).order_by("pk")
    return sum(_ended(enrolment, by=by) for enrolment in rows[:AT_ONCE])


@transaction.atomic
def _ended(enrolment: Enrolment, *, by: Actor) -> bool:
    fresh = steps.hold_enrolment(enrolment)
    coming = fresh.doses.filter(state__in=COMING_DOSES).select_for_update(no_key=True).first()
    # somebody whom the site has in front of it is alive: the register errs
    is_here = coming is not None and coming.state == DoseState.AT_SITE
    if fresh.state not in _NOT_OVER or is_here or not _has_died(fresh.person_id):
        return False
    if coming is not None:
        booking.cancel(coming, by=by)
    steps.move_enrolment(fresh, EnrolmentState.ENDED, ended_why=DIED)
    steps.note("ended", fresh, by=by, why=DIED)
    return True


@transaction.atomic
def _invited_again(enrolment: Enrolment, *, by: Actor) -> None:
    fresh = steps.hold_enrolment(enrolment)
    if fresh.state == EnrolmentState.ENDED and not _has_died(fresh.person_id):
        steps.move_enrolment(fresh, EnrolmentState.INVITED, ended_at=None, ended_why="")
        steps.note("lives", fresh, by=by)
        steps.tell("invited", fresh)


def _has_died(person_id: int) -> bool:
    return Person.objects.filter(pk=person_id, died_on__isnull=False).exists()
