"""Which turn somebody has who waits for a date, and about how long that takes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from khumkan.kernel import clock, prepared
from khumkan.kernel.turns import MOST_COUNTED, Turn, turn
from khumkan.vaccination.models import Dose
from khumkan.vaccination.rules import waiting as rules

#: The days over which places are counted.
AHEAD_DAYS = 7
#: Who is served first. Counting stops where the exact number no longer matters, so that a long queue costs no more than
#: a short one; of those found, the ones who wait in the same province are told of.
_BEFORE = """
SELECT count(*), count(*) FILTER (WHERE e.province_code = %(province)s)
FROM (
    SELECT enrolment_id FROM vaccination_dose
    WHERE state = 'waiting' AND ("group" > %(group)s
          OR ("group" = %(group)s AND (waiting_since, id) < (%(since)s::timestamptz, %(id)s::bigint)))
    LIMIT %(most)s
) before JOIN vaccination_enrolment e ON e.id = before.enrolment_id
"""
_PLACES = """
SELECT coalesce(sum(c.total), 0) FROM vaccination_session s
JOIN capacity_supply c ON c.id = s.supply_id JOIN places_site site ON site.id = s.site_id
WHERE s.day > %(today)s AND s.day <= %(last)s AND s.cancelled_at IS NULL AND site.province_code = %(province)s
"""


@dataclass(frozen=True)
class Standing:
    """What somebody who waits is told.

    :param turn: how many of the same province are before them, as a range; none when nobody can say.
    :param wait: about how many days it takes, or None when nobody can say.
    """

    turn: Turn | None
    wait: rules.Wait | None


def standing_of(dose: Dose, *, province_code: str) -> Standing:
    """Return what somebody who waits is told. Two queries, of which the first looks at a thousand rows at most."""
    today = clock.today()
    values: dict[str, Any] = {"province": province_code, "today": today, "last": today + timedelta(days=AHEAD_DAYS)}
    queue = {"group": dose.group, "since": dose.waiting_since, "id": dose.pk, "most": MOST_COUNTED}
    [(found, here)] = prepared.rows(_BEFORE, {**queue, "province": province_code})
    if found >= MOST_COUNTED:
        return Standing(Turn(here, None) if here else None, None)
    [(places,)] = prepared.rows(_PLACES, values)
    wait = rules.wait(here, places_a_day=float(places) / AHEAD_DAYS, due_from=dose.due_from, today=today)
    return Standing(turn(here), wait)
