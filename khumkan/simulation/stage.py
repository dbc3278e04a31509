"""The stage of a replay: sites, a laboratory, as many people in each province as will be tested there, and beds."""

from datetime import date

from khumkan.kernel.actors import Actor
from khumkan.registry.models import Employer, Person
from khumkan.simulation import hospitel_drives, hospitels, population, sites
from khumkan.simulation.people import Country, EnterpriseRow, PersonRow
from khumkan.simulation.recorded import Recording
from khumkan.simulation.recorded_day import Stage, Workplace

#: On each day one of so many provinces with the most cases has a draw at a workplace, in turn.
PROVINCES_IN_TURN = 5
#: Of the cases of that day and province one in so many is found there, and at most so many.
ONE_IN, MOST_DRAWN_CASES = 4, 5
#: For each of those so many workers are drawn, and so many work there.
DRAWN_PER_CASE, WORKERS_PER_CASE = 2, 4


def make(recording: Recording, *, seed: int) -> Stage:
    """Make everything that a replay of this recording needs, in an empty database."""
    made = population.country(persons=0, seed=seed)
    wanted: dict[str, int] = {}
    for provinces in recording.cases.values():
        for code, cases in provinces.items():
            wanted[code] = wanted.get(code, 0) + cases + max(1, cases)
    rows, number = [], 0
    for code in sorted(wanted):
        for _ in range(wanted[code]):
            number += 1
            rows.append(made.person_in(code, number))
    enterprises = _enterprises(recording, made)
    if enterprises:
        population.bring_enterprises(enterprises.values())
    population.bring_people([*rows, *_workers(enterprises, made, number)])
    return Stage(
        sites=sites.testing_sites(),
        laboratory=sites.laboratories()[0],
        people={code: iter(_living_in(code)) for code in wanted},
        workplaces=_workplaces(recording, enterprises),
    )


def make_beds(recording: Recording, *, beds: int) -> Actor:
    """Make places of care with so many beds, in the provinces of a recording by their cases; return who drives."""
    weights: dict[str, int] = {}
    for provinces in recording.cases.values():
        for code, cases in provinces.items():
            weights[code] = weights.get(code, 0) + cases
    if weights:
        hospitels.make(hospitels.for_beds(beds, weights), offered_from=min(recording.cases))
    return hospitel_drives.driver(hospitels.driver().user.pk)


def _draws(recording: Recording) -> dict[tuple[date, str], int]:
    """Return how many cases are found by a draw, for one province of each day that has enough of them."""
    draws = {}
    for number, (day, provinces) in enumerate(sorted(recording.cases.items())):
        most = sorted((code for code in provinces if provinces[code] >= ONE_IN), key=lambda c: (-provinces[c], c))
        if most:
            code = most[number % min(PROVINCES_IN_TURN, len(most))]
            draws[day, code] = min(MOST_DRAWN_CASES, provinces[code] // ONE_IN)
    return draws


def _enterprises(recording: Recording, made: Country) -> dict[tuple[date, str], EnterpriseRow]:
    return {
        (day, code): made.workplace_in(code, number, cases * WORKERS_PER_CASE)
        for number, ((day, code), cases) in enumerate(_draws(recording).items(), start=1)
    }


def _workers(enterprises: dict[tuple[date, str], EnterpriseRow], made: Country, number: int) -> list[PersonRow]:
    """Return the workers of enterprises, numbered from the number after the one given."""
    owners = [row for row in enterprises.values() for _ in range(row.workers)]
    return [made.worker_of(row, number + place) for place, row in enumerate(owners, start=1)]


def _workplaces(
    recording: Recording, enterprises: dict[tuple[date, str], EnterpriseRow]
) -> dict[tuple[date, str], Workplace]:
    ids = dict(Employer.objects.values_list("account_number", "pk"))
    return {
        key: Workplace(ids[enterprises[key].account_number], cases * DRAWN_PER_CASE, cases)
        for key, cases in _draws(recording).items()
    }


def _living_in(province_code: str) -> list[int]:
    """Return those of a province who are not employed: workers are tested where they work."""
    there = Person.objects.filter(province_code=province_code, section=40)
    return list(there.order_by("pk").values_list("pk", flat=True))
