"""The stage of a replay: sites, a laboratory, and as many people in each province as will be tested there."""

from khumkan.registry.models import Person
from khumkan.simulation import population, sites
from khumkan.simulation.recorded import Recording
from khumkan.simulation.replay import Stage


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
    population.bring_people(rows)
    return Stage(
        sites=sites.testing_sites(),
        laboratory=sites.laboratories()[0],
        people={code: iter(_living_in(code)) for code in wanted},
    )


def _living_in(province_code: str) -> list[int]:
    return list(Person.objects.filter(province_code=province_code).order_by("pk").values_list("pk", flat=True))
