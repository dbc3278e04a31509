"""Keeping the counters of calls, in the transaction of what is counted. Each call counts in the hour in which it came.

Counters are touched last and in the order of their names, so that no two transactions wait for each other.
"""

from collections.abc import Mapping

from django.db import connection

from khumkan.hotline.models import Call
from khumkan.kernel import clock

_MORE = """
    INSERT INTO hotline_callcount AS kept (day, hour, name, number) VALUES (%s, %s, %s, %s)
    ON CONFLICT (day, hour, name) DO UPDATE SET number = kept.number + excluded.number
"""
_LESS = "UPDATE hotline_callcount SET number = number + %s WHERE day = %s AND hour = %s AND name = %s"


def add(call: Call, changes: Mapping[str, int]) -> None:
    """Change the counters of the hour in which a call came.

    :param changes: by how much, by the name of the counter.
    """
    here = clock.bangkok(call.heard_at)
    with connection.cursor() as cursor:
        for name, number in sorted(changes.items()):
            if number > 0:
                cursor.execute(_MORE, [here.date(), here.hour, name, number])
            elif number < 0:
                cursor.execute(_LESS, [number, here.date(), here.hour, name])
