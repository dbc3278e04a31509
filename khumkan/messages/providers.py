"""What is known of each provider at this moment: how much it may be given, and whether it rests after failures.

Both are rows in the database, changed in one statement, so that all workers together keep to them.
"""

from collections import deque
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from khumkan.kernel import clock
from khumkan.messages import config
from khumkan.messages.models import Provider
from khumkan.messages.states import Channel

#: Calls in a row that may fail before a provider is left alone.
FAILURES = 5
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)

_TAKE = """
    WITH filled AS (
        SELECT name, least(%(most)s, tokens + %(rate)s * extract(epoch FROM clock_timestamp() - filled_at)) AS tokens
        FROM messaging_provider WHERE name = %(name)s FOR UPDATE
    )
    UPDATE messaging_provider AS provider
    SET tokens = filled.tokens - least(floor(filled.tokens), %(wanted)s), filled_at = clock_timestamp()
    FROM filled WHERE provider.name = filled.name
    RETURNING least(floor(filled.tokens), %(wanted)s)::int
"""


def choose(channel: Channel, *, attempt: int = 1, bound_to: str = "") -> str | None:
    """Return the provider that messages of a channel go to now; nothing when all of them rest.

    :param attempt: a second attempt begins with the second provider, and so on.
    :param bound_to: the one that may have taken the message already, and alone may be asked again.
    """
    candidates = deque(config.route(channel))
    candidates.rotate(1 - attempt)
    if bound_to and config.is_known(bound_to):
        candidates = deque([bound_to])
    resting = set(Provider.objects.filter(rests_until__gt=clock.now()).values_list("name", flat=True))
    return next((name for name in candidates if name not in resting), None)


def take(name: str, wanted: int) -> int:
    """Return how many of the wanted messages may be given to a provider now; at most one second's worth."""
    rate = config.provider(name).per_second
    Provider.objects.bulk_create([Provider(name=name, tokens=rate)], ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"name": name, "rate": rate, "most": max(rate, 1.0), "wanted": wanted})
        return int(cursor.fetchone()[0])


def succeeded(name: str) -> None:
    """Note that a provider answered."""
    Provider.objects.filter(name=name, failures__gt=0).update(failures=0, rests_until=None)


def failed(name: str) -> None:
    """Note that a provider did not answer; after too many times it is left alone for a while, longer each time."""
    Provider.objects.filter(name=name).update(failures=F("failures") + 1)
    failures = Provider.objects.filter(name=name).values_list("failures", flat=True).first() or 0
    if failures >= FAILURES:
        rest = min(FIRST_REST * 2 ** min(failures - FAILURES, 8), LONGEST_REST)
        Provider.objects.filter(name=name).update(rests_until=clock.now() + rest)


def first_back(channel: Channel) -> datetime:
    """Return when the first provider of a channel has rested."""
    waking = Provider.objects.filter(name__in=config.route(channel), rests_until__isnull=False).order_by("rests_until")
    first = waking.values_list("rests_until", flat=True).first()
    return max(first, clock.now()) if first else clock.now() + FIRST_REST
