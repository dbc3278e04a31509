"""How dates, numbers and codes are written on a page, in the language of the page."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import phonenumbers
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from khumkan.kernel import dates, identifiers
from khumkan.kernel.clock import bangkok

UNKNOWN = "–"


def language() -> str:
    """Return the language of the page."""
    return get_language() or "th"


def _day(moment: date) -> date:
    return bangkok(moment).date() if isinstance(moment, datetime) else moment


def date_words(day: date | None) -> str:
    """Write `16 สิงหาคม 2564` or `16 August 2021`."""
    return dates.show_date(_day(day), language()) if day else UNKNOWN


def date_short(day: date | None) -> str:
    """Write `16 ส.ค. 2564` or `16 Aug 2021`, for tables."""
    return dates.show_date(_day(day), language(), short=True) if day else UNKNOWN


def weekday_words(day: date | None) -> str:
    """Write `วันจันทร์ที่ 16 สิงหาคม 2564` or `Monday 16 August 2021`."""
    return dates.show_date(_day(day), language(), weekday=True) if day else UNKNOWN


def datetime_words(moment: datetime | None) -> str:
    """Write a moment by a clock in Bangkok."""
    return dates.show_datetime(moment, language()) if moment else UNKNOWN


def time_words(moment: datetime | None) -> str:
    """Write the time of day by a clock in Bangkok."""
    return dates.show_time(moment, language()) if moment else UNKNOWN


def hours_words(starts: datetime, ends: datetime) -> str:
    """Write from when to when, by a clock in Bangkok; no line breaks within."""
    return dates.show_hours(starts, ends, language()).replace(" ", "\N{NO-BREAK SPACE}")


def number(value: object) -> str:
    """Write a number with commas between thousands; what is no number stays as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return UNKNOWN if value is None else str(value)
    return f"{value:,}"


def percent(share: float | Decimal | None, places: int = 1) -> str:
    """Write a share of one as a percentage: 0.123 is 12.3%."""
    return UNKNOWN if share is None else f"{share * 100:.{places}f}%"


def baht(amount: Decimal | int | None) -> str:
    """Write an amount of money: `1,234.50 บาท`, without satang where there are none."""
    if amount is None:
        return UNKNOWN
    figures = f"{amount:,.2f}".removesuffix(".00")
    return gettext("%(amount)s baht") % {"amount": figures}


def reference(code: str) -> SafeString:
    """Write a reference so that it never breaks and its characters stand apart."""
    return format_html('<span class="kk-reference">{}</span>', code)


def masked(last_four: str) -> SafeString:
    """Write a number of which only the end is shown; a screen reader hears that and no dots."""
    return format_html(
        '<span aria-hidden="true" class="kk-reference">{}</span><span class="govuk-visually-hidden">{}</span>',
        identifiers.masked(last_four),
        gettext("number ending in %(digits)s") % {"digits": " ".join(last_four)},
    )


def phone_words(number: str) -> str:
    """Write a telephone number as people group it: `081 234 5678`, with its country where it is another one."""
    try:
        parsed = phonenumbers.parse(number, "TH")
    except phonenumbers.NumberParseException:
        return number
    at_home = parsed.country_code == phonenumbers.country_code_for_region("TH")
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


ALL: tuple[Callable[..., Any], ...] = (
    date_words, date_short, weekday_words, datetime_words, time_words, hours_words,
    number, percent, baht, reference, masked, phone_words,
)  # fmt: skip
