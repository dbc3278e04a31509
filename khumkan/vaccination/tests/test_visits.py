"""The steps at the site, up to the record and what follows from it."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal

import pytest
import time_machine

from khumkan import capacity
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing, Refused
from khumkan.vaccination.actions import records, stock, visits
from khumkan.vaccination.choices import Struck, TurnedBack, WaitingBecause
from khumkan.vaccination.models import Dose, FollowUp, Injection, Lot, StockMove, Visit, VisitStep
from khumkan.vaccination.rules.visits import Vitals
from khumkan.vaccination.states import DoseState, EnrolmentState, LotState, VisitState
from khumkan.vaccination.tests.country import (
    OFFICE,
    a_needle,
    a_session,
    a_site,
    booked,
    goes_on,
    sent,
    vaccinated,
    vaccinator_at,
    waiting,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


def arrived(dose: Dose | None = None) -> Visit:
    fresh = dose or booked()
    assert fresh.session is not None
    goes_on(fresh.session)
    return visits.check_in(dose=fresh, session=fresh.session, sent=sent(), by=vaccinator_at(fresh.session.site))


def cleared() -> Visit:
    visit = arrived()
    by = vaccinator_at(visit.session.site)
    visits.measure(visit=visit, vitals=Vitals(systolic=120, diastolic=80), sent=sent(), by=by)
    return visits.clear(visit=visit, answers={"consent": "yes"}, sent=sent(), by=by)


def test_a_dose_is_given_and_the_next_one_waits_for_its_interval() -> None:
    made = vaccinated()
    first, second = Dose.objects.filter(person_id=made.person_id).order_by("number")
    assert (first.state, first.given_on) == (DoseState.GIVEN, clock.today())
    assert (second.state, second.waiting_because) == (DoseState.WAITING, WaitingBecause.INTERVAL)
    assert second.due_from == clock.today() + timedelta(days=84)
    assert StockMove.objects.get(injection=made).doses == -1
    assert sorted(FollowUp.objects.filter(injection=made).values_list("day", flat=True)) == [1, 7, 30]


def test_what_a_device_sends_twice_counts_once() -> None:
    visit = cleared()
    by, lot = vaccinator_at(visit.session.site), visit.session.lot
    assert lot is not None
    needle = a_needle(lot)
    first = visits.inject(visit=visit, needle=needle, by=by)
    assert visits.inject(visit=visit, needle=needle, by=by) == first
    assert Injection.objects.count() == StockMove.objects.filter(kind="given").count() == 1
    again = sent()
    for _ in range(2):
        with time_machine.travel(clock.now() + timedelta(minutes=31)):
            left = visits.Sent(client_key=again.client_key, done_at=clock.now())
            visits.leave(visit=visit, sent=left, by=by)
    assert VisitStep.objects.filter(visit=visit, state=VisitState.LEFT).count() == 1


def test_nobody_leaves_before_the_observation_is_over() -> None:
    made = vaccinated()
    assert made.visit is not None
    with pytest.raises(Refused, match="observation"):
        visits.leave(visit=made.visit, sent=sent(), by=OFFICE)


def test_no_needle_before_the_screening() -> None:
    visit = arrived()
    lot = visit.session.lot
    assert lot is not None
    with pytest.raises(Refused):
        visits.inject(visit=visit, needle=a_needle(lot), by=OFFICE)
    assert not Injection.objects.exists()


def test_a_fever_puts_the_dose_off_and_the_turn_is_kept() -> None:
    visit = arrived()
    since = visit.dose.waiting_since
    why = visits.measure(visit=visit, vitals=Vitals(temperature=Decimal("38.1")), sent=sent(), by=OFFICE)
    assert why is TurnedBack.FEVER
    visits.turn_back(visit=visit, because=why, sent=sent(), by=OFFICE)
    dose = Dose.objects.get(pk=visit.dose_id)
    assert (dose.state, dose.waiting_because, dose.waiting_since) == ("waiting", WaitingBecause.DEFERRED, since)
    assert dose.due_from == clock.today() + timedelta(days=3)
    assert capacity.disagreements() == []


def test_a_pressure_is_measured_again_after_a_rest() -> None:
    visit = arrived()
    assert visits.measure(visit=visit, vitals=Vitals(systolic=170), sent=sent(), by=OFFICE) is TurnedBack.PRESSURE
    assert visits.measure(visit=visit, vitals=Vitals(systolic=140), sent=sent(), by=OFFICE) is None


def test_who_refuses_at_the_site_is_not_planned_again() -> None:
    visit = arrived()
    visits.turn_back(visit=visit, because=TurnedBack.REFUSED, sent=sent(), by=OFFICE)
    dose = Dose.objects.select_related("enrolment").get(pk=visit.dose_id)
    assert (dose.state, dose.enrolment.state) == (DoseState.CANCELLED, EnrolmentState.WITHDRAWN)


def test_somebody_elses_document_leaves_the_date_to_whom_it_belongs() -> None:
    visit = arrived()
    visits.turn_back(visit=visit, because=TurnedBack.MISMATCH, sent=sent(), by=OFFICE)
    assert Dose.objects.get(pk=visit.dose_id).state == DoseState.BOOKED


def test_who_is_expected_elsewhere_or_on_another_day_is_not_let_in() -> None:
    dose, other = booked(), a_session()
    with pytest.raises(Refused, match="another site"):
        visits.check_in(dose=dose, session=other, sent=sent(), by=OFFICE)
    with pytest.raises(Missing):
        visits.check_in(dose=dose, session=other, sent=sent(), by=vaccinator_at(a_site()))


def test_who_stands_by_takes_what_is_left() -> None:
    session = a_session(places=1)
    visit = visits.check_in(dose=waiting(), session=session, sent=sent(), by=OFFICE)
    assert Dose.objects.get(pk=visit.dose_id).state == DoseState.AT_SITE
    with pytest.raises(Refused, match="No dose is left"):
        visits.check_in(dose=waiting(), session=session, sent=sent(), by=OFFICE)


def test_a_lot_held_back_goes_into_nobodys_arm() -> None:
    visit = cleared()
    lot = visit.session.lot
    assert lot is not None
    held = stock.set_lot_state(lot=lot, to=LotState.HELD, why="too warm", by=OFFICE)
    with pytest.raises(Refused, match="held back"):
        visits.inject(visit=visit, needle=a_needle(held), by=OFFICE)
    assert not Injection.objects.exists()
    assert Visit.objects.get(pk=visit.pk).state == VisitState.CLEARED


def test_a_dose_given_on_the_last_day_of_its_lot_counts_though_it_is_sent_after_midnight() -> None:
    evening = clock.at(clock.today(), time(22))
    with time_machine.travel(evening, tick=False):
        visit = cleared()
        by = vaccinator_at(visit.session.site)
        lot = visit.session.lot
        assert lot is not None
        Lot.objects.filter(pk=lot.pk).update(expires_on=clock.today())
        lot.refresh_from_db()
        needle = a_needle(lot)
    with time_machine.travel(evening + timedelta(hours=3), tick=False):
        with pytest.raises(Refused, match="expired"):
            visits.inject(visit=visit, needle=replace(needle, given_at=clock.now()), by=OFFICE)
        assert visits.inject(visit=visit, needle=needle, by=by).given_on == lot.expires_on


def test_a_struck_record_stays_and_the_dose_waits_again() -> None:
    made = vaccinated()
    records.strike(injection=made, because=Struck.WRONG_PERSON, why="two cards were swapped", by=OFFICE)
    made.refresh_from_db()
    assert made.struck_because == Struck.WRONG_PERSON
    first, second = Dose.objects.filter(person_id=made.person_id).order_by("number")
    assert (first.state, second.state) == (DoseState.WAITING, DoseState.CANCELLED)
    assert capacity.disagreements() == []
    with pytest.raises(Refused, match="struck already"):
        records.strike(injection=made, because=Struck.WRONG_PERSON, why="again", by=OFFICE)
