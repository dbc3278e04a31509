"""Sessions with room, for everybody: nothing in here is about a person."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F

from khumkan.kernel import clock
from khumkan.screening.models import Session

#: So far ahead sessions are listed.
AHEAD = timedelta(days=30)
MOST = 200


@dataclass(frozen=True)
class OpenSession:
    """A session with room for people who register."""

    reference: str
    site: str
    site_name: str
    province_code: str
    day: date
    starts_at: datetime
    ends_at: datetime
    method: str
    free: int


def with_room(*, province_code: str = "", method: str | None = None, first: date | None = None) -> list[OpenSession]:
    """Return public sessions that have not ended and have room, the soonest first. One query."""
    today = clock.today()
    start = min(max(first or today, today), date.max - AHEAD)
    rows = Session.objects.filter(
        day__gte=start,
        day__lte=start + AHEAD,
        ends_at__gt=clock.now(),
        is_public=True,
        cancelled_at=None,
        site__is_open=True,
        supply__closed_at=None,
        supply__taken__lt=F("supply__total"),
    )
    if province_code:
        rows = rows.filter(site__province_code=province_code)
    if method:
        rows = rows.filter(method=method)
    found = rows.select_related("site", "supply").order_by("starts_at", "pk")[:MOST]
    return [_open(session) for session in found]


def _open(session: Session) -> OpenSession:
    return OpenSession(
        reference=session.reference,
        site=session.site.reference,
        site_name=str(session.site),
        province_code=session.site.province_code,
        day=session.day,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        method=session.method,
        free=session.supply.total - session.supply.taken,
    )
