"""Terms of vaccines: from which age, how many doses, and how long between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from khumkan.kernel.words import N_
from khumkan.policies import Terms, amended, term, terms
from khumkan.vaccination.choices import Vaccine

#: Before the first dose in Thailand, so that every recorded day can be replayed.
SINCE = date(2021, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Days between a dose of one vaccine and the next dose of the same or another one."""

    first: Vaccine
    then: Vaccine
    least_days: int
    most_days: int


@terms(
    "vaccination.schedule",
    title=N_("Vaccines, ages and intervals"),
    since=SINCE,
    source=(
        "Sinovac after 2 to 4 weeks and AstraZeneca after 16 weeks: The Nation 40005662. AstraZeneca after 12 weeks: "
        "Pattaya Mail 371624; the shorter time is the first day, the longer the last. Ages, Sinopharm, Pfizer and "
        "Moderna: settings of the office; no published rule of the programme was found."
    ),
)
@dataclass(frozen=True, kw_only=True)
class ScheduleTerms(Terms):
    """From which age each vaccine is given, how many doses belong together, and how long between them."""

    least_age: Mapping[Vaccine, int] = term(
        N_("Youngest age in years for each vaccine"),
        default=MappingProxyType(
            {
                Vaccine.ASTRAZENECA: 18,
                Vaccine.SINOVAC: 18,
                Vaccine.SINOPHARM: 18,
                Vaccine.PFIZER: 12,
                Vaccine.MODERNA: 18,
            }
        ),
    )
    doses: int = term(N_("Doses that belong together"), default=2, at_least=1, at_most=5)
    intervals: tuple[Interval, ...] = term(
        N_("Days between two doses, by vaccine; of several second vaccines the first in the list is planned"),
        default=(
            Interval(first=Vaccine.SINOVAC, then=Vaccine.SINOVAC, least_days=14, most_days=28),
            Interval(first=Vaccine.ASTRAZENECA, then=Vaccine.ASTRAZENECA, least_days=84, most_days=112),
            Interval(first=Vaccine.SINOPHARM, then=Vaccine.SINOPHARM, least_days=21, most_days=28),
            Interval(first=Vaccine.PFIZER, then=Vaccine.PFIZER, least_days=21, most_days=28),
            Interval(first=Vaccine.MODERNA, then=Vaccine.MODERNA, least_days=28, most_days=42),
        ),
    )
    elderly_from_age: int = term(
        N_("Age in years from which somebody comes first"), default=60, at_least=40, at_most=99
    )


_JULY = (
    Interval(first=Vaccine.SINOVAC, then=Vaccine.ASTRAZENECA, least_days=21, most_days=28),
    Interval(first=Vaccine.ASTRAZENECA, then=Vaccine.ASTRAZENECA, least_days=84, most_days=112),
    Interval(first=Vaccine.SINOVAC, then=Vaccine.SINOVAC, least_days=14, most_days=28),
    Interval(first=Vaccine.SINOPHARM, then=Vaccine.SINOPHARM, least_days=21, most_days=28),
    Interval(first=Vaccine.PFIZER, then=Vaccine.PFIZER, least_days=21, most_days=28),
    Interval(first=Vaccine.MODERNA, then=Vaccine.MODERNA, least_days=28, most_days=42),
)
amended(
    ScheduleTerms,
    since=date(2021, 7, 12),
    why=N_("AstraZeneca is given as the second dose after Sinovac."),
    source="3 to 4 weeks: Bangkok Post 2176103 and thailandnews.co, 4 September 2021. The first day is a setting.",
    intervals=_JULY,
)
amended(
    ScheduleTerms,
    since=date(2021, 10, 1),
    why=N_("Pfizer may be given as the second dose after AstraZeneca."),
    source="4 to 12 weeks, from October 2021: Bangkok Post 2176103; thailandnews.co, 4 September 2021.",
    intervals=(
        _JULY[0],
        Interval(first=Vaccine.ASTRAZENECA, then=Vaccine.PFIZER, least_days=28, most_days=84),
        *_JULY[1:],
    ),
)
