"""From people who wait to a plan that is shown, approved by another officer, and carried out."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from datetime import timedelta

import pytest
import time_machine

from khumkan import capacity
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.record.models import Event
from khumkan.vaccination.actions import carrying, plans, stock
from khumkan.vaccination.choices import Vaccine, WaitingBecause
from khumkan.vaccination.models import Dose, Enrolment, PlanGroup, PlannedDose, PlannedSession, Session
from khumkan.vaccination.queries import planning as queries
from khumkan.vaccination.states import DoseState, PlanState
from khumkan.vaccination.tests.campaigns import (
    a_plan,
    booked,
    carried_out,
    first_day,
    open_site,
    people_wait,
    told,
)
from khumkan.vaccination.tests.country import OFFICE, OFFICER, OTHER_OFFICER, a_lot, an_employer

pytestmark = pytest.mark.django_db


def test_everybody_gets_a_date_and_is_told_once() -> None:
    people = people_wait(6)
    open_site(places=16)
    a_lot(doses=100)
    plan = carried_out()
    assert (plan.state, plan.persons, plan.booked) == (PlanState.DONE, 6, 6)
    assert [dose.pk for dose in booked()] == [dose.pk for dose in people]
    assert told("booked") == sorted(dose.person_id for dose in people)
    assert Event.objects.filter(name="vaccination.booked").count() == 6
    assert queries.overbooked() == []
    assert {dose.session.day for dose in booked() if dose.session} == {first_day()}  # small: together on one day


def test_nothing_is_booked_before_another_officer_approves() -> None:
    people_wait(3)
    open_site(places=16)
    a_lot()
    plan = a_plan()
    assert (plan.state, plan.persons) == (PlanState.PROPOSED, 3)
    assert plan.figures["km_mean"] > 0
    assert plan.figures["left"] == {}
    assert booked() == []
    with pytest.raises(Refused, match="Another officer"):
        plans.approve(plan=plan, by=OFFICER)
    plans.approve(plan=plan, by=OTHER_OFFICER)
    with pytest.raises(Refused):
        plans.approve(plan=plan, by=OTHER_OFFICER)


def test_an_officer_plans_within_the_own_provinces() -> None:
    elsewhere = Actor(ActorKind.STAFF, 9, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "50")}))
    with pytest.raises(Missing):
        plans.propose(province_code="10", first_day=first_day(), last_day=first_day(), by=elsewhere)
    people_wait(1)
    plan = a_plan()
    for act in (plans.approve, plans.cancel, plans.resume):
        with pytest.raises(Missing):
            act(plan=plan, by=elsewhere)


def test_people_are_told_in_time_and_an_area_has_one_plan() -> None:
    today = clock.today()
    with pytest.raises(Refused, match="in time"):
        plans.propose(province_code="10", first_day=today, last_day=today, by=OFFICER)
    plan = a_plan()
    with pytest.raises(Refused, match="not finished"):
        a_plan()
    with time_machine.travel(clock.now() + timedelta(days=1)), pytest.raises(Refused, match="in time"):
        plans.approve(plan=plan, by=OTHER_OFFICER)
    plans.cancel(plan=plan, by=OFFICER)
    assert a_plan().state == PlanState.PROPOSED


def test_capacity_and_supply_are_never_exceeded() -> None:
    for _ in range(3):
        people_wait(9)
    open_site(places=8, days=2)
    a_lot(doses=5)
    a_lot(doses=6)
    plan = carried_out()
    kept = sum(Session.objects.values_list("kept_doses", flat=True))
    assert plan.booked == len(booked()) == kept == 11
    assert plan.figures["left"] == {"no_doses": 16}
    assert queries.overbooked() == []
    assert set(Dose.objects.filter(state="waiting").values_list("waiting_because", flat=True)) == {"no_doses"}
    session = booked()[0].session
    assert session is not None
    assert capacity.room_of([session.supply_id])[session.supply_id].free == 0


def test_no_day_takes_more_than_a_share_of_a_large_workplace() -> None:
    factory = an_employer()
    people_wait(20, employer=factory)
    open_site(places=80, days=10)
    a_lot(doses=100)
    carried_out(days=10)
    days = Counter(dose.session.day for dose in booked() if dose.session)
    assert sum(days.values()) == 20
    assert max(days.values()) <= 5


def test_too_few_days_leave_people_of_a_large_workplace_waiting_with_the_reason() -> None:
    people_wait(20, employer=an_employer())
    open_site(places=80, days=2)
    a_lot(doses=100)
    plan = carried_out()
    assert plan.booked == 10
    assert set(Dose.objects.filter(state="waiting").values_list("waiting_because", flat=True)) == {"share"}


def test_the_share_is_looked_at_again_when_people_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where groups do not keep the share, the last look leaves people out."""
    monkeypatch.setattr("khumkan.vaccination.rules.allocation_program.most_a_day", lambda group, terms: group.persons)
    people_wait(20, employer=an_employer())
    open_site(places=80, days=1)
    a_lot(doses=100)
    plan = carried_out()
    assert (plan.booked, plan.figures["left"]) == (5, {"share": 15})


def test_second_doses_come_in_their_interval_and_first() -> None:
    [late, *_others] = people_wait(8)
    Dose.objects.filter(pk=late.pk).update(
        number=2, group=4, vaccine=Vaccine.ASTRAZENECA, due_from=first_day() + timedelta(days=2),
        due_until=first_day() + timedelta(days=3),
    )  # fmt: skip
    open_site(places=8, days=5)
    a_lot(doses=100)
    carried_out()
    days = {dose.pk: dose.session.day for dose in booked() if dose.session}
    assert days[late.pk] == first_day() + timedelta(days=2)
    assert len(days) == 8


def test_people_whom_no_plan_can_place_hear_why() -> None:
    [young] = people_wait(1, born=clock.today() - timedelta(days=16 * 365))
    [early] = people_wait(1)
    Dose.objects.filter(pk=early.pk).update(due_from=first_day() + timedelta(days=60))
    [nowhere] = people_wait(1)
    Enrolment.objects.filter(pk=nowhere.enrolment_id).update(work_area="", home_area="")
    [elsewhere] = people_wait(1)
    Enrolment.objects.filter(pk=elsewhere.enrolment_id).update(work_area="110101")
    [twice_away] = people_wait(1)
    Dose.objects.filter(pk=twice_away.pk).update(misses=2)
    open_site(places=8)
    a_lot()
    plan = carried_out()
    reasons = dict(Dose.objects.values_list("pk", "waiting_because"))
    assert reasons == {
        young.pk: WaitingBecause.NO_VACCINE_FOR_AGE,
        early.pk: WaitingBecause.INTERVAL,
        nowhere.pk: WaitingBecause.NO_ADDRESS,
        elsewhere.pk: WaitingBecause.AREA_NOT_OPEN,
        twice_away.pk: WaitingBecause.MISSED,
    }
    assert plan.booked == 0
    assert PlanGroup.objects.filter(plan=plan, served=0).count() == 5
    Dose.objects.filter(pk=twice_away.pk).update(misses=1)  # an officer let plans go on
    assert carried_out().booked == 1


def test_a_plan_that_was_cancelled_goes_on_where_it_stopped() -> None:
    for _ in range(3):
        people_wait(8)
    open_site(places=8, days=3)
    a_lot(doses=100)
    plan = plans.approve(plan=a_plan(), by=OTHER_OFFICER)
    carrying.PEOPLE_AT_ONCE = 8
    try:
        assert carrying.carry_out_part(plan_id=plan.pk, by=OFFICE) == 8
        plans.cancel(plan=plan, by=OFFICER)
        assert carrying.carry_out_part(plan_id=plan.pk, by=OFFICE) is None
        assert carrying.carry_out(plan_id=plan.pk, by=OFFICE) == 0
        assert len(booked()) == 8
        plans.resume(plan=plan, by=OFFICER)
        assert carrying.carry_out(plan_id=plan.pk, by=OFFICE) == 16
    finally:
        carrying.PEOPLE_AT_ONCE = 4_000
    assert len(told("booked")) == len(set(told("booked"))) == 24


class Killed(BaseException):
    """The worker dies."""


def _dies_in_the_second_part(monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[int]]:
    for _ in range(3):
        people_wait(8)
    open_site(places=8, days=3)
    a_lot(doses=100)
    plan = plans.approve(plan=a_plan(), by=OTHER_OFFICER)
    monkeypatch.setattr(carrying, "PEOPLE_AT_ONCE", 8)
    real, calls = carrying.messages.send_many, []

    def dies(template: str, told: list[tuple[int, dict[str, str]]]) -> int:
        calls.append(len(told))
        if len([count for count in calls if count]) == 2:
            raise Killed
        return real(template, told)

    monkeypatch.setattr(carrying.messages, "send_many", dies)
    with pytest.raises(Killed):
        carrying.carry_out(plan_id=plan.pk, by=OFFICE)
    monkeypatch.setattr(carrying.messages, "send_many", real)
    return plan.pk, calls


def test_a_worker_that_dies_leaves_nobody_with_two_dates_and_nobody_told_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_id, _ = _dies_in_the_second_part(monkeypatch)
    assert len(booked()) == len(told("booked")) == 8
    assert carrying.carry_out(plan_id=plan_id, by=OFFICE) == 16
    assert carrying.carry_out(plan_id=plan_id, by=OFFICE) == 0
    assert len(told("booked")) == len(set(told("booked"))) == len(booked()) == 24
    assert capacity.disagreements() == []


def test_without_its_marks_a_plan_that_is_carried_out_again_tells_people_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: what is not marked as done, and not looked at again, is done again."""
    people_wait(4)
    open_site(places=8)
    a_lot()
    plan = carried_out()
    PlannedSession.objects.filter(plan=plan).update(is_done=False)
    PlannedDose.objects.filter(plan=plan).update(is_booked=False)
    type(plan).objects.filter(pk=plan.pk).update(state=PlanState.CARRYING_OUT)
    assert carrying.carry_out(plan_id=plan.pk, by=OFFICE) == 0  # they have their date: seen in the doses themselves
    PlannedSession.objects.filter(plan=plan).update(is_done=False)
    PlannedDose.objects.filter(plan=plan).update(is_booked=False)
    type(plan).objects.filter(pk=plan.pk).update(state=PlanState.CARRYING_OUT)
    monkeypatch.setattr(
        carrying.statements, "HOLD_DOSES", carrying.statements.HOLD_DOSES.replace("d.state = 'waiting' OR", "true OR")
    )
    monkeypatch.setattr(carrying, "_take", lambda people, sessions, by: {one.dose_id: one for one in people})
    carrying.carry_out(plan_id=plan.pk, by=OFFICE)
    assert len(told("booked")) + len(told("moved")) == 8


def test_whoever_found_a_date_or_withdrew_meanwhile_is_left_as_they_are() -> None:
    doses = people_wait(4)
    open_site(places=16)
    a_lot()
    plan = a_plan()
    Enrolment.objects.filter(pk=doses[0].enrolment_id).update(state="withdrawn")
    Dose.objects.filter(pk=doses[0].pk).update(state=DoseState.CANCELLED, waiting_because="")
    assert carried_out(plan).booked == 3
    doses[0].refresh_from_db()
    assert doses[0].state == DoseState.CANCELLED


def test_doses_that_nobody_has_booked_are_used_by_the_next_plan() -> None:
    site = open_site(places=16)
    lot = a_lot(doses=6)
    session = Session.objects.filter(site=site).earliest("starts_at")
    stock.keep_doses(session=session, lot=lot, doses=2, by=OFFICE)
    lot.supply.refresh_from_db()
    people_wait(6)
    assert carried_out().booked == 6
    assert queries.overbooked() == []


def test_computing_again_begins_anew_and_a_cancelled_plan_is_not_computed() -> None:
    people_wait(3)
    open_site(places=16)
    a_lot()
    plan = a_plan()
    type(plan).objects.filter(pk=plan.pk).update(state=PlanState.COMPUTING)
    assert plans.compute(plan_id=plan.pk, by=OFFICE).persons == 3
    assert PlannedDose.objects.filter(plan=plan).count() == 3
    plans.cancel(plan=plan, by=OFFICER)
    assert plans.compute(plan_id=plan.pk, by=OFFICE).state == PlanState.CANCELLED


def test_a_plan_stops_at_the_next_step_once_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    people_wait(3)
    open_site(places=16)
    a_lot()
    asked = plans.propose(province_code="10", first_day=first_day(), last_day=first_day(), by=OFFICER)
    real = plans.planning._solve

    def cancelled_meanwhile(*args: object) -> object:
        plans.cancel(plan=asked, by=OFFICER)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(plans.planning, "_solve", cancelled_meanwhile)
    assert plans.compute(plan_id=asked.pk, by=OFFICE).state == PlanState.CANCELLED
    assert not PlannedDose.objects.filter(plan=asked).exists()


def test_a_plan_that_is_cancelled_while_it_is_solved_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    people_wait(3)
    open_site(places=16)
    a_lot()
    asked = plans.propose(province_code="10", first_day=first_day(), last_day=first_day(), by=OFFICER)
    points_of, ended = plans.planning.points_of, threading.Event()

    def cancelled_meanwhile(codes: Collection[str]) -> object:
        plans.cancel(plan=asked, by=OFFICER)
        return points_of(codes)

    def search_for_ever(*_groups: object, pulse: Callable[[], None], **_words: object) -> None:
        while True:
            try:
                pulse()
            except plans.planning.Stopped:
                ended.set()
                raise
            time.sleep(0.01)

    monkeypatch.setattr(plans.planning, "points_of", cancelled_meanwhile)
    monkeypatch.setattr(plans.planning.allocation, "allocate", search_for_ever)
    assert plans.compute(plan_id=asked.pk, by=OFFICE).state == PlanState.CANCELLED
    assert ended.is_set()
