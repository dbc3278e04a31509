"""How many doses a site has, how many are left over, and what was lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.places.models import Site
from khumkan.places.states import SiteKind
from khumkan.vaccination.choices import StockKind
from khumkan.vaccination.models import Dose, Lot, Session, SiteLot, StandBy, StockMove, Visit, Warmth
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.states import DoseState, LotState, VisitState
from khumkan.vaccination.terms.visits import VisitTerms

#: So long a dose is kept for somebody who was called as a stand-by.
KEPT_FOR_CALLED = timedelta(hours=1)
#: At the site, and not injected yet.
BEFORE_THE_NEEDLE = (VisitState.ARRIVED, VisitState.MEASURED, VisitState.CLEARED)
#: How doses get lost at a site.
LOSSES = (StockKind.BROKEN, StockKind.LEFT_OVER, StockKind.EXPIRED, StockKind.TOO_WARM)


@dataclass(frozen=True, kw_only=True)
class Wastage:
    """What became of the doses of a site in a span.

    :param lost: by kind; `counted` is what counting corrected, above or below 0.
    """

    site: Site
    received: int
    sent_on: int
    given: int
    lost: Mapping[StockKind, int]
    counted: int
    left: int

    @property
    def wasted(self) -> int:
        """How many doses were lost, however."""
        return sum(self.lost.values())

    @property
    def share(self) -> float | None:
        """The share of the doses used that was lost; None when nothing was used."""
        used = self.given + self.wasted
        return self.wasted / used if used else None


def usable(site_id: int, day: date, *, vaccine: str = "", at: datetime | None = None) -> QuerySet[SiteLot]:
    """Return the lots of a site of which doses may be given on a day: those that expire first on top.

    :param at: when a dose was given, of which a device that was cut off tells now: what was held back later counts too.
    """
    was_free = Q(held_at=None) if at is None else Q(held_at=None) | Q(held_at__gt=at)
    rows = SiteLot.objects.select_related("lot").filter(
        was_free, site=site_id, doses__gt=0, lot__state=LotState.USABLE, lot__expires_on__gte=day
    )
    return (rows.filter(lot__vaccine=vaccine) if vaccine else rows).order_by("lot__expires_on", "pk")


def spare(session: Session, *, besides: int | None = None) -> int:
    """Return how many doses of a session's vaccine are left at its site for whom nobody is expected today.

    :param besides: a dose that is not counted as expected or called: of the person who is asked about.
    """
    on_day = Q(session__site=session.site_id, session__day=session.day, session__vaccine=session.vaccine)
    terms = policies.in_force(VisitTerms, on=clock.today())
    late = clock.now() - timedelta(minutes=terms.grace_minutes)
    there = usable(session.site_id, session.day, vaccine=session.vaccine).aggregate(doses=Sum("doses"))["doses"] or 0
    inside = Visit.objects.filter(on_day, state__in=BEFORE_THE_NEEDLE).count()
    expected = Dose.objects.filter(on_day, state=DoseState.BOOKED, session__ends_at__gt=late)
    called = called_now(session.site_id, session.day)
    if besides is not None:
        expected, called = expected.exclude(pk=besides), called.exclude(dose=besides)
    return there - inside - expected.count() - called.count()


def called_now(site_id: int, day: date) -> QuerySet[StandBy]:
    """Return who was called as a stand-by and may still come: who was called first on top."""
    since = clock.now() - KEPT_FOR_CALLED
    rows = StandBy.objects.filter(site=site_id, day=day, called_at__gt=since, came=None)
    return rows.select_related("dose", "person").order_by("called_at", "pk")


def at_site(site_id: int) -> list[SiteLot]:
    """Return the lots that a site has or had, with what they are: those with doses first, the next to expire on top."""
    rows = SiteLot.objects.filter(site=site_id).select_related("lot")
    return sorted(rows, key=lambda row: (row.doses == 0, row.lot.expires_on, row.pk))


def moves_of(site_id: int, *, most: int = 30) -> list[StockMove]:
    """Return the last moves of doses at a site, the newest first."""
    rows = StockMove.objects.filter(site=site_id).exclude(kind=StockKind.GIVEN)
    return list(rows.select_related("lot", "other_site").order_by("-at", "-pk")[:most])


def readings_of(site_id: int, *, most: int = 6) -> list[Warmth]:
    """Return the last readings of the thermometer of a site, the newest first."""
    return list(Warmth.objects.filter(site=site_id).order_by("-at", "-pk")[:most])


def lots_to_receive() -> list[Lot]:
    """Return the lots that a site may take in: not discarded and not expired, the next to expire on top."""
    rows = Lot.objects.filter(expires_on__gte=clock.today(), arrives_on__lte=clock.today())
    return list(rows.exclude(state=LotState.DISCARDED).order_by("expires_on", "pk")[:200])


def lot_numbered(number: str, *, vaccine: str = "") -> Lot | None:
    """Return the lot with the number that stands on a vial, of one vaccine where it is known."""
    rows = Lot.objects.filter(number__iexact=number.strip())
    return (rows.filter(vaccine=vaccine) if vaccine else rows).order_by("pk").first()


def other_sites(site: Site) -> list[Site]:
    """Return the sites to which doses can be sent: those of the province first, by name."""
    rows = Site.objects.filter(kinds__contains=[SiteKind.VACCINATION], is_open=True).exclude(pk=site.pk)
    return sorted(rows.order_by("name_th", "pk")[:500], key=lambda one: one.province_code != site.province_code)


def held_back(by: Actor) -> QuerySet[SiteLot]:
    """Return the doses that wait for the decision of an officer: those held longest on top."""
    codes = scopes.province_codes(by, Role.OFFICER)
    rows = SiteLot.objects.exclude(held_at=None).filter(doses__gt=0).select_related("site", "lot")
    return (rows if codes is None else rows.filter(site__province_code__in=codes)).order_by("held_at", "pk")


def held_one(by: Actor, pk: int) -> SiteLot:
    """Return doses that wait for the decision of an officer.

    :raises Missing: when there are none within the officer's provinces.
    """
    found = held_back(by).filter(pk=pk).first()
    if found is None:
        raise Missing("no such doses within these provinces")
    return found


def readings_before(rows: Sequence[SiteLot]) -> dict[int, Decimal]:
    """Return the last reading of the thermometer of each site among these. One query."""
    readings = Warmth.objects.filter(site__in=[row.site_id for row in rows]).order_by("site", "-at", "-pk")
    return dict(readings.distinct("site").values_list("site", "celsius"))


def wastage(by: Actor, *, first: date, last: date) -> list[Wastage]:
    """Return what became of the doses of each site of the officer in a span, by name. Three queries."""
    codes = scopes.province_codes(by, Role.OFFICER)
    sites = Site.objects.filter(kinds__contains=[SiteKind.VACCINATION])
    kept = sites if codes is None else sites.filter(province_code__in=codes)
    moved: dict[tuple[int, str], int] = {}
    rows = StockMove.objects.filter(on__range=(first, last), site__in=kept)
    for site, kind, doses in rows.values_list("site", "kind").annotate(Sum("doses")).order_by("site", "kind"):
        moved[site, kind] = doses
    balances = SiteLot.objects.filter(site__in=kept).values("site").annotate(Sum("doses")).order_by("site")
    left = dict(balances.values_list("site", "doses__sum"))
    wanted = {site for site, _ in moved} | {site for site, doses in left.items() if doses}
    return [
        Wastage(
            site=site,
            received=moved.get((site.pk, StockKind.RECEIVED), 0),
            sent_on=-moved.get((site.pk, StockKind.SENT_ON), 0),
            given=-moved.get((site.pk, StockKind.GIVEN), 0),
            lost={kind: -moved.get((site.pk, kind), 0) for kind in LOSSES},
            counted=moved.get((site.pk, StockKind.COUNTED), 0),
            left=left.get(site.pk, 0),
        )
        for site in kept.filter(pk__in=wanted).order_by("name_th", "pk")
    ]
