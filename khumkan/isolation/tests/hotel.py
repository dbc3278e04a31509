"""A small hotel for the tests: a site with rooms, persons found infected, staff of the site."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

from khumkan.isolation.actions import cares, placing, sites, triage
from khumkan.isolation.actions.cares import Found
from khumkan.isolation.actions.sites import RoomPlan
from khumkan.isolation.choices import FacilityKind, Level, RoomFor, ToldBy
from khumkan.isolation.models import Bed, Care, Facility, Party, Stay
from khumkan.isolation.rules.answers import Answers, Vitals
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.places.models import District, Province, Site, Subdistrict
from khumkan.registry.models import Person
from khumkan.registry.states import Sex

OFFICE = Actor.system("test")
OFFICER = Actor(ActorKind.STAFF, 7, frozenset({Grant(Role.OFFICER)}))
WELL = Vitals(temperature=Decimal("36.6"), spo2=98)
_count = itertools.count(1)


def subdistrict() -> Subdistrict:
    """Make sure that Bangkok has a district and a subdistrict with coordinates."""
    where = {"latitude": 13.765, "longitude": 100.553, "sort_key": "10"}
    Province.objects.update_or_create(code="10", defaults={"name_th": "กรุงเทพมหานคร", **where})
    District.objects.update_or_create(code="1026", defaults={"name_th": "ดินแดง", "province_id": "10", **where})
    parents = {"province_id": "10", "district_id": "1026"}
    return Subdistrict.objects.update_or_create(code="102601", defaults={"name_th": "ดินแดง", **parents, **where})[0]


def a_hotel(
    *,
    rooms: int = 2,
    beds: int = 1,
    level: Level = Level.GREEN,
    room_for: RoomFor = RoomFor.ANYBODY,
    kind: FacilityKind = FacilityKind.HOSPITEL,
    nurses: int = 10,
    north: float = 0.01,
    accessible: bool = False,
    home_places: int = 0,
) -> Facility:
    """Make a site some degrees north of the middle of the town, with equal rooms."""
    number, area = next(_count), subdistrict()
    site = Site.objects.create(
        reference=references.new("L"),
        name_th=f"โรงแรม {number}",
        name_en=f"Hotel {number}",
        address="ถนนรัชดาภิเษก",
        kinds=["hospital" if kind is FacilityKind.HOSPITAL else "hospitel"],
        subdistrict=area,
        latitude=(area.latitude or 0) + north,
        longitude=area.longitude,
    )
    site.refresh_from_db()
    facility = sites.join(site=site, kind=kind, nurses=nurses, home_places=home_places, by=OFFICE)
    if rooms:
        plan = [
            RoomPlan(
                floor="1", number=f"1{room:02}", beds=beds, level=level, room_for=room_for, is_accessible=accessible
            )
            for room in range(1, rooms + 1)
        ]
        sites.make_rooms(facility=facility, rooms=plan, offered_from=clock.today() - timedelta(days=30), by=OFFICE)
    return facility


def a_person(*, sex: Sex | str = Sex.FEMALE, born: date | None = date(1990, 1, 1), **fields: object) -> Person:
    """Make an insured person who lives in the middle of the town."""
    subdistrict()
    number = next(_count)
    values = {
        "reference": references.new("P"),
        "first_name": f"สมหญิง{number}",
        "last_name": "ใจดี",
        "name_key": f"สมหญิง{number} ใจดี",
        "sex": sex,
        "birth_date": born,
        "section": 33,
        "subdistrict_code": "102601",
        "district_code": "1026",
        "province_code": "10",
        "created_at": clock.now(),
        "updated_at": clock.now(),
    }
    return Person.objects.create(**{**values, **fields})


def found(person: Person, *, days_ago: int = 0) -> Care:
    """Let a person be found infected some days ago; the questions of triage are open."""
    case = Found(next(_count) + 1_000_000, person.pk, clock.today() - timedelta(days=days_ago))
    return cares.open_cares([case], by=OFFICE)[0]


def waiting(person: Person | None = None, *, answers: Answers | None = None, days_ago: int = 0) -> Care:
    """Let somebody wait for a bed."""
    care = found(person or a_person(), days_ago=days_ago)
    triage.answer(care=care, answers=answers or Answers(lives_with=3, vitals=WELL), told_by=ToldBy.PERSON, by=OFFICE)
    return fresh(care)


def held(care: Care | None = None) -> Stay:
    """Hold the best bed for somebody who waits."""
    return placing.place(care_id=(care or waiting()).pk, by=OFFICE)[0]


def a_family(*people: Person) -> list[Care]:
    """Let people of one household wait for beds together."""
    opened = [found(person) for person in people]
    party = Party.objects.create(reference=references.new("G"), made_at=clock.now())
    Care.objects.filter(pk__in=[care.pk for care in opened]).update(party=party)
    for care in opened:
        triage.answer(care=fresh(care), answers=Answers(lives_with=3, vitals=WELL), told_by=ToldBy.PERSON, by=OFFICE)
    return [fresh(care) for care in opened]


def fresh(care: Care) -> Care:
    """Return a care as the database has it."""
    return Care.objects.select_related("person").get(pk=care.pk)


def sharing(care: Care, *, with_family: bool = True) -> str:
    """Return what stands in a stay for those with whom somebody may share a room."""
    if care.party_id is not None and with_family:
        return f"family:{care.party_id}"
    return {"F": "women", "M": "men"}.get(care.person.sex, f"alone:{care.person_id}")


def beds_of(facility: Facility) -> list[int]:
    """Return the beds of a site by label."""
    return list(Bed.objects.filter(site=facility.pk).order_by("label").values_list("pk", flat=True))


def staff(role: Role, facility: Facility, *, user_id: int = 9) -> Actor:
    """Return somebody who works at a site."""
    return Actor(ActorKind.STAFF, user_id, frozenset({Grant(role, ScopeKind.SITE, str(facility.pk))}))


def answered(care: Care, answers: Answers | None = None) -> Care:
    """Let somebody answer the questions of triage."""
    triage.answer(care=care, answers=answers or Answers(lives_with=3, vitals=WELL), told_by=ToldBy.PERSON, by=OFFICE)
    return fresh(care)
