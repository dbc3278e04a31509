"""Open escalations: of a site for its nurses, of provinces for officers. The oldest first."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from khumkan.isolation.models import Care, Escalation, Stay
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.states import LIVE_CARES, PROMISED, CareState, EscalationState, StayState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role


def escalations_at(by: Actor) -> QuerySet[Escalation]:
    """Return the open escalations that were raised at the sites of a nurse. Three queries.

    Who is to be moved from home waits for a bed and has no site any more: the nurse sees them until they are there.
    """
    allowed = permissions.site_ids(by, Role.NURSE)
    rows = _open(now=clock.now())
    return rows if allowed is None else rows.filter(site__in=allowed)


def escalations_in(by: Actor) -> QuerySet[Escalation]:
    """Return the open escalations of people of an officer's provinces, and at sites there. Three queries."""
    allowed = permissions.province_codes(by, Role.OFFICER)
    rows = _open(now=clock.now())
    if allowed is None:
        return rows
    return rows.filter(Q(care__province_code__in=allowed) | Q(site__province_code__in=allowed))


def without_bed() -> list[Care]:
    """Return people who lie in a bed, are to be moved and have no other bed held for them, the longest waiting first.

    Not those who may go home.
    """
    promised = Stay.objects.filter(care=OuterRef("pk"), state__in=PROMISED, blocks__endswith__gt=clock.now())
    rows = Care.objects.filter(
        ~Exists(promised),
        state=CareState.ADMITTED,
        escalations__state=EscalationState.MOVING,
        stays__state=StayState.ADMITTED,
    )
    return list(rows.order_by("escalations__raised_at", "pk"))


def _open(*, now: datetime) -> QuerySet[Escalation]:
    held = Stay.objects.filter(state__in=PROMISED, blocks__endswith__gt=now).select_related("site", "bed")
    here = Stay.objects.present().select_related("bed")
    return (
        Escalation.objects.exclude(state=EscalationState.CLOSED)
        .filter(care__state__in=LIVE_CARES)
        .select_related("care__person", "site")
        .prefetch_related(
            Prefetch("care__stays", held.order_by("pk"), to_attr="held_beds"),
            Prefetch("care__stays", here.order_by("pk"), to_attr="present_beds"),
        )
        .order_by("raised_at", "pk")
    )
