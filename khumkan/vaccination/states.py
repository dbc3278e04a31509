"""The states of the vaccination programme, the moves that are allowed, and who owns each state.

The diagrams in `docs/generated/` are printed from these tables.
"""

from collections.abc import Mapping
from enum import StrEnum

from khumkan.kernel import moves
from khumkan.kernel.actors import Role
from khumkan.kernel.by_state import ByState
from khumkan.kernel.errors import Verdict
from khumkan.kernel.moves import Moves


class ListFileState(StrEnum):
    """How far a list that an employer sent is."""

    WAITING = "waiting"  # kept, to be checked by the queue
    CHECKED = "checked"  # every row has its verdict; nothing is taken yet
    TAKEN = "taken"  # all rows without a fault were taken in one go
    REFUSED = "refused"  # as a whole: no table of ours, or damaged
    DROPPED = "dropped"  # the employer sent a better one, or thought better of it


class RosterState(StrEnum):
    """Whether an employer may still change its list."""

    OPEN = "open"
    LOCKED = "locked"  # from here on by request only


class RequestState(StrEnum):
    """What became of a request to change a locked list."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class EnrolmentState(StrEnum):
    """What the worker wants; nobody else decides that."""

    INVITED = "invited"  # is listed, and has not answered
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # had confirmed
    COMPLETED = "completed"  # has every dose
    ENDED = "ended"  # it cannot be: the register knows that the person has died


class DoseState(StrEnum):
    """How far one dose of one person is."""

    WAITING = "waiting"  # needs a date and a place
    BOOKED = "booked"
    AT_SITE = "at_site"
    GIVEN = "given"
    CANCELLED = "cancelled"  # is not wanted, or not needed any more


class VisitState(StrEnum):
    """At which step somebody is at the site."""

    ARRIVED = "arrived"
    MEASURED = "measured"  # weight, temperature, blood pressure
    CLEARED = "cleared"  # screened, and consented
    INJECTED = "injected"  # is observed
    LEFT = "left"
    TURNED_BACK = "turned_back"  # deferred, refused, or somebody else than on the document


class DistrictChoiceState(StrEnum):
    """How far a choice of districts is."""

    SIMULATED = "simulated"
    SIGNED = "signed"  # frozen, with its figures
    DROPPED = "dropped"


class PlanState(StrEnum):
    """How far a plan of dates and places is."""

    COMPUTING = "computing"
    PROPOSED = "proposed"  # its figures are shown; nothing is booked
    CARRYING_OUT = "carrying_out"  # approved; persons are booked part by part
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class LotState(StrEnum):
    """Whether doses of a lot may be given."""

    USABLE = "usable"
    HELD = "held"  # after a temperature out of range, or a recall: nobody gets it until somebody decided
    DISCARDED = "discarded"


class AdverseState(StrEnum):
    """How far a report of something that happened after a dose is."""

    REPORTED = "reported"
    ROUTED = "routed"  # a doctor or the disease control has it
    CLOSED = "closed"


class FollowUpState(StrEnum):
    """Whether somebody answered how they feel on a day after the dose."""

    DUE = "due"
    ANSWERED = "answered"
    MISSED = "missed"


MOVES: Mapping[type[StrEnum], Moves] = {
    ListFileState: {
        ListFileState.WAITING: frozenset({ListFileState.CHECKED, ListFileState.REFUSED, ListFileState.DROPPED}),
        ListFileState.CHECKED: frozenset({ListFileState.TAKEN, ListFileState.DROPPED, ListFileState.WAITING}),
        ListFileState.TAKEN: frozenset(),
        ListFileState.REFUSED: frozenset(),
        ListFileState.DROPPED: frozenset(),
    },
    RosterState: {
        RosterState.OPEN: frozenset({RosterState.LOCKED}),
        RosterState.LOCKED: frozenset({RosterState.OPEN}),  # the office gives everybody more time
    },
    RequestState: {
        RequestState.ASKED: frozenset({RequestState.ACCEPTED, RequestState.REFUSED}),
        RequestState.ACCEPTED: frozenset(),
        RequestState.REFUSED: frozenset(),
    },
    EnrolmentState: {
        EnrolmentState.INVITED: frozenset({EnrolmentState.CONFIRMED, EnrolmentState.DECLINED, EnrolmentState.ENDED}),
        EnrolmentState.CONFIRMED: frozenset({EnrolmentState.WITHDRAWN, EnrolmentState.COMPLETED, EnrolmentState.ENDED}),
        EnrolmentState.DECLINED: frozenset({EnrolmentState.CONFIRMED, EnrolmentState.ENDED}),  # people change minds
        EnrolmentState.WITHDRAWN: frozenset({EnrolmentState.CONFIRMED, EnrolmentState.ENDED}),
        EnrolmentState.COMPLETED: frozenset({EnrolmentState.CONFIRMED}),  # a booster, or a dose struck from the record
        EnrolmentState.ENDED: frozenset({EnrolmentState.INVITED}),
    },
    DoseState: {
        DoseState.WAITING: frozenset({DoseState.BOOKED, DoseState.AT_SITE, DoseState.CANCELLED}),
        DoseState.BOOKED: frozenset({DoseState.AT_SITE, DoseState.WAITING, DoseState.CANCELLED}),
        DoseState.AT_SITE: frozenset(
            {DoseState.GIVEN, DoseState.WAITING, DoseState.BOOKED, DoseState.CANCELLED}  # booked: it was somebody else
        ),
        DoseState.GIVEN: frozenset({DoseState.WAITING}),  # the record was struck: it never happened
        DoseState.CANCELLED: frozenset({DoseState.WAITING}),
    },
    VisitState: {
        VisitState.ARRIVED: frozenset({VisitState.MEASURED, VisitState.TURNED_BACK}),
        VisitState.MEASURED: frozenset({VisitState.CLEARED, VisitState.TURNED_BACK}),
        VisitState.CLEARED: frozenset({VisitState.INJECTED, VisitState.TURNED_BACK}),
        VisitState.INJECTED: frozenset({VisitState.LEFT}),
        VisitState.LEFT: frozenset(),
        VisitState.TURNED_BACK: frozenset(),
    },
    DistrictChoiceState: {
        DistrictChoiceState.SIMULATED: frozenset({DistrictChoiceState.SIGNED, DistrictChoiceState.DROPPED}),
        DistrictChoiceState.SIGNED: frozenset(),
        DistrictChoiceState.DROPPED: frozenset(),
    },
    PlanState: {
        PlanState.COMPUTING: frozenset({PlanState.PROPOSED, PlanState.CANCELLED, PlanState.FAILED}),
        PlanState.PROPOSED: frozenset({PlanState.CARRYING_OUT, PlanState.CANCELLED}),
        PlanState.CARRYING_OUT: frozenset({PlanState.DONE, PlanState.CANCELLED}),
        PlanState.DONE: frozenset(),
        # resumed where it stopped; a plan that moves people is computed anew
        PlanState.CANCELLED: frozenset({PlanState.CARRYING_OUT, PlanState.COMPUTING}),
        PlanState.FAILED: frozenset({PlanState.COMPUTING}),
    },
    LotState: {
        LotState.USABLE: frozenset({LotState.HELD, LotState.DISCARDED}),
        LotState.HELD: frozenset({LotState.USABLE, LotState.DISCARDED}),
        LotState.DISCARDED: frozenset(),
    },
    AdverseState: {
        AdverseState.REPORTED: frozenset({AdverseState.ROUTED, AdverseState.CLOSED}),
        AdverseState.ROUTED: frozenset({AdverseState.CLOSED}),
        AdverseState.CLOSED: frozenset({AdverseState.ROUTED}),  # it got worse
    },
    FollowUpState: {
        FollowUpState.DUE: frozenset({FollowUpState.ANSWERED, FollowUpState.MISSED}),
        FollowUpState.ANSWERED: frozenset(),
        FollowUpState.MISSED: frozenset({FollowUpState.ANSWERED}),
    },
}

#: Whose move is next, or who answers for the rest when nothing moves.
OWNERS: Mapping[StrEnum, Role] = ByState(
    (ListFileState.WAITING, Role.SYSTEM),
    (ListFileState.CHECKED, Role.EMPLOYER),
    (ListFileState.TAKEN, Role.EMPLOYER),
    (ListFileState.REFUSED, Role.EMPLOYER),
    (ListFileState.DROPPED, Role.EMPLOYER),
    (RosterState.OPEN, Role.EMPLOYER),
    (RosterState.LOCKED, Role.OFFICER),
    (RequestState.ASKED, Role.OFFICER),
    (RequestState.ACCEPTED, Role.EMPLOYER),
    (RequestState.REFUSED, Role.EMPLOYER),
    (EnrolmentState.INVITED, Role.PERSON),
    (EnrolmentState.CONFIRMED, Role.OFFICER),
    (EnrolmentState.DECLINED, Role.PERSON),
    (EnrolmentState.WITHDRAWN, Role.PERSON),
    (EnrolmentState.COMPLETED, Role.OFFICER),
    (EnrolmentState.ENDED, Role.OFFICER),
    (DoseState.WAITING, Role.OFFICER),
    (DoseState.BOOKED, Role.PERSON),
    (DoseState.AT_SITE, Role.VACCINATOR),
    (DoseState.GIVEN, Role.VACCINATOR),
    (DoseState.CANCELLED, Role.PERSON),
    (VisitState.ARRIVED, Role.VACCINATOR),
    (VisitState.MEASURED, Role.VACCINATOR),
    (VisitState.CLEARED, Role.VACCINATOR),
    (VisitState.INJECTED, Role.VACCINATOR),
    (VisitState.LEFT, Role.VACCINATOR),
    (VisitState.TURNED_BACK, Role.VACCINATOR),
    (DistrictChoiceState.SIMULATED, Role.OFFICER),
    (DistrictChoiceState.SIGNED, Role.OFFICER),
    (DistrictChoiceState.DROPPED, Role.OFFICER),
    (PlanState.COMPUTING, Role.SYSTEM),
    (PlanState.PROPOSED, Role.OFFICER),
    (PlanState.CARRYING_OUT, Role.SYSTEM),
    (PlanState.DONE, Role.OFFICER),
    (PlanState.CANCELLED, Role.OFFICER),
    (PlanState.FAILED, Role.OFFICER),
    (LotState.USABLE, Role.VACCINATOR),
    (LotState.HELD, Role.OFFICER),
    (LotState.DISCARDED, Role.OFFICER),
    (AdverseState.REPORTED, Role.OFFICER),
    (AdverseState.ROUTED, Role.OFFICER),
    (AdverseState.CLOSED, Role.OFFICER),
    (FollowUpState.DUE, Role.PERSON),
    (FollowUpState.ANSWERED, Role.OFFICER),
    (FollowUpState.MISSED, Role.OFFICER),
)

#: An enrolment that can still lead to a dose; a person has at most one enrolment.
LIVE_ENROLMENTS = (EnrolmentState.INVITED, EnrolmentState.CONFIRMED)
#: A dose that is still to come; a person has at most one.
COMING_DOSES = (DoseState.WAITING, DoseState.BOOKED, DoseState.AT_SITE)
#: Somebody is at the site.
LIVE_VISITS = (VisitState.ARRIVED, VisitState.MEASURED, VisitState.CLEARED, VisitState.INJECTED)
#: A plan that somebody still looks at or carries out; an area has at most one.
LIVE_PLANS = (PlanState.COMPUTING, PlanState.PROPOSED, PlanState.CARRYING_OUT)


def may_move(old: StrEnum, new: StrEnum) -> Verdict:
    """Say whether a move is in the table."""
    return moves.may_move(MOVES, old, new)
