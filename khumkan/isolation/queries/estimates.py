"""About how long somebody waits for a bed: the place in the queue, and how many beds became free lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from khumkan import policies
from khumkan.isolation.choices import FacilityKind
from khumkan.isolation.models import Care, Facility, Stay
from khumkan.isolation.queries import homes
from khumkan.isolation.queries.waiting import bed_level
from khumkan.isolation.rules import estimates as rules
from khumkan.isolation.rules.priority import waiting_points
from khumkan.isolation.states import FacilityState, StayState
from khumkan.isolation.terms.matching import MatchingTerms
from khumkan.isolation.terms.triage import PriorityTerms
from khumkan.kernel import clock
from khumkan.kernel.turns import MOST_COUNTED, Turn, turn
from khumkan.places import queries as places
from khumkan.places.rules import distance_km

LOOK_BACK_DAYS = 7
#: Who is served first among those who need the same kind of bed and live within reach of the same sites. Counting stops
#: where the exact number no longer matters, so that a long list costs no more than a short one.
_BEFORE = """
SELECT count(*) FROM (
    SELECT FROM isolation_care c
    WHERE c.state = 'waiting' AND c.province_code = ANY(%(provinces)s) AND c.id <> %(id)s
      AND (CASE WHEN c.setting = 'hospitel' THEN 1 ELSE greatest(c.level, 2) END) = %(level)s
      AND (c.points + least(floor(extract(epoch FROM %(now)s - c.waiting_since) / 3600 * %(an_hour)s), %(most)s),
           %(since)s, %(id)s) > (%(points)s, c.waiting_since, c.id)
    LIMIT %(counted)s
) served_first
"""


@dataclass(frozen=True)
class Standing:
    """What somebody who waits is told.

    :param turn: how many who need the same kind of bed are before them, as a range.
    :param wait: about how long it takes, or None when nobody can say.
    """

    turn: Turn
    wait: rules.Wait | None


def standing_of(care: Care) -> Standing | None:
    """Return what somebody who waits is told; None when it is not known where they live. Eight queries at most."""
    home = homes.point_of(care.person_id)
    if home is None or care.level is None or care.waiting_since is None:
        return None
    within_km = policies.in_force(MatchingTerms, on=clock.today()).within_km
    sites = _sites_near(*home, within_km=within_km)
    level = bed_level(care.level, care.setting)
    provinces = _provinces_around(sites, within_km, own=care.province_code)
    before = _before(care, care.waiting_since, level, provinces)
    return Standing(turn(before), rules.wait(before, beds_a_day=_freed(sites, level) / LOOK_BACK_DAYS))


def _sites_near(latitude: float, longitude: float, *, within_km: int) -> list[tuple[int, float, float]]:
    rows = Facility.objects.filter(state=FacilityState.OPEN).exclude(kind=FacilityKind.HOME).order_by("pk")
    found = rows.values_list("pk", "site__latitude", "site__longitude")
    return [
        (pk, north, east) for pk, north, east in found if distance_km(latitude, longitude, north, east) <= within_km
    ]


def _provinces_around(sites: Sequence[tuple[int, float, float]], within_km: int, *, own: str) -> list[str]:
    """Return the provinces whose people compete for the beds of these sites: those with the middle within reach."""
    found = {
        province.code
        for province in places.provinces()
        if province.latitude is not None
        and province.longitude is not None
        and any(distance_km(province.latitude, province.longitude, site[1], site[2]) <= within_km for site in sites)
    }
    return sorted(found | {own})


def _before(care: Care, since: datetime, level: int, provinces: Sequence[str]) -> int:
    now, terms = clock.now(), policies.in_force(PriorityTerms, on=clock.today())
    waited = (now - since).total_seconds() / 3600
    values: dict[str, Any] = {
        "provinces": list(provinces),
        "level": level,
        "id": care.pk,
        "now": now,
        "since": since,
        "points": care.points + waiting_points(waited, terms),
        "an_hour": terms.points_an_hour,
        "most": terms.waiting_most,
        "counted": MOST_COUNTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, values)
        return int(cursor.fetchone()[0])


def _freed(sites: Sequence[tuple[int, float, float]], level: int) -> int:
    """Count the beds of a level that people left at these sites within the last days."""
    since = clock.now() - timedelta(days=LOOK_BACK_DAYS)
    left = Stay.objects.filter(site__in=[site[0] for site in sites], state=StayState.LEFT, left_at__gte=since)
    return left.filter(room__level=level).count()
