"""A country of hospitels for measurements: sites, rooms, beds, people who wait and people who lie in beds.

Everything is made by plain SQL from a seed, 14,000 beds within seconds. Half of the sites stand around Bangkok, the
others in a province of their own each. Sites are hospitels, and every ninth a ward or a field hospital.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from khumkan.isolation.choices import FacilityKind, Level, RoomFor
from khumkan.kernel import clock, references
from khumkan.places.models import District, Province, Site, Subdistrict

SITES, BEDS = 76, 14_000
#: How many rooms of how many beds a hospitel has.
ROOM_SIZES, ROOM_SHARES = (1, 2, 4), (3, 5, 2)
#: Persons whom one nurse looks after by the terms.
NURSE_RATIO = 20
BANGKOK = (13.75, 100.55)
#: The part of those who wait that are families, two to four of them together.
FAMILIES = 0.15

_ROOMS = """
INSERT INTO isolation_room (site_id, floor, number, level, room_for, is_accessible)
SELECT * FROM unnest(%(site)s::bigint[], %(floor)s::text[], %(number)s::text[], %(level)s::int[], %(room_for)s::text[],
                     %(accessible)s::boolean[]) RETURNING id
"""
_BEDS = """
INSERT INTO isolation_bed (room_id, site_id, label, offered_from, out_of_order_why)
SELECT r.id, r.site_id, r.number || '-' || chr(64 + place), current_date - 60, ''
FROM unnest(%(room)s::bigint[], %(size)s::int[]) AS made (room, size)
JOIN isolation_room r ON r.id = made.room, generate_series(1, made.size) AS place
ORDER BY r.id, place RETURNING id, room_id, site_id
"""
_FACILITIES = """
INSERT INTO isolation_facility (site_id, kind, state, state_why, state_at, nurses, home_places)
SELECT site, kind, 'open', '', now(), nurses, 0
FROM unnest(%(site)s::bigint[], %(kind)s::text[], %(nurses)s::int[]) AS made (site, kind, nurses)
"""
_PERSONS = """
INSERT INTO registry_person (reference, title, first_name, last_name, name_key, birth_date, birth_precision, sex,
    nationality, language, subdistrict_code, district_code, province_code, section, created_at, updated_at)
SELECT reference, '', first_name, 'ใจดี', first_name || ' ใจดี', birth_date, 'd', sex, 'TH', 'th', area,
       left(area, 4), left(area, 2), 33, now(), now()
FROM unnest(%(reference)s::text[], %(sex)s::text[], %(area)s::text[]) WITH ORDINALITY AS made (reference, sex, area, n),
     LATERAL (SELECT CASE sex WHEN 'F' THEN 'สมหญิง' ELSE 'สมชาย' END || n, date '1955-01-01' + (n * 37 %% 20000)::int)
         AS told (first_name, birth_date)
ORDER BY n RETURNING id
"""
_PARTIES = """
INSERT INTO isolation_party (reference, made_at) SELECT reference, now() FROM unnest(%(reference)s::text[]) AS reference
RETURNING id
"""
_CARES = """
INSERT INTO isolation_care (reference, person_id, case_id, found_on, state, level, setting, points, party_id,
    province_code, site_id, waiting_since, waiting_because, opened_at, answers_due_at, ended_because)
SELECT made.reference, made.person, made.person, made.opened::date, made.state, made.level,
       CASE made.level WHEN 1 THEN 'hospitel' ELSE 'hospital' END, made.points, made.party, p.province_code, made.site,
       made.opened, CASE made.state WHEN 'waiting' THEN 'matching' ELSE '' END, made.opened, made.opened, ''
FROM unnest(%(reference)s::text[], %(person)s::bigint[], %(party)s::bigint[], %(state)s::text[], %(level)s::int[],
            %(points)s::int[], %(site)s::bigint[], %(opened)s::timestamptz[])
    AS made (reference, person, party, state, level, points, site, opened)
JOIN registry_person p ON p.id = made.person
ORDER BY made.person RETURNING id
"""
_TRIAGES = """
INSERT INTO isolation_triage (care_id, person_id, at, told_by, answers, level, setting, reasons, terms_version)
SELECT id, person_id, opened_at, 'person', '{}', level, setting, '[]', 1 FROM isolation_care WHERE id = ANY(%(care)s)
"""
_STAYS = """
INSERT INTO isolation_stay (care_id, person_id, bed_id, room_id, site_id, state, sharing, blocks, during, terms_version,
    made_at, arrived_at, ended_because, belongings)
SELECT c.id, c.person_id, b.id, b.room_id, b.site_id, made.state, CASE p.sex WHEN 'F' THEN 'women' ELSE 'men' END, span,
       span, 1, c.opened_at, CASE made.state WHEN 'held' THEN NULL ELSE lower(span) END, '', ''
FROM unnest(%(care)s::bigint[], %(bed)s::bigint[], %(state)s::text[]) AS made (care, bed, state)
JOIN isolation_care c ON c.id = made.care JOIN registry_person p ON p.id = c.person_id
JOIN isolation_bed b ON b.id = made.bed,
LATERAL (SELECT CASE made.state WHEN 'held' THEN tstzrange(now(), now() + interval '6 hours')
                ELSE tstzrange(c.opened_at, NULL) END) AS told (span)
ORDER BY b.id RETURNING id
"""
_OBSERVATIONS = """
INSERT INTO isolation_observation (care_id, person_id, stay_id, site_id, at, told_by, temperature, spo2, symptoms,
    level, reasons, terms_version)
SELECT y.care_id, y.person_id, y.id, y.site_id, told.at, 'nurse', 36.5 + (y.id %% 8) / 10.0, 96 + y.id %% 4, '{}', 1,
       '[]', 1
FROM isolation_stay y, generate_series(1, %(times)s) AS turn,
LATERAL (SELECT now() - turn * interval '12 hours' + (y.id %% 180) * interval '1 minute') AS told (at)
WHERE y.state IN ('admitted', 'leaving') AND told.at > y.arrived_at
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A bed, the room in which it stands, and the site."""

    bed: int
    room: int
    site: int


@dataclass(frozen=True, slots=True)
class Country:
    """What was made: the sites, the beds in the order of their rooms, and the areas in which people live."""

    sites: tuple[int, ...]
    places: tuple[Place, ...]
    areas: tuple[str, ...]

    @property
    def rooms(self) -> dict[int, list[int]]:
        """The beds of each room."""
        found: dict[int, list[int]] = {}
        for place in self.places:
            found.setdefault(place.room, []).append(place.bed)
        return found


@transaction.atomic
def country(*, beds: int = BEDS, sites: int = SITES, seed: int = 1) -> Country:
    """Make so many sites with so many beds altogether, all of them free."""
    chance = random.Random(seed)  # noqa: S311 - the same country every time
    areas = _areas(sites, chance)
    made = [_site(area, number) for number, area in enumerate(areas)]
    sizes = [beds // sites + (number < beds % sites) for number in range(sites)]
    kinds = [_kind(number) for number in range(sites)]
    rows(
        _FACILITIES,
        site=made,
        kind=[str(kind) for kind in kinds],
        nurses=[math.ceil(size / NURSE_RATIO) + 1 for size in sizes],
    )
    plans = [
        (site, number, size, kind)
        for site, total, kind in zip(made, sizes, kinds, strict=True)
        for number, size in enumerate(_room_sizes(total, kind, chance))
    ]
    rooms = rows(
        _ROOMS,
        site=[site for site, *_ in plans],
        floor=[str(number // 20 + 2) for _, number, *_ in plans],
        number=[f"{number // 20 + 2}{number % 20 + 1:02}" for _, number, *_ in plans],
        level=[_level(kind, number) for _, number, _, kind in plans],
        room_for=[str(RoomFor.ANYBODY)] * len(plans),
        accessible=[number % 20 == 0 for _, number, *_ in plans],
    )
    places = rows(_BEDS, room=[row[0] for row in rooms], size=[size for _, _, size, _ in plans])
    return Country(tuple(made), tuple(Place(*row) for row in places), tuple(areas))


def people(country: Country, sexes: Sequence[str], *, seed: int = 2) -> list[int]:
    """Make persons of these sexes (`F`, `M` or nothing), anywhere in the country; return their ids."""
    chance = random.Random(seed)  # noqa: S311
    areas = chance.choices(country.areas, k=len(sexes))
    made = rows(_PERSONS, reference=_references("P", len(sexes)), sex=list(sexes), area=areas)
    return [row[0] for row in made]


@transaction.atomic
def waiting(country: Country, count: int, *, seed: int = 3) -> list[int]:
    """Let so many people wait for a bed, some of them as families; return their cares."""
    chance = random.Random(seed)  # noqa: S311
    sizes: list[int] = []
    while (left := count - sum(sizes)) > 0:
        sizes.append(min(left, chance.randint(2, 4)) if chance.random() < FAMILIES / 2 else 1)
    families = iter(rows(_PARTIES, reference=_references("G", sum(size > 1 for size in sizes))))
    parties = [party for size in sizes for party in [next(families)[0] if size > 1 else None] * size]
    levels = [level for size in sizes for level in [1 if size > 1 else _illness(chance)] * size]
    now = clock.now()
    persons = people(country, [chance.choice("FM") for _ in range(count)], seed=seed)
    _live_together(persons, parties)
    return cares(
        persons,
        parties=parties,
        states=["waiting"] * count,
        levels=levels,
        points=[chance.randint(0, 100) for _ in range(count)],
        opened=[now - timedelta(hours=chance.randint(1, 48)) for _ in range(count)],
    )


@transaction.atomic
def occupied(country: Country, *, share: float, held: float = 0.05, seed: int = 4) -> list[int]:
    """Fill a part of the beds, room by room with people of one sex, and return the stays.

    :param share: the part of the beds that is given to somebody; `held` the part of these that are not there yet.
    """
    chance = random.Random(seed)  # noqa: S311
    rooms = sorted(country.rooms.items())
    filled = [(room, bed, "FM"[room % 2]) for room, beds in rooms for bed in beds if chance.random() < share]
    sites = {place.bed: place.site for place in country.places}
    there = ["held" if chance.random() < held else "admitted" for _ in filled]
    now = clock.now()
    opened = [now - timedelta(hours=1 if state == "held" else chance.randint(2, 9 * 24)) for state in there]
    made = cares(
        people(country, [sex for *_, sex in filled], seed=seed),
        parties=[None] * len(filled),
        states=["placed" if state == "held" else "admitted" for state in there],
        levels=[1] * len(filled),
        points=[0] * len(filled),
        opened=opened,
        sites=[sites[bed] for _, bed, _ in filled],
    )
    return [row[0] for row in rows(_STAYS, care=made, bed=[bed for _, bed, _ in filled], state=there)]


def observed(*, times: int = 2) -> None:
    """Let nurses have seen everybody in a bed so many times, twice a day."""
    with connection.cursor() as cursor:
        cursor.execute(_OBSERVATIONS, {"times": times})


def settled() -> None:
    """Let the database know what there is, as it does by itself after a while."""
    with connection.cursor() as cursor:
        for table in ("room", "bed", "facility", "care", "stay", "triage", "observation", "party"):
            cursor.execute(f"VACUUM ANALYZE isolation_{table}")
        cursor.execute("VACUUM ANALYZE registry_person, places_site, places_subdistrict")


def cares(
    persons: Sequence[int],
    *,
    parties: Sequence[int | None],
    states: Sequence[str],
    levels: Sequence[int],
    points: Sequence[int],
    opened: Sequence[object],
    sites: Sequence[int | None] | None = None,
) -> list[int]:
    """Make a care with answered questions for each of these persons, whose ids rise; return the cares in their order.

    :param sites: who looks after them; none means nobody yet.
    """
    made = rows(
        _CARES,
        reference=_references("H", len(persons)),
        person=list(persons),
        party=list(parties),
        state=list(states),
        level=list(levels),
        points=list(points),
        site=list(sites or [None] * len(persons)),
        opened=list(opened),
    )
    ids = [row[0] for row in made]
    with connection.cursor() as cursor:
        cursor.execute(_TRIAGES, {"care": ids})
    return ids


def rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows, if it has any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def _areas(count: int, chance: random.Random) -> list[str]:
    """Make an area for each site: half of them districts of Bangkok, the others a province each."""
    codes = []
    for number in range(count):
        near = number % 2 == 0
        north, east = (chance.uniform(-0.3, 0.3), chance.uniform(-0.3, 0.3)) if near else _far(chance)
        province = "10" if near else f"{11 + number // 2 % 88}"
        code = f"{province}{number % 90 + 10}01"
        where = {"latitude": BANGKOK[0] + north, "longitude": BANGKOK[1] + east, "sort_key": code}
        Province.objects.get_or_create(code=province, defaults={"name_th": f"จังหวัด {province}", **where})
        District.objects.get_or_create(
            code=code[:4], defaults={"name_th": f"เขต {code[:4]}", "province_id": province, **where}
        )
        parents = {"province_id": province, "district_id": code[:4]}
        Subdistrict.objects.get_or_create(code=code, defaults={"name_th": f"แขวง {code}", **parents, **where})
        codes.append(code)
    return codes


def _far(chance: random.Random) -> tuple[float, float]:
    """Return degrees north and east of Bangkok that stay within the country."""
    return chance.uniform(0.5, 5), chance.uniform(-1, 3)


def _site(area: str, number: int) -> int:
    where = Subdistrict.objects.get(code=area)
    made = Site.objects.create(
        reference=references.new("L"),
        name_th=f"โรงแรม {number + 1}",
        name_en=f"Hotel {number + 1}",
        address="ถนนรัชดาภิเษก",
        kinds=["hospital" if _kind(number) is FacilityKind.HOSPITAL else "hospitel"],
        subdistrict_id=area,
        latitude=(where.latitude or 0) + 0.01,
        longitude=where.longitude or 0,
    )
    return int(made.pk)


def _kind(number: int) -> FacilityKind:
    return {4: FacilityKind.HOSPITAL, 8: FacilityKind.FIELD_HOSPITAL}.get(number % 18, FacilityKind.HOSPITEL)


def _level(kind: FacilityKind, number: int) -> Level:
    """In a ward every fourth room is for the severely ill."""
    if kind is not FacilityKind.HOSPITAL:
        return Level.GREEN
    return Level.RED if number % 4 == 3 else Level.YELLOW


def _illness(chance: random.Random) -> Level:
    return chance.choices((Level.GREEN, Level.YELLOW, Level.RED), (90, 8, 2))[0]


def _room_sizes(total: int, kind: FacilityKind, chance: random.Random) -> list[int]:
    """Return sizes of rooms that add up to so many beds."""
    sizes: list[int] = []
    while (left := total - sum(sizes)) > 0:
        size = 4 if kind is FacilityKind.FIELD_HOSPITAL else chance.choices(ROOM_SIZES, ROOM_SHARES)[0]
        sizes.append(min(left, size))
    return sizes


def _references(prefix: str, count: int) -> list[str]:
    return [references.new(prefix) for _ in range(count)]


def _live_together(persons: Sequence[int], parties: Sequence[int | None]) -> None:
    """Let families live where the first of them does."""
    rows(
        """
        UPDATE registry_person p SET subdistrict_code = f.subdistrict_code, district_code = f.district_code,
                                     province_code = f.province_code
        FROM unnest(%(person)s::bigint[], %(first)s::bigint[]) AS told (person, first)
        JOIN registry_person f ON f.id = told.first WHERE p.id = told.person AND told.person <> told.first
        """,
        person=list(persons),
        first=_firsts(persons, parties),
    )


def _firsts(persons: Sequence[int], parties: Sequence[int | None]) -> list[int]:
    first: dict[int, int] = {}
    return [
        person if party is None else first.setdefault(party, person)
        for person, party in zip(persons, parties, strict=True)
    ]
