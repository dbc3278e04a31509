"""Two nurses at the same moment, on the real database: one of them is told, and nothing is there twice."""

from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError

from khumkan.capacity.testing import broken, race, won
from khumkan.isolation.actions import discharges, stays, steps, transfers
from khumkan.isolation.choices import CareEnd, Decision, Level
from khumkan.isolation.models import Care, Certificate, Discharge, Escalation, Stay
from khumkan.isolation.states import CareState, StayState
from khumkan.isolation.tests import hotel
from khumkan.isolation.tests.nursing import ILL, in_bed, observed
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.record.models import Event

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def codes(results: list[object]) -> set[str]:
    return {one.code for one in results if isinstance(one, Refused)}


def test_twelve_nurses_confirm_and_one_discharge_comes_of_it() -> None:
    house = hotel.a_hotel(rooms=1)
    care = in_bed()
    jobs = [
        partial(
            discharges.confirm,
            care=care,
            because=CareEnd.OWN_WISH,
            by=hotel.staff(Role.NURSE, house, user_id=number),
        )
        for number in range(1, 13)
    ]
    results = race(jobs, threads=12)
    assert broken(results) == []
    assert len(won(results)) == Discharge.objects.count() == 1
    assert codes(results) == {"confirmed_already"}


def test_control_without_the_lock_somebody_meets_an_error_that_no_user_should_see(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hotel.a_hotel(rooms=1)
    care, both_have_looked = in_bed(), Barrier(2)

    def only_looked_at(care_id: int) -> Care:
        return Care.objects.get(pk=care_id)

    usual = discharges._check_in_care

    def checked_together(found: Care) -> None:
        usual(found)
        both_have_looked.wait(timeout=20)

    monkeypatch.setattr(steps, "locked", only_looked_at)
    monkeypatch.setattr(discharges, "_move_stay", lambda *_: True)  # it finds out as well who was second
    monkeypatch.setattr(discharges, "_check_in_care", checked_together)
    results = race([partial(discharges.confirm, care=care, because=CareEnd.OWN_WISH, by=hotel.OFFICE)] * 2, threads=2)
    assert [type(one) for one in broken(results)] == [IntegrityError]
    assert Discharge.objects.count() == 1, "the constraint is the last wall"


def test_eight_nurses_decide_and_one_decision_stands() -> None:
    hotel.a_hotel(rooms=1)
    observed(in_bed(), ILL)
    escalation = Escalation.objects.get()
    jobs = [
        partial(
            transfers.decide,
            escalation=escalation,
            decision=Decision.STAYS,
            doctor=f"Dr {number}",
            level=Level.YELLOW,
            by=hotel.OFFICE,
        )
        for number in range(8)
    ]
    results = race(jobs, threads=8)
    assert broken(results) == []
    assert len(won(results)) == 1
    assert codes(results) == {"decided"}
    assert Event.objects.filter(name="isolation.escalation_decided").count() == 1


def test_leaving_and_taking_back_never_both_happen() -> None:
    for _ in range(4):
        hotel.a_hotel(rooms=1)
        care = in_bed()
        discharges.confirm(care=care, because=CareEnd.OWN_WISH, by=hotel.OFFICE)
        stay = Stay.objects.get(care=care)
        jobs = [
            partial(stays.leave, stay=stay, by=hotel.OFFICE),
            partial(discharges.take_back, care=care, by=hotel.OFFICE),
        ]
        results = race(jobs, threads=2)
        assert broken(results) == []
        ended = (hotel.fresh(care).state, Stay.objects.get(pk=stay.pk).state)
        papers = Certificate.objects.filter(care=care).count()
        assert (ended, papers) in [
            ((CareState.DISCHARGED, StayState.LEFT), 1),
            ((CareState.ADMITTED, StayState.ADMITTED), 0),
        ]
