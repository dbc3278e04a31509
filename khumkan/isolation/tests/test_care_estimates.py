"""How long somebody still waits: said only as far as it can be known, and never shorter for who comes later."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from khumkan.isolation.actions import discharges, stays
from khumkan.isolation.choices import CareEnd
from khumkan.isolation.queries import estimates
from khumkan.isolation.rules.answers import Answers
from khumkan.isolation.rules.estimates import LONGEST_DAYS, Wait, wait
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.turns import MOST_COUNTED, Turn, turn


def hours(told: Wait) -> tuple[int, int]:
    unit = 1 if told.in_hours else 24
    return told.low * unit, told.high * unit


@given(st.integers(0, 2_000), st.integers(0, 2_000), st.floats(0.1, 500))
def test_who_is_behind_never_waits_shorter(one: int, other: int, beds: float) -> None:
    first, later = (wait(before, beds_a_day=beds) for before in sorted((one, other)))
    assert first is not None or later is None
    if first and later:
        assert hours(first)[0] <= hours(later)[0]


@given(st.integers(0, MOST_COUNTED - 1), st.floats(0.1, 500))
def test_the_expected_wait_lies_in_what_is_said(before: int, beds: float) -> None:
    told, expected = wait(before, beds_a_day=beds), (before + 1) / beds * 24
    if told is None:
        assert expected > LONGEST_DAYS * 24
    else:
        (low, high), unit = hours(told), 1 if told.in_hours else 24
        assert low - unit - 1e-6 < expected <= low + 1e-6
        assert high == 2 * low


def test_nothing_is_said_without_anything_to_judge_by() -> None:
    assert wait(0, beds_a_day=0) is None
    assert wait(MOST_COUNTED, beds_a_day=1_000) is None
    assert wait(3, beds_a_day=8) == Wait(12, 24, in_hours=True)
    assert wait(9, beds_a_day=2) == Wait(5, 10, in_hours=False)
    assert turn(0) == Turn(0, 0)
    assert turn(7) == Turn(6, 20)
    assert turn(5_000) == Turn(MOST_COUNTED, None)


@pytest.mark.django_db
def test_the_queue_is_of_those_who_need_the_same_bed_within_reach() -> None:
    hotel.a_hotel(rooms=0)
    hotel.waiting()
    alike = hotel.waiting()
    hotel.waiting(answers=Answers(lives_with=0, pregnant=True))  # needs a hospital
    hotel.waiting(hotel.a_person(province_code="50", subdistrict_code="", district_code=""))  # lives far away
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        hotel.waiting(answers=Answers(lives_with=5, vitals=hotel.WELL))  # more points
        standing = estimates.standing_of(hotel.fresh(alike))
        assert standing is not None
        assert standing.turn == Turn(1, 5)  # the one who waits longer, and the one with more points
        assert standing.wait is None


@pytest.mark.django_db
def test_beds_that_became_free_lately_tell_how_long_it_takes() -> None:
    house = hotel.a_hotel(rooms=8)
    desk, nurse = hotel.staff(Role.FRONT_DESK, house), hotel.staff(Role.NURSE, house)
    for _ in range(7):
        stay = stays.arrive(stay=hotel.held(), by=desk)
        discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=nurse)
        stays.leave(stay=stay, by=desk)
    standing = estimates.standing_of(hotel.waiting())
    assert standing is not None
    assert standing.turn == Turn(0, 0)
    assert standing.wait == Wait(24, 48, in_hours=True)  # seven beds in seven days: one a day
    with time_machine.travel(clock.now() + timedelta(days=8)):
        late = estimates.standing_of(hotel.waiting())
        assert late is not None
        assert late.wait is None


@pytest.mark.django_db
def test_who_lives_nobody_knows_where_is_told_nothing() -> None:
    nowhere = {"subdistrict_code": "", "district_code": "", "province_code": ""}
    assert estimates.standing_of(hotel.waiting(hotel.a_person(**nowhere))) is None
