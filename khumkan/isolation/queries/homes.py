"""Teams that look after people at home."""

from django.db import connection

from khumkan.isolation.models import Care
from khumkan.places.rules import distance_km

_TEAMS = """
SELECT f.site_id, s.latitude, s.longitude FROM isolation_facility f JOIN places_site s ON s.id = f.site_id
WHERE f.kind = 'home' AND f.state = 'open'
  AND f.home_places > (SELECT count(*) FROM isolation_care c WHERE c.site_id = f.site_id AND c.state = 'at_home')
ORDER BY f.site_id FOR NO KEY UPDATE OF f
"""
#: Where a person `p` lives: the middle of the smallest area that has coordinates, and the areas to join for it.
POINT = "coalesce(t.latitude, d.latitude, v.latitude), coalesce(t.longitude, d.longitude, v.longitude)"
AREAS = """
LEFT JOIN places_subdistrict t ON t.code = p.subdistrict_code
LEFT JOIN places_district d ON d.code = p.district_code
LEFT JOIN places_province v ON v.code = p.province_code
"""
_HOME = "SELECT {POINT} FROM registry_person p {AREAS} WHERE p.id = %s"


def nearest_team(care: Care) -> int | None:
    """Return the site of the nearest team with room for one more, held until the commit; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_TEAMS)
        teams = cursor.fetchall()
    if not teams:
        return None
    home = point_of(care.person_id)
    if home is None:
        return int(teams[0][0])
    latitude, longitude = home
    nearest = min(teams, key=lambda team: (distance_km(latitude, longitude, team[1], team[2]), team[0]))
    return int(nearest[0])


def point_of(person_id: int) -> tuple[float, float] | None:
    """Return latitude and longitude of the middle of the smallest known area in which somebody lives; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_HOME.format(POINT=POINT, AREAS=AREAS), [person_id])
        found = cursor.fetchone()
    if found is None or found[0] is None or found[1] is None:
        return None
    return float(found[0]), float(found[1])
