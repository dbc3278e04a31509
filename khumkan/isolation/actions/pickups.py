"""What becomes of places on drives when a promise ends or somebody arrives. The caller holds the care."""

from khumkan.isolation.models import Care, Pickup, Stay
from khumkan.isolation.states import PickupState
from khumkan.kernel import clock, prepared

_ARRIVED = """
UPDATE isolation_pickup SET at = %(now)s, state = CASE state WHEN 'picked_up' THEN 'delivered' ELSE 'cancelled' END
WHERE stay_id IN (SELECT id FROM isolation_stay WHERE care_id = %(care)s::bigint) AND state IN ('planned', 'picked_up')
RETURNING id
"""


def take_off(stay: Stay) -> None:
    """Take somebody whose bed is not held any more off the list of a drive; who sits in the vehicle stays there."""
    Pickup.objects.filter(stay=stay.pk, state=PickupState.PLANNED).update(state=PickupState.CANCELLED, at=clock.now())


def arrived(care: Care) -> None:
    """Note that somebody was brought; who came otherwise is taken off the list of the drive."""
    prepared.rows(_ARRIVED, {"care": care.pk, "now": clock.now()})
