"""Counting insured persons by district from the register: every night, never while somebody waits for a page."""

from django.db import connection, transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.vaccination.permissions import areas as permissions

_COUNT = """
WITH counted AS (
    SELECT coalesce(nullif(district_code, ''), province_code) AS area_code, count(*) AS people
    FROM registry_person
    WHERE section IS NOT NULL AND died_on IS NULL AND province_code <> ''
    GROUP BY 1
), kept AS (
    INSERT INTO vaccination_insuredcount (area_code, people, counted_at)
    SELECT area_code, people, %(now)s FROM counted ORDER BY area_code
    ON CONFLICT (area_code) DO UPDATE SET people = excluded.people, counted_at = excluded.counted_at
    RETURNING people
), gone AS (
    DELETE FROM vaccination_insuredcount WHERE area_code NOT IN (SELECT area_code FROM counted)
)
SELECT count(*), coalesce(sum(people), 0) FROM kept
"""


@transaction.atomic
def count(*, by: Actor) -> int:
    """Count the insured persons of every district anew; return how many they are together.

    :raises Refused: for anybody but Khumkan itself and officers of the whole country.
    """
    if by.kind is not ActorKind.SYSTEM:
        permissions.check_may_choose(by)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"now": clock.now()})
        areas, people = cursor.fetchone()
    record.write("vaccination.insured_counted", by=by, data={"areas": areas, "people": int(people)})
    return int(people)
