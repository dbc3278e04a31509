"""The waiting list: who is next, and what somebody on it can be told."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from khumkan.kernel import clock
from khumkan.kernel.turns import MOST_COUNTED, Turn, turn
from khumkan.screening.models import Registration
from khumkan.screening.queries.offers import PROVINCE_KM
from khumkan.screening.rules import waiting as rules

#: The first who waits within reach of a site and can be locked at once, as long as the session has room.
#: `%(farthest)s` is in kilometres; who has no coordinates is within reach of the sites of the own province.
NEXT = f"""
WITH room AS (
    SELECT FROM capacity_supply WHERE id = %(supply_id)s AND taken < total AND closed_at IS NULL
), near AS (
    SELECT code FROM places_province WHERE code = %(province)s
    OR sqrt(power((latitude - %(latitude)s) * 111.2, 2)
            + power((longitude - %(longitude)s) * 111.2 * cos(radians(%(latitude)s)), 2))
       <= %(farthest)s + {PROVINCE_KM}
)
SELECT r.id FROM screening_registration r
JOIN registry_person p ON p.id = r.person_id
LEFT JOIN places_subdistrict t ON t.code = p.subdistrict_code
LEFT JOIN places_district d ON d.code = p.district_code
WHERE EXISTS (SELECT FROM room) AND r.state = 'waiting' AND r.waiting_because <> 'decision'
  AND r.method = %(method)s AND (r.province_code = %(province)s OR r.province_code IN (SELECT code FROM near)
  AND sqrt(power((coalesce(t.latitude, d.latitude) - %(latitude)s) * 111.2, 2)
           + power((coalesce(t.longitude, d.longitude) - %(longitude)s) * 111.2 * cos(radians(%(latitude)s)), 2))
      <= %(farthest)s)
ORDER BY r.priority DESC, r.registered_at, r.id LIMIT 1 FOR UPDATE OF r SKIP LOCKED
"""  # noqa: S608 constants of this module
#: Counting stops where the exact number no longer matters, so that a long list costs no more than a short one.
_AHEAD = """
SELECT count(*) FROM (
    SELECT FROM screening_registration
    WHERE state = 'waiting' AND province_code = %(province)s AND method = %(method)s
      AND (priority > %(points)s OR (priority = %(points)s AND (registered_at, id) < (%(since)s, %(id)s)))
    LIMIT %(most)s
) ahead
"""
_PLACES = """
SELECT coalesce(sum(c.total), 0) FROM screening_session s
JOIN capacity_supply c ON c.id = s.supply_id
JOIN places_site site ON site.id = s.site_id
WHERE s.is_public AND s.cancelled_at IS NULL AND s.method = %(method)s AND site.province_code = %(province)s
  AND s.day >= %(from)s AND s.day < %(to)s
"""
LOOK_BACK_DAYS = 7


@dataclass(frozen=True)
class Standing:
    """What somebody who waits is told.

    :param turn: how many of the same province and method are before them, as a range.
    :param wait: about how many days it takes, or None when nobody can say.
    """

    turn: Turn
    wait: rules.Wait | None


def standing_of(registration: Registration) -> Standing:
    """Return what somebody who waits is told. One query that looks at a thousand rows at most."""
    today = clock.today()
    values: dict[str, Any] = {
        "province": registration.province_code,
        "method": registration.method,
        "points": registration.priority,
        "since": registration.registered_at,
        "id": registration.pk,
        "most": MOST_COUNTED,
        "from": today - timedelta(days=LOOK_BACK_DAYS),
        "to": today,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({_AHEAD}), ({_PLACES})", values)
        before, places = cursor.fetchone()
    return Standing(turn(before), rules.wait(before, places_a_day=float(places) / LOOK_BACK_DAYS))
