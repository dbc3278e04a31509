"""Where a person can be tested: sessions with room, the nearest and soonest first. One query each.

Distance is the straight line from the middle of the smallest area of the home that has coordinates. A day of waiting
counts like some kilometres of way (a term), so that a place a little further away comes before one next week. The home
of somebody without any coordinates is the province: its sessions come in the order of their days.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from khumkan.kernel import clock, prepared
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.places.models import in_language
from khumkan.screening.models import Session
from khumkan.screening.queries.applicants import Home
from khumkan.screening.terms.registrations import RegistrationTerms

#: Kilometres of one degree of latitude.
DEGREE_KM = 111.2
#: A site in the person's own district counts as no further than this: the middle of a district is only a guess at home.
SAME_DISTRICT_KM = 5
#: Half the diameter of a large province, added where only the province's middle is known.
PROVINCE_KM = 60

#: The straight line in kilometres from a point to a site, for distances within Thailand.
_KM = """sqrt(power((site.latitude - %(latitude)s) * 111.2, 2)
             + power((site.longitude - %(longitude)s) * 111.2 * cos(radians(%(latitude)s)), 2))"""
_COLUMNS = """
    s.id, s.supply_id, s.day, s.starts_at, s.ends_at, s.method, site.id, site.name_th, site.name_en, site.address,
    c.total - c.taken
"""
_OPEN = """
    (s.is_public OR s.round_id = %(round)s) AND s.cancelled_at IS NULL AND s.method = %(method)s
    AND s.day BETWEEN %(first)s AND %(last)s
    AND s.ends_at >= %(soonest)s AND site.is_open AND c.taken < c.total AND c.closed_at IS NULL
    AND (c.opens_at IS NULL OR c.opens_at <= %(now)s)
"""
_NEAR = f"""
SELECT * FROM (SELECT {_COLUMNS}, least({_KM},
    CASE WHEN site.district_code = %(district)s THEN {SAME_DISTRICT_KM} END) AS km
FROM screening_session s
JOIN capacity_supply c ON c.id = s.supply_id
JOIN places_site site ON site.id = s.site_id
WHERE {_OPEN} AND site.latitude BETWEEN %(latitude)s - %(reach)s AND %(latitude)s + %(reach)s
  AND {_KM} <= %(farthest)s
) AS near (id, supply_id, day, starts_at, ends_at, method, site_id, name_th, name_en, address, free, km)
ORDER BY km + (day - %(first)s) * %(km_for_a_day)s, starts_at, id LIMIT %(most)s
"""  # noqa: S608 constants of this module
_IN_PROVINCE = f"""
SELECT {_COLUMNS}, NULL
FROM screening_session s
JOIN capacity_supply c ON c.id = s.supply_id
JOIN places_site site ON site.id = s.site_id
WHERE {_OPEN} AND site.province_code = %(province)s
ORDER BY s.starts_at, s.id LIMIT %(most)s
"""  # noqa: S608 constants of this module


@dataclass(frozen=True, slots=True)
class Offer:
    """A session with room, as one person would see it.

    :param free: places that are left at this moment.
    :param km: the straight line from home, where it is known.
    """

    session_id: int
    supply_id: int
    day: date
    starts_at: datetime
    ends_at: datetime
    method: str
    site_id: int
    site_th: str
    site_en: str
    address: str
    free: int
    km: float | None

    @property
    def site_name(self) -> str:
        """The name of the site in the language of the reader."""
        return in_language(self.site_th, self.site_en)


def offers_for(
    home: Home, *, method: str, terms: RegistrationTerms, most: int = 1, round_id: int | None = None
) -> list[Offer]:
    """Return sessions with room within the terms' days and distance, the best first. One query.

    :param round_id: the round whose own sessions are open to the person as well.
    """
    now = clock.now()
    first = clock.today()
    values = {
        "method": str(method),
        "round": round_id,
        "first": first,
        "last": first + timedelta(days=terms.days_ahead),
        "now": now,
        "soonest": now + timedelta(minutes=terms.minutes_ahead),
        "latitude": home.latitude,
        "longitude": home.longitude,
        "district": home.district_code,
        "province": home.province_code,
        "reach": terms.farthest_km / DEGREE_KM,
        "farthest": terms.farthest_km,
        "km_for_a_day": terms.km_for_a_day,
        "most": most,
    }
    statement = _IN_PROVINCE if home.latitude is None or home.longitude is None else _NEAR
    return [Offer(*row) for row in prepared.rows(statement, values)]


def offer_of(session: Session) -> Offer:
    """Return a session as an offer, whether or not it has room. The session comes with its site."""
    return Offer(
        session.pk,
        session.supply_id,
        session.day,
        session.starts_at,
        session.ends_at,
        session.method,
        session.site_id,
        session.site.name_th,
        session.site.name_en,
        session.site.address,
        0,
        None,
    )


def open_offer(session_id: int, *, method: str, round_id: int | None = None) -> Offer:
    """Return the session that somebody chose.

    :raises Missing: when there is none, or it belongs to a round that the person is not in.
    :raises Refused: when it was cancelled, is over, or tests by another method.
    """
    session = Session.objects.select_related("site").filter(pk=session_id).first()
    if session is None or not (session.is_public or (round_id is not None and session.round_id == round_id)):
        raise Missing("no such session")
    if session.cancelled_at is not None or session.ends_at <= clock.now():
        raise Refused(N_("This session does not take place any more. Please choose another."), "session_over")
    if session.method != method:
        raise Refused(N_("This session tests by another method. Please choose another."), "session_method")
    return offer_of(session)
