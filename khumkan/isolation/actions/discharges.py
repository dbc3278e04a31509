"""Going home: a nurse confirms, the person leaves, and gets a certificate and a letter for the employer."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from khumkan import messages, policies, record
from khumkan.isolation.actions import promises, steps, transfers
from khumkan.isolation.choices import CareEnd, CertificateKind, StayEnd
from khumkan.isolation.models import Care, Certificate, Discharge, Stay
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.queries import discharges as queries
from khumkan.isolation.rules import discharge as rules
from khumkan.isolation.states import CareState, StayState, may_move
from khumkan.isolation.terms.stays import StayTerms
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_

PREFIX = "Z"
#: Reasons for going that do not wait for the terms.
AT_ANY_TIME = (CareEnd.OWN_WISH, CareEnd.ELSEWHERE, CareEnd.DIED, CareEnd.WITHDRAWN)
#: What a certificate is given for.
WITH_CERTIFICATE = (CareEnd.RECOVERED,)
#: Who gets a letter for the employer and nothing else.
WITH_LETTER = (CareEnd.OWN_WISH, CareEnd.ELSEWHERE, CareEnd.WITHDRAWN)
Event = tuple[str, record.Entry]


@transaction.atomic
def confirm(*, care: Care, because: CareEnd, by: Actor, doctor: str = "") -> Discharge:
    """Confirm that somebody may go. Who lies in a bed keeps it until they have left; who is at home is discharged.

    :param doctor: who decided that somebody may go whose days are over, though oxygen or a fever speaks against it.
    :raises Refused: when the terms in force do not let the person go yet, in words, and no doctor may decide; or when
        it is confirmed already.
    """
    permissions.check_works_at(by, care.site_id, Role.NURSE)
    care = steps.locked(care.pk)
    _check_in_care(care)
    if care.state == CareState.ADMITTED and not _move_stay(care, StayState.ADMITTED, StayState.LEAVING):
        raise Refused(N_("Somebody has confirmed already that this person may go."), "confirmed_already")
    terms = policies.in_force(StayTerms, on=clock.today())
    decided_by = _check_reason(care, because, terms=terms, doctor=doctor.strip())
    made = Discharge.objects.create(
        care=care,
        person_id=care.person_id,
        because=because,
        earliest_on=queries.earliest_on(care, terms=terms),
        rest_until=queries.rest_until(care, left_on=clock.today(), terms=terms)
        if because is CareEnd.RECOVERED
        else None,
        doctor=decided_by,
        terms_version=terms.version,
        confirmed_at=clock.now(),
        confirmed_by=by.id if by.kind is ActorKind.STAFF else None,
    )
    steps.note("discharge_confirmed", care, by=by, because=because.value)
    if care.state == CareState.AT_HOME:
        _end(care, made, on=clock.today(), by=by)
        return made
    promises.give_back_for(care, because=StayEnd.CHANGED, by=by)
    if because is not CareEnd.DIED:
        messages.send("isolation.may_go", person_id=care.person_id, params={"reference": care.reference})
    return made


@transaction.atomic
def take_back(*, care: Care, by: Actor) -> None:
    """Take a discharge back while the person has not left.

    :raises Refused: when the person has left.
    """
    permissions.check_works_at(by, care.site_id, Role.NURSE)
    care = steps.locked(care.pk)
    if care.state != CareState.ADMITTED:
        raise Refused(N_("This person has left already."), "has_left")
    if not _move_stay(care, StayState.LEAVING, StayState.ADMITTED):
        raise Refused(N_("This has moved on in the meantime. Please look at it again."), "state_moved_on")
    Discharge.objects.filter(care=care, taken_back_at=None).update(taken_back_at=clock.now())
    steps.note("discharge_taken_back", care, by=by)


def finish(care: Care, stay: Stay, *, by: Actor) -> None:
    """End the care of somebody who has left; the caller holds the care."""
    made = queries.confirmed(care)
    left = steps.noted("left", care, site_id=stay.site_id, stay=stay.pk, bed=stay.bed_id)
    _end(care, made, on=clock.today(), by=by, first=[left])


@transaction.atomic
def revoke(*, certificate: Certificate, why: str, by: Actor) -> None:
    """Revoke a certificate: whoever checks its code is told that it no longer holds. Twice is harmless.

    :raises Missing: for officers of other provinces.
    :raises Refused: when no reason is given.
    """
    care = certificate.care
    permissions.check_may_place(by, care, province_code=care.province_code)
    if not why.strip():
        raise Refused(N_("Please say why this certificate is revoked."), "no_reason")
    now = clock.now()
    staff = by.id if by.kind is ActorKind.STAFF else None
    changed = Certificate.objects.filter(pk=certificate.pk, revoked_at=None).update(
        revoked_at=now, revoked_by=staff, revoked_why=why.strip()
    )
    if changed:
        record.write("isolation.certificate_revoked", by=by, about=certificate)


@transaction.atomic
def issue_again(*, certificate: Certificate, by: Actor) -> Certificate:
    """Issue a new certificate with the same words in place of one that was revoked.

    :raises Refused: when it was not revoked, or one that holds is there.
    """
    care = steps.locked(certificate.care_id)
    permissions.check_may_place(by, care, province_code=care.province_code)
    if certificate.revoked_at is None:
        raise Refused(N_("This certificate still holds."), "still_valid")
    if Certificate.objects.filter(care=care, kind=certificate.kind, revoked_at=None).exists():
        raise Refused(N_("There is a newer certificate that holds."), "newer")
    made, event = _issue(
        care,
        CertificateKind(certificate.kind),
        from_on=certificate.from_on,
        to_on=certificate.to_on,
        rest_until=certificate.rest_until,
    )
    record.write_several([event], by=by)
    return made


def _check_in_care(care: Care) -> None:
    if care.state not in (CareState.ADMITTED, CareState.AT_HOME):
        raise Refused(N_("This person is not in care (any more)."), "not_in_care")


def _check_reason(care: Care, because: CareEnd, *, terms: StayTerms, doctor: str) -> str:
    """Check that there is this reason to go, and return which doctor decided where the terms alone do not allow it."""
    if because is CareEnd.WITHDRAWN and care.result_corrected_at is None:
        raise Refused(N_("The test result of this person was not corrected."), "not_corrected")
    if because in AT_ANY_TIME:
        return ""
    verdict = queries.may_go(care, terms=terms)
    if doctor and rules.doctor_may_decide(verdict):
        return doctor
    check(verdict)
    return ""


def _end(care: Care, made: Discharge, *, on: date, by: Actor, first: Sequence[Event] = ()) -> None:
    """End the care and give the papers along.

    :param first: what is written down before it.
    """
    withdrawn = made.because == CareEnd.WITHDRAWN
    state = CareState.WITHDRAWN if withdrawn else CareState.DISCHARGED
    steps.move(care, state, ended_because=made.because, waiting_because="")
    transfers.close(care, by=by)
    began, kinds, rest_until = queries.began_on(care), list(CertificateKind), made.rest_until
    if made.because not in WITH_CERTIFICATE:
        rest_until = None
        kinds = [CertificateKind.EMPLOYER] if made.because in WITH_LETTER else []
    issued = [_issue(care, kind, from_on=began, to_on=on, rest_until=rest_until)[1] for kind in kinds]
    record.write_several([*first, *issued, steps.noted("discharged", care, because=made.because)], by=by)
    if made.because != CareEnd.DIED:
        messages.send("isolation.discharged", person_id=care.person_id, params={"reference": care.reference})


def _issue(
    care: Care, kind: CertificateKind, *, from_on: date, to_on: date, rest_until: date | None
) -> tuple[Certificate, Event]:
    """Issue a certificate, and return it with the event to be written."""
    made = Certificate.objects.create(
        code=references.new(PREFIX),
        care=care,
        person_id=care.person_id,
        kind=kind,
        from_on=min(from_on, to_on),
        to_on=to_on,
        rest_until=rest_until,
        issued_at=clock.now(),
    )
    return made, ("isolation.certificate_issued", record.Entry.of(made, data={"kind": kind.value}))


def _move_stay(care: Care, was: StayState, to: StayState) -> bool:
    """Move the stay of somebody who lies in a bed; say whether it was in the state before."""
    check(may_move(was, to))
    return bool(Stay.objects.filter(care=care, state=was).update(state=to))
