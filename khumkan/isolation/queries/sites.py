"""Sites that care for people."""

from django.db.models import Exists, OuterRef

from khumkan.isolation.models import Facility, Stay
from khumkan.isolation.states import PROMISED, FacilityState
from khumkan.kernel import prepared
from khumkan.places.models import Site


def state_of(site_id: int) -> FacilityState | None:
    """Return whether a site takes people, or None when it is no place of care."""
    found = Facility.objects.filter(pk=site_id).values_list("state", flat=True).first()
    return FacilityState(found) if found else None


def site(site_id: int) -> Site:
    """Return a site that is there. One query."""
    return prepared.instances(Site, "WHERE id = %(site)s::bigint", {"site": site_id})[0]


def promised_at(site_id: int) -> list[Stay]:
    """Return the stays at a site whose beds are held, the first made first."""
    return list(Stay.objects.filter(site=site_id, state__in=PROMISED).select_related("care").order_by("made_at", "pk"))


def present_without_next(site_id: int) -> list[Stay]:
    """Return the stays of people who lie at a site and have no other bed held for them, the first arrived first."""
    other = Stay.objects.filter(care=OuterRef("care"), state__in=PROMISED)
    return list(
        Stay.objects.filter(site=site_id)
        .present()
        .filter(~Exists(other))
        .select_related("care")
        .order_by("arrived_at", "pk")
    )
