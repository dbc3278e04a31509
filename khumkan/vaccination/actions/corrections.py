"""Corrections of the record: what is wrong is struck and stays, another row has what is true, and what follows from it
(the next dose, the certificates) is put right in the same transaction.

Lot, day and number are corrected by one officer. Whose dose it was, and of which vaccine, only together with a second.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.registry.models import Person
from khumkan.vaccination.actions import aftercare, certificates, next_doses, records, site_stock
from khumkan.vaccination.choices import Struck, Vaccine
from khumkan.vaccination.models import Correction, Dose, Enrolment, Injection, Lot
from khumkan.vaccination.models.records import correction_place
from khumkan.vaccination.permissions import after as permissions
from khumkan.vaccination.states import DoseState, RequestState, may_move

#: The time of day of a dose of which only the day is known.
NOON = time(12)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is true of a dose.

    :param elsewhere: where it was given, when that was no site of the office.
    :param evidence: what the officer saw of a dose given elsewhere.
    :param person_id: whose dose it was, when it was another person.
    """

    number: int
    vaccine: Vaccine
    lot_number: str
    given_on: date
    elsewhere: str = ""
    evidence: str = ""
    person_id: int | None = None


@transaction.atomic
def correct(*, injection: Injection, truth: Truth, why: str, by: Actor) -> Correction | None:
    """Correct what is written of a dose: at once, or, where the vaccine changes, when a second person has agreed.

    :returns: what waits for the second person; None when it was done.
    :raises Refused: when nothing changes, or it cannot be true.
    """
    permissions.check_keeps_records(by, injection)
    _check_why(why)
    if _told(truth) == _written(injection):
        raise Refused(N_("This is what stands there already."), "nothing_changes")
    if truth.vaccine != injection.vaccine:
        return _ask(injection, Struck.WRONG_DETAILS, truth, why=why, by=by)
    _replace(injection, truth, why=why, because=Struck.WRONG_DETAILS, by=by)
    return None


@transaction.atomic
def give_to(*, injection: Injection, person: Person, why: str, by: Actor) -> Correction:
    """Ask that a dose be written to somebody else, who really had it. A second person decides.

    :raises Refused: when it is the same person, or the dose does not fit on their record.
    """
    permissions.check_keeps_records(by, injection)
    _check_why(why)
    if person.pk == injection.person_id:
        raise Refused(N_("This is the person on whose record it stands."), "same_person")
    truth = _truth_of(injection, number=_next_number(person.pk), person_id=person.pk)
    _check_fits(person.pk, truth)
    return _ask(injection, Struck.WRONG_PERSON, truth, why=why, by=by)


@transaction.atomic
def decide(*, correction: Correction, accepts: bool, by: Actor) -> Injection | None:
    """Decide as the second person about a correction; the row that has what is true is returned.

    :raises Missing: for officers who do not keep the record.
    :raises Refused: for the one who asked, and when it was decided already.
    """
    rows = Correction.objects.select_for_update(of=("self",))
    fresh = rows.select_related("injection__person", "injection__site").get(pk=correction.pk)
    permissions.check_may_decide(by, fresh)
    to = RequestState.ACCEPTED if accepts else RequestState.REFUSED
    check(may_move(RequestState(fresh.state), to))
    fresh.state, fresh.decided_by, fresh.decided_at = to, by.id, clock.now()
    fresh.save(update_fields=["state", "decided_by", "decided_at"])
    record.write(f"vaccination.correction_{to.value}", by=by, about=fresh)
    if not accepts:
        return None
    return _replace(fresh.injection, truth_of(fresh), why=fresh.why, because=Struck(fresh.because), by=by)


@transaction.atomic
def enter(*, person: Person, truth: Truth, by: Actor) -> Injection:
    """Enter a dose that was given elsewhere, on evidence that the officer saw.

    :raises Refused: when it does not say where, nothing was seen, or it does not fit on the record.
    """
    permissions.check_keeps_records_of(by, person)
    if not truth.elsewhere.strip():
        raise Refused(N_("Please say where it was given."), "not_where")
    if not truth.evidence.strip():
        raise Refused(N_("Please say what you saw as evidence."), "no_evidence")
    held = next_doses.hold_person(person.pk)
    _check_fits(person.pk, truth)
    made = _new(truth, person_id=person.pk, by=by)
    record.write("vaccination.dose_entered", by=by, about=made, data={"number": made.number})
    _follow(held, person.pk, by=by)
    return made


def truth_of(correction: Correction) -> Truth:
    """Return what somebody says is true."""
    told = json.loads(crypto.open_sealed(bytes(correction.sealed), where=correction_place(correction)))
    return Truth(**{**told, "vaccine": Vaccine(told["vaccine"]), "given_on": date.fromisoformat(told["given_on"])})


def _ask(injection: Injection, because: Struck, truth: Truth, *, why: str, by: Actor) -> Correction:
    if injection.struck_at is not None:
        raise Refused(N_("This was struck already."), "struck_already")
    if injection.corrections.filter(state=RequestState.ASKED).exists():
        raise Refused(N_("A correction of this record waits for a second person already."), "asked_already")
    asked = Correction(
        injection=injection,
        person_id=injection.person_id,
        state=RequestState.ASKED,
        because=because,
        why=why.strip(),
        asked_by=by.id,
        asked_at=clock.now(),
    )
    told = {**asdict(truth), "vaccine": truth.vaccine.value, "given_on": truth.given_on.isoformat()}
    asked.sealed = crypto.seal(json.dumps(told, ensure_ascii=False).encode(), where=correction_place(asked))
    asked.save()
    record.write("vaccination.correction_asked", by=by, about=asked, data={"because": because.value})
    return asked


def _replace(injection: Injection, truth: Truth, *, why: str, because: Struck, by: Actor) -> Injection:
    """Strike a record and write what is true; the next doses and the certificates of everybody concerned follow."""
    to = truth.person_id or injection.person_id
    held = next_doses.hold_people({injection.person_id, to})
    fresh = Injection.objects.select_for_update(of=("self",)).select_related("site", "lot").get(pk=injection.pk)
    if fresh.struck_at is not None:
        raise Refused(N_("This was struck already."), "struck_already")
    _check_fits(to, truth, without=fresh)
    if to != fresh.person_id and _has_later(fresh):
        raise Refused(N_("A later dose was given. Please strike that one first."), "later_dose")
    records.mark_struck(fresh, because=because, why=why, by=by)
    made = _new(truth, person_id=to, replaces=fresh, by=by)
    _move_stock(fresh, made, by=by)
    aftercare.carry_over(old=fresh, new=made)
    if made.dose_id is not None:
        Dose.objects.filter(pk=made.dose_id, state=DoseState.GIVEN).update(given_on=made.given_on)
    record.write("vaccination.injection_replaced", by=by, about=made, data={"because": because.value})
    for person, enrolment in held.items():
        _follow(enrolment, person, by=by)
    return made


def _new(truth: Truth, *, person_id: int, by: Actor, replaces: Injection | None = None) -> Injection:
    """Write a row: a new one of a dose given elsewhere, or one in place of another."""
    old, is_same_person = replaces, replaces is not None and replaces.person_id == person_id
    at_site = old is not None and old.site_id is not None
    return Injection.objects.create(
        person_id=person_id,
        dose=old.dose if old is not None and is_same_person else None,
        visit=old.visit if old is not None and is_same_person else None,
        number=truth.number,
        vaccine=truth.vaccine,
        lot=_lot(truth) if at_site else None,
        lot_number=truth.lot_number.strip(),
        site_id=old.site_id if old is not None else None,
        given_elsewhere=truth.elsewhere.strip(),
        injected_in=old.injected_in if old is not None else "",
        given_at=_moment(truth, old),
        given_on=truth.given_on,
        by_staff=old.by_staff if old is not None else by.id,
        licence=old.licence if old is not None else "",
        evidence=truth.evidence.strip(),
        replaces=old,
        client_key=uuid4(),
        written_at=clock.now(),
    )


def _follow(held: Enrolment | None, person_id: int, *, by: Actor) -> None:
    if held is not None:
        next_doses.plan_again(held, by=by)
    certificates.follow([person_id], by=by)


def _check_fits(person_id: int, truth: Truth, *, without: Injection | None = None) -> None:
    """Let pass a dose that can stand on somebody's record.

    :raises Refused: when the number is taken, the days are not in the order of the numbers, or the day has not come.
    """
    if truth.given_on > clock.today():
        raise Refused(N_("A dose cannot have been given later than today."), "not_yet_given")
    others = Injection.objects.filter(person=person_id, struck_at=None)
    for other in others.exclude(pk=without.pk if without is not None else 0).order_by("number"):
        if other.number == truth.number:
            raise Refused(
                N_("Dose %(number)s is on this record already. If its number is wrong, correct that first."),
                "number_taken",
                number=other.number,
            )
        if (other.number < truth.number) != (other.given_on < truth.given_on):
            raise Refused(N_("The days would not be in the order of the doses."), "days_not_in_order")


def _check_why(why: str) -> None:
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")


def _has_later(injection: Injection) -> bool:
    later = Injection.objects.filter(person=injection.person_id, number__gt=injection.number, struck_at=None)
    return later.exists()


def _next_number(person_id: int) -> int:
    given = Injection.objects.filter(person=person_id, struck_at=None).order_by("-number")
    return (given.values_list("number", flat=True).first() or 0) + 1


def _lot(truth: Truth) -> Lot:
    found = Lot.objects.filter(vaccine=truth.vaccine, number=truth.lot_number.strip()).first()
    if found is None:
        raise Refused(
            N_("This lot of this vaccine was never delivered to the programme. Please look at the vial again."),
            "lot_unknown",
        )
    return found


def _move_stock(old: Injection, new: Injection, *, by: Actor) -> None:
    """Let the stock of the lots follow when a dose came from another lot than was written."""
    if old.lot_id == new.lot_id or old.lot_id is None or new.lot_id is None or new.site_id is None:
        return
    site_stock.exchange(old, new, by=by)


def _moment(truth: Truth, old: Injection | None) -> datetime:
    if old is not None and old.given_on == truth.given_on:
        return old.given_at
    hour = clock.bangkok(old.given_at).time() if old is not None else NOON
    return clock.at(truth.given_on, hour)


def _truth_of(injection: Injection, *, number: int, person_id: int | None) -> Truth:
    return Truth(
        number=number,
        vaccine=Vaccine(injection.vaccine),
        lot_number=injection.lot_number,
        given_on=injection.given_on,
        elsewhere=injection.given_elsewhere,
        evidence=injection.evidence,
        person_id=person_id,
    )


def _written(injection: Injection) -> dict[str, Any]:
    return _told(_truth_of(injection, number=injection.number, person_id=None))


def _told(truth: Truth) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in asdict(truth).items()}
