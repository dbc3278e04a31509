"""What a site may write and when, and what each step asks for."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine

from khumkan import capacity
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.vaccination.actions import records, visits
from khumkan.vaccination.actions.presence import Sent
from khumkan.vaccination.actions.visits import opened
from khumkan.vaccination.choices import DoorOutcome, Question, Reaction, Struck, TurnedBack, Vaccine, WaitingBecause
from khumkan.vaccination.models import DoorNote, Dose, Session, Visit, VisitStep
from khumkan.vaccination.rules.visits import AGAINST, Vitals, speaking_against
from khumkan.vaccination.states import DoseState, VisitState
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


WELL = Vitals(temperature=Decimal("36.5"), systolic=120, diastolic=80)


def arrived() -> Visit:
    dose = booked()
    assert dose.session is not None
    session = goes_on(dose.session)
    return visits.check_in(dose=dose, session=session, sent=sent(), by=vaccinator_at(session.site))


def measured(vitals: Vitals = WELL) -> Visit:
    visit = arrived()
    visits.measure(visit=visit, vitals=vitals, sent=sent(), by=OFFICE)
    return visit


def test_a_site_writes_on_its_day_within_its_hours_and_a_margin() -> None:
    dose = booked()
    assert dose.session is not None
    session, by = dose.session, vaccinator_at(dose.session.site)
    with pytest.raises(Refused) as refusal:  # tomorrow's session
        visits.check_in(dose=dose, session=session, sent=sent(), by=by)
    assert refusal.value.code == "outside_hours"
    first = Session.objects.filter(site=session.site, day=session.day).earliest("starts_at")
    last = Session.objects.filter(site=session.site, day=session.day).latest("starts_at")
    for moment, may in (
        (first.starts_at - timedelta(minutes=91), False),
        (first.starts_at - timedelta(minutes=89), True),
        (last.ends_at + timedelta(minutes=89), True),
        (last.ends_at + timedelta(minutes=91), False),
    ):
        with time_machine.travel(moment, tick=False):
            visit = booked_again(session)
            if may:
                assert visits.check_in(dose=visit, session=session, sent=sent(), by=by)
            else:
                with pytest.raises(Refused, match="only"):
                    visits.check_in(dose=visit, session=session, sent=sent(), by=by)


def booked_again(session: Session) -> Dose:
    """Book somebody else for a session, whatever the hour."""
    dose = waiting()
    Dose.objects.filter(pk=dose.pk).update(
        state=DoseState.BOOKED, session=session, booked_at=clock.now(), waiting_because=""
    )
    return Dose.objects.get(pk=dose.pk)


def test_control_the_office_is_not_bound_to_the_hours_of_a_site() -> None:
    dose = booked()
    assert dose.session is not None
    assert visits.check_in(dose=dose, session=dose.session, sent=sent(), by=OFFICE)


def test_a_device_that_was_cut_off_sends_later_but_not_much_later() -> None:
    dose = booked()
    assert dose.session is not None
    session = goes_on(dose.session)
    done = Sent(client_key=uuid4(), done_at=clock.now())
    last = Session.objects.filter(site=session.site, day=session.day).latest("ends_at")
    with time_machine.travel(last.ends_at + timedelta(hours=13)), pytest.raises(Refused, match="too late"):
        visits.check_in(dose=dose, session=session, sent=done, by=vaccinator_at(session.site))
    with time_machine.travel(last.ends_at + timedelta(hours=3)):
        visit = visits.check_in(dose=dose, session=session, sent=done, by=vaccinator_at(session.site))
    step = VisitStep.objects.get(visit=visit)
    assert (step.done_at, visit.arrived_at) == (done.done_at, done.done_at)
    assert step.at > step.done_at + timedelta(hours=2)


def test_a_clock_that_goes_ahead_shortens_no_observation() -> None:
    made = vaccinated()
    assert made.visit is not None
    ahead = Sent(client_key=uuid4(), done_at=clock.now() + timedelta(minutes=45))
    with pytest.raises(Refused, match="observation"):
        visits.leave(visit=made.visit, sent=ahead, by=vaccinator_at(made.visit.session.site))


def test_a_vaccinator_of_another_site_finds_nobody_here() -> None:
    visit = arrived()
    with pytest.raises(Missing):
        visits.measure(visit=visit, vitals=WELL, sent=sent(), by=vaccinator_at(a_site()))


def test_a_key_stands_for_one_step_of_one_person() -> None:
    visit, key = arrived(), sent()
    visits.measure(visit=visit, vitals=WELL, sent=key, by=OFFICE)
    visits.measure(visit=visit, vitals=WELL, sent=key, by=OFFICE)
    assert VisitStep.objects.filter(state=VisitState.MEASURED).count() == 1
    with pytest.raises(Refused, match="another step"):
        visits.clear(visit=visit, answers={"consent": "yes"}, sent=key, by=OFFICE)
    with pytest.raises(Refused, match="another step"):
        visits.measure(visit=arrived(), vitals=WELL, sent=key, by=OFFICE)


def test_checking_in_twice_with_one_key_is_one_visit() -> None:
    dose, key = booked(), sent()
    assert dose.session is not None
    made = {visits.check_in(dose=dose, session=dose.session, sent=key, by=OFFICE).pk for _ in range(3)}
    assert made == set(Visit.objects.values_list("pk", flat=True))
    assert len(made) == 1


def test_no_dose_without_consent() -> None:
    with pytest.raises(Refused, match="consent"):
        visits.clear(visit=measured(), answers={"consent": "no"}, sent=sent(), by=OFFICE)


def test_nobody_is_cleared_while_the_pressure_is_too_high() -> None:
    visit = measured(Vitals(temperature=Decimal("36.5"), systolic=171, diastolic=99))
    with pytest.raises(Refused, match="too high"):
        visits.clear(visit=visit, answers={"consent": "yes"}, sent=sent(), by=OFFICE)
    with time_machine.travel(clock.now() + timedelta(minutes=15)):
        assert visits.measure(visit=visit, vitals=WELL, sent=sent(), by=OFFICE) is None
        visits.clear(visit=visit, answers={"consent": "yes"}, sent=sent(), by=OFFICE)
    assert Visit.objects.get(pk=visit.pk).state == VisitState.CLEARED


@pytest.mark.parametrize("question", list(AGAINST))
def test_an_answer_that_speaks_against_the_dose_needs_a_doctor(question: Question) -> None:
    visit, answers = measured(), {question.value: "yes", "consent": "yes"}
    with pytest.raises(Refused, match="doctor"):
        visits.clear(visit=visit, answers=answers, sent=sent(), by=OFFICE)
    visits.clear(visit=visit, answers=answers, doctor="พญ. อรุณี", sent=sent(), by=OFFICE)
    step = VisitStep.objects.get(state=VisitState.CLEARED)
    assert opened(step) == {**answers, "doctor": "พญ. อรุณี"}
    assert "อรุณี".encode() not in bytes(step.sealed or b"")


def test_an_answer_of_no_speaks_against_nothing() -> None:
    assert speaking_against(dict.fromkeys(Question.values, "no")) == []
    assert speaking_against({Question.BLOOD: "yes", "unknown": "yes"}) == []


def test_a_warning_sign_keeps_somebody_until_a_doctor_came() -> None:
    made = vaccinated()
    assert made.visit is not None
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        with pytest.raises(Refused, match="warning sign"):
            visits.leave(visit=made.visit, felt=[Reaction.CHEST], sent=sent(), by=OFFICE)
        left = visits.leave(
            visit=made.visit, felt=[Reaction.CHEST, Reaction.PAIN], doctor="นพ. วีระ", sent=sent(), by=OFFICE
        )
    assert left.state == VisitState.LEFT
    assert opened(VisitStep.objects.get(state=VisitState.LEFT))["felt"] == ["chest", "pain"]


def test_a_dose_names_who_gave_it() -> None:
    visit = measured()
    visits.clear(visit=visit, answers={"consent": "yes"}, sent=sent(), by=OFFICE)
    assert visit.session.lot is not None
    needle = a_needle(visit.session.lot)
    with pytest.raises(Refused, match="licence"):
        visits.inject(visit=visit, needle=replace(needle, licence="  "), by=OFFICE)


def test_a_second_dose_of_another_vaccine_is_not_given() -> None:
    visit = measured()
    visits.clear(visit=visit, answers={"consent": "yes"}, sent=sent(), by=OFFICE)
    Dose.objects.filter(pk=visit.dose_id).update(vaccine=Vaccine.SINOVAC)
    assert visit.session.lot is not None
    with pytest.raises(Refused, match="another vaccine"):
        visits.inject(visit=visit, needle=a_needle(visit.session.lot), by=OFFICE)


def test_who_goes_away_or_finds_no_dose_waits_without_delay() -> None:
    for why, because in (
        (TurnedBack.NO_DOSE, WaitingBecause.NO_DOSES),
        (TurnedBack.WENT_AWAY, WaitingBecause.MISSED),
    ):
        visit = arrived()
        due = visit.dose.due_from
        visits.turn_back(visit=visit, because=why, sent=sent(), by=OFFICE)
        dose = Dose.objects.get(pk=visit.dose_id)
        assert (dose.state, dose.waiting_because, dose.due_from) == (DoseState.WAITING, because, due)
    assert capacity.disagreements() == []


def test_somebody_booked_for_another_day_may_take_a_dose_that_is_left() -> None:
    session = goes_on(a_session(places=2))
    other = booked(session=a_session(site=session.site, places=1))
    visit = visits.check_in(dose=other, session=session, sent=sent(), by=vaccinator_at(session.site), stands_by=True)
    dose = Dose.objects.get(pk=other.pk)
    assert (dose.state, dose.session_id) == (DoseState.AT_SITE, session.pk)
    assert DoorNote.objects.get(dose=dose).outcome == DoorOutcome.STAND_BY
    assert capacity.disagreements() == []
    visits.turn_back(visit=visit, because=TurnedBack.MISMATCH, sent=sent(), by=OFFICE)
    dose.refresh_from_db()
    assert (dose.state, dose.waiting_because) == (DoseState.WAITING, WaitingBecause.NEXT_PLAN)


def test_nobody_takes_the_dose_of_somebody_who_is_expected() -> None:
    session = a_session(places=1)
    booked(session=session)
    goes_on(session)
    with pytest.raises(Refused, match="No dose is left"):
        visits.check_in(dose=waiting(), session=session, sent=sent(), by=OFFICE)
    over = clock.now() - timedelta(minutes=31)
    Session.objects.filter(pk=session.pk).update(starts_at=over - timedelta(minutes=60), ends_at=over)
    session.refresh_from_db()  # who is expected is more than half an hour late
    assert visits.check_in(dose=waiting(), session=session, sent=sent(), by=OFFICE)


def test_whose_record_was_struck_while_they_are_observed_leaves_first() -> None:
    """The dose waits again at once; the next visit begins when this one is over, and nobody is told of a dose."""
    made = vaccinated()
    assert made.visit is not None
    assert made.dose is not None
    by, session = vaccinator_at(made.visit.session.site), made.visit.session
    records.strike(injection=made, because=Struck.NEVER_GIVEN, why="an empty syringe", by=OFFICE)
    with pytest.raises(Refused, match="until they have left"):
        visits.check_in(dose=made.dose, session=session, sent=sent(), by=by, stands_by=True)
    Visit.objects.filter(pk=made.visit.pk).update(observe_until=clock.now())
    visits.leave(visit=made.visit, sent=sent(), by=by)
    assert visits.check_in(dose=made.dose, session=session, sent=sent(), by=by, stands_by=True).pk != made.visit.pk
    assert not Message.objects.filter(template="vaccination.given").exists()
