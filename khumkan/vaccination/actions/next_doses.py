"""The next dose after a record was corrected: planned again by itself, and left alone where it is still right."""

from collections.abc import Collection

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.actions import booking, steps
from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.models import Dose, Enrolment, Session
from khumkan.vaccination.queries import phases
from khumkan.vaccination.rules import schedule
from khumkan.vaccination.rules.schedule import Due
from khumkan.vaccination.states import COMING_DOSES, DoseState, EnrolmentState
from khumkan.vaccination.terms.schedules import ScheduleTerms


def hold_person(person_id: int) -> Enrolment | None:
    """Return the enrolment of somebody, held until the commit, or None for somebody who has none.

    :raises Refused: while the person is at a site for the next dose.
    """
    return hold_people([person_id])[person_id]


def hold_people(person_ids: Collection[int]) -> dict[int, Enrolment | None]:
    """Return the enrolments of people, held until the commit in the order of their ids; None for who has none.

    :raises Refused: while one of them is at a site for the next dose.
    """
    rows = Enrolment.objects.select_for_update(no_key=True).filter(person__in=person_ids).order_by("pk")
    held: dict[int, Enrolment | None] = dict.fromkeys(sorted(person_ids))
    held |= {enrolment.person_id: enrolment for enrolment in rows}
    if Dose.objects.filter(person__in=person_ids, state=DoseState.AT_SITE).exists():
        raise Refused(N_("This person is at a site for a dose now. Please wait until they have left."), "at_site_now")
    return held


def plan_again(enrolment: Enrolment, *, by: Actor) -> None:
    """Let the dose that comes next fit the record, which the caller has just corrected; the enrolment is held.

    A date stays when it suits: nobody loses a place because a lot number was mistyped.
    """
    if enrolment.state not in (EnrolmentState.CONFIRMED, EnrolmentState.COMPLETED):
        _cancel_what_never_was(enrolment, by=by)
        return
    due = _due(enrolment)
    coming = enrolment.doses.filter(state__in=COMING_DOSES).select_related("session")
    for dose in coming.select_for_update(of=("self",), no_key=True):
        if due is not None and dose.number == due.number:
            _adjust(dose, due, by=by)
            return
        had_date = dose.state == DoseState.BOOKED
        booking.cancel(dose, by=by)
        if had_date:
            steps.tell("not_needed" if due is None else "waits_again", dose)
    if due is None:
        if enrolment.state == EnrolmentState.CONFIRMED:
            steps.move_enrolment(enrolment, EnrolmentState.COMPLETED)
            steps.note("completed", enrolment, by=by)
        return
    if enrolment.state == EnrolmentState.COMPLETED:
        steps.move_enrolment(enrolment, EnrolmentState.CONFIRMED)
    _free(enrolment, due.number, by=by)
    booking.await_next(enrolment, by=by)


def _cancel_what_never_was(enrolment: Enrolment, *, by: Actor) -> None:
    """Cancel the dose of a struck record of somebody who wants no dose any more: it does not wait, nor was it given."""
    standing = [given.number for given in booking.given_to(enrolment.person_id)]
    rows = enrolment.doses.select_for_update(no_key=True).filter(state=DoseState.GIVEN)
    for dose in rows.exclude(number__in=standing).order_by("number"):
        columns = {"session": None, "booked_at": None, "given_on": None}
        steps.move_dose(dose, DoseState.WAITING, waiting_because=WaitingBecause.NEXT_PLAN, **columns)
        booking.cancel(dose, by=by)


def _due(enrolment: Enrolment) -> Due | None:
    terms = policies.in_force(ScheduleTerms, on=clock.today())
    given = booking.given_to(enrolment.person_id)
    return schedule.next_due(given, today=clock.today(), terms=terms, there=phases.vaccines_there())


def _adjust(dose: Dose, due: Due, *, by: Actor) -> None:
    """Let a dose follow the corrected record; its turn is kept, and its date too where it suits."""
    dose.vaccine, dose.due_from, dose.due_until = due.vaccine or "", due.from_on, due.until_on
    dose.save(update_fields=["vaccine", "due_from", "due_until"])
    if dose.state != DoseState.BOOKED or dose.session is None or _suits(dose.session, due):
        return
    booking.release_place(dose, by=by)
    steps.move_dose(dose, DoseState.WAITING, session=None, booked_at=None, waiting_because=WaitingBecause.NEXT_PLAN)
    steps.note("waits_again", dose, by=by, because="corrected")
    steps.tell("waits_again", dose)


def _suits(session: Session, due: Due) -> bool:
    return session.day >= due.from_on and due.vaccine in (None, session.vaccine)


def _free(enrolment: Enrolment, number: int, *, by: Actor) -> None:
    """Give back the place of a dose whose record was struck: it is to be given after all."""
    struck = enrolment.doses.select_for_update(no_key=True).filter(number=number, state=DoseState.GIVEN).first()
    if struck is not None:
        booking.release_place(struck, by=by)
