"""Sites that care for people."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from khumkan.isolation.models import Facility, Stay
from khumkan.isolation.models.stays import StayQuerySet
from khumkan.isolation.states import PROMISED, FacilityState
from khumkan.kernel import clock


def state_of(site_id: int) -> FacilityState | None:
    """Return whether a site takes people, or None when it is no place of care."""
    found = Facility.objects.filter(pk=site_id).values_list("state", flat=True).first()
    return FacilityState(found) if found else None


def promised_at(site_id: int) -> list[Stay]:
    """Return the stays at a site whose beds are held, the first made first."""
    return list(Stay.objects.filter(site=site_id, state__in=PROMISED).select_related("care").order_by("made_at", "pk"))


def present_without_next(site_id: int) -> list[Stay]:
    """Return the stays of people who lie at a site and have no other bed held for them, the first arrived first."""
    return list(_without_next(Stay.objects.filter(site=site_id)))


def present_in_withdrawn() -> list[Stay]:
    """Return the same of people anywhere whose beds are no longer offered by tomorrow."""
    return list(_without_next(Stay.objects.filter(bed__offered_until__lte=clock.today() + timedelta(days=1))))


def _without_next(rows: StayQuerySet) -> StayQuerySet:
    other = Stay.objects.filter(care=OuterRef("care"), state__in=PROMISED)
    return rows.present().filter(~Exists(other)).select_related("care").order_by("arrived_at", "pk")
