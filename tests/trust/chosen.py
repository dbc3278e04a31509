"""Phases and choices of districts for the walks: one of every state, beyond the provinces in which people are."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.places.models import District, Province
from khumkan.policies.models import Phase
from khumkan.vaccination.actions import case_files, districts, phases
from khumkan.vaccination.actions.phases import Draft
from khumkan.vaccination.choices import Group, Vaccine
from khumkan.vaccination.models import CaseFile, CoverageFigure, DistrictChoice, InsuredCount
from khumkan.vaccination.queries import phases as phase_queries
from khumkan.vaccination.queries.districts import Wish

NATIONAL = frozenset({Grant(Role.OFFICER)})
#: Two officers who are nobody in particular.
ONE, ANOTHER = (Actor(ActorKind.STAFF, number, NATIONAL) for number in (990_001, 990_002))
AREAS = {"24": ("ฉะเชิงเทรา", "Chachoengsao"), "20": ("ชลบุรี", "Chon Buri"), "21": ("ระยอง", "Rayong")}
DISTRICTS = {
    "2401": ("เมืองฉะเชิงเทรา", "Mueang Chachoengsao", 61, 84_210, 30_400),
    "2004": ("บางละมุง", "Bang Lamung", 118, 131_870, 52_000),
    "2007": ("ศรีราชา", "Si Racha", 187, 144_020, 71_000),
    "2101": ("เมืองระยอง", "Mueang Rayong", 12, 92_340, 41_000),
    "2106": ("ปลวกแดง", "Pluak Daeng", 44, 71_400, 0),
}
#: Enterprises that stand in no register: the figures of many.
ELSEWHERE = 990_000_000
DOSES = 220_000


@dataclass(frozen=True)
class Chosen:
    """What there is to see, to sign and to close.

    :param drafted: waits for a signature; `awaiting` for its districts, of which `choice` is a simulation.
    :param signed: a signed choice, whose phase waits for its signature.
    """

    drafted: Phase
    awaiting: Phase
    choice: DistrictChoice
    signed: DistrictChoice
    file: CaseFile


def chosen() -> Chosen:
    """Make all of it, or return what there is."""
    file = CaseFile.objects.first() or _figures()
    drafted, awaiting, with_districts = (_phase(number, by_cases=number != 2) for number in (2, 3, 4))
    choice = DistrictChoice.objects.filter(phase=awaiting).first() or _kept(awaiting, file)
    signed = DistrictChoice.objects.filter(phase=with_districts).first()
    if signed is None:
        kept = _kept(with_districts, file)
        signed = districts.sign(choice=kept, figures_hash=kept.figures_hash, by=ANOTHER)
    return Chosen(drafted, awaiting, choice, signed, file)


def cases_csv(extra: str = "") -> bytes:
    """Return figures of districts for the last fortnight, of which some days were not counted."""
    lines = ["date,province,district,new_cases", *([extra] if extra else [])]
    for back in (14, 13, 10, 7, 4, 1):
        day = (clock.today() - timedelta(days=back)).isoformat()
        for code, (_name_th, name_en, cases, _people, _listed) in DISTRICTS.items():
            lines.append(f"{day},{AREAS[code[:2]][1]},{name_en},{cases // 7 + back % 3}")
    return "\n".join([*lines, f"{day},Prison,,30", f"{day},Atlantis,,2"]).encode()


def _figures() -> CaseFile:
    for code, (name_th, name_en) in AREAS.items():
        Province.objects.update_or_create(
            code=code, defaults={"name_th": name_th, "name_en": name_en, "sort_key": name_en}
        )
    for code, (name_th, name_en, _cases, people, listed) in DISTRICTS.items():
        names = {"name_th": name_th, "name_en": name_en, "sort_key": name_en, "province_id": code[:2]}
        District.objects.update_or_create(code=code, defaults=names)
        InsuredCount.objects.update_or_create(area_code=code, defaults={"people": people, "counted_at": clock.now()})
        if listed:
            _coverage(code, listed)
    return case_files.import_cases(
        content=cases_csv(), name="จำนวนผู้ติดเชื้อรายอำเภอ.csv", source="แถลงข่าวประจำวันของศูนย์บริหารสถานการณ์", by=ONE
    )


def _coverage(code: str, listed: int) -> None:
    counts = {"listed": listed, "confirmed": listed * 8 // 10, "declined": listed // 20, "booked": 0}
    CoverageFigure.objects.create(
        employer_id=ELSEWHERE + int(code), province_code=code[:2], district_code=code, group=Group.WORKER,
        **counts, first=0, second=0,
    )  # fmt: skip


def _phase(number: int, *, by_cases: bool) -> Phase:
    found = Phase.objects.filter(programme="vaccination", number=number).first()
    if found is not None:
        return found
    today = clock.today()
    draft = Draft(
        number=number, years="2021", title_th=f"ระยะที่ {number}", title_en=f"Phase {number}",
        opens_on=today + timedelta(days=7), closes_on=today + timedelta(days=67), vaccines=[Vaccine.ASTRAZENECA],
        sections=[33], doses=DOSES, lists_lock_on=today + timedelta(days=14), chosen_by_cases=by_cases,
        area_codes=() if by_cases else ["24"], frame_codes=sorted(AREAS) if by_cases else (),
    )  # fmt: skip
    return phases.draft(draft=draft, by=ONE)


def _kept(phase: Phase, file: CaseFile) -> DistrictChoice:
    wish = Wish(
        planned=phase_queries.phase_called(phase.pk), until_on=clock.today() - timedelta(days=1), days=14,
        least_rate=Decimal(50), doses=DOSES, case_file=file,
    )  # fmt: skip
    return districts.keep(wish=wish, by=ONE)
