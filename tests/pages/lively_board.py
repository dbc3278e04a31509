"""Sites of the busy town beside the hotel: one that was closed, one that may join, a team, and beds of every kind."""

from dataclasses import dataclass
from datetime import timedelta

from khumkan.isolation.actions import forecasts, promises, sites, stays, triage
from khumkan.isolation.actions.cares import Found, open_cares
from khumkan.isolation.choices import FacilityKind, ToldBy
from khumkan.isolation.models import Bed, BedForecast, Facility
from khumkan.isolation.queries import sites as site_queries
from khumkan.isolation.rules.answers import Answers
from khumkan.isolation.rules.rooms import RoomPlan
from khumkan.isolation.states import FacilityState
from khumkan.kernel import clock
from khumkan.places.states import SiteKind
from tests.journeys.town import HOME, OFFICE, Town, new_site
from tests.pages.lively_hospitel import WELL


@dataclass
class Beds:
    """What the pages about sites and beds show."""

    closed: Facility
    team: Facility
    free: Bed
    occupied: Bed
    broken: Bed


def sites_of(town: Town) -> Beds:
    """Make the sites; somebody still lies in the closed one."""
    new_site("โรงแรมเพชรบุรี", "Phetchaburi Road Hotel", HOME, 13.75, 100.55, kind=SiteKind.HOSPITEL)
    site = new_site("ทีมดูแลที่บ้านดินแดง", "Din Daeng home team", HOME, 13.765, 100.551, kind=SiteKind.HOSPITAL)
    team = sites.join(site=site, kind=FacilityKind.HOME, nurses=2, home_places=40, by=OFFICE)
    beds = list(Bed.objects.filter(site=town.hotel.pk).order_by("label"))
    taken = {stay.bed_id for stay in site_queries.present_without_next(town.hotel.pk)}
    occupied = next(bed for bed in beds if bed.pk in taken)
    broken, free = beds[-1], beds[-2]
    sites.set_out_of_order(bed=broken, why="น้ำอุ่นเสีย", by=OFFICE)
    broken.refresh_from_db()
    sites.withdraw_beds(facility=town.hotel, bed_ids=[free.pk], until=clock.today() + timedelta(days=9), by=OFFICE)
    _remember()
    return Beds(_closed(town), team, free, occupied, broken)


def _closed(town: Town) -> Facility:
    site = new_site("โรงแรมปิดแล้ว", "Closed hotel", HOME, 13.78, 100.56, kind=SiteKind.HOSPITEL)
    facility = sites.join(site=site, kind=FacilityKind.HOSPITEL, nurses=2, by=OFFICE)
    rooms = [RoomPlan(floor="3", number=f"30{number}", beds=2) for number in (1, 2)]
    sites.make_rooms(facility=facility, rooms=rooms, offered_from=clock.today() - timedelta(days=20), by=OFFICE)
    somebody = town.given_a_person(last="ย้ายที่")
    (care,) = open_cares([Found(8_900_001, somebody.id, clock.today() - timedelta(days=2))], by=OFFICE)
    triage.answer(care=care, answers=Answers(lives_with=3, vitals=WELL), told_by=ToldBy.PERSON, by=OFFICE)
    bed_ids = list(Bed.objects.filter(site=facility.pk).order_by("pk").values_list("pk", flat=True))
    stays.arrive(stay=promises.hold_bed(care=care, bed_ids=bed_ids, by=OFFICE), by=OFFICE)
    sites.set_state(facility=facility, to=FacilityState.CLOSED, why="ลิฟต์เสีย", by=OFFICE)
    facility.refresh_from_db()
    return facility


def _remember() -> None:
    """Let yesterday have expected something of today."""
    forecasts.keep(by=OFFICE)
    yesterday = clock.today() - timedelta(days=1)
    for row in BedForecast.objects.filter(for_on=clock.today() + timedelta(days=1)):
        BedForecast.objects.create(
            site_id=row.site_id, level=row.level, made_on=yesterday, for_on=clock.today(), free=row.free + 2,
            admissions=1, discharges=1, free_then=row.free,
        )  # fmt: skip
