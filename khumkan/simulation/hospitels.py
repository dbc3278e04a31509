"""Made-up places of care: hotels, wards of hospitals, a field hospital and teams that look after people at home."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from math import ceil

from khumkan.isolation.actions import sites as actions
from khumkan.isolation.actions.sites import RoomPlan
from khumkan.isolation.choices import FacilityKind, Level, RoomFor
from khumkan.isolation.models import Bed, Facility, Stay
from khumkan.isolation.states import PROMISED, FacilityState, StayState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.places import queries as places
from khumkan.places.actions import SiteDetails, add_site
from khumkan.places.models import Site
from khumkan.places.points import PROVINCE_POINTS
from khumkan.places.states import SiteKind
from khumkan.simulation import staff

BY = Actor.system("simulation")
ALL_DAY = dict.fromkeys(range(7), (time(0, 0), time(23, 59)))
#: Of a hundred beds so many are for yellow and for red; the bed levels of real sites were never published by site.
YELLOW_SHARE, RED_SHARE = 11, 3
#: Beds of a hotel of a replay, at most; the 76 hospitels of 2021 had about 180 beds each.
LARGEST_HOTEL = 180
ONE_NURSE_FOR = 20
ROOMS_ON_A_FLOOR = 8
#: Beds of the rooms of a hotel, over and over; of a ward every room has as many as its level says.
PATTERN, WARD_ROOM = (2, 2, 1, 2, 2, 1, 3), {Level.YELLOW: 4, Level.RED: 2}
#: The room of a hotel that takes families only, by its place; a smaller hotel has none.
FAMILY_ROOM = 6
#: Beds of the demonstration for each insured person: so many that most of them are taken in the wave, and not all.
BEDS_A_PERSON, HOME_PLACES_A_PERSON = 0.0053, 0.0008
FEWEST_BEDS, FEWEST_AT_HOME = 60, 6


@dataclass(frozen=True, kw_only=True)
class House:
    """A place of care that is to be made.

    :param district: code; its first subdistrict is taken. Empty takes the first district of the province.
    :param beds: by level.
    """

    name_th: str
    name_en: str
    kind: FacilityKind
    province: str
    latitude: float
    longitude: float
    district: str = ""
    beds: Mapping[Level, int]
    has_family_room: bool = False
    home_places: int = 0


#: Name, English name, district, latitude, longitude, share of the green beds in a hundred. None of them exists.
HOTELS = (
    ("โรงแรมร่มไทร รัชดา", "Rom Sai Ratchada Hotel", "1017", 13.776, 100.579, 17),
    ("โรงแรมบ้านสวนดินแดง", "Ban Suan Din Daeng Hotel", "1026", 13.768, 100.556, 13),
    ("โรงแรมริมคลองบางนา", "Rim Khlong Bang Na Hotel", "1047", 13.665, 100.611, 10),
    ("โรงแรมเรือนแก้วหนองแขม", "Ruean Kaeo Nong Khaem Hotel", "1023", 13.706, 100.351, 7),
    ("โรงแรมทุ่งมีนบุรี", "Thung Min Buri Hotel", "1010", 13.809, 100.741, 7),
    ("โรงแรมสวนลำพู ธนบุรี", "Suan Lamphu Thon Buri Hotel", "1015", 13.722, 100.488, 6),
    ("โรงแรมปากน้ำร่มเย็น", "Paknam Rom Yen Hotel", "1101", 13.597, 100.604, 8),
    ("โรงแรมทุ่งรังสิต", "Thung Rangsit Hotel", "1303", 13.985, 100.617, 5),
    ("โรงแรมหาดแสนทอง ชลบุรี", "Hat Saen Thong Chon Buri Hotel", "2001", 13.333, 100.951, 8),
    ("โรงแรมระยองสบาย", "Rayong Sabai Hotel", "2101", 12.682, 101.272, 3),
    ("โรงแรมเวียงดอยแก้ว เชียงใหม่", "Wiang Doi Kaeo Chiang Mai Hotel", "5001", 18.785, 98.998, 4),
    ("โรงแรมมหาชัยธารา", "Mahachai Thara Hotel", "7401", 13.549, 100.276, 5),
)  # fmt: skip
FIELD = ("โรงพยาบาลสนาม โรงยิมรังสิต", "Rangsit gymnasium field hospital", "1303", 13.990, 100.606, 7)
WARDS = (
    ("หอผู้ป่วย โรงพยาบาลร่มเกล้าพระนคร", "Rom Klao Phra Nakhon Hospital, ward", "1002", 13.771, 100.517, 65),
    ("หอผู้ป่วย โรงพยาบาลบูรพารักษ์", "Burapha Rak Hospital, ward", "2001", 13.355, 100.984, 35),
)
TEAMS = (
    ("ทีมดูแลที่บ้าน กรุงเทพมหานคร", "Home care team, Bangkok", "1026", 13.767, 100.552, 75),
    ("ทีมดูแลที่บ้าน ภาคตะวันออก", "Home care team, the East", "2001", 13.361, 100.985, 25),
)
#: The site that takes nobody new on the last days, by its place in `HOTELS`, and why.
SUSPENDED, SUSPENDED_WHY = 6, "ลิฟต์เสีย รอช่างซ่อม"
#: The name with which the driver of the demonstration signs in.
DRIVER = "driver"
OUT_OF_ORDER_WHY = ("เครื่องปรับอากาศเสีย", "น้ำรั่วในห้องน้ำ", "เตียงชำรุด")


def of_country(persons: int) -> list[House]:
    """Return the places of care of a demonstration of so many insured persons; the hotels come first."""
    total = max(FEWEST_BEDS, round(persons * BEDS_A_PERSON))
    yellow, red = max(6, total * YELLOW_SHARE // 100), max(2, total * RED_SHARE // 100)
    green = total - yellow - red
    at_home = max(FEWEST_AT_HOME, round(persons * HOME_PLACES_A_PERSON))
    return [
        *(_house(FacilityKind.HOSPITEL, row, beds={Level.GREEN: max(3, green * row[-1] // 100)}) for row in HOTELS),
        _house(FacilityKind.FIELD_HOSPITAL, FIELD, beds={Level.GREEN: max(4, green * FIELD[-1] // 100)}),
        *(
            _house(
                FacilityKind.HOSPITAL,
                row,
                beds={Level.YELLOW: max(2, yellow * row[-1] // 100), Level.RED: max(1, red * row[-1] // 100)},
            )
            for row in WARDS
        ),
        *(_house(FacilityKind.HOME, row, beds={}, home_places=max(2, at_home * row[-1] // 100)) for row in TEAMS),
    ]


def for_beds(beds: int, weights: Mapping[str, int]) -> list[House]:
    """Return hotels, wards and teams with so many beds in all, spread over provinces by their weights.

    :param weights: by province code, such as the cases that a recording has there; none of them may be negative.
    """
    yellow, red = beds * YELLOW_SHARE // 100, beds * RED_SHARE // 100
    green = _spread(beds - yellow - red, weights)
    more = {Level.YELLOW: _spread(yellow, weights), Level.RED: _spread(red, weights)}
    names = {province.pk: (province.name_th, province.name_en) for province in places.provinces()}
    houses = []
    for code in sorted(weights):
        houses += _hotels_in(code, names[code], green[code])
        ward = {level: counts[code] for level, counts in more.items() if counts[code]}
        words = (f"หอผู้ป่วย จังหวัด{names[code][0]}", f"{names[code][1]} ward")
        if ward:
            houses.append(_in_province(code, words, FacilityKind.HOSPITAL, ward, number=0))
        home = (f"ทีมดูแลที่บ้าน จังหวัด{names[code][0]}", f"Home care team, {names[code][1]}")
        team = _in_province(code, home, FacilityKind.HOME, {}, number=0, home_places=max(1, green[code] // 10))
        houses.append(team)
    return houses


def make(houses: Sequence[House], *, offered_from: date) -> list[Facility]:
    """Make places of care with their rooms and beds, in this order.

    :param offered_from: the first day on which the beds belong to the programme.
    """
    return [_made(house, offered_from=offered_from) for house in houses]


def suspend_one(facilities: Sequence[Facility]) -> None:
    """Let one hotel of the demonstration take nobody new."""
    actions.set_state(facility=facilities[SUSPENDED], to=FacilityState.SUSPENDED, why=SUSPENDED_WHY, by=BY)


def break_some_beds(facilities: Sequence[Facility]) -> None:
    """Let the last bed of a few hotels be out of order."""
    for facility, why in zip(facilities, OUT_OF_ORDER_WHY, strict=False):
        bed = Bed.objects.filter(site=facility.pk).order_by("-label")[0]
        actions.set_out_of_order(bed=bed, why=why, by=BY)


def rooms(beds: Mapping[Level, int], *, has_family_room: bool = False) -> list[RoomPlan]:
    """Return rooms with exactly so many beds of each level; the first room of a floor can be used with a wheelchair."""
    plans: list[RoomPlan] = []
    floor = 1
    for level, wanted in sorted(beds.items()):
        sizes = _sizes(wanted, level)
        floor += 1
        for place, size in enumerate(sizes):
            on_floor = place % ROOMS_ON_A_FLOOR + 1
            floor += on_floor == 1 and place > 0
            plans.append(
                RoomPlan(
                    floor=str(floor),
                    number=f"{floor}{on_floor:02}",
                    beds=size,
                    level=level,
                    room_for=RoomFor.FAMILIES if has_family_room and place == FAMILY_ROOM else RoomFor.ANYBODY,
                    is_accessible=on_floor == 1,
                )
            )
    return plans


def staff_of(facilities: Sequence[Facility]) -> list[staff.Member]:
    """Make those who work at the hotel where most is going on now, in the first ward and in the first team."""
    ward, team = (
        next(each for each in facilities if each.kind == kind) for kind in (FacilityKind.HOSPITAL, FacilityKind.HOME)
    )
    hotel = max((each for each in facilities if each.kind == FacilityKind.HOSPITEL), key=_bustle)
    site = ScopeKind.SITE
    return [
        staff.member("nurse", "จันทร์เพ็ญ ศรีวิไล", Role.NURSE, f"พยาบาล {hotel.site}", scope_kind=site, key=hotel.pk),
        staff.member("desk", "วิไล สุขใจ", Role.FRONT_DESK, f"แผนกต้อนรับ {hotel.site}", scope_kind=site, key=hotel.pk),
        staff.member("nurse2", "อรทัย คำแสน", Role.NURSE, f"พยาบาล {ward.site}", scope_kind=site, key=ward.pk),
        staff.member("nurse3", "สายฝน พูลสวัสดิ์", Role.NURSE, f"พยาบาล {team.site}", scope_kind=site, key=team.pk),
    ]


def driver() -> staff.Member:
    """Make a driver of Bangkok."""
    return staff.member(
        DRIVER, "มานพ กลิ่นหอม", Role.DRIVER, "พนักงานขับรถ กรุงเทพมหานคร", scope_kind=ScopeKind.PROVINCE, key="10"
    )


def _bustle(facility: Facility) -> tuple[bool, bool, int]:
    """Say how much there is to see at a site: somebody comes, somebody goes, many are there."""
    there = list(Stay.objects.filter(site=facility.pk, blocks__contains=clock.now()).values_list("state", flat=True))
    return (
        any(state in PROMISED for state in there),
        StayState.LEAVING in there or StayState.LEFT in there,
        len(there),
    )


def _house(
    kind: FacilityKind,
    row: tuple[str, str, str, float, float, int],
    *,
    beds: Mapping[Level, int],
    home_places: int = 0,
) -> House:
    thai, english, district, latitude, longitude, _ = row
    return House(
        name_th=thai,
        name_en=english,
        kind=kind,
        province=district[:2],
        district=district,
        latitude=latitude,
        longitude=longitude,
        beds=beds,
        has_family_room=kind is FacilityKind.HOSPITEL,
        home_places=home_places,
    )


def _hotels_in(code: str, names: tuple[str, str], green: int) -> list[House]:
    count = ceil(green / LARGEST_HOTEL)
    sizes = [green // count + (number < green % count) for number in range(count)]
    return [
        _in_province(
            code,
            (f"โรงแรมที่พักรักษา {number} จังหวัด{names[0]}", f"{names[1]} hospitel {number}"),
            FacilityKind.HOSPITEL,
            {Level.GREEN: size},
            number=number,
        )
        for number, size in enumerate(sizes, start=1)
    ]


def _in_province(
    code: str,
    names: tuple[str, str],
    kind: FacilityKind,
    beds: Mapping[Level, int],
    *,
    number: int,
    home_places: int = 0,
) -> House:
    """Return a place some kilometres around the middle of a province."""
    latitude, longitude = PROVINCE_POINTS[code]
    return House(
        name_th=names[0],
        name_en=names[1],
        kind=kind,
        province=code,
        latitude=latitude + (number % 5 - 2) * 0.015,
        longitude=longitude + (number % 7 - 3) * 0.015,
        beds=beds,
        home_places=home_places,
    )


def _spread(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Return whole parts of a total by weight; the largest remainders get what is left."""
    sum_of = sum(weights.values())
    if not sum_of:
        return dict.fromkeys(weights, 0)
    parts = {code: total * weight // sum_of for code, weight in weights.items()}
    rest = sorted(weights, key=lambda code: (-(total * weights[code] % sum_of), code))
    for code in rest[: total - sum(parts.values())]:
        parts[code] += 1
    return parts


def _sizes(wanted: int, level: Level) -> list[int]:
    sizes: list[int] = []
    while (left := wanted - sum(sizes)) > 0:
        size = PATTERN[len(sizes) % len(PATTERN)] if level is Level.GREEN else WARD_ROOM[level]
        sizes.append(min(size, left))
    return sizes


def _made(house: House, *, offered_from: date) -> Facility:
    beds = sum(house.beds.values())
    facility = actions.join(
        site=_site(house),
        kind=house.kind,
        nurses=max(1, ceil((beds or house.home_places) / ONE_NURSE_FOR)),
        home_places=house.home_places,
        by=BY,
    )
    if beds:
        actions.make_rooms(
            facility=facility,
            rooms=rooms(house.beds, has_family_room=house.has_family_room),
            offered_from=offered_from,
            by=BY,
        )
    return facility


def _site(house: House) -> Site:
    district = house.district or places.districts_of(house.province)[0].pk
    kind = SiteKind.HOSPITEL if house.kind is FacilityKind.HOSPITEL else SiteKind.HOSPITAL
    details = SiteDetails(
        name_th=house.name_th,
        name_en=house.name_en,
        kinds=[kind],
        subdistrict_code=places.subdistricts_of(district)[0].pk,
        latitude=house.latitude,
        longitude=house.longitude,
        phone="021506000",
        works_on_holidays=True,
        hours=ALL_DAY,
    )
    return add_site(details=details, by=BY)
