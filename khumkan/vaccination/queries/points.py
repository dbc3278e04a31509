"""Where an area lies, so that a site near it can be found."""

from collections.abc import Collection, Mapping

from django.db import connection

Point = tuple[float, float]
#: The published list of areas has no coordinates below the province. So an area lies where its employers lie, in the
#: middle of them: one address that was placed wrongly moves nothing. The nearest level counts of which anything is
#: known.
_POINTS = """
WITH area AS (SELECT DISTINCT code FROM unnest(%(codes)s::text[]) AS code WHERE code <> ''),
employers AS MATERIALIZED (
    SELECT subdistrict_code, district_code, latitude, longitude FROM registry_employer
    WHERE latitude IS NOT NULL AND longitude IS NOT NULL
      AND district_code IN (SELECT left(code, 4) FROM area WHERE length(code) >= 4)
), around AS (
    SELECT subdistrict_code AS code, percentile_cont(0.5) WITHIN GROUP (ORDER BY latitude) AS latitude,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY longitude) AS longitude
    FROM employers GROUP BY 1
    UNION ALL
    SELECT district_code, percentile_cont(0.5) WITHIN GROUP (ORDER BY latitude),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY longitude)
    FROM employers GROUP BY 1
)
SELECT area.code, coalesce(t.latitude, at.latitude, d.latitude, ad.latitude, v.latitude),
       coalesce(t.longitude, at.longitude, d.longitude, ad.longitude, v.longitude)
FROM area
LEFT JOIN places_subdistrict t ON t.code = area.code
LEFT JOIN around at ON length(area.code) = 6 AND at.code = area.code
LEFT JOIN places_district d ON d.code = left(area.code, 4)
LEFT JOIN around ad ON length(area.code) >= 4 AND ad.code = left(area.code, 4)
LEFT JOIN places_province v ON v.code = left(area.code, 2)
ORDER BY area.code
"""


def points_of(codes: Collection[str]) -> Mapping[str, Point]:
    """Return latitude and longitude of areas of any level in degrees; one query. Areas of no known province are left
    out.

    :param codes: of subdistricts, districts or provinces.
    """
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, {"codes": sorted(codes)})
        return {code: (latitude, longitude) for code, latitude, longitude in cursor.fetchall() if latitude is not None}
