"""How states are called on pages, and in which colour they stand."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khumkan.kernel.by_state import ByState
from khumkan.screening.states import AlertState, FileState, RegistrationState, ResultState, SpecimenState
from khumkan.ui.shown import Shown

WORDS: Mapping[StrEnum, Shown] = ByState(
    (RegistrationState.WAITING, Shown(_("Waiting for a place"), "wait")),
    (RegistrationState.BOOKED, Shown(_("Expected"), "plain")),
    (RegistrationState.CHECKED_IN, Shown(_("Checked in"), "info")),
    (RegistrationState.SAMPLED, Shown(_("Specimen taken"), "good")),
    (RegistrationState.ANSWERED, Shown(_("Answered"), "done")),
    (RegistrationState.DECLINED, Shown(_("Declined"), "done")),
    (RegistrationState.MISSED, Shown(_("Did not come"), "bad")),
    (RegistrationState.TURNED_AWAY, Shown(_("Not tested"), "bad")),
    (RegistrationState.CANCELLED, Shown(_("Cancelled"), "done")),
    (SpecimenState.TAKEN, Shown(_("At the site"), "plain")),
    (SpecimenState.SENT, Shown(_("On its way"), "wait")),
    (SpecimenState.RECEIVED, Shown(_("In the laboratory"), "info")),
    (SpecimenState.POOLED, Shown(_("In a pool"), "info")),
    (SpecimenState.RESULTED, Shown(_("Answered"), "good")),
    (SpecimenState.SPOILED, Shown(_("Cannot be used"), "bad")),
    (ResultState.ENTERED, Shown(_("Waits for release"), "wait")),
    (ResultState.RELEASED, Shown(_("Released"), "good")),
    (ResultState.REJECTED, Shown(_("Thrown away"), "bad")),
    (ResultState.SUPERSEDED, Shown(_("Replaced by a correction"), "done")),
    (FileState.WAITING, Shown(_("Being read"), "wait")),
    (FileState.READ, Shown(_("Read"), "good")),
    (FileState.REFUSED, Shown(_("Refused as a whole"), "bad")),
    (AlertState.OPEN, Shown(_("Disease control not told yet"), "bad")),
    (AlertState.NOTIFIED, Shown(_("Disease control told"), "wait")),
    (AlertState.CLOSED, Shown(_("Closed"), "done")),
)
#: An open alert whose deadline has passed.
OVERDUE = Shown(_("Overdue: disease control not told"), "bad")


def shown_alert(state: AlertState, *, due_at: datetime, now: datetime) -> Shown:
    """Return how an outbreak alert is called: an open one is overdue once its deadline has passed."""
    return OVERDUE if state is AlertState.OPEN and due_at <= now else WORDS[state]


def time_left(due_at: datetime, *, now: datetime) -> str:
    """Return how long is left until a deadline, or for how long it has passed, in hours and minutes."""
    seconds = int((due_at - now).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    sentence = (
        gettext("%(hours)s h %(minutes)s min left")
        if seconds > 0
        else gettext("overdue for %(hours)s h %(minutes)s min")
    )
    return sentence % {"hours": hours, "minutes": minutes}
