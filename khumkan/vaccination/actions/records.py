"""What was given: written once, struck when it turns out wrong, never changed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.actions import booking, certificates, next_doses, site_stock, steps
from khumkan.vaccination.choices import InjectedIn, Struck
from khumkan.vaccination.models import Dose, Injection, Lot, Visit
from khumkan.vaccination.permissions import after as permissions
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.states import DoseState, EnrolmentState, LotState


@dataclass(frozen=True, kw_only=True)
class Needle:
    """What the vaccinator writes down.

    :param client_key: made by the device, so that what it sends twice counts once.
    :param given_at: by the clock of the device, where it was cut off.
    """

    lot: Lot
    injected_in: InjectedIn
    licence: str
    given_at: datetime
    client_key: UUID


def give(*, dose: Dose, visit: Visit, needle: Needle, by: Actor) -> Injection:
    """Write that a dose, which the caller holds, was given; the next one is planned by itself.

    :raises Refused: when the lot is held back, expired, or of another vaccine than the session's.
    """
    session = visit.session
    scopes.check_works_at(by, session.site_id)
    on = clock.bangkok(needle.given_at).date()
    _check_lot(needle.lot, dose, visit, on=on)
    if not needle.licence.strip():
        raise Refused(N_("Please enter the licence number of who gives the dose."), "no_licence")
    made = Injection.objects.create(
        person_id=dose.person_id,
        dose=dose,
        visit=visit,
        number=dose.number,
        vaccine=needle.lot.vaccine,
        lot=needle.lot,
        lot_number=needle.lot.number,
        site_id=session.site_id,
        injected_in=needle.injected_in,
        given_at=needle.given_at,
        given_on=on,
        by_staff=by.id,
        licence=needle.licence.strip(),
        client_key=needle.client_key,
        written_at=clock.now(),
    )
    site_stock.give(made, by=by)
    steps.move_dose(dose, DoseState.GIVEN, given_on=on, waiting_because="")
    steps.note("given", dose, by=by, site_id=session.site_id, number=dose.number)
    _go_on(dose, by=by)
    return made


@transaction.atomic
def strike(*, injection: Injection, because: Struck, why: str, by: Actor) -> Injection:
    """Strike a record that turned out wrong; its certificates are revoked. It stays, and says why.

    :raises Refused: when it was struck already, a later dose rests on it, or nobody says why.
    :raises Missing: for an injection elsewhere than where the actor works.
    """
    permissions.check_keeps_records(by, injection)
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")
    held = next_doses.hold_person(injection.person_id)
    fresh = Injection.objects.select_for_update(of=("self",)).get(pk=injection.pk)
    if fresh.struck_at is not None:
        raise Refused(N_("This was struck already."), "struck_already")
    if Injection.objects.filter(person_id=fresh.person_id, number__gt=fresh.number, struck_at=None).exists():
        raise Refused(N_("A later dose was given. Please strike that one first."), "later_dose")
    mark_struck(fresh, because=because, why=why, by=by)
    if held is not None:
        next_doses.plan_again(held, by=by)
    return fresh


def mark_struck(injection: Injection, *, because: Struck, why: str, by: Actor) -> None:
    """Mark a record that the caller holds as struck, and revoke its certificate."""
    injection.struck_at, injection.struck_because = clock.now(), because
    injection.struck_why, injection.struck_by = why.strip(), by.id
    injection.save(update_fields=["struck_at", "struck_because", "struck_why", "struck_by"])
    record.write("vaccination.injection_struck", by=by, about=injection, data={"because": because.value})
    certificates.revoke_of(injection, why=why.strip(), by=by)


def _go_on(dose: Dose, *, by: Actor) -> None:
    """Let the next dose wait for its date, or close the enrolment when there is none."""
    enrolment = dose.enrolment
    if booking.await_next(enrolment, by=by) is None:
        steps.move_enrolment(enrolment, EnrolmentState.COMPLETED)
        steps.note("completed", enrolment, by=by)


def _check_lot(lot: Lot, dose: Dose, visit: Visit, *, on: date) -> None:
    if dose.vaccine and lot.vaccine != dose.vaccine:
        raise Refused(N_("This person needs another vaccine than this lot. Do not give it."), "other_vaccine_needed")
    if lot.vaccine != visit.session.vaccine:
        raise Refused(N_("This lot is of another vaccine than the session."), "lot_other_vaccine")
    if lot.state != LotState.USABLE:
        raise Refused(N_("This lot is held back. Do not give it, and call the office."), "lot_held")
    if lot.expires_on < on:  # the day of the needle: a device that was cut off sends it later
        raise Refused(N_("This lot has expired. Do not give it."), "lot_expired")
