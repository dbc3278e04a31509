"""A small town for the tests of registrations: persons, sites with coordinates, sessions with places."""

import itertools
from datetime import date, time, timedelta

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.places.models import District, Province, Site, Subdistrict
from khumkan.registry.models import Person
from khumkan.screening.actions import registrations
from khumkan.screening.actions.sessions import open_session
from khumkan.screening.choices import Channel, Ground, Method
from khumkan.screening.models import Registration, Session

OFFICE = Actor.system("test")
BANGKOK, CHIANG_MAI = "10", "50"
#: The middle of each town: subdistrict, latitude, longitude.
TOWNS = {BANGKOK: ("102601", 13.765, 100.553), CHIANG_MAI: ("500101", 18.788, 98.987)}
_count = itertools.count(1)


def town(province: str = BANGKOK) -> Subdistrict:
    """Make sure that a province has a district and a subdistrict with coordinates."""
    code, latitude, longitude = TOWNS[province]
    where = {"latitude": latitude, "longitude": longitude, "sort_key": province}
    Province.objects.update_or_create(code=province, defaults={"name_th": f"จังหวัด {province}", **where})
    District.objects.update_or_create(
        code=code[:4], defaults={"name_th": f"อำเภอ {province}", "province_id": province, **where}
    )
    parents = {"province_id": province, "district_id": code[:4]}
    return Subdistrict.objects.update_or_create(
        code=code, defaults={"name_th": f"ตำบล {province}", **parents, **where}
    )[0]


def a_site(province: str = BANGKOK, *, north: float = 0.0, **fields: object) -> Site:
    """Make a testing site some degrees north of the middle of the town."""
    area = town(province)
    number = next(_count)
    values = {
        "reference": references.new("L"),
        "name_th": f"สนามกีฬา {number}",
        "name_en": f"Stadium {number}",
        "address": "ถนนมิตรไมตรี",
        "kinds": ["testing"],
        "subdistrict": area,
        "latitude": (area.latitude or 0) + north,
        "longitude": area.longitude,
    }
    return Site.objects.create(**{**values, **fields})


def a_session(
    site: Site | None = None,
    *,
    places: int = 10,
    in_days: int = 1,
    method: Method = Method.PCR,
    starts: time = time(8),
    ends: time = time(16),
    is_public: bool = True,
) -> Session:
    """Open a session, by default tomorrow by RT-PCR."""
    return open_session(
        site_id=(site or a_site()).pk,
        day=clock.today() + timedelta(days=in_days),
        starts=starts,
        ends=ends,
        places=places,
        method=method,
        by=OFFICE,
        is_public=is_public,
    )


def a_person(province: str = BANGKOK, *, section: int | None = 33, born: date | None = date(1985, 5, 5)) -> Person:
    """Make an insured person of the town."""
    return people(1, province, section=section, born=born)[0]


def people(
    count: int, province: str = BANGKOK, *, section: int | None = 33, born: date | None = date(1985, 5, 5)
) -> list[Person]:
    """Make many insured persons of the town."""
    area = town(province)
    now = clock.now()
    return Person.objects.bulk_create(
        Person(
            reference=references.new("P"),
            first_name="สมชาย",
            last_name=f"ใจดี{next(_count)}",
            name_key="สมชายใจดี",
            birth_date=born,
            section=section,
            subdistrict_code=area.code,
            district_code=area.code[:4],
            province_code=area.code[:2],
            created_at=now,
            updated_at=now,
        )
        for _ in range(count)
    )


def as_contact(person: Person, *, days_ago: int = 1, by: Actor | None = None, **wish: object) -> Registration:
    """Register a person as the contact of a case; within three days of it the test is RT-PCR."""
    met_on = clock.today() - timedelta(days=days_ago)
    return registrations.register(
        person_id=person.pk,
        ground=Ground.CONTACT,
        answers={"met_on": met_on.isoformat()},
        channel=Channel.SELF,
        by=by or Actor.person(person.pk),
        **wish,  # type: ignore[arg-type]
    )
