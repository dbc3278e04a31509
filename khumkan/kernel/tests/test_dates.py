"""Dates in both eras."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.kernel import dates
from khumkan.kernel.errors import Refused

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_both_eras_are_read_alike(day: date) -> None:
    buddhist = day.year + dates.BUDDHIST_OFFSET
    for year in (day.year, buddhist):
        assert dates.parse_date(f"{day.day}/{day.month}/{year}") == day
        assert dates.parse_date(f"{year}-{day.month:02}-{day.day:02}") == day
        assert dates.parse_date(f"{year:04}{day.month:02}{day.day:02}") == day


@given(DAYS)
def test_what_is_shown_is_read_back(day: date) -> None:
    for language in ("th", "en"):
        assert dates.parse_date(dates.show_date(day, language)) == day
        assert dates.parse_date(dates.show_date(day, language, short=True)) == day


@given(st.dates(date(1900, 3, 1), date(2199, 12, 31)))
def test_a_serial_of_a_spreadsheet_is_its_date(day: date) -> None:
    assert dates.parse_excel_date((day - dates.EXCEL_EPOCH).days) == day
    assert dates.parse_excel_date(float((day - dates.EXCEL_EPOCH).days)) == day
    assert dates.parse_excel_date(datetime(day.year, day.month, day.day)) == day  # noqa: DTZ001 as a spreadsheet has it


def test_a_date_of_the_buddhist_era_that_a_spreadsheet_believed_is_moved() -> None:
    assert dates.parse_excel_date(date(2564, 8, 16)) == date(2021, 8, 16)


@pytest.mark.parametrize("text", ["", "31/02/2564", "16.8.64", "yesterday", "2021-13-01", "๓๑/๐๙/๒๕๖๔"])
def test_what_is_no_date_is_said_in_words(text: str) -> None:
    with pytest.raises(Refused, match="16/08/2564"):
        dates.parse_date(text)


def test_thai_digits_and_months_are_read() -> None:
    assert dates.parse_date("๑๖ สิงหาคม ๒๕๖๔") == date(2021, 8, 16)
    assert dates.parse_date("16 ส.ค. 2564") == date(2021, 8, 16)


def test_words() -> None:
    moment = datetime(2021, 8, 16, 17, 30, tzinfo=UTC)
    assert dates.show_datetime(moment, "th") == "17 สิงหาคม 2564 00.30 น."
    assert dates.show_datetime(moment, "en") == "17 August 2021 00:30"
    assert dates.show_date(date(2021, 8, 16), "th", weekday=True) == "วันจันทร์ที่ 16 สิงหาคม 2564"


def test_a_leap_birthday_falls_on_the_first_of_march() -> None:
    assert dates.age_on(date(2004, 2, 29), date(2021, 2, 28)) == 16
    assert dates.age_on(date(2004, 2, 29), date(2021, 3, 1)) == 17
