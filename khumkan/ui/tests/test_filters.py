"""Words for dates, numbers and codes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from khumkan.ui import filters

AT = datetime(2021, 8, 16, 18, 30, tzinfo=UTC)


def test_dates_are_of_the_era_of_the_language_and_of_bangkok() -> None:
    with translation.override("th"):
        assert filters.date_words(AT) == "17 สิงหาคม 2564"
        assert filters.datetime_words(AT) == "17 สิงหาคม 2564 01.30 น."
        assert filters.weekday_words(date(2021, 8, 16)) == "วันจันทร์ที่ 16 สิงหาคม 2564"
        assert filters.date_short(date(2021, 8, 16)) == "16 ส.ค. 2564"
        assert filters.hours_words(AT, AT + timedelta(hours=8)) == "01.30–09.30\N{NO-BREAK SPACE}น."
    with translation.override("en"):
        assert filters.date_words(AT) == "17 August 2021"
        assert filters.time_words(AT) == "01:30"
        assert filters.hours_words(AT, AT + timedelta(hours=8)) == "01:30–09:30"


def test_nothing_is_a_dash() -> None:
    for words in (filters.date_words, filters.date_short, filters.weekday_words, filters.datetime_words):
        assert words(None) == "–"
    assert filters.time_words(None) == "–"
    assert filters.number(None) == filters.percent(None) == filters.baht(None) == "–"


def test_numbers() -> None:
    assert filters.number(12345) == "12,345"
    assert filters.number("12345") == "12345"
    assert filters.percent(0.1234) == "12.3%"
    assert filters.percent(Decimal("0.5"), 0) == "50%"
    with translation.override("th"):
        assert filters.baht(Decimal("1234.50")) == "1,234.50 บาท"
        assert filters.baht(1000) == "1,000 บาท"


def test_codes_are_escaped() -> None:
    assert filters.reference("<b>") == '<span class="kk-reference">&lt;b&gt;</span>'


def test_a_masked_number_is_heard_without_dots() -> None:
    with translation.override("en"):
        masked = filters.masked("4567")
    assert "number ending in 4 5 6 7" in masked
    assert 'aria-hidden="true"' in masked
    assert "•••••••••4567" in masked


@pytest.mark.parametrize(("number", "words"), [("+66812345678", "081 234 5678"), ("nobody", "nobody")])
def test_phone_numbers(number: str, words: str) -> None:
    assert filters.phone_words(number) == words


def test_a_phone_number_of_another_country_keeps_its_country() -> None:
    assert filters.phone_words("+9595012345").startswith("+95 ")
