"""A campaign for measurements: a city whose workers wait for a dose, sites with open sessions, and lots that arrive.

Everything is made by plain SQL from a seed. Workplaces have from two workers to some thousands; one worker of sixteen
is elderly and one of eight works where the risk is high.
"""

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from khumkan.benchmarks.beds import rows
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.places.models import District, Province, Site, Subdistrict
from khumkan.places.states import SiteKind
from khumkan.policies.actions import seed_phase
from khumkan.vaccination.actions import sessions, stock
from khumkan.vaccination.actions.stock import LotDetails
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import PhaseDetail

PEOPLE, SITES, DAYS, AREAS = 2_400_000, 45, 60, 180
#: Places for so many people for each of them: without any to spare nothing would be left to choose.
ROOM = 1.12
LOTS = 8
BANGKOK = (13.75, 100.55)
#: Degrees north and east within which workplaces and sites lie.
WITHIN = (0.22, 0.28)
BY = Actor.system("benchmark")

_EMPLOYERS = """
INSERT INTO registry_employer (reference, account_number, name_th, name_en, subdistrict_code, district_code,
                               province_code, industry, size, has_housing, language, created_at, updated_at)
SELECT 'E' || n, lpad(n::text, 10, '0'), 'บริษัท ' || n || ' จำกัด', '', areas[1 + n %% cardinality(areas)],
       left(areas[1 + n %% cardinality(areas)], 4), '10', '', 0, false, 'th', now(), now()
FROM generate_series(1, %(employers)s) AS n, (SELECT %(areas)s::text[] AS areas) a RETURNING id
"""
_PERSONS = """
INSERT INTO registry_person (reference, title, first_name, last_name, name_key, birth_date, birth_precision, sex,
    nationality, language, subdistrict_code, district_code, province_code, section, created_at, updated_at)
SELECT 'P' || n, '', 'สม' || n, 'ใจดี', 'สม' || n || ' ใจดี',
       CASE WHEN n %% 16 = 0 THEN date '1955-01-01' ELSE date '1970-01-01' + (n * 37 %% 11000)::int END, 'd', 'F', 'TH',
       'th', '', '', '10', 33, now(), now()
FROM generate_series(1, %(people)s) AS n ORDER BY n
"""
#: `edges` are the last persons of each workplace, in order.
_ENROLMENTS = """
INSERT INTO vaccination_enrolment (reference, person_id, state, phase_id, employer_id, work_area, home_area,
    province_code, near_home, "group", opened_because, decided_by, decided_at, invited_at, ended_why)
SELECT 'W' || p.n, p.id, 'confirmed', %(phase)s, e.id, e.subdistrict_code, '', '10', false,
       CASE WHEN p.n %% 16 = 0 THEN 3 WHEN e.id %% 8 = 0 THEN 2 ELSE 1 END, 'listed', 'link', now(), now(), ''
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM registry_person) p
JOIN (SELECT id, subdistrict_code, row_number() OVER (ORDER BY id) AS turn FROM registry_employer) e
     ON e.turn = width_bucket(p.n - 1, %(edges)s::bigint[]) + 1
ORDER BY p.id
"""
_DOSES = """
INSERT INTO vaccination_dose (reference, enrolment_id, person_id, number, state, vaccine, due_from, "group",
    waiting_since, waiting_because, changes_left, misses, terms_version)
SELECT 'V' || id, id, person_id, 1, 'waiting', '', current_date - 30, "group", now(), 'next_plan', 2, 0, 1
FROM vaccination_enrolment ORDER BY id
"""
#: What a plan says, booked without asking or telling anybody, so that a closed site can be measured.
_BOOKED = (
    """
UPDATE vaccination_dose d SET state = 'booked', session_id = pd.session_id, waiting_because = '', booked_at = now()
FROM vaccination_planneddose pd WHERE pd.plan_id = %(plan)s AND pd.dose_id = d.id AND pd.session_id IS NOT NULL
""",
    """
INSERT INTO capacity_claim (supply_id, purpose, person_id, amount, state, created_at, ended_why)
SELECT v.supply_id, 'vaccination.dose.1', d.person_id, 1, 'taken', now(), ''
FROM vaccination_dose d JOIN vaccination_session v ON v.id = d.session_id WHERE d.state = 'booked'
""",
    """
INSERT INTO capacity_claim (supply_id, purpose, site_id, amount, state, created_at, ended_why)
SELECT l.supply_id, 'vaccination.session.' || v.id, v.site_id, ps.doses, 'taken', now(), ''
FROM vaccination_plannedsession ps JOIN vaccination_session v ON v.id = ps.session_id
JOIN vaccination_lot l ON l.id = ps.lot_id WHERE ps.plan_id = %(plan)s
""",
    """
UPDATE vaccination_session v SET lot_id = ps.lot_id, kept_doses = ps.doses
FROM vaccination_plannedsession ps WHERE ps.plan_id = %(plan)s AND ps.session_id = v.id
""",
    """
UPDATE capacity_supply s SET total = ps.doses, taken = ps.persons
FROM vaccination_plannedsession ps JOIN vaccination_session v ON v.id = ps.session_id
WHERE ps.plan_id = %(plan)s AND s.id = v.supply_id
""",
    """
UPDATE capacity_supply s SET taken = kept.doses
FROM (SELECT lot_id, sum(doses) AS doses FROM vaccination_plannedsession WHERE plan_id = %(plan)s GROUP BY lot_id) kept
JOIN vaccination_lot l ON l.id = kept.lot_id WHERE s.id = l.supply_id
""",
    "UPDATE vaccination_planneddose SET is_booked = true WHERE plan_id = %(plan)s",
    "UPDATE vaccination_plannedsession SET is_done = true WHERE plan_id = %(plan)s",
    """
UPDATE vaccination_plan SET state = 'done', approved_at = now(), ended_at = now(), booked = persons WHERE id = %(plan)s
""",
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """What was made."""

    first: date
    last: date
    sites: tuple[int, ...]
    employers: int


def campaign(*, people: int = PEOPLE, seed: int = 1) -> Campaign:
    """Let so many people wait in a city with its sites, sessions and lots."""
    chance = random.Random(seed)  # noqa: S311 - the same city every time
    first = clock.today() + timedelta(days=2)
    last = first + timedelta(days=DAYS - 1)
    with transaction.atomic():
        areas = _areas(chance)
        places = math.ceil(people * ROOM / SITES / DAYS / 8) * 8
        sites = [_site(areas[number * len(areas) // SITES], places, number) for number in range(SITES)]
        sessions.open_days_at(site_ids=sites, first=first, last=last, vaccine=Vaccine.ASTRAZENECA, by=BY)
        _lots(people, first)
    sizes = _workplaces(people, chance)
    _execute(_EMPLOYERS, {"employers": len(sizes), "areas": areas})
    _execute(_PERSONS, {"people": people})
    edges, total = [], 0
    for size in sizes[:-1]:
        total += size
        edges.append(total)
    _execute(_ENROLMENTS, {"phase": _phase(), "edges": edges})
    _execute(_DOSES, {})
    settled()
    return Campaign(first, last, tuple(sites), len(sizes))


def booked(plan_id: int) -> None:
    """Book everybody as a plan says, by plain SQL."""
    with transaction.atomic():
        for statement in _BOOKED:
            _execute(statement, {"plan": plan_id})
    settled()


def settled() -> None:
    """Let the database know what there is, as it does by itself after a while."""
    for table in ("vaccination_dose", "vaccination_enrolment", "vaccination_session", "vaccination_planneddose",
                  "capacity_claim", "capacity_supply", "registry_person", "registry_employer"):  # fmt: skip
        _execute(f"VACUUM ANALYZE {table}", {})


def _areas(chance: random.Random) -> list[str]:
    where = {"latitude": BANGKOK[0], "longitude": BANGKOK[1], "sort_key": "10"}
    Province.objects.get_or_create(code="10", defaults={"name_th": "กรุงเทพมหานคร", **where})
    codes = []
    for number in range(AREAS):
        code = f"10{number // 4 + 1:02}{number % 4 + 1:02}"
        spot = {
            "latitude": BANGKOK[0] + chance.gauss(0, WITHIN[0] / 2),
            "longitude": BANGKOK[1] + chance.gauss(0, WITHIN[1] / 2),
            "sort_key": code,
        }
        District.objects.get_or_create(code=code[:4], defaults={"name_th": code[:4], "province_id": "10", **spot})
        parents = {"province_id": "10", "district_id": code[:4]}
        Subdistrict.objects.update_or_create(code=code, defaults={"name_th": code, **parents, **spot})
        codes.append(code)
    return codes


def _site(area: str, places: int, number: int) -> int:
    where = Subdistrict.objects.get(code=area)
    made = Site.objects.create(
        reference=references.new("S"), name_th=f"จุดฉีด {number + 1}", name_en=f"Site {number + 1}",
        kinds=[SiteKind.VACCINATION], subdistrict=where, latitude=(where.latitude or 0) + 0.005,
        longitude=where.longitude or 0, works_on_holidays=True,
    )  # fmt: skip
    for weekday in range(7):
        made.hours.create(weekday=weekday, opens="08:00", closes="16:00")
    made.capacities.create(kind=SiteKind.VACCINATION, places_per_day=places)
    return int(made.pk)


def _lots(people: int, first: date) -> None:
    """Let the doses arrive week by week, a little faster than the sites can give them."""
    for number in range(LOTS):
        arrives = first - timedelta(days=1) + timedelta(days=7 * number)
        details = LotDetails(
            number=f"L{number + 1}", vaccine=Vaccine.ASTRAZENECA, doses=math.ceil(people * 1.08 / LOTS),
            arrives_on=arrives, expires_on=arrives + timedelta(days=60),
        )  # fmt: skip
        stock.receive_lot(details=details, by=BY)


def _phase() -> int:
    phase = seed_phase(
        programme="vaccination", number=1, years="2021", title_th="ระยะที่ 1", title_en="Phase 1",
        opens_on=clock.today() - timedelta(days=7), area_codes=["10"], by=BY,
    )  # fmt: skip
    detail = {"vaccines": [Vaccine.ASTRAZENECA], "sections": [33], "doses": PEOPLE}
    PhaseDetail.objects.get_or_create(phase=phase, defaults={**detail, "lists_lock_on": clock.today()})
    return int(phase.pk)


def _workplaces(people: int, chance: random.Random) -> list[int]:
    """Return sizes of workplaces that add up to so many people: many small ones, few large ones."""
    sizes: list[int] = []
    left = people
    while left:
        sizes.append(min(left, 2 + int(chance.paretovariate(1.05) * 6), 5_000))
        left -= sizes[-1]
    return sizes


def _execute(statement: str, values: dict[str, Any]) -> None:
    rows(statement, **values)
