"""How the states of the vaccination programme are called on pages, and in which colour they stand."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khumkan.kernel.by_state import ByState
from khumkan.policies.states import PhaseState
from khumkan.ui.shown import Shown
from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.rules.certificates import Outcome
from khumkan.vaccination.rules.incidence import Because
from khumkan.vaccination.states import (
    AdverseState,
    DistrictChoiceState,
    DoseState,
    EnrolmentState,
    FollowUpState,
    ListFileState,
    LotState,
    PlanState,
    RequestState,
    RosterState,
    VisitState,
)

WORDS: Mapping[StrEnum, Shown] = ByState(
    (ListFileState.WAITING, Shown(_("Waits to be checked"), "wait")),
    (ListFileState.CHECKED, Shown(_("Checked, not yet taken"), "info")),
    (ListFileState.TAKEN, Shown(_("Taken over"), "good")),
    (ListFileState.REFUSED, Shown(_("Refused as a whole"), "bad")),
    (ListFileState.DROPPED, Shown(_("Put aside"), "done")),
    (RosterState.OPEN, Shown(_("Can be changed"), "good")),
    (RosterState.LOCKED, Shown(_("Locked"), "done")),
    (RequestState.ASKED, Shown(_("Request sent"), "wait")),
    (RequestState.ACCEPTED, Shown(_("Agreed"), "good")),
    (RequestState.REFUSED, Shown(_("Not agreed"), "bad")),
    (EnrolmentState.INVITED, Shown(_("Invited, has not answered"), "wait")),
    (EnrolmentState.CONFIRMED, Shown(_("Wants the vaccination"), "info")),
    (EnrolmentState.DECLINED, Shown(_("Does not want the vaccination"), "done")),
    (EnrolmentState.WITHDRAWN, Shown(_("Changed their mind: does not want it"), "done")),
    (EnrolmentState.COMPLETED, Shown(_("Has had every dose"), "good")),
    (EnrolmentState.ENDED, Shown(_("Ended by the office"), "done")),
    (DoseState.WAITING, Shown(_("Waits for a date"), "wait")),
    (DoseState.BOOKED, Shown(_("Has a date"), "info")),
    (DoseState.AT_SITE, Shown(_("Is at the site"), "info")),
    (DoseState.GIVEN, Shown(_("Given"), "good")),
    (DoseState.CANCELLED, Shown(_("Dose cancelled"), "done")),
    (VisitState.ARRIVED, Shown(_("Measure now"), "wait")),
    (VisitState.MEASURED, Shown(_("Ask about health"), "wait")),
    (VisitState.CLEARED, Shown(_("Give the dose"), "wait")),
    (VisitState.INJECTED, Shown(_("Under observation"), "info")),
    (VisitState.LEFT, Shown(_("Has left"), "done")),
    (VisitState.TURNED_BACK, Shown(_("Without a dose"), "bad")),
    (DistrictChoiceState.SIMULATED, Shown(_("Figures simulated"), "wait")),
    (DistrictChoiceState.SIGNED, Shown(_("Signed and frozen"), "good")),
    (DistrictChoiceState.DROPPED, Shown(_("Not used"), "done")),
    (PlanState.COMPUTING, Shown(_("Being computed"), "wait")),
    (PlanState.PROPOSED, Shown(_("Proposed, nothing booked yet"), "info")),
    (PlanState.CARRYING_OUT, Shown(_("Dates are being given"), "wait")),
    (PlanState.DONE, Shown(_("Carried out"), "good")),
    (PlanState.CANCELLED, Shown(_("Cancelled"), "done")),
    (PlanState.FAILED, Shown(_("Failed"), "bad")),
    (LotState.USABLE, Shown(_("May be used"), "good")),
    (LotState.HELD, Shown(_("Held back"), "bad")),
    (LotState.DISCARDED, Shown(_("Destroyed"), "done")),
    (AdverseState.REPORTED, Shown(_("Reported, with nobody yet"), "bad")),
    (AdverseState.ROUTED, Shown(_("With a doctor or the disease control"), "wait")),
    (AdverseState.CLOSED, Shown(_("Closed"), "done")),
    (FollowUpState.DUE, Shown(_("To be asked"), "wait")),
    (FollowUpState.ANSWERED, Shown(_("Has answered"), "good")),
    (FollowUpState.MISSED, Shown(_("No answer came"), "plain")),
)

# ------------------------------------------------------------------------------------- phases and choices of districts
PHASES: Mapping[str, Shown] = {
    PhaseState.PLANNED: Shown(_("Waits for a signature"), "wait"),
    PhaseState.OPEN: Shown(_("Open"), "good"),
    PhaseState.PAUSED: Shown(_("Paused"), "wait"),
    PhaseState.CLOSED: Shown(_("Closed"), "done"),
}
CHOICES: Mapping[str, Shown] = {
    DistrictChoiceState.SIMULATED: Shown(_("Waits for a signature"), "wait"),
    DistrictChoiceState.SIGNED: Shown(_("Signed"), "good"),
    DistrictChoiceState.DROPPED: Shown(_("Dropped"), "done"),
}
BECAUSE: Mapping[str, Shown] = {
    Because.CHOSEN: Shown(_("Chosen"), "good"),
    Because.RATE: Shown(_("Rate too low"), "plain"),
    Because.SUPPLY: Shown(_("Not enough doses"), "wait"),
    Because.NOBODY_LISTED: Shown(_("Nobody is listed"), "plain"),
    Because.NO_FIGURES: Shown(_("No figures"), "plain"),
}
#: What was done at each step, where a page tells what happened.
DONE: Mapping[VisitState, Promise] = {
    VisitState.ARRIVED: _("Checked in"),
    VisitState.MEASURED: _("Measured"),
    VisitState.CLEARED: _("Asked about health, agreed"),
    VisitState.INJECTED: _("Vaccinated"),
    VisitState.LEFT: _("Has left"),
    VisitState.TURNED_BACK: _("Without a dose"),
}
#: What a check of a certificate found: the headline, its colour, and what to do.
OUTCOMES: Mapping[Outcome, tuple[Shown, Promise]] = {
    Outcome.VALID: (
        Shown(_("Genuine and valid"), "good"),
        _("Please compare the name with an identity document."),
    ),
    Outcome.EXPIRED: (
        Shown(_("Genuine, but expired"), "wait"),
        _("It was issued by this office, and its time is over. The person can get a new one by calling 1506."),
    ),
    Outcome.REVOKED: (
        Shown(_("Revoked: it does not hold"), "bad"),
        _("It was issued by this office and taken back later. Questions: call 1506."),
    ),
    Outcome.FORGED: (
        Shown(_("Not genuine"), "bad"),
        _("It was changed, is damaged, or was never issued by this office. Please scan it once more."),
    ),
    Outcome.UNKNOWN_KEY: (
        Shown(_("Not signed by this office"), "bad"),
        _("It looks like a certificate of ours, but its signature is none of ours."),
    ),
    Outcome.NOT_OURS: (
        Shown(_("No certificate of this office"), "bad"),
        _("The text of a vaccination certificate of this office begins with KHK1: and nothing stands before that."),
    ),
}

#: Why people have no date yet, said of many to those who plan; each person reads a sentence of their own.
WAITS: Mapping[WaitingBecause, Promise] = {
    WaitingBecause.NEXT_PLAN: _("For the next plan"),
    WaitingBecause.AREA_NOT_OPEN: _("The area of the workplace is not open yet"),
    WaitingBecause.NO_DOSES: _("Not enough doses yet"),
    WaitingBecause.NO_PLACES: _("All places within reach are taken"),
    WaitingBecause.INTERVAL: _("Too early for the next dose"),
    WaitingBecause.NO_VACCINE_FOR_AGE: _("No vaccine for their age yet"),
    WaitingBecause.SHARE: _("Too many people of one workplace would be away on one day"),
    WaitingBecause.SITE_CLOSED: _("Their site was closed"),
    WaitingBecause.STOCK_SLIPPED: _("The doses for their date did not come"),
    WaitingBecause.MISSED: _("Did not come to their date"),
    WaitingBecause.DEFERRED: _("It was put off at the site"),
    WaitingBecause.GAVE_BACK: _("Gave their date back"),
    WaitingBecause.NO_ADDRESS: _("Not known where they live or work"),
}
