"""Rounds: when they are due, who is late, and what calls a doctor."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from khumkan.isolation.choices import Level, Symptom
from khumkan.isolation.rules import reasons
from khumkan.isolation.rules.answers import Vitals
from khumkan.isolation.rules.rounds import Slot, is_late, judge, last_closed, slot_due, slot_of, slots_due
from khumkan.isolation.terms.rounds import Part, RoundTerms
from khumkan.isolation.terms.triage import TriageTerms
from khumkan.isolation.tests.test_rules_answers import vitals as all_vitals
from khumkan.kernel import clock
from khumkan.policies.terms import kind_of

TERMS = RoundTerms()
DAY = date(2021, 7, 20)
MORNING, EVENING = Slot(DAY, Part.MORNING), Slot(DAY, Part.EVENING)
FINE = Vitals(spo2=98, temperature=Decimal("36.8"), breaths=16)
moments = st.integers(0, 525_000).map(lambda minutes: clock.at(date(2021, 1, 1), time()) + timedelta(minutes=minutes))
all_symptoms = st.lists(st.sampled_from(Symptom), unique=True).map(tuple)


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return clock.at(DAY + timedelta(days=days), time(hour, minute))


@pytest.mark.parametrize(
    ("moment", "slot"),
    [
        (at(5, 59), None),
        (at(6), MORNING),
        (at(11, 59), MORNING),
        (at(12), None),
        (at(15, 59), None),
        (at(16), EVENING),
        (at(21, 59), EVENING),
        (at(22), None),
    ],
)
def test_a_moment_belongs_to_a_round_by_the_clocks_of_bangkok(moment: datetime, slot: Slot | None) -> None:
    assert slot_of(moment, TERMS) == slot


@given(moments, st.integers(0, 10 * 24))
def test_every_day_has_two_rounds(since: datetime, hours: int) -> None:
    slots = slots_due(since, since + timedelta(hours=hours), TERMS)
    assert len(set(slots)) == len(slots)
    assert 2 * (hours // 24) <= len(slots) <= 2 * -(-hours // 24)  # they are not equally far apart
    assert all(since <= slot.opens_at(TERMS) < since + timedelta(hours=hours) for slot in slots)


@given(moments)
def test_the_last_closed_round_is_the_latest_of_those_that_have_closed(now: datetime) -> None:
    last = last_closed(now, TERMS)
    assert last.closes_at(TERMS) <= now
    later = slots_due(last.opens_at(TERMS) + timedelta(seconds=1), now + timedelta(days=2), TERMS)
    assert later[0].closes_at(TERMS) > now


@pytest.mark.parametrize(
    ("last", "now", "late", "due"),
    [
        (at(7), at(11), False, None),
        (at(7), at(15), False, None),
        (at(7), at(17), False, EVENING),
        (at(7), at(21, 59), False, EVENING),
        (at(7), at(22), True, EVENING),
        (at(17), at(22), False, None),
        (at(13), at(15), False, None),  # between the rounds: makes up for the morning
        (at(20, days=-1), at(8), False, MORNING),
        (at(20, days=-1), at(12), True, MORNING),
        (at(7, days=-1), at(8), True, MORNING),
    ],
)
def test_who_is_late(last: datetime, now: datetime, late: bool, due: Slot | None) -> None:
    admitted = at(9, days=-5)
    assert is_late(last, admitted, now, TERMS) is late
    assert slot_due(last, admitted, now, TERMS) == due


def test_who_just_came_is_measured_within_some_hours_whatever_the_time() -> None:
    admitted = at(23)
    assert not is_late(None, admitted, at(2, 59, days=1), TERMS)
    assert is_late(None, admitted, at(3, days=1), TERMS)
    assert slot_due(None, admitted, at(2, days=1), TERMS) is None
    assert slot_due(None, at(10), at(10, 5), TERMS) == MORNING
    assert is_late(at(20), admitted, at(3, days=1), TERMS)  # measured before the arrival: that does not count
    assert not is_late(at(23, 10), admitted, at(3, days=1), TERMS)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=3)), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_later_measurement_never_makes_anybody_late(now: datetime, ago: timedelta, less: timedelta) -> None:
    assume(less <= ago)
    admitted = now - timedelta(days=5)
    if not is_late(now - ago, admitted, now, TERMS):
        assert not is_late(now - less, admitted, now, TERMS)


@pytest.mark.parametrize(
    ("seen", "level"),
    [
        ({}, Level.GREEN),
        ({"spo2": 96}, Level.GREEN),
        ({"spo2": 95}, Level.YELLOW),
        ({"spo2": 94}, Level.YELLOW),
        ({"spo2": 93}, Level.RED),
        ({"temperature": Decimal("37.9")}, Level.GREEN),
        ({"temperature": Decimal("38.0")}, Level.YELLOW),
        ({"temperature": Decimal("39.5")}, Level.RED),
        ({"breaths": 20}, Level.GREEN),
        ({"breaths": 21}, Level.YELLOW),
        ({"breaths": 25}, Level.RED),
        ({"spo2": 98, "spo2_after": 96}, Level.GREEN),
        ({"spo2": 98, "spo2_after": 95}, Level.YELLOW),
    ],
)
def test_the_limits_of_a_round(seen: dict[str, object], level: Level) -> None:
    found = judge(replace(FINE, **seen), (), before=FINE, level_now=Level.GREEN, terms=TERMS)
    assert found.level is level
    assert found.escalates is (level is not Level.GREEN)
    assert bool(found.reasons) is (level is not Level.GREEN)


@pytest.mark.parametrize("symptom", Symptom)
def test_symptoms_of_a_round(symptom: Symptom) -> None:
    expected = {
        Symptom.CHEST_TIGHT: Level.YELLOW,
        Symptom.BREATHLESS: Level.YELLOW,
        Symptom.GASPING: Level.RED,
        Symptom.CHEST_PAIN: Level.RED,
        Symptom.DROWSY: Level.RED,
    }.get(symptom, Level.GREEN)
    found = judge(FINE, (symptom,), before=FINE, level_now=Level.GREEN, terms=TERMS)
    assert (found.level, found.escalates) == (expected, expected is not Level.GREEN)


def test_a_sign_is_said_once_even_when_it_is_severe() -> None:
    found = judge(Vitals(spo2=90, breaths=30), (), before=None, level_now=Level.GREEN, terms=TERMS)
    assert [one.code for one in found.reasons] == ["spo2_red", "breaths_red"]


def test_somebody_at_risk_gets_a_doctor_at_the_first_sign() -> None:
    """Yellow because of age is no sign: the first low oxygen calls a doctor, though the level stays yellow."""
    low = replace(FINE, spo2=95)
    found = judge(low, (), before=FINE, level_now=Level.YELLOW, terms=TERMS)
    assert (found.level, found.escalates) == (Level.YELLOW, True)
    again = judge(low, (), before=low, level_now=Level.YELLOW, terms=TERMS)
    assert (again.level, again.escalates) == (Level.YELLOW, False)
    told = judge(FINE, (Symptom.CHEST_TIGHT,), before=FINE, level_now=Level.YELLOW, terms=TERMS)
    assert told.escalates
    known = judge(
        FINE,
        (Symptom.CHEST_TIGHT,),
        before=FINE,
        level_now=Level.YELLOW,
        symptoms_before=(Symptom.CHEST_TIGHT,),
        terms=TERMS,
    )
    assert not known.escalates


def test_what_gets_better_calls_nobody() -> None:
    severe, low = Vitals(spo2=91), Vitals(spo2=95)
    assert not judge(low, (), before=severe, level_now=Level.RED, terms=TERMS).escalates
    assert judge(severe, (), before=low, level_now=Level.YELLOW, terms=TERMS).escalates


def test_a_fast_fall_to_low_oxygen_calls_a_doctor_again() -> None:
    september = [seed.values for seed in kind_of(RoundTerms).seeds][-1]
    for spo2, calls in ((93, False), (92, True)):
        found = judge(Vitals(spo2=spo2), (), before=Vitals(spo2=95), level_now=Level.YELLOW, terms=september)  # type: ignore[arg-type]
        assert found.level is Level.YELLOW
        assert found.escalates is calls
    assert not judge(Vitals(spo2=96), (), before=Vitals(spo2=100), level_now=Level.GREEN, terms=TERMS).escalates


@given(all_vitals, all_symptoms, st.none() | all_vitals, st.sampled_from(Level), st.integers(0, 50))
def test_less_oxygen_is_never_milder(
    seen: Vitals, symptoms: tuple[Symptom, ...], before: Vitals | None, level_now: Level, less: int
) -> None:
    assume(seen.spo2 is not None and seen.spo2 - less >= 50)
    seen = replace(seen, spo2_after=None)
    lower = replace(seen, spo2=(seen.spo2 or 0) - less)
    first, then = (judge(each, symptoms, before=before, level_now=level_now, terms=TERMS) for each in (seen, lower))
    assert then.level >= first.level
    assert then.escalates or not first.escalates


def test_with_the_limit_taken_away_low_oxygen_calls_nobody() -> None:
    """The control: it is the terms that call the doctor, and without their limits nobody would come."""
    blind = replace(TERMS, yellow_spo2_below=0, red_spo2_below=0)
    assert judge(Vitals(spo2=85), (), before=None, level_now=Level.GREEN, terms=TERMS).escalates
    assert not judge(Vitals(spo2=85), (), before=None, level_now=Level.GREEN, terms=blind).escalates


@given(all_vitals, all_symptoms, st.none() | all_vitals, st.sampled_from(Level))
def test_a_worse_level_always_calls_a_doctor_and_says_why(
    seen: Vitals, symptoms: tuple[Symptom, ...], before: Vitals | None, level_now: Level
) -> None:
    found = judge(seen, symptoms, before=before, level_now=level_now, terms=TERMS)
    if found.level > level_now:
        assert found.escalates
    if found.escalates:
        assert found.reasons
    assert [str(one) for one in reasons.read(reasons.stored(found.reasons))] == [str(one) for one in found.reasons]


def test_triage_and_rounds_agree_on_everything_but_fever() -> None:
    """Who is green at triage gets no doctor for the same values at the first round, but for a fever."""
    for triage in (seed for seed in kind_of(TriageTerms).seeds):
        on = triage.effective_from
        rounds = [seed.values for seed in kind_of(RoundTerms).seeds if seed.effective_from <= on][-1]
        for name in ("red_symptoms", "red_spo2_below", "red_breaths_from", "red_temperature_from"):
            assert getattr(triage.values, name) == getattr(rounds, name)
        for name in ("yellow_symptoms", "yellow_spo2_below", "yellow_breaths_from"):
            assert getattr(triage.values, name) == getattr(rounds, name)
        assert rounds.yellow_temperature_from < triage.values.yellow_temperature_from  # type: ignore[attr-defined]


def test_hours_of_rounds_cannot_cross_within_their_limits() -> None:
    limits = {one.name: (one.at_least, one.at_most) for one in kind_of(RoundTerms).terms}
    names = ("morning_from_hour", "morning_to_hour", "evening_from_hour", "evening_to_hour")
    for earlier, later in pairwise(names):
        assert limits[earlier][1] < limits[later][0]
