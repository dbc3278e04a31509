"""When the rule would have opened which areas: the choice, made again and again over recorded days."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from khumkan.vaccination.rules import incidence
from khumkan.vaccination.rules.case_figures import ByArea, over_days
from khumkan.vaccination.rules.incidence import Area, Judged
from khumkan.vaccination.terms.areas import AreaTerms


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What is known of the areas.

    :param people: by area, among whom the cases are counted.
    :param wanted: doses by area, for everybody who would be vaccinated there.
    :param open_before: areas that are open already, such as those of the first phase.
    """

    cases: ByArea
    people: Mapping[str, int]
    wanted: Mapping[str, int]
    open_before: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Choice:
    """One day's choice among the areas that were not open yet.

    :param doses: there for new areas on that day.
    """

    day: date
    doses: int
    judged: tuple[Judged, ...] = field(repr=False)

    @property
    def opened(self) -> tuple[Judged, ...]:
        """The areas that open, in their order."""
        return tuple(each for each in self.judged if each.is_chosen)

    @property
    def left_for_doses(self) -> tuple[Judged, ...]:
        """The areas with enough cases for which the doses did not suffice."""
        return tuple(each for each in self.judged if each.because is incidence.Because.SUPPLY)


def openings(
    recorded: Recorded,
    *,
    first: date,
    last: date,
    every_days: int,
    doses_by: Callable[[date], int],
    terms: AreaTerms,
) -> Iterator[Choice]:
    """Choose every so many days among the areas that are still closed. What is open stays open.

    :param doses_by: doses that had come in all, from the beginning to a day; what was promised is taken off.
    """
    is_open, promised, day = set(recorded.open_before), 0, first
    while day <= last:
        doses = max(0, doses_by(day) - promised)
        judged = incidence.choose(_areas(recorded, is_open, day, terms), terms=terms, doses=doses)
        promised += incidence.promised(judged)
        is_open.update(each.code for each in judged if each.is_chosen)
        yield Choice(day, doses, tuple(judged))
        day += timedelta(days=every_days)


def _areas(recorded: Recorded, is_open: set[str], day: date, terms: AreaTerms) -> list[Area]:
    codes = sorted((recorded.cases.keys() | recorded.wanted.keys()) - is_open)
    found = []
    for code in codes:
        counted = over_days(recorded.cases.get(code, {}), last=day, days=terms.days)
        people, wanted = recorded.people.get(code, 0), recorded.wanted.get(code, 0)
        found.append(Area(code=code, cases=counted.cases, people=people, wanted=wanted, days_known=counted.days_known))
    return found
