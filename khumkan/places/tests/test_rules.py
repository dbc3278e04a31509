"""Opening days, distances, dictionary order and written names: from values alone."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.places import matching, rules
from khumkan.places.matching import How, match_district, match_province, match_subdistrict
from khumkan.places.rules import Calendar
from khumkan.places.sorting import thai_sort_key

MONDAY = date(2026, 3, 2)
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
calendars = st.builds(
    Calendar,
    weekdays=st.frozensets(st.integers(0, 6)),
    closures=st.lists(st.tuples(days, days), max_size=3).map(tuple),
    holidays=st.frozensets(days, max_size=20),
    works_on_holidays=st.booleans(),
    is_open=st.booleans(),
)


@given(calendars, days, st.integers(0, 60))
def test_open_days_are_within_the_span_on_open_weekdays_and_outside_closures(
    calendar: Calendar, first: date, length: int
) -> None:
    last = first + timedelta(days=length)

    found = rules.open_days(calendar, first, last)

    assert found == sorted(set(found))
    for day in found:
        assert first <= day <= last
        assert day.weekday() in calendar.weekdays
        assert not any(start <= day <= end for start, end in calendar.closures)
        assert calendar.works_on_holidays or day not in calendar.holidays


@given(calendars, days, st.tuples(days, days))
def test_one_more_closure_never_opens_a_day(calendar: Calendar, day: date, closure: tuple[date, date]) -> None:
    closed = Calendar(calendar.weekdays, (*calendar.closures, closure), calendar.holidays, calendar.works_on_holidays)

    assert rules.is_open_on(calendar, day) or not rules.is_open_on(closed, day) or not calendar.is_open


def test_a_span_that_is_far_too_long_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="more than"):
        rules.open_days(Calendar(frozenset({0})), MONDAY, MONDAY + timedelta(days=5000))


points = st.tuples(st.floats(6, 20), st.floats(98, 105))


@given(points, points)
def test_distance_is_symmetric_and_never_negative(one: tuple[float, float], other: tuple[float, float]) -> None:
    there, back = rules.distance_km(*one, *other), rules.distance_km(*other, *one)

    assert there == pytest.approx(back)
    assert there >= 0
    assert (there == 0) == (one == other) or there < 0.001


def test_bangkok_to_chiang_mai_is_about_580_kilometres() -> None:
    assert rules.distance_km(13.7563, 100.5018, 18.7883, 98.9853) == pytest.approx(583, abs=5)


def test_thai_words_come_in_the_order_of_the_dictionary() -> None:
    ordered = ["กรุงเทพ", "กา", "ก่า", "ก้า", "กาก", "เก", "เกม", "แก", "โก", "ไก่", "ขา", "เขา", "ฉะเชิงเทรา", "ชลบุรี"]

    assert sorted(reversed(ordered), key=thai_sort_key) == ordered
    assert sorted(ordered) != ordered


@pytest.mark.parametrize(
    ("written", "code", "how"),
    [
        ("Buri Ram", "31", How.OFFICIAL),
        ("Buriram", "31", How.SPACING),
        ("Chonburi", "20", How.SPACING),
        ("Sisaket", "33", How.SPACING),
        ("Phang Nga", "82", How.SPACING),
        ("Lopburi", "16", How.SPACING),
        ("Loburi", "16", How.CLOSE),
        ("Bangkok Metropolis", "10", How.SPACING),
        ("กทม.", "10", How.OTHER_NAME),
        ("จังหวัดชลบุรี", "20", How.SPACING),
        ("จ. ชลบุรี", "20", How.SPACING),
        ("Ayutthaya", "14", How.OTHER_NAME),
        ("Petchabun", "67", How.SOUND),
        ("Chumporn", "86", How.SOUND),
        ("ศรีษะเกษ", "33", How.CLOSE),
        ("50", "50", How.CODE),
    ],
)
def test_written_names_of_provinces_are_matched_and_it_is_said_how(written: str, code: str, how: How) -> None:
    found = match_province(written)

    assert found is not None
    assert (found.code, found.how, found.given) == (code, how, written)


@pytest.mark.parametrize(
    "written", ["Prison", "Unknown", "Total", "", "Nakhon", "Samut", "Buri", "99", "ต่างประเทศ", "Laos"]
)
def test_what_is_no_province_matches_none(written: str) -> None:
    assert match_province(written) is None


def test_every_official_name_matches_itself() -> None:
    for code, area in matching._provinces()._areas.items():
        for name in (area.name_th, area.name_en, area.name_en.upper(), f"จังหวัด{area.name_th}"):
            found = match_province(name)
            assert found is not None
            assert found.code == code


def test_districts_are_matched_within_their_province() -> None:
    assert match_district("เมือง", province_code="20").code == "2001"  # type: ignore[union-attr]
    assert match_district("อ.บางละมุง").code == "2004"  # type: ignore[union-attr]
    assert match_district("Bang Lamung District", province_code="20").code == "2004"  # type: ignore[union-attr]
    assert match_district("เฉลิมพระเกียรติ") is None, "several provinces have one"
    assert match_subdistrict("แขวงดุสิต", district_code="1002").code == "100201"  # type: ignore[union-attr]


CASES = Path(__file__).resolve().parents[3].parent / "shared/data/covid-th/provincial_cases.csv"


@pytest.mark.skipif(not CASES.exists(), reason="the recorded briefings are not beside the project")
def test_every_province_of_the_recorded_briefings_is_matched_and_the_prison_is_not() -> None:
    with CASES.open(encoding="utf-8") as file:
        names = {row["province"] for row in csv.DictReader(file)}
    matched = {name: match_province(name) for name in names}

    assert {name for name, found in matched.items() if found is None} == {"Prison"}
    assert len({found.code for found in matched.values() if found}) == 77
