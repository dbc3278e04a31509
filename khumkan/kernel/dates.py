"""Dates as people write and read them: Buddhist era in Thai, common era in English; both are understood."""

import re
from datetime import date, datetime, timedelta

from khumkan.kernel.clock import bangkok
from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

BUDDHIST_OFFSET = 543
#: A year below this is of the common era: the Buddhist year 2400 is 1857, before anybody alive was born.
FIRST_BUDDHIST_YEAR = 2400
THAI_MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
THAI_SHORT_MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
THAI_WEEKDAYS = ("วันจันทร์", "วันอังคาร", "วันพุธ", "วันพฤหัสบดี", "วันศุกร์", "วันเสาร์", "วันอาทิตย์")
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EXCEL_EPOCH = date(1899, 12, 30)
#: Serial numbers of 1900-03-01 to 2200-01-01; Excel believes in 29 February 1900, so nothing below is trusted.
EXCEL_SERIALS = range(61, 109576)
YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
NAMED_MONTH = re.compile(r"(\d{1,2})[-/. ]*([^\d\s]+?)[-/. ]*(\d{4})")


def show_date(day: date, language: str, *, weekday: bool = False, short: bool = False) -> str:
    """Return a date in words: `16 สิงหาคม 2564` in Thai, `16 August 2021` in English."""
    if language.startswith("th"):
        months = THAI_SHORT_MONTHS if short else THAI_MONTHS
        words = f"{day.day} {months[day.month - 1]} {day.year + BUDDHIST_OFFSET}"
        return f"{THAI_WEEKDAYS[day.weekday()]}ที่ {words}" if weekday else words
    month = ENGLISH_MONTHS[day.month - 1]
    words = f"{day.day} {month[:3] if short else month} {day.year}"
    return f"{ENGLISH_WEEKDAYS[day.weekday()]} {words}" if weekday else words


def show_month(month: date, language: str) -> str:
    """Return a month in words: `สิงหาคม 2564` in Thai, `August 2021` in English."""
    return show_date(month, language).partition(" ")[2]


def show_time(moment: datetime, language: str) -> str:
    """Return the clock time in Bangkok: `08.30 น.` in Thai, `08:30` in English."""
    local = bangkok(moment)
    return f"{local:%H.%M} น." if language.startswith("th") else f"{local:%H:%M}"


def show_hours(starts: datetime, ends: datetime, language: str) -> str:
    """Return a span of a day in Bangkok: `08.30–16.30 น.` in Thai, `08:30–16:30` in English."""
    return f"{show_time(starts, language).removesuffix(' น.')}–{show_time(ends, language)}"


def show_datetime(moment: datetime, language: str, *, short: bool = False) -> str:
    """Return a moment in words, on a clock in Bangkok."""
    return f"{show_date(bangkok(moment).date(), language, short=short)} {show_time(moment, language)}"


def common_year(year: int) -> int:
    """Return the year of the common era, whichever era was written."""
    return year - BUDDHIST_OFFSET if year >= FIRST_BUDDHIST_YEAR else year


def parse_date(text: str) -> date:
    """Read a date in either era, day first or year first, with figures or the name of the month.

    :raises Refused: with a sentence that says what a date looks like.
    """
    day, month, year = _parts(plain(text))
    try:
        return date(common_year(year), month, day)
    except ValueError as error:
        raise _unreadable(text) from error


def _parts(text: str) -> tuple[int, int, int]:
    if found := YEAR_FIRST.fullmatch(text) or EIGHT_DIGITS.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := DAY_FIRST.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if (found := NAMED_MONTH.fullmatch(text)) and (month := _month(found[2])):
        return int(found[1]), month, int(found[3])
    raise _unreadable(text)


def _month(name: str) -> int | None:
    wanted = name.strip(".").lower()
    for names in (THAI_MONTHS, THAI_SHORT_MONTHS, ENGLISH_MONTHS, [month[:3] for month in ENGLISH_MONTHS]):
        for number, known in enumerate(names, start=1):
            if known.strip(".").lower() == wanted:
                return number
    return None


def parse_excel_date(value: object) -> date:
    """Read what a spreadsheet made of a date: a date, a serial number, or text in either era.

    :raises Refused: when it cannot be a date.
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.replace(year=common_year(value.year)) if value.year >= FIRST_BUDDHIST_YEAR else value
    if isinstance(value, float | int) and not isinstance(value, bool):
        if value == int(value) and int(value) in EXCEL_SERIALS:
            return EXCEL_EPOCH + timedelta(days=int(value))
        return parse_date(str(int(value)))
    return parse_date(str(value))


def _unreadable(text: str) -> Refused:
    return Refused(
        N_("“%(text)s” is not a date. Write day, month and year, for example 16/08/2564 or 2021-08-16."),
        "date_unreadable",
        text=text[:30],
    )


def age_on(born_on: date, day: date) -> int:
    """Return the full years lived on a day; a birthday of 29 February falls on 1 March in common years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
