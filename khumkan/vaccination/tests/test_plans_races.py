"""Two officers approve, two workers carry out, and people change their dates, all at once."""

import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import DatabaseError, connections

from khumkan import capacity
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.kernel.errors import Refused
from khumkan.record.models import Event
from khumkan.vaccination.actions import booking, carrying, plans
from khumkan.vaccination.models import Plan, Session
from khumkan.vaccination.states import PlanState
from khumkan.vaccination.tests.campaigns import a_plan, booked, open_site, people_wait, told
from khumkan.vaccination.tests.country import OFFICE, OTHER_OFFICER, a_lot, a_session

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """Do several things at the same moment; return what each got."""
    start, got = threading.Barrier(len(acts)), []

    def one(act: Callable[[], object]) -> None:
        start.wait(timeout=20)
        try:
            got.append(act())
        except (Refused, DatabaseError) as error:
            got.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


def proposed(people: int = 24) -> Plan:
    for _ in range(people // 8):
        people_wait(8)
    open_site(places=8, days=3)
    a_lot(doses=100)
    return a_plan()


def approvals(plan: Plan) -> list[Callable[[], object]]:
    officers = [Actor(ActorKind.STAFF, number, frozenset({Grant(Role.OFFICER)})) for number in (20, 21, 22, 23)]
    return [lambda by=by: plans.approve(plan=plan, by=by) for by in officers]  # type: ignore[misc]


def test_of_officers_who_approve_at_once_one_does() -> None:
    plan = proposed()
    got = at_once(approvals(plan))
    assert sum(isinstance(each, Plan) for each in got) == 1
    assert sum(isinstance(each, Refused) for each in got) == 3
    assert Event.objects.filter(name="vaccination.plan_approved").count() == 1


def test_control_without_holding_the_plan_several_approve(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = proposed()
    waiting = threading.Barrier(4)

    def not_held(plan: Plan, *, by: Actor) -> Plan:
        found = Plan.objects.get(pk=plan.pk)
        waiting.wait(timeout=20)
        return found

    monkeypatch.setattr(plans, "_held", not_held)
    got = at_once(approvals(plan))
    assert sum(isinstance(each, Plan) for each in got) > 1


def test_two_workers_carry_out_one_plan_and_everybody_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "PEOPLE_AT_ONCE", 4)
    plan = plans.approve(plan=proposed(), by=OTHER_OFFICER)
    got = at_once([lambda: carrying.carry_out(plan_id=plan.pk, by=OFFICE)] * 3)
    assert not [each for each in got if isinstance(each, Exception)]
    assert Plan.objects.get(pk=plan.pk).state == PlanState.DONE
    assert len(booked()) == len(told("booked")) == len(set(told("booked"))) == 24
    assert capacity.disagreements() == []


def test_officers_who_book_by_hand_meanwhile_give_nobody_two_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "PEOPLE_AT_ONCE", 4)
    plan = plans.approve(plan=proposed(), by=OTHER_OFFICER)
    people = [one.dose for one in plan.planned.select_related("dose").order_by("dose_id")[:8]]
    session = Session.objects.get(pk=a_session(places=8).pk)
    by_hand = [lambda dose=dose: booking.book(dose=dose, session=session, by=OFFICE) for dose in people]  # type: ignore[misc]
    got = at_once([lambda: carrying.carry_out(plan_id=plan.pk, by=OFFICE), *by_hand])
    assert not [each for each in got if isinstance(each, DatabaseError)]
    assert len(booked()) == len(told("booked")) == len(set(told("booked"))) == 24
    assert capacity.disagreements() == []
