"""What is free at this moment: sites with what their nurses can still look after, rooms with their free beds."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from khumkan import policies
from khumkan.isolation.choices import RoomFor
from khumkan.isolation.rules.matching import Room, Site
from khumkan.isolation.terms.rounds import RoundTerms
from khumkan.kernel import clock

_SITES = """
SELECT f.site_id, s.latitude, s.longitude, f.nurses,
       (SELECT count(*) FROM isolation_stay y WHERE y.site_id = f.site_id
        AND (y.state IN ('admitted', 'leaving') OR (y.state IN ('held', 'on_the_way') AND upper(y.blocks) > %(now)s)))
FROM isolation_facility f JOIN places_site s ON s.id = f.site_id
WHERE f.state = 'open' AND f.kind <> 'home'
ORDER BY f.site_id
"""
#: A bed that leaves tomorrow is given to nobody: they would have to move at once.
_ROOMS = """
SELECT r.id, r.site_id, r.level, count(b.id) FILTER (WHERE busy.sharing IS NULL AND b.out_of_order_since IS NULL),
       count(b.id), r.room_for, coalesce(max(busy.sharing), ''), r.is_accessible
FROM isolation_room r
JOIN isolation_bed b ON b.room_id = r.id AND b.offered_from <= %(today)s
                     AND (b.offered_until IS NULL OR b.offered_until > %(today)s + 1)
LEFT JOIN isolation_stay busy ON busy.bed_id = b.id AND busy.blocks @> %(now)s
WHERE r.site_id = ANY(%(site_ids)s)
GROUP BY r.id ORDER BY r.id
"""
_FREE_BEDS = """
SELECT b.room_id, array_agg(b.id ORDER BY b.label)
FROM isolation_bed b
WHERE b.room_id = ANY(%(room_ids)s) AND b.out_of_order_since IS NULL AND b.offered_from <= %(today)s
  AND (b.offered_until IS NULL OR b.offered_until > %(today)s + 1)
  AND NOT EXISTS (SELECT FROM isolation_stay y WHERE y.bed_id = b.id AND y.blocks @> %(now)s)
GROUP BY b.room_id
"""


def sites_and_rooms(*, now: datetime, only: Sequence[int] | None = None) -> tuple[list[Site], list[Room]]:
    """Return the open sites with beds, and their rooms as they are now. Two queries.

    :param only: the sites to look at; none looks at all.
    """
    ratio = policies.in_force(RoundTerms, on=clock.today()).patients_per_nurse
    day = clock.bangkok(now).date()
    with connection.cursor() as cursor:
        cursor.execute(_SITES, {"now": now})
        sites = [
            Site(key, latitude, longitude, max(0, nurses * ratio - people))
            for key, latitude, longitude, nurses, people in cursor.fetchall()
            if only is None or key in only
        ]
        cursor.execute(_ROOMS, {"now": now, "today": day, "site_ids": [site.key for site in sites]})
        rooms = [
            Room(key, site, level, free, beds, RoomFor(room_for), used_as, accessible)
            for key, site, level, free, beds, room_for, used_as, accessible in cursor.fetchall()
        ]
    return sites, rooms


def free_beds(room_ids: Sequence[int], *, now: datetime) -> Mapping[int, list[int]]:
    """Return the free beds of rooms, by room. One query."""
    day = clock.bangkok(now).date()
    with connection.cursor() as cursor:
        cursor.execute(_FREE_BEDS, {"room_ids": list(room_ids), "now": now, "today": day})
        return dict(cursor.fetchall())
