"""The stage of a replayed vaccination: in each province one workplace, one site, as many people as were vaccinated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from khumkan.kernel.actors import Actor
from khumkan.places import queries as places
from khumkan.places.actions import SiteDetails, add_site
from khumkan.places.models import Site
from khumkan.places.states import SiteKind
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer, Person
from khumkan.registry.queries.employment import workers_of
from khumkan.simulation import population
from khumkan.simulation.people import EnterpriseRow, PersonRow
from khumkan.simulation.recorded_doses import Scaled
from khumkan.vaccination.actions import corrections, enrolling, phases
from khumkan.vaccination.actions.corrections import Truth
from khumkan.vaccination.actions.lists import steps
from khumkan.vaccination.actions.phases import Draft
from khumkan.vaccination.choices import Vaccine

BY = Actor.system("replay")
BANGKOK = "10"
VACCINES = (Vaccine.SINOVAC, Vaccine.ASTRAZENECA, Vaccine.PFIZER)
OPENS, CLOSES = time(9), time(10)
#: First doses of people who wait for the second one on the first day were given within so many days before it.
BEFORE_DAYS = 21
ELSEWHERE, EVIDENCE = "ก่อนเริ่มโครงการ", "รายงานการฉีดวัคซีนรายจังหวัด"


@dataclass(frozen=True)
class Span:
    """The days that are replayed."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """All of them."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class Stage:
    """Where a replay takes place; everything by the code of the province.

    :param employers: the workplaces.
    :param had_first: people whose first dose was given before the first day, as the reports say.
    :param want_first: people who have had none, in the order in which they say that they want one.
    """

    sites: Mapping[str, Site]
    employers: Mapping[str, Employer]
    had_first: Mapping[str, Sequence[int]]
    want_first: Mapping[str, Sequence[int]]


def make(scaled: Scaled, span: Span, *, seed: int) -> Stage:
    """Make provinces, workplaces, people and sites in an empty database."""
    made = population.country(persons=0, seed=seed)
    enterprises: dict[str, EnterpriseRow] = {}
    people: list[PersonRow] = []
    before: dict[str, int] = {}
    number = 0
    for place, code in enumerate(scaled.recorded.provinces, start=1):
        before[code], wanted = _counts(scaled, code, span)
        enterprise = made.workplace_in(code, place, before[code] + wanted)
        enterprises[code] = enterprise
        people += [made.worker_of(enterprise, number + each) for each in range(1, before[code] + wanted + 1)]
        number += before[code] + wanted
    population.bring_enterprises(enterprises.values())
    population.bring_people(people)
    accounts = {employer.account_number: employer for employer in Employer.objects.order_by("pk")}
    employers = {code: accounts[row.account_number] for code, row in enterprises.items()}
    workers = {code: _workers(employer, on=span.first) for code, employer in employers.items()}
    return Stage(
        sites=_sites(enterprises),
        employers=employers,
        had_first={code: ids[: before[code]] for code, ids in workers.items()},
        want_first={code: ids[before[code] :] for code, ids in workers.items()},
    )


def open_phase(*, number: int, codes: Sequence[str], on: date, until: date, one: Actor, other: Actor) -> Phase:
    """Open provinces from a day on; one officer drafts, the other signs."""
    drafted = phases.draft(
        draft=Draft(
            number=number,
            years=str(on.year),
            title_th=f"ระยะที่ {number}",
            title_en=f"Phase {number}",
            opens_on=on,
            closes_on=until,
            vaccines=VACCINES,
            sections=[33],
            doses=1_000_000,
            lists_lock_on=until,
            area_codes=codes,
        ),
        by=one,
    )
    return phases.sign(phase_id=drafted.pk, by=other)


def list_everybody(stage: Stage, phase: Phase) -> None:
    """Put all people on the list of their workplace: set-based, and nobody has decided yet."""
    for code in stage.sites:
        ids = [*stage.had_first[code], *stage.want_first[code]]
        if ids:
            roster = steps.roster_of(employer=stage.employers[code], phase=phase)
            enrolling.list_people(roster=roster, people=[(each, "") for each in ids], by=BY)


def enter_first_doses(stage: Stage, scaled: Scaled, first: date) -> int:
    """Enter the first doses that were given before the first day, as doses given elsewhere; return how many."""
    entered = 0
    for code, ids in stage.had_first.items():
        sinovac, other = (scaled.allocated_by(code, each, first) for each in VACCINES[:2])
        for number, person in enumerate(Person.objects.filter(pk__in=ids).order_by("pk")):
            is_sinovac = number * (sinovac + other) < len(ids) * sinovac
            truth = Truth(
                number=1,
                vaccine=Vaccine.SINOVAC if is_sinovac else Vaccine.ASTRAZENECA,
                lot_number="-",
                given_on=first - timedelta(days=1 + number % BEFORE_DAYS),
                elsewhere=ELSEWHERE,
                evidence=EVIDENCE,
            )
            corrections.enter(person=person, truth=truth, by=BY)
            entered += 1
    return entered


def _counts(scaled: Scaled, code: str, span: Span) -> tuple[int, int]:
    """Return how many people of a province wait for their second dose on the first day, and how many want a first."""
    eve = span.first - timedelta(days=1)
    waiting = scaled.given_by(code, 1, eve) - scaled.given_by(code, 2, eve)
    return max(0, waiting), scaled.given_between(code, 1, span.first, span.last)


def _workers(employer: Employer, *, on: date) -> list[int]:
    return list(workers_of(employer.pk, on=on).values_list("pk", flat=True))


def _sites(enterprises: Mapping[str, EnterpriseRow]) -> dict[str, Site]:
    names = {province.pk: province for province in places.provinces()}
    return {code: _site(names[code].name_th, names[code].name_en, row) for code, row in enterprises.items()}


def _site(thai: str, english: str, row: EnterpriseRow) -> Site:
    """Make a site where the workplace stands, so that nobody works too far away from it."""
    details = SiteDetails(
        name_th=f"จุดฉีดวัคซีนจังหวัด{thai}",
        name_en=f"{english} vaccination site",
        kinds=[SiteKind.VACCINATION],
        subdistrict_code=row.subdistrict_code,
        latitude=row.latitude,
        longitude=row.longitude,
        works_on_holidays=True,
        hours=dict.fromkeys(range(7), (OPENS, CLOSES)),
    )
    return add_site(details=details, by=BY)
