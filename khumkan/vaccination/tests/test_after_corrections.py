"""Corrections of the record: the trail, the second person, and what follows by itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from khumkan import capacity
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.vaccination.actions import certificates, corrections, records, willing
from khumkan.vaccination.actions.corrections import Truth
from khumkan.vaccination.choices import Decided, StockKind, Struck, Vaccine
from khumkan.vaccination.models import Certificate, Correction, Dose, Enrolment, FollowUp, Injection, StockMove
from khumkan.vaccination.queries import certificates as certificate_queries
from khumkan.vaccination.queries import records as queries
from khumkan.vaccination.states import DoseState, EnrolmentState
from khumkan.vaccination.tests.country import (
    OFFICE,
    OFFICER,
    OTHER_OFFICER,
    a_lot_beside,
    a_person,
    a_session,
    booked,
    vaccinated,
    waiting,
)

pytestmark = pytest.mark.django_db
ELSEWHERE = Actor(ActorKind.STAFF, 9, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "50")}))


def truth(given: Injection, **changes: object) -> Truth:
    told = Truth(
        number=given.number, vaccine=Vaccine(given.vaccine), lot_number=given.lot_number, given_on=given.given_on
    )
    return replace(told, **changes)  # type: ignore[arg-type]


def away(*, number: int = 1, on: date | None = None, vaccine: Vaccine = Vaccine.SINOVAC) -> Truth:
    return Truth(
        number=number, vaccine=vaccine, lot_number="S1", given_on=on or clock.today() - timedelta(days=30),
        elsewhere="Siriraj Hospital", evidence="yellow book, page 3",
    )  # fmt: skip


def numbers(person_id: int) -> list[tuple[int, str]]:
    rows = Injection.objects.filter(person=person_id, struck_at=None).order_by("number")
    return list(rows.values_list("number", "lot_number"))


def test_a_wrong_lot_is_struck_and_the_right_one_stands() -> None:
    given = vaccinated()
    right = a_lot_beside(given)
    certificates.issue_for(injection_ids=[given.pk], by=OFFICE)
    before = set(StockMove.objects.values_list("pk", flat=True))
    assert (
        corrections.correct(injection=given, truth=truth(given, lot_number=right.number), why="misread", by=OFFICER)
        is None
    )
    old, new = Injection.objects.order_by("pk")
    assert (old.struck_because, old.struck_why, old.struck_by) == (Struck.WRONG_DETAILS, "misread", OFFICER.id)
    assert (new.replaces, new.lot, new.struck_at, new.visit, new.dose) == (old, right, None, old.visit, old.dose)
    assert set(FollowUp.objects.values_list("injection", flat=True)) == {new.pk}
    moved = StockMove.objects.exclude(pk__in=before).order_by("doses").values_list("lot", "kind", "doses")
    assert list(moved) == [(right.pk, StockKind.GIVEN, -1), (old.lot_id, StockKind.COUNTED, 1)]
    assert Dose.objects.filter(person=given.person_id).values_list("state", flat=True).order_by("number")[0] == "given"


def test_the_certificate_follows_what_it_says() -> None:
    given = vaccinated()
    first = certificates.issue_for(injection_ids=[given.pk], by=OFFICE)[0]
    on = given.given_on - timedelta(days=1)
    corrections.correct(injection=given, truth=truth(given, given_on=on), why="after midnight", by=OFFICER)
    first.refresh_from_db()
    second = Certificate.objects.get(revoked_at=None)
    assert first.revoked_at is not None
    assert [dose.on for dose in certificate_queries.content_of(second).doses] == [on]


def test_nothing_changes_without_a_change_or_a_reason() -> None:
    given = vaccinated()
    with pytest.raises(Refused, match="stands there already"):
        corrections.correct(injection=given, truth=truth(given), why="no", by=OFFICER)
    with pytest.raises(Refused, match="say why"):
        corrections.correct(injection=given, truth=truth(given, number=2), why=" ", by=OFFICER)
    with pytest.raises(Missing):
        corrections.correct(injection=given, truth=truth(given, number=2), why="x", by=ELSEWHERE)
    with pytest.raises(Refused, match="never delivered"):
        corrections.correct(injection=given, truth=truth(given, lot_number="ZZZ"), why="x", by=OFFICER)
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(Refused, match="later than today"):
        corrections.correct(injection=given, truth=truth(given, given_on=tomorrow), why="x", by=OFFICER)
    assert Injection.objects.filter(struck_at=None).count() == 1


def test_another_vaccine_waits_for_a_second_person() -> None:
    given = vaccinated()
    right = a_lot_beside(given, vaccine=Vaccine.SINOVAC)
    said = truth(given, vaccine=Vaccine.SINOVAC, lot_number=right.number)
    asked = corrections.correct(injection=given, truth=said, why="wrong box", by=OFFICER)
    assert asked is not None
    assert numbers(given.person_id) == [(1, given.lot_number)], "nothing changes until the second person agrees"
    assert b"sinovac" not in bytes(asked.sealed)
    with pytest.raises(Refused, match="waits for a second person"):
        corrections.correct(injection=given, truth=said, why="again", by=OTHER_OFFICER)
    with pytest.raises(Refused, match="second person must"):
        corrections.decide(correction=asked, accepts=True, by=OFFICER)
    with pytest.raises(Missing):
        corrections.decide(correction=asked, accepts=True, by=ELSEWHERE)
    made = corrections.decide(correction=asked, accepts=True, by=OTHER_OFFICER)
    assert made is not None
    assert (made.vaccine, made.lot) == (Vaccine.SINOVAC, right)
    coming = Dose.objects.get(person=given.person_id, number=2)
    assert (coming.state, coming.due_from) == (DoseState.WAITING, given.given_on + timedelta(days=21))
    with pytest.raises(Refused):
        corrections.decide(correction=asked, accepts=True, by=OTHER_OFFICER)


def test_control_the_database_knows_one_person_from_two() -> None:
    given = vaccinated()
    asked = corrections.give_to(injection=given, person=a_person(), why="swapped cards", by=OFFICER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=asked.pk).update(
            state="accepted", decided_at=clock.now(), decided_by=asked.asked_by
        )


def test_a_refused_correction_changes_nothing() -> None:
    given = vaccinated()
    asked = corrections.give_to(injection=given, person=a_person(), why="swapped cards", by=OFFICER)
    assert corrections.decide(correction=asked, accepts=False, by=OTHER_OFFICER) is None
    assert numbers(given.person_id) == [(1, given.lot_number)]


def test_a_dose_goes_to_whom_it_was_given() -> None:
    """Two cards were swapped at the desk: the one had it, and the other waits again."""
    given, other = vaccinated(), waiting()
    booked(other, session=a_session())
    certificates.issue_for(injection_ids=[given.pk], by=OFFICE)
    with pytest.raises(Refused, match="on whose record"):
        corrections.give_to(injection=given, person=given.person, why="x", by=OFFICER)
    asked = corrections.give_to(injection=given, person=other.enrolment.person, why="swapped cards", by=OFFICER)
    corrections.decide(correction=asked, accepts=True, by=OTHER_OFFICER)
    assert numbers(given.person_id) == []
    assert numbers(other.person_id) == [(1, given.lot_number)]
    assert list(Certificate.objects.filter(revoked_at=None).values_list("person", flat=True)) == [other.person_id]
    states = {(dose.person_id, dose.number): dose.state for dose in Dose.objects.all()}
    assert states == {
        (given.person_id, 1): DoseState.WAITING,
        (given.person_id, 2): DoseState.CANCELLED,
        (other.person_id, 1): DoseState.CANCELLED,
        (other.person_id, 2): DoseState.WAITING,
    }
    assert capacity.disagreements() == []


def test_a_dose_given_elsewhere_counts_and_moves_the_next_one_up() -> None:
    dose = waiting()
    person = dose.enrolment.person
    for wrong, words in ((replace(away(), elsewhere=" "), "where"), (replace(away(), evidence=""), "evidence")):
        with pytest.raises(Refused, match=words):
            corrections.enter(person=person, truth=wrong, by=OFFICER)
    with pytest.raises(Missing):
        corrections.enter(person=person, truth=away(), by=ELSEWHERE)
    made = corrections.enter(person=person, truth=away(), by=OFFICER)
    assert (made.given_elsewhere, made.evidence, made.site, made.lot) == (
        "Siriraj Hospital",
        "yellow book, page 3",
        None,
        None,
    )
    assert Certificate.objects.get().injection == made
    states = dict(Dose.objects.filter(person=person).values_list("number", "state"))
    assert states == {1: DoseState.CANCELLED, 2: DoseState.WAITING}
    corrections.enter(person=person, truth=away(number=2, on=clock.today() - timedelta(days=2)), by=OFFICER)
    assert Enrolment.objects.get().state == EnrolmentState.COMPLETED


def test_doses_stand_in_the_order_of_their_days() -> None:
    given = vaccinated()
    with pytest.raises(Refused, match="on this record already"):
        corrections.enter(person=given.person, truth=away(number=1), by=OFFICER)
    with pytest.raises(Refused, match="order of the doses"):
        corrections.enter(person=given.person, truth=away(number=2), by=OFFICER)
    corrections.correct(injection=given, truth=truth(given, number=2), why="it was the second", by=OFFICER)
    corrections.enter(person=given.person, truth=away(number=1), by=OFFICER)
    assert [number for number, _lot in numbers(given.person_id)] == [1, 2]
    assert Enrolment.objects.get().state == EnrolmentState.COMPLETED
    assert not Dose.objects.coming().exists()


def test_a_booked_date_that_still_suits_is_kept() -> None:
    given = vaccinated()
    second = Dose.objects.get(number=2)
    session = a_session(day=second.due_from + timedelta(days=3))
    booked(second, session=session)
    earlier = given.given_on - timedelta(days=1)
    corrections.correct(injection=given, truth=truth(given, given_on=earlier), why="after midnight", by=OFFICER)
    second.refresh_from_db()
    assert (second.state, second.session, second.due_from) == (DoseState.BOOKED, session, earlier + timedelta(days=84))


def test_the_trail_is_there_for_the_person() -> None:
    given = vaccinated()
    corrections.correct(injection=given, truth=truth(given, number=2), why="it was the second", by=OFFICER)
    records.strike(injection=Injection.objects.get(struck_at=None), because=Struck.NEVER_GIVEN, why="no", by=OFFICER)
    lines = queries.lines_of(given.person_id)
    assert [(line.injection.number, line.holds) for line in lines] == [(1, False), (2, False)]
    with pytest.raises(Missing):
        queries.injection_for(ELSEWHERE, given.pk)


def test_a_struck_dose_of_somebody_who_withdrew_was_not_given_and_is_not_awaited() -> None:
    given = vaccinated()
    enrolment = Enrolment.objects.get(person=given.person_id)
    willing.refuse(enrolment=enrolment, how=Decided.LINK, by=OFFICE)
    records.strike(injection=given, because=Struck.NEVER_GIVEN, why="an empty syringe", by=OFFICE)
    doses = Dose.objects.filter(person=given.person_id).order_by("number")
    assert set(doses.values_list("state", "session")) == {(DoseState.CANCELLED, None)}
    assert capacity.disagreements() == []
    willing.confirm(enrolment=enrolment, how=Decided.LINK, by=OFFICE)
    assert doses.get(state=DoseState.WAITING).number == 1
