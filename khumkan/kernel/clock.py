"""The only place that asks what time it is. Times are UTC; a day is a day in Bangkok."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BANGKOK = ZoneInfo("Asia/Bangkok")


_set_to: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """Return this moment, in UTC; within `set_to`, the moment that was set."""
    return _set_to.get() or datetime.now(UTC)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Let the clock stand at a moment: for replaying recorded days, never for serving people."""
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)


def today() -> date:
    """Return the day that it is in Bangkok."""
    return bangkok(now()).date()


def bangkok(moment: datetime) -> datetime:
    """Return the same moment on a clock in Bangkok."""
    return moment.astimezone(BANGKOK)


def at(day: date, clock_time: time) -> datetime:
    """Return the moment, in UTC, when clocks in Bangkok show this time on this day."""
    return datetime.combine(day, clock_time, BANGKOK).astimezone(UTC)


def day_span(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day in Bangkok and the first moment after it, in UTC."""
    return at(day, time()), at(day + timedelta(days=1), time())
