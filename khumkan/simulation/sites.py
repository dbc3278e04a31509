"""Made-up sites: a testing site in each province, some more in Bangkok, and two laboratories."""

from collections.abc import Iterable
from datetime import time

from khumkan.kernel.actors import Actor
from khumkan.places import queries
from khumkan.places.actions import SiteDetails, add_site
from khumkan.places.models import Province, Site
from khumkan.places.points import PROVINCE_POINTS
from khumkan.places.states import SiteKind

BY = Actor.system("simulation")
HOURS = {weekday: (time(8, 30), time(16, 30)) for weekday in range(6)}
BANGKOK = "10"
#: The first of these was the first site of the real programme (April 2021); the coordinates are rough.
BANGKOK_SITES = (
    ("ศูนย์เยาวชนกรุงเทพมหานคร (ไทย-ญี่ปุ่น)", "Bangkok Youth Centre, Din Daeng", "102601", 13.766, 100.553, 400),
    ("จุดตรวจบางนา", "Bang Na testing site", "104702", 13.668, 100.604, 250),
    ("จุดตรวจหนองแขม", "Nong Khaem testing site", "102302", 13.704, 100.349, 200),
    ("จุดตรวจมีนบุรี", "Min Buri testing site", "101001", 13.813, 100.748, 200),
)  # fmt: skip
LABORATORIES = (
    ("ห้องปฏิบัติการกลาง", "Central laboratory", "100201", 13.77, 100.52),
    ("ห้องปฏิบัติการภาคตะวันออก", "Eastern laboratory", "200101", 13.36, 100.98),
)


def testing_sites() -> dict[str, Site]:
    """Return one testing site for each province, making those that are missing."""
    newest_first = sorted(queries.open_sites(SiteKind.TESTING), key=lambda site: -site.pk)
    found = {site.province_code: site for site in newest_first}  # the oldest of a province is the one made here
    for province in queries.provinces():
        if province.pk not in found:
            found[province.pk] = _provincial(province)
    return found


def bangkok_sites() -> list[Site]:
    """Return the sites of Bangkok beside the provincial one, making those that are missing."""
    found = {site.name_th: site for site in queries.open_sites(SiteKind.TESTING)}
    return [
        found.get(thai)
        or _site(thai, english, subdistrict, latitude, longitude, kinds=[SiteKind.TESTING], places=places)
        for thai, english, subdistrict, latitude, longitude, places in BANGKOK_SITES
    ]


def laboratories() -> list[Site]:
    """Return the laboratories, making them when there are none."""
    found = list(queries.open_sites(SiteKind.LABORATORY))
    return found or [_site(*each, kinds=[SiteKind.LABORATORY], places=2000) for each in LABORATORIES]


def _provincial(province: Province) -> Site:
    latitude, longitude = PROVINCE_POINTS[province.pk]
    first = queries.subdistricts_of(queries.districts_of(province.pk)[0].pk)[0]
    return _site(
        f"จุดตรวจประจำจังหวัด{province.name_th}" if province.pk != BANGKOK else "จุดตรวจกลางกรุงเทพมหานคร",
        f"{province.name_en} testing site",
        first.pk,
        latitude,
        longitude,
        kinds=[SiteKind.TESTING],
        places=150,
    )


def _site(
    thai: str,
    english: str,
    subdistrict: str,
    latitude: float,
    longitude: float,
    *,
    kinds: Iterable[SiteKind],
    places: int,
) -> Site:
    chosen = list(kinds)
    details = SiteDetails(
        name_th=thai,
        name_en=english,
        kinds=chosen,
        subdistrict_code=subdistrict,
        latitude=latitude,
        longitude=longitude,
        phone="021506000",
        hours=HOURS,
        capacities=dict.fromkeys(chosen, places),
    )
    return add_site(details=details, by=BY)
