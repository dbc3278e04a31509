"""How often anything may be tried: token buckets in one unlogged table, one statement a try.

`take` is one `INSERT … ON CONFLICT DO UPDATE … WHERE … RETURNING`: the database reads, judges and writes under the lock
of the row, so a thousand parallel tries get exactly what the bucket holds. It commits on its own, whatever becomes of
the request.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from khumkan.kernel.crypto import blind_index

#: What a bucket holds now: what it held, and what came in since then.
NOW_HELD = "LEAST(%(burst)s, {0}level + GREATEST(0, EXTRACT(EPOCH FROM clock_timestamp() - {0}at)) * %(rate)s)"
TAKE = f"""
INSERT INTO accounts_bucket AS bucket (key, level, at) VALUES (%(key)s, %(burst)s - %(cost)s, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET
    level = {NOW_HELD.format("bucket.")} - %(cost)s,
    at = clock_timestamp()
WHERE {NOW_HELD.format("bucket.")} >= %(cost)s
RETURNING level
"""  # noqa: S608 constants
LEVEL = f"SELECT {NOW_HELD.format('')} FROM accounts_bucket WHERE key = %(key)s"  # noqa: S608 constants


@dataclass(frozen=True)
class Limit:
    """A bucket that holds `burst` and gains `refill` in each `per`: within any `per`, at most burst + refill pass."""

    name: str
    burst: float
    refill: float
    per: timedelta

    @property
    def rate(self) -> float:
        """What the bucket gains in a second."""
        return self.refill / self.per.total_seconds()

    @property
    def wait(self) -> timedelta:
        """How long an emptied bucket takes to allow one more try."""
        return timedelta(seconds=1 / self.rate)


def take(limit: Limit, subject: str, *, cost: float = 1, durable: bool = True) -> bool:
    """Take from the bucket of a subject; tell whether there was enough.

    :param subject: an address, a user name, a number; only its keyed hash is stored.
    :param durable: False where what was taken shall come back when the surrounding transaction does not commit.
    :raises RuntimeError: inside a transaction, whose rollback would give back what was taken.
    """
    if cost > limit.burst:
        raise ValueError(f"{limit.name} can never hold {cost}")
    with transaction.atomic(durable=durable), connection.cursor() as cursor:
        cursor.execute(TAKE, _values(limit, subject) | {"cost": cost})
        return cursor.fetchone() is not None


def take_all(*pairs: tuple[Limit, str]) -> bool:
    """Take one from each bucket, all of them even when one refuses; tell whether all had enough."""
    return all([take(limit, subject) for limit, subject in pairs])


def give_back(limit: Limit, subject: str, *, cost: float = 1) -> None:
    """Put back what a try took that does not count."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_bucket SET level = LEAST(%(burst)s, level + %(cost)s) WHERE key = %(key)s",
            _values(limit, subject) | {"cost": cost},
        )


def level(limit: Limit, subject: str) -> float:
    """Return what a bucket holds now, without taking."""
    with connection.cursor() as cursor:
        cursor.execute(LEVEL, _values(limit, subject))
        row = cursor.fetchone()
    return float(row[0]) if row else limit.burst


def _values(limit: Limit, subject: str) -> dict[str, bytes | float]:
    key = blind_index(subject, purpose=f"throttle.{limit.name}")
    return {"key": key, "burst": limit.burst, "rate": limit.rate}
