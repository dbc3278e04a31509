"""Which dose comes next, of which vaccine, and when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.terms.schedules import Interval, ScheduleTerms


@dataclass(frozen=True, slots=True)
class Given:
    """A dose that somebody has had."""

    number: int
    vaccine: Vaccine
    on: date


@dataclass(frozen=True, slots=True)
class Due:
    """The dose that comes next.

    :param vaccine: of which it must be; none means any that suits the age.
    :param until: the last day of the interval; none when nothing hurries.
    """

    number: int
    vaccine: Vaccine | None
    from_on: date
    until_on: date | None


def next_due(
    given: Sequence[Given], *, today: date, terms: ScheduleTerms, there: Collection[Vaccine] = tuple(Vaccine)
) -> Due | None:
    """Return the dose that comes next, or None when somebody has all of them.

    A first dose is due at once. A further one follows the interval of the last vaccine: the first in the terms whose
    second vaccine is there, or, when none is, the first.

    :param given: in any order.
    :param there: vaccines that the programme has.
    """
    if not given:
        return Due(1, None, today, None)
    last = max(given, key=lambda one: one.number)
    if last.number >= terms.doses:
        return None
    interval = _interval(last.vaccine, terms, there)
    if interval is None:
        return Due(last.number + 1, last.vaccine, today, None)
    earliest, latest = (last.on + timedelta(days=days) for days in (interval.least_days, interval.most_days))
    return Due(last.number + 1, interval.then, earliest, latest)


def suits(vaccine: Vaccine, *, age: int | None, terms: ScheduleTerms) -> bool:
    """Tell whether somebody of this age may have a vaccine. Of unknown age, nobody may."""
    return age is not None and age >= terms.least_age.get(vaccine, 200)


def youngest_age(vaccines: Collection[Vaccine], terms: ScheduleTerms) -> int | None:
    """Return the age from which any of these vaccines may be given; None when there is none of them."""
    return min((terms.least_age[each] for each in vaccines if each in terms.least_age), default=None)


def born_by(day: date, years: int) -> date:
    """Return the last day of birth of whoever has lived so many years on a day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _interval(first: Vaccine, terms: ScheduleTerms, there: Collection[Vaccine]) -> Interval | None:
    fitting = [one for one in terms.intervals if one.first == first]
    return next((one for one in fitting if one.then in there), fitting[0] if fitting else None)
