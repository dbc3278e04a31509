"""Who gets a bed first."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.isolation.choices import Condition, Level
from khumkan.isolation.rules.answers import Answers
from khumkan.isolation.rules.priority import priority_of, waiting_points
from khumkan.isolation.terms.triage import PriorityTerms
from khumkan.isolation.tests.test_rules_answers import all_answers

TERMS = PriorityTerms()
ages = st.none() | st.integers(0, 110)
hours = st.floats(0, 10_000)


def points(level: Level = Level.GREEN, age: int | None = 30, **told: object) -> int:
    return priority_of(Answers(**told), level=level, age=age, terms=TERMS).points


def test_points_of_each_part() -> None:
    assert points() == 0
    assert points(Level.YELLOW) == 200
    assert points(Level.RED) == 400
    assert (points(age=59), points(age=60), points(age=None)) == (0, 20, 0)
    assert points(conditions=(Condition.LUNG, Condition.HEART)) == 20
    assert points(conditions=tuple(Condition)) == 30
    assert points(pregnant=True) == 20
    assert points(lives_with=0) == 0
    assert points(lives_with=1, own_room=True) == 0
    assert points(lives_with=1) == 10
    assert points(lives_with=2, own_room=True) == 0
    assert points(lives_with=3, own_room=True) == 10
    assert points(lives_with=3) == 20


@given(all_answers, ages, st.sampled_from(Level))
def test_the_reasons_add_up_to_the_points(answers: Answers, age: int | None, level: Level) -> None:
    found = priority_of(answers, level=level, age=age, terms=TERMS)
    assert sum(int(str(one.params["points"])) for one in found.reasons) == found.points
    assert all(one.code.startswith("first_") for one in found.reasons)


@given(all_answers, ages, all_answers, ages, hours)
def test_a_worse_level_comes_first_however_long_others_wait(
    ill: Answers, ill_age: int | None, milder: Answers, milder_age: int | None, waited: float
) -> None:
    for level, below in ((Level.RED, Level.YELLOW), (Level.YELLOW, Level.GREEN)):
        first = priority_of(ill, level=level, age=ill_age, terms=TERMS).points
        then = priority_of(milder, level=below, age=milder_age, terms=TERMS).points + waiting_points(waited, TERMS)
        assert first > then


def test_with_waiting_without_an_end_a_level_is_overtaken() -> None:
    """The control of the property above."""
    endless = PriorityTerms(waiting_most=2_000)
    red = priority_of(Answers(), level=Level.RED, age=30, terms=endless).points
    assert waiting_points(1_000, endless) > red


@given(hours, hours)
def test_who_waits_longer_has_no_fewer_points(one: float, other: float) -> None:
    shorter, longer = sorted((one, other))
    assert 0 <= waiting_points(shorter, TERMS) <= waiting_points(longer, TERMS) <= TERMS.waiting_most


@pytest.mark.parametrize(
    ("waited", "expected"), [(-1, 0), (0, 0), (0.99, 0), (1, 1), (Decimal("95.5"), 95), (96, 96), (97, 96)]
)
def test_points_for_waiting(waited: float | Decimal, expected: int) -> None:
    assert waiting_points(waited, TERMS) == expected
