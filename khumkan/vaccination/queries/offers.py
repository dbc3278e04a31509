"""Where and when somebody could be vaccinated instead: sessions with room that suit, the nearest and soonest first.

Distance is the straight line from the middle of the area in which the person wants a place. A day of waiting counts
like some kilometres of way (a term). Only the sites that a plan would consider are looked at, so that a country of
sites costs no more than a town.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from khumkan import policies
from khumkan.kernel import clock, prepared
from khumkan.places.models import Site, in_language
from khumkan.registry.models import Person
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import Dose, Enrolment, Session
from khumkan.vaccination.queries import phases
from khumkan.vaccination.queries.points import points_of
from khumkan.vaccination.rules import schedule
from khumkan.vaccination.terms.planning import PlanningTerms
from khumkan.vaccination.terms.schedules import ScheduleTerms

#: Kilometres of one degree of latitude.
DEGREE_KM = 111.2
#: How far ahead people look for another date.
AHEAD_DAYS = 21
#: What is read on a phone: the best first, and one hour of each day and site. Of one chosen day, every hour.
MOST_OFFERS, MOST_OF_A_DAY = 10, 40

_KM = """sqrt(power((site.latitude - %(latitude)s) * 111.2, 2)
             + power((site.longitude - %(longitude)s) * 111.2 * cos(radians(%(latitude)s)), 2))"""
_NEAR = f"""
SELECT site.id, site.name_th, site.name_en, {_KM} AS km FROM places_site site
WHERE site.is_open AND site.kinds @> ARRAY['vaccination']::varchar[]
  AND site.latitude BETWEEN %(latitude)s - %(reach)s AND %(latitude)s + %(reach)s AND {_KM} <= %(farthest)s
ORDER BY km, site.id LIMIT %(sites)s
"""  # noqa: S608 constants of this module
_IN_PROVINCE = """
SELECT site.id, site.name_th, site.name_en, NULL::float AS km FROM places_site site
WHERE site.is_open AND site.kinds @> ARRAY['vaccination']::varchar[] AND site.province_code = %(province)s
ORDER BY site.id LIMIT %(sites)s
"""
_OFFERS = """
WITH near AS MATERIALIZED ({near}), room AS (
    SELECT s.id, s.reference, s.day, s.starts_at, s.ends_at, s.vaccine, near.*,
           row_number() OVER (PARTITION BY s.site_id, s.day ORDER BY s.starts_at, s.id) AS nth
    FROM near JOIN vaccination_session s ON s.site_id = near.id
    JOIN capacity_supply c ON c.id = s.supply_id
    WHERE s.starts_at > %(soonest)s AND s.starts_at < %(until)s AND s.day BETWEEN %(first)s AND %(last)s
      AND s.cancelled_at IS NULL AND s.closed_at IS NULL AND s.vaccine = ANY(%(vaccines)s::text[])
      AND s.id IS DISTINCT FROM %(own)s::bigint
      AND c.taken < c.total AND c.closed_at IS NULL AND (c.opens_at IS NULL OR c.opens_at <= %(now)s)
) SELECT * FROM room AS offer (session_id, reference, day, starts_at, ends_at, vaccine, site_id, name_th, name_en, km,
                               nth)
WHERE nth <= %(a_day)s
ORDER BY coalesce(km, 0) + (day - %(first)s) * %(km_for_a_day)s, starts_at, session_id LIMIT %(most)s
"""
#: In the order of the models, in which `from_db` takes their values.
_CHOSEN_DOSE = ("id", "reference", "enrolment_id", "person_id", "number", "state", "session_id")
_CHOSEN_SESSION = ("id", "reference", "site_id", "supply_id", "vaccine", "day", "starts_at", "ends_at", "cancelled_at",
                   "closed_at")  # fmt: skip
_CHOSEN_SITE = ("id", "name_th", "name_en")


def _listed(alias: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


_CHOSEN = f"""
SELECT {_listed("d", _CHOSEN_DOSE)}, {_listed("s", _CHOSEN_SESSION)}, {_listed("site", _CHOSEN_SITE)}
FROM vaccination_dose d
JOIN vaccination_session s ON s.reference = %(session)s JOIN places_site site ON site.id = s.site_id
WHERE d.person_id = %(person)s AND d.state IN ('waiting', 'booked', 'at_site')
"""  # noqa: S608 columns of our own models


@dataclass(frozen=True, slots=True)
class Offer:
    """A session with room, as one person would see it.

    :param km: the straight line from where a place is wished, where that is known.
    """

    session_id: int
    reference: str
    day: date
    starts_at: datetime
    ends_at: datetime
    vaccine: str
    site_id: int
    site_th: str
    site_en: str
    km: float | None
    nth: int

    @property
    def site_name(self) -> str:
        """The name of the site in the language of the reader."""
        return in_language(self.site_th, self.site_en)


def offers_for(dose: Dose, enrolment: Enrolment, *, on: date | None = None) -> list[Offer]:
    """Return sessions with room that suit, the best first. Five queries.

    :param dose: with its session, if it has one: that is left out.
    :param on: only this day, with every hour; none takes the first hour of each day and site.
    """
    terms = policies.in_force(PlanningTerms, on=clock.today())
    first, last = _span(dose, on)
    vaccines = _vaccines(dose)
    if last < first or not vaccines:
        return []
    wished = enrolment.home_area if enrolment.near_home else enrolment.work_area
    area = wished or phases.area_of(enrolment)
    latitude, longitude = points_of([area]).get(area, (None, None))
    values: dict[str, Any] = {
        "latitude": latitude, "longitude": longitude, "province": enrolment.province_code,
        "reach": terms.farthest_km / DEGREE_KM, "farthest": terms.farthest_km, "sites": terms.sites_considered,
        "km_for_a_day": terms.km_for_a_day, "vaccines": vaccines, "own": dose.session_id, "now": clock.now(),
        "soonest": clock.now(), "until": clock.day_span(last)[1], "first": first, "last": last,
        "a_day": MOST_OF_A_DAY if on else 1, "most": MOST_OF_A_DAY if on else MOST_OFFERS,
    }  # fmt: skip
    near = _IN_PROVINCE if latitude is None or longitude is None else _NEAR
    return [Offer(*row) for row in prepared.rows(_OFFERS.format(near=near), values)]


def days_ahead(dose: Dose) -> list[date]:
    """Return the days on which the dose may be given, as far ahead as people look."""
    first, last = _span(dose, None)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def chosen(person_id: int, session_reference: str) -> tuple[Dose, Session] | None:
    """Return the coming dose of somebody and the session that they chose, with its site. One query.

    Only the columns that a change of the date looks at are read.
    """
    if "\0" in session_reference:  # which no database can look for
        return None
    found = prepared.rows(_CHOSEN, {"person": person_id, "session": session_reference})
    if not found:
        return None
    values = iter(found[0])
    dose = Dose.from_db(connection.alias, _CHOSEN_DOSE, _take(values, _CHOSEN_DOSE))
    session = Session.from_db(connection.alias, _CHOSEN_SESSION, _take(values, _CHOSEN_SESSION))
    session.site = Site.from_db(connection.alias, _CHOSEN_SITE, _take(values, _CHOSEN_SITE))
    return dose, session


def _take(values: Iterable[Any], columns: Sequence[str]) -> list[Any]:
    iterator = iter(values)
    return [next(iterator) for _ in columns]


def _span(dose: Dose, on: date | None) -> tuple[date, date]:
    first = max(clock.today(), dose.due_from)
    last = first + timedelta(days=AHEAD_DAYS)
    if dose.due_until is not None and dose.due_until >= first:
        last = min(last, dose.due_until)
    return (first, last) if on is None else (max(first, on), min(last, on))


def _vaccines(dose: Dose) -> list[str]:
    """Return the vaccines that suit: the one that the dose needs, or those for the age."""
    if dose.vaccine:
        return [dose.vaccine]
    terms = policies.in_force(ScheduleTerms, on=clock.today())
    age = Person.objects.only("birth_date", "birth_precision").get(pk=dose.person_id).age_on(clock.today())
    return [one.value for one in Vaccine if schedule.suits(one, age=age, terms=terms)]
