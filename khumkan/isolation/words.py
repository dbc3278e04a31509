"""How states and lists are called on pages, and in which colour they stand."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khumkan.isolation.choices import BedState, Level
from khumkan.isolation.states import CareState, EscalationState, FacilityState, PickupState, RunState, StayState
from khumkan.kernel.by_state import ByState
from khumkan.ui.shown import Shown

WORDS: Mapping[StrEnum, Shown] = ByState(
    (CareState.ASKED, Shown(_("Questions not answered yet"), "wait")),
    (CareState.WAITING, Shown(_("Waiting for a bed"), "wait")),
    (CareState.PLACED, Shown(_("A bed is held"), "info")),
    (CareState.ADMITTED, Shown(_("In a bed"), "good")),
    (CareState.AT_HOME, Shown(_("Looked after at home"), "good")),
    (CareState.DISCHARGED, Shown(_("Discharged"), "done")),
    (CareState.DECLINED, Shown(_("Did not want a bed"), "done")),
    (CareState.WITHDRAWN, Shown(_("Ended: the result was corrected"), "done")),
    (StayState.HELD, Shown(_("Expected here"), "wait")),
    (StayState.ON_THE_WAY, Shown(_("On the way"), "info")),
    (StayState.ADMITTED, Shown(_("In the bed"), "good")),
    (StayState.LEAVING, Shown(_("May go"), "info")),
    (StayState.LEFT, Shown(_("Left"), "done")),
    (StayState.LAPSED, Shown(_("Transport did not come in time"), "bad")),
    (StayState.GIVEN_BACK, Shown(_("Bed given back"), "done")),
    (FacilityState.OPEN, Shown(_("Takes people"), "good")),
    (FacilityState.SUSPENDED, Shown(_("Takes nobody new"), "wait")),
    (FacilityState.CLOSED, Shown(_("Closed"), "bad")),
    (RunState.PLANNED, Shown(_("Drive planned"), "plain")),
    (RunState.STARTED, Shown(_("Under way"), "info")),
    (RunState.FINISHED, Shown(_("Finished"), "done")),
    (RunState.CANCELLED, Shown(_("Cancelled"), "done")),
    (PickupState.PLANNED, Shown(_("To be picked up"), "wait")),
    (PickupState.PICKED_UP, Shown(_("In the vehicle"), "info")),
    (PickupState.DELIVERED, Shown(_("Brought"), "good")),
    (PickupState.REFUSED, Shown(_("Does not want to come"), "bad")),
    (PickupState.NOT_FOUND, Shown(_("Not found"), "bad")),
    (PickupState.CANCELLED, Shown(_("Taken off the list"), "done")),
    (EscalationState.RAISED, Shown(_("Call a doctor"), "bad")),
    (EscalationState.MOVING, Shown(_("To be moved"), "wait")),
    (EscalationState.CLOSED, Shown(_("Closed"), "done")),
    (BedState.FREE, Shown(_("Free"), "good")),
    (BedState.HELD, Shown(_("Held"), "wait")),
    (BedState.OCCUPIED, Shown(_("Occupied"), "info")),
    (BedState.CLEANING, Shown(_("Being cleaned"), "plain")),
    (BedState.OUT_OF_ORDER, Shown(_("Out of order"), "bad")),
)
LEVELS: Mapping[Level, Shown] = {
    Level.GREEN: Shown(_("Green"), "good"),
    Level.YELLOW: Shown(_("Yellow"), "wait"),
    Level.RED: Shown(_("Red"), "bad"),
}


def time_left(until: datetime, *, now: datetime) -> str:
    """Return how long something is still held or done, or since when its time is over, in hours and minutes."""
    seconds = int((until - now).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    sentence = (
        gettext("%(hours)s h %(minutes)s min left")
        if seconds > 0
        else gettext("time over since %(hours)s h %(minutes)s min")
    )
    return sentence % {"hours": hours, "minutes": minutes}
