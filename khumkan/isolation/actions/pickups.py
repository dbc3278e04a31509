"""What becomes of places on drives when a promise ends or somebody arrives. The caller holds the care."""

from django.db.models import Case, Value, When

from khumkan.isolation.models import Care, Pickup, Stay
from khumkan.isolation.states import LIVE_PICKUPS, PickupState
from khumkan.kernel import clock


def take_off(stay: Stay) -> None:
    """Take somebody whose bed is not held any more off the list of a drive; who sits in the vehicle stays there."""
    Pickup.objects.filter(stay=stay.pk, state=PickupState.PLANNED).update(state=PickupState.CANCELLED, at=clock.now())


def arrived(care: Care) -> None:
    """Note that somebody was brought; who came otherwise is taken off the list of the drive."""
    brought = When(state=PickupState.PICKED_UP, then=Value(PickupState.DELIVERED.value))
    live = Pickup.objects.filter(stay__in=Stay.objects.filter(care=care), state__in=LIVE_PICKUPS)
    live.update(state=Case(brought, default=Value(PickupState.CANCELLED.value)), at=clock.now())
