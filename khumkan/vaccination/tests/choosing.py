"""Districts with figures, and phases that wait for them, for the tests."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.places.models import District, Province
from khumkan.policies.models import Phase
from khumkan.vaccination.actions import districts, phases
from khumkan.vaccination.actions.phases import Draft
from khumkan.vaccination.choices import Group, Vaccine
from khumkan.vaccination.models import CaseCount, CaseFile, CoverageFigure, DistrictChoice, InsuredCount
from khumkan.vaccination.queries import phases as phase_queries
from khumkan.vaccination.queries.districts import Wish

NATIONAL = frozenset({Grant(Role.OFFICER)})
ONE, OTHER, THIRD = (Actor(ActorKind.STAFF, number, NATIONAL) for number in (71, 72, 73))
PROVINCIAL = Actor(ActorKind.STAFF, 74, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "24")}))
DAYS = 14
#: Code: cases in the fortnight, insured persons, listed persons.
Figures = Mapping[str, tuple[int, int, int]]
FIGURES: Figures = {"2401": (140, 100_000, 500), "2402": (70, 100_000, 100), "2403": (14, 100_000, 100)}


def known(figures: Figures = FIGURES, *, last: date | None = None) -> CaseFile:
    """Store figures of districts, as they come from the register, from lists and from a file."""
    until = last or clock.today() - timedelta(days=1)
    file = CaseFile.objects.create(
        file_name="cases.csv", file_hash=f"{CaseFile.objects.count():064}", by_district=True, source="test",
        rows=len(figures), first_on=until - timedelta(days=DAYS - 1), last_on=until, days=DAYS,
        cases=sum(cases for cases, _, _ in figures.values()), sent_at=clock.now(),
    )  # fmt: skip
    for code, (cases, people, listed) in figures.items():
        Province.objects.get_or_create(code=code[:2], defaults={"name_th": f"จังหวัด {code[:2]}", "sort_key": code[:2]})
        names = {"name_th": f"อำเภอ {code}", "sort_key": code, "province_id": code[:2]}
        District.objects.get_or_create(code=code, defaults=names)
        InsuredCount.objects.create(area_code=code, people=people, counted_at=clock.now())
        counts = {"listed": listed, "confirmed": 0, "declined": 0, "booked": 0, "first": 0, "second": 0}
        CoverageFigure.objects.create(
            employer_id=int(code), province_code=code[:2], district_code=code, group=Group.WORKER, **counts
        )
        CaseCount.objects.bulk_create(
            CaseCount(file=file, area_code=code, day=until - timedelta(days=back), cases=cases // DAYS)
            for back in range(DAYS)
        )
    return file


def draft_of(number: int, **fields: object) -> Draft:
    """Return a phase that waits for its districts, from tomorrow on."""
    today = clock.today()
    values = {
        "number": number, "years": "2021", "title_th": f"ระยะที่ {number}", "title_en": f"Phase {number}",
        "opens_on": today, "closes_on": today + timedelta(days=60), "vaccines": [Vaccine.ASTRAZENECA],
        "sections": [33], "doses": 1_400, "lists_lock_on": today + timedelta(days=14), "chosen_by_cases": True,
    }  # fmt: skip
    return Draft(**{**values, **fields})  # type: ignore[arg-type]


def awaiting(number: int = 2, **fields: object) -> Phase:
    """Draft a phase that waits for its districts."""
    return phases.draft(draft=draft_of(number, **fields), by=ONE)


def wish(phase: Phase, file: CaseFile | None, **fields: object) -> Wish:
    """Return what is to be simulated: the districts with at least 50 cases per 100,000, within 1,400 doses."""
    values = {
        "planned": phase_queries.phase_called(phase.pk),
        "until_on": file.last_on if file else clock.today(),
        "days": DAYS,
        "least_rate": Decimal(50),
        "doses": 1_400,
        "case_file": file,
    }
    return Wish(**{**values, **fields})  # type: ignore[arg-type]


def kept(phase: Phase, file: CaseFile, **fields: object) -> DistrictChoice:
    """Simulate and keep a choice."""
    return districts.keep(wish=wish(phase, file, **fields), by=ONE)


def signed(phase: Phase, file: CaseFile, **fields: object) -> DistrictChoice:
    """Sign a choice."""
    choice = kept(phase, file, **fields)
    return districts.sign(choice=choice, figures_hash=choice.figures_hash, by=OTHER)
