"""At the site: check-in, what is noted at the door, specimens, and the end of the day."""

from collections.abc import Collection, Sequence

from django.db import transaction

from khumkan import messages, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.screening.choices import Channel, DoorOutcome
from khumkan.screening.models import Attendance, CustodyStep, Registration, Session, SessionClose, Specimen
from khumkan.screening.permissions import visits as permissions
from khumkan.screening.queries import visits as queries
from khumkan.screening.rules import visits as rules
from khumkan.screening.states import RegistrationState, SpecimenState, may_move

#: Outcomes at the door that end a registration.
ENDS = (DoorOutcome.REFUSED, DoorOutcome.SENT_HOME)
#: Outcomes that staff may note by hand; the others come about by what staff do.
NOTED_BY_HAND = (DoorOutcome.NOT_ON_LIST, DoorOutcome.IDENTITY_MISMATCH, *ENDS)


@transaction.atomic
def check_in(*, registration: Registration, by: Actor) -> Registration:
    """Let a person in who has a place here today.

    :raises Refused: in words for the door: another day or place, already here, no place.
    """
    fresh = _locked(registration.pk)
    permissions.check_may_receive(by, fresh)
    session = _session_of(fresh)
    check(
        rules.may_check_in(
            state=RegistrationState(fresh.state),
            booked_site=str(session.site),
            booked_day=session.day,
            is_this_session=True,
            today=clock.today(),
        )
    )
    _move(fresh, RegistrationState.CHECKED_IN)
    fresh.checked_in_at = clock.now()
    fresh.save(update_fields=["state", "checked_in_at"])
    _note(session, DoorOutcome.CHECKED_IN, by=by, registration=fresh)
    record.write("screening.checked_in", by=by, about=fresh, site_id=session.site_id)
    return fresh


@transaction.atomic
def check_in_many(*, session: Session, registration_ids: Collection[int], by: Actor) -> int:
    """Check in everybody of a list who is booked for this session; return how many were."""
    permissions.check_may_work_at(by, session)
    now = clock.now()
    booked = session.registrations.filter(pk__in=registration_ids, state=RegistrationState.BOOKED)
    found = list(booked.select_for_update().order_by("pk"))
    Registration.objects.filter(pk__in=[each.pk for each in found]).update(
        state=RegistrationState.CHECKED_IN, checked_in_at=now
    )
    _note_many(session, found, DoorOutcome.CHECKED_IN, by=by)
    entries = [record.Entry.of(each, site_id=session.site_id) for each in found]
    return record.write_many("screening.checked_in", by=by, entries=entries)


@transaction.atomic
def note_at_door(
    *,
    session: Session,
    outcome: DoorOutcome,
    by: Actor,
    registration: Registration | None = None,
    person_id: int | None = None,
    note: str = "",
) -> Attendance:
    """Note that somebody came and was not tested. Refusing the test and being sent home end the registration.

    :param note: what the next colleague should know; no diagnosis.
    :raises Refused: when the outcome cannot be noted for this person.
    """
    permissions.check_may_work_at(by, session)
    if outcome not in NOTED_BY_HAND:
        raise Refused(N_("Choose what happened from the list."), "door_outcome")
    if registration is not None:
        registration = _locked(registration.pk)
        if registration.session_id != session.pk:
            raise Refused(N_("This person is not on the list of this session."), "door_other_session")
    if outcome in ENDS:
        if registration is None:
            raise Refused(N_("Choose the person from the list first."), "door_who")
        _turn_away(registration)
    noted = _note(session, outcome, by=by, registration=registration, person_id=person_id, note=note)
    name = "screening.turned_away" if outcome in ENDS else "screening.door_noted"
    record.write(
        name, by=by, about=noted, person_id=noted.person_id, site_id=session.site_id, data={"outcome": outcome.value}
    )
    return noted


@transaction.atomic
def take_specimen(*, registration: Registration, by: Actor, code: str = "") -> Specimen:
    """Note that the swab was taken, and give it the code of its label.

    :param code: the code on a label printed beforehand; without one, a new code is made.
    :raises Refused: when the person is not checked in, or the label is wrong or used.
    """
    fresh = _locked(registration.pk)
    permissions.check_may_receive(by, fresh)
    check(may_move(RegistrationState(fresh.state), RegistrationState.SAMPLED))
    made = _specimens(_session_of(fresh), [fresh], by=by, codes=[_label(code)])
    return made[0]


@transaction.atomic
def take_specimens(*, session: Session, registration_ids: Collection[int], by: Actor) -> list[Specimen]:
    """Take the specimens of everybody of a list who is checked in, in a few statements; return them."""
    permissions.check_may_work_at(by, session)
    inside = session.registrations.filter(pk__in=registration_ids, state=RegistrationState.CHECKED_IN)
    found = list(inside.select_for_update().order_by("pk"))
    return _specimens(session, found, by=by, codes=[references.new(rules.SPECIMEN_PREFIX) for _ in found])


@transaction.atomic
def close_session(*, session: Session, by: Actor) -> SessionClose:
    """End the day: whoever did not come is marked so, and everybody on the list is accounted for.

    :raises Refused: while somebody is checked in without a specimen, before the day, or when it is closed already.
    """
    session = Session.objects.select_for_update().get(pk=session.pk)
    permissions.check_may_work_at(by, session)
    if SessionClose.objects.filter(session=session).exists():
        raise Refused(N_("This session is closed already."), "already_closed")
    if clock.bangkok(session.starts_at).date() > clock.today():
        raise Refused(N_("This session is on a later day. It can be closed on its day."), "close_before_the_day")
    tally = queries.tally_of(session)
    check(rules.may_close(tally, is_over=session.ends_at <= clock.now()))
    absent = list(session.registrations.filter(state=RegistrationState.BOOKED).select_for_update().order_by("pk"))
    now = clock.now()
    Registration.objects.filter(pk__in=[each.pk for each in absent]).update(
        state=RegistrationState.MISSED, ended_at=now
    )
    _note_many(session, absent, DoorOutcome.NO_SHOW, by=by)
    entries = [record.Entry.of(each, site_id=session.site_id) for each in absent]
    record.write_many("screening.missed", by=by, entries=entries)
    messages.send_many("screening.test_missed", [(each.person_id, {"reference": each.reference}) for each in absent])
    return SessionClose.objects.create(
        session=session,
        listed=tally.listed,
        came=tally.came,
        no_show=tally.no_show + len(absent),
        turned_away=tally.turned_away,
        walk_ins=session.registrations.filter(channel=Channel.WALK_IN).count(),
        by_staff=by.id if by.kind is ActorKind.STAFF else None,
        at=now,
    )


def _specimens(session: Session, found: Sequence[Registration], *, by: Actor, codes: Sequence[str]) -> list[Specimen]:
    now = clock.now()
    homes = queries.homes_of([each.person_id for each in found])
    made = Specimen.objects.bulk_create(
        [
            Specimen(
                code=code,
                registration=each,
                person_id=each.person_id,
                session=session,
                method=each.method,
                state=SpecimenState.TAKEN,
                province_code=homes[each.person_id].province_code,
                district_code=homes[each.person_id].district_code,
                section=homes[each.person_id].section,
                taken_at=now,
            )
            for each, code in zip(found, codes, strict=True)
        ],
        batch_size=5_000,
    )
    staff = by.id if by.kind is ActorKind.STAFF else None
    CustodyStep.objects.bulk_create(
        [
            CustodyStep(specimen=each, state=SpecimenState.TAKEN, site_id=session.site_id, by_staff=staff, at=now)
            for each in made
        ],
        batch_size=5_000,
    )
    Registration.objects.filter(pk__in=[each.pk for each in found]).update(state=RegistrationState.SAMPLED)
    _note_many(session, found, DoorOutcome.SAMPLED, by=by)
    entries = [record.Entry.of(each, site_id=session.site_id) for each in made]
    record.write_many("screening.sampled", by=by, entries=entries)
    return made


def _label(code: str) -> str:
    """Return the code for a specimen: the one on the label if it is right and was never used, or a new one."""
    if not code.strip():
        return references.new(rules.SPECIMEN_PREFIX)
    wanted = references.normalise(code)
    if problem := references.problem(wanted):
        raise Refused(problem.text, problem.code)
    check(rules.is_label(wanted))
    if Specimen.objects.filter(code=wanted).exists():
        raise Refused(N_("This label was used before. Take another one."), "label_used")
    return wanted


def _locked(registration_id: int) -> Registration:
    """Lock a registration, then read it with its place: a join in the same query would show the place of before."""
    Registration.objects.select_for_update().only("pk").get(pk=registration_id)
    return Registration.objects.select_related("session__site").get(pk=registration_id)


def _session_of(registration: Registration) -> Session:
    if registration.session is None:
        raise Refused(N_("This registration has no place. Take the person as a walk-in."), "not_booked")
    return registration.session


def _move(registration: Registration, new: RegistrationState) -> None:
    check(may_move(RegistrationState(registration.state), new))
    registration.state = new


def _turn_away(registration: Registration) -> None:
    _move(registration, RegistrationState.TURNED_AWAY)
    registration.ended_at = clock.now()
    registration.save(update_fields=["state", "ended_at"])


def _note(
    session: Session,
    outcome: DoorOutcome,
    *,
    by: Actor,
    registration: Registration | None = None,
    person_id: int | None = None,
    note: str = "",
) -> Attendance:
    return Attendance.objects.create(
        session=session,
        registration=registration,
        person_id=registration.person_id if registration else person_id,
        outcome=outcome,
        note=note,
        by_staff=by.id if by.kind is ActorKind.STAFF else None,
        at=clock.now(),
    )


def _note_many(session: Session, found: Sequence[Registration], outcome: DoorOutcome, *, by: Actor) -> None:
    now, staff = clock.now(), by.id if by.kind is ActorKind.STAFF else None
    Attendance.objects.bulk_create(
        [
            Attendance(
                session=session,
                registration=each,
                person_id=each.person_id,
                outcome=outcome,
                by_staff=staff,
                at=now,
            )
            for each in found
        ],
        batch_size=5_000,
    )
