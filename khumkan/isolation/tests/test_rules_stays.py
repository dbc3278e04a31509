"""Stays: when somebody may go, which nights are paid, and how many beds will be free."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.isolation.choices import Symptom
from khumkan.isolation.rules.answers import Vitals
from khumkan.isolation.rules.discharge import Observed, counted_from, earliest, may_go, rest_until
from khumkan.isolation.rules.forecast import ForecastError, Now, error, error_of, expected
from khumkan.isolation.rules.nights import Lain, by_day, nights, nights_of
from khumkan.isolation.terms.stays import StayTerms
from khumkan.kernel import clock
from khumkan.policies.terms import kind_of

FOUND = date(2021, 7, 10)
FINE = Vitals(spo2=98, temperature=Decimal("36.6"))


def terms_on(day: date) -> StayTerms:
    return [seed.values for seed in kind_of(StayTerms).seeds if seed.effective_from <= day][-1]  # type: ignore[return-value]


APRIL, MAY = terms_on(date(2021, 4, 30)), terms_on(date(2021, 5, 1))
NOW = clock.at(date(2021, 7, 20), time(9))
moments = st.datetimes(datetime(2021, 7, 1), datetime(2021, 7, 30)).map(lambda each: each.replace(tzinfo=clock.BANGKOK))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("terms", "severe", "days", "rest"),
    [(APRIL, False, 14, None), (MAY, False, 10, date(2021, 7, 23)), (MAY, True, 14, None)],
)
def test_how_long_a_stay_lasts(terms: StayTerms, severe: bool, days: int, rest: date | None) -> None:
    first = earliest(FOUND, None, terms, severe=severe)
    assert first == FOUND + timedelta(days=days)
    assert rest_until(first, first, terms, severe=severe) == rest


def test_rest_at_home_ends_on_the_same_day_for_who_stays_longer() -> None:
    first = earliest(FOUND, None, MAY)
    assert rest_until(first, first + timedelta(days=3), MAY) == date(2021, 7, 23)
    assert rest_until(first, first + timedelta(days=4), MAY) is None


@pytest.mark.parametrize(
    ("symptom_on", "day_0"),
    [
        (None, FOUND),
        (date(2021, 7, 12), FOUND),
        (date(2021, 7, 8), date(2021, 7, 8)),
        (date(2021, 7, 3), date(2021, 7, 3)),
        (date(2021, 7, 2), date(2021, 7, 3)),
        (date(2021, 5, 1), date(2021, 7, 3)),
    ],
)
def test_days_are_counted_from_the_specimen_or_an_earlier_symptom(symptom_on: date | None, day_0: date) -> None:
    assert counted_from(FOUND, symptom_on, MAY) == day_0


def seen(hours_ago: float = 1, *symptoms: Symptom, **values: object) -> Observed:
    told = {"spo2": 98, "temperature": Decimal("36.6")} | values
    return Observed(NOW - timedelta(hours=hours_ago), Vitals(**told), symptoms)


def codes(*observed: Observed, earliest_on: date = date(2021, 7, 20)) -> list[str]:
    return [one.code for one in may_go(observed, earliest_on=earliest_on, now=NOW, terms=MAY).reasons]


def test_who_is_well_goes_home_when_the_days_are_over() -> None:
    assert codes(seen()) == ["go_may"]
    assert may_go([seen()], earliest_on=date(2021, 7, 20), now=NOW, terms=MAY)
    assert codes(seen(), earliest_on=date(2021, 7, 22)) == ["go_days"]


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        ([], ["go_not_seen"]),
        ([seen(12)], ["go_not_seen"]),
        ([seen(1, spo2=None)], ["go_not_measured"]),
        ([seen(1, temperature=None)], ["go_not_measured"]),
        ([seen(1, temperature=Decimal("37.5"))], ["go_fever"]),
        ([seen(1, temperature=Decimal("37.4"))], ["go_may"]),
        ([seen(23, temperature=Decimal("38.0")), seen()], ["go_fever"]),
        ([seen(24, temperature=Decimal("38.0")), seen()], ["go_may"]),
        ([seen(1, spo2=95)], ["go_oxygen"]),
        ([seen(1, spo2=96)], ["go_may"]),
        ([seen(1), seen(2, spo2=95)], ["go_may"]),
        ([seen(2), seen(1, spo2=95)], ["go_oxygen"]),
        ([seen(2, spo2=95), seen(1, spo2=None)], ["go_oxygen"]),
        ([seen(1, Symptom.BREATHLESS)], ["symptom_breathless"]),
        ([seen(1, Symptom.COUGH)], ["go_may"]),
        ([seen(2, Symptom.BREATHLESS), seen(1)], ["go_may"]),
        ([seen(), seen(-1, spo2=90)], ["go_may"]),  # not measured yet
        ([seen(1, Symptom.DROWSY, spo2=90, temperature=Decimal("39"))], ["go_fever", "go_oxygen", "symptom_drowsy"]),
    ],
)
def test_what_keeps_somebody(observed: list[Observed], expected: list[str]) -> None:
    assert codes(*observed) == expected


observations = st.builds(
    Observed,
    st.floats(-5, 60).map(lambda hours: NOW - timedelta(hours=hours)),
    st.builds(
        Vitals,
        temperature=st.none() | st.integers(355, 395).map(lambda tenths: Decimal(tenths) / 10),
        spo2=st.none() | st.integers(90, 100),
    ),
    st.lists(st.sampled_from(Symptom), max_size=2).map(tuple),
)


@given(st.lists(observations, max_size=6), st.integers(-3, 3))
def test_nobody_goes_with_a_fever_low_oxygen_or_unseen(observed: list[Observed], days: int) -> None:
    on = clock.bangkok(NOW).date()
    verdict = may_go(observed, earliest_on=on + timedelta(days=days), now=NOW, terms=MAY)
    assert verdict.reasons
    assert all("%(" not in str(one) for one in verdict.reasons)
    if not verdict:
        return
    past = sorted((one for one in observed if one.at <= NOW), key=lambda one: one.at)
    today = [one for one in past if clock.bangkok(one.at).date() == on]
    assert days <= 0
    assert today
    assert [one.vitals.spo2 for one in today if one.vitals.spo2 is not None][-1] >= 96
    day_ago = NOW - timedelta(hours=24)
    assert all((one.vitals.temperature or 0) < Decimal("37.5") for one in past if one.at > day_ago)


def test_with_the_limits_taken_away_somebody_ill_goes_home() -> None:
    """The control: it is the terms that keep somebody, and without their limits a fever and low oxygen go home."""
    ill = [seen(1, Symptom.DROWSY, spo2=90, temperature=Decimal(40))]
    blind = replace(MAY, free_of_fever_hours=0, spo2_at_least=80, warning_symptoms=())
    assert not may_go(ill, earliest_on=FOUND, now=NOW, terms=MAY)
    assert may_go(ill, earliest_on=FOUND, now=NOW, terms=blind)


@given(st.lists(observations, max_size=6))
def test_the_order_of_what_was_seen_does_not_matter(observed: list[Observed]) -> None:
    distinct = list({one.at: one for one in observed}.values())
    assert codes(*distinct) == codes(*reversed(distinct))


def midnight(day: int, *, minutes: int = 0) -> datetime:
    return clock.at(date(2021, 7, day), time()) + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("arrived", "left", "expected"),
    [
        (midnight(2, minutes=-1), midnight(2), [date(2021, 7, 1)]),
        (midnight(2), midnight(2, minutes=600), []),
        (midnight(2, minutes=10), midnight(3, minutes=-1), []),
        (midnight(2, minutes=10), midnight(3, minutes=1), [date(2021, 7, 2)]),
        (midnight(2, minutes=-60), midnight(4, minutes=60), [date(2021, 7, 1), date(2021, 7, 2), date(2021, 7, 3)]),
        (midnight(3), midnight(2), []),
    ],
)
def test_a_night_is_a_midnight_in_bangkok(arrived: datetime, left: datetime, expected: list[date]) -> None:
    lain = Lain(arrived, left)
    assert list(nights_of(lain, now=NOW)) == expected
    assert nights(lain, now=NOW) == len(expected)


def test_who_still_lies_there_is_counted_up_to_now() -> None:
    assert nights(Lain(midnight(18, minutes=60)), now=NOW) == 2
    assert nights(Lain(midnight(18, minutes=60), midnight(28)), now=NOW) == 2


@given(st.lists(st.tuples(moments, st.none() | st.timedeltas(timedelta(0), timedelta(days=15))), max_size=8), moments)
def test_nights_by_day_and_by_stay_have_the_same_sum(
    stays: list[tuple[datetime, timedelta | None]], now: datetime
) -> None:
    lain = [Lain(arrived, None if length is None else arrived + length) for arrived, length in stays]
    days = by_day(lain, first=date(2021, 6, 25), last=date(2021, 8, 31), now=now)
    assert sum(days.values()) == sum(nights(one, now=now) for one in lain)
    first, last = date(2021, 7, 5), date(2021, 7, 9)
    assert by_day(lain, first=first, last=last, now=now) == {
        day: count for day, count in days.items() if first <= day <= last
    }


@given(moments, st.timedeltas(timedelta(0), timedelta(days=9)), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_moving_within_a_site_costs_no_night_twice(arrived: datetime, until: timedelta, rest: timedelta) -> None:
    moved, left, now = arrived + until, arrived + until + rest, arrived + timedelta(days=60)
    parts = nights(Lain(arrived, moved), now=now) + nights(Lain(moved, left), now=now)
    assert parts == nights(Lain(arrived, left), now=now)


TODAY = date(2021, 7, 20)


def days_from(number: int) -> date:
    return TODAY + timedelta(days=number)


def now(**values: object) -> Now:
    told = {"on": TODAY, "free": 10, "held": 0, "leaving_on": (), "admitted": (0,) * 7, "change": {}}
    return Now(**told | values)


def test_a_quiet_site_stays_as_it_is() -> None:
    assert [(one.day, one.free) for one in expected(now())] == [(days_from(number), 10) for number in range(1, 8)]


def test_beds_become_free_on_the_expected_days_and_overdue_ones_tomorrow() -> None:
    found = expected(now(leaving_on=(days_from(2), days_from(2), days_from(-3), TODAY, None, days_from(9))))
    assert [one.discharges for one in found] == [2, 2, 0, 0, 0, 0, 0]
    assert [one.free for one in found] == [12, 14, 14, 14, 14, 14, 14]


def test_held_beds_are_filled_first_and_taken_already() -> None:
    found = expected(now(held=3, admitted=(2,) * 7))
    assert [one.free for one in found] == [10, 9, 7, 5, 3, 1, 0]
    assert [one.admissions for one in found] == [2, 2, 2, 2, 2, 2, 1]
    assert [one.short for one in found] == [0, 0, 0, 0, 0, 0, 1]


def test_who_finds_no_bed_waits_for_the_next_one() -> None:
    found = expected(now(free=1, admitted=(2,) * 7, leaving_on=(days_from(3),) * 4))
    assert [(one.free, one.short) for one in found[:4]] == [(0, 1), (0, 3), (0, 1), (0, 3)]
    assert [one.admissions for one in found[:4]] == [1, 0, 4, 0]


def test_beds_join_and_leave_as_announced() -> None:
    found = expected(now(change={days_from(1): 5, days_from(3): -18}))
    assert [(one.free, one.short) for one in found[:3]] == [(15, 0), (15, 0), (0, 3)]


def test_a_fraction_of_an_admission_a_day_adds_up() -> None:
    found = expected(now(admitted=(1, 0, 1, 0, 1, 0, 0)))
    assert sum(one.admissions for one in found) == 3
    assert expected(now(admitted=()))[-1].free == 10


@given(
    st.integers(0, 50),
    st.integers(0, 20),
    st.lists(st.none() | st.integers(-2, 10).map(days_from), max_size=30).map(tuple),
    st.lists(st.integers(0, 20), min_size=1, max_size=7).map(tuple),
    st.dictionaries(st.integers(1, 7).map(days_from), st.integers(-10, 10)),
)
def test_no_bed_and_nobody_gets_lost(
    free: int, held: int, leaving: tuple[date | None, ...], admitted: tuple[int, ...], change: dict[date, int]
) -> None:
    found = expected(now(free=free, held=held, leaving_on=leaving, admitted=admitted, change=change))
    last = found[-1]
    came, gone = sum(one.admissions for one in found), sum(one.discharges for one in found)
    wanted = int(sum(admitted) * 7 / len(admitted) + 0.5)
    assert all(one.free >= 0 and one.short >= 0 and one.admissions >= 0 for one in found)
    assert came <= wanted
    # Beds at the start and those that joined, less those taken, are the free ones less those that are missing.
    beds = free + held + sum(change.values()) + gone - came - max(0, held - came)
    assert beds == last.free - (last.short - (wanted - came))


def test_the_error_of_past_forecasts() -> None:
    one, two, three = TODAY, days_from(1), days_from(2)
    found = error({one: 10, two: 4, three: 99}, {one: 8, two: 8})
    assert found is not None
    assert (found.mean, found.mean_absolute, found.pairs) == (-1.0, 3.0, 2)
    assert error({one: 10}, {}) is None
    assert error_of([(5, 5), (7, 7)]) == ForecastError(0.0, 0.0, 2)
