"""Counting who waits, for the officers' overview: now and then, and never while somebody looks at it."""

from django.db import connection, transaction

from khumkan.kernel import clock

#: By the area in which a plan looks for a place.
_FORGET = "DELETE FROM vaccination_waitingtally"
_COUNT = """
INSERT INTO vaccination_waitingtally (province_code, area_code, because, people, counted_at)
SELECT e.province_code,
       left(CASE WHEN e.near_home AND e.home_area <> '' OR e.work_area = '' THEN e.home_area ELSE e.work_area END, 4),
       d.waiting_because, count(*), %(now)s
FROM vaccination_dose d JOIN vaccination_enrolment e ON e.id = d.enrolment_id
WHERE d.state = 'waiting' AND e.state = 'confirmed' GROUP BY 1, 2, 3
"""


@transaction.atomic
def count_waiting() -> None:
    """Count anew how many people of each district wait, and why. Two at once: the second waits for the first."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE vaccination_waitingtally IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(_FORGET)
        cursor.execute(_COUNT, {"now": clock.now()})
