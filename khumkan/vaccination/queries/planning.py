"""What a plan is made from: sessions that can take people, lots, sites, and how many people stay away."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Max

from khumkan import capacity
from khumkan.kernel import clock
from khumkan.places import queries as places
from khumkan.places.models import Site
from khumkan.vaccination.choices import DoorOutcome
from khumkan.vaccination.models import DoorNote, Lot, Session, Visit
from khumkan.vaccination.rules import no_show
from khumkan.vaccination.rules.no_show import doses_for
from khumkan.vaccination.states import LotState
from khumkan.vaccination.terms.planning import PlanningTerms


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as a plan sees it.

    :param taken: people who are booked, `kept` the doses of `lot_id` that are kept for it.
    """

    pk: int
    site_id: int
    day: date
    vaccine: str
    starts_at: datetime
    places: int
    taken: int
    lot_id: int | None
    kept: int


@dataclass(frozen=True, slots=True)
class OpenLot:
    """A lot with the doses that a plan may use."""

    pk: int
    number: str
    vaccine: str
    arrives_on: date
    expires_on: date
    doses: int


def sessions_between(
    first: date, last: date, *, province_code: str = "", without_sites: Collection[int] = ()
) -> list[OpenSession]:
    """Return the sessions of some days that are neither cancelled nor closed nor begun, in their order. One query.

    :param province_code: only at sites of this province; empty takes all.
    """
    rows = Session.objects.filter(
        day__range=(first, last), cancelled_at=None, closed_at=None, supply__closed_at=None, starts_at__gt=clock.now(),
        site__is_open=True,
    ).exclude(site__in=list(without_sites))  # fmt: skip
    if province_code:
        rows = rows.filter(site__province_code=province_code)
    values = rows.order_by("day", "site_id", "starts_at", "pk").values_list(
        "pk", "site_id", "day", "vaccine", "starts_at", "places", "supply__taken", "lot_id", "kept_doses"
    )
    return [OpenSession(*each) for each in values]


def lots_for(sessions: Sequence[OpenSession], share: Decimal, *, last: date) -> list[OpenLot]:
    """Return the lots whose doses can be given, with what is kept for sessions and not needed there. Two queries.

    :param share: of people who are expected to stay away.
    """
    rows = Lot.objects.filter(state=LotState.USABLE, expires_on__gte=clock.today(), arrives_on__lte=last)
    lots = list(rows.select_related("supply").order_by("expires_on", "pk"))
    spare: dict[int, int] = {}
    for session in sessions:
        if session.lot_id is not None:
            unused = max(session.kept - doses_for(session.taken, share), 0)
            spare[session.lot_id] = spare.get(session.lot_id, 0) + unused
    return [
        OpenLot(
            lot.pk, lot.number, lot.vaccine, lot.arrives_on, lot.expires_on,
            lot.supply.total - lot.supply.taken + spare.get(lot.pk, 0),
        )
        for lot in lots
    ]  # fmt: skip


def last_session_day(province_code: str) -> date | None:
    """Return the last day on which a session of a province is still to come, or None. One query."""
    rows = Session.objects.filter(cancelled_at=None, day__gte=clock.today())
    if province_code:
        rows = rows.filter(site__province_code=province_code)
    found: date | None = rows.aggregate(last=Max("day"))["last"]
    return found


def sites_of(sessions: Sequence[OpenSession]) -> dict[int, Site]:
    """Return the sites of sessions by id. One query."""
    return places.sites({session.site_id for session in sessions})


def share_who_stay_away(terms: PlanningTerms) -> Decimal:
    """Return the share of people who are expected not to come, as measured at the dates that have passed. Two queries.

    Nothing is allowed for before enough dates have passed.
    """
    missed = DoorNote.objects.filter(outcome=DoorOutcome.NO_SHOW, dose__isnull=False).count()
    came = Visit.objects.filter(session__day__lt=clock.today()).count()
    return no_show.allowance(missed=missed, past=missed + came, terms=terms)


def overbooked() -> list[int]:
    """Return sessions with more people than places, and supplies whose counters are wrong; none is the only answer."""
    sessions = Session.objects.filter(supply__taken__gt=F("supply__total")).values_list("pk", flat=True)
    return [*sessions, *(each.supply_id for each in capacity.disagreements())]
