"""The states of the hospitels, the moves that are allowed, and who owns each state.

The diagrams in `docs/generated/` are printed from these tables.
"""

from collections.abc import Mapping
from enum import StrEnum

from khumkan.kernel import moves
from khumkan.kernel.actors import Role
from khumkan.kernel.by_state import ByState
from khumkan.kernel.errors import Verdict
from khumkan.kernel.moves import Moves


class CareState(StrEnum):
    """How far one person's care is."""

    ASKED = "asked"  # the questions of triage are not answered yet
    WAITING = "waiting"  # needs a bed
    PLACED = "placed"  # a bed is held
    ADMITTED = "admitted"  # lies in a bed
    AT_HOME = "at_home"  # is looked after at home
    DISCHARGED = "discharged"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # a corrected result took the reason away


class StayState(StrEnum):
    """How far one person's stay in one bed is."""

    HELD = "held"
    ON_THE_WAY = "on_the_way"
    ADMITTED = "admitted"
    LEAVING = "leaving"  # may go, has not left yet
    LEFT = "left"
    LAPSED = "lapsed"
    GIVEN_BACK = "given_back"


class FacilityState(StrEnum):
    """Whether a site takes people."""

    OPEN = "open"
    SUSPENDED = "suspended"  # takes nobody new
    CLOSED = "closed"  # everybody is moved


class RunState(StrEnum):
    """How far a drive is."""

    PLANNED = "planned"
    STARTED = "started"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class PickupState(StrEnum):
    """What became of one person on a drive."""

    PLANNED = "planned"
    PICKED_UP = "picked_up"
    DELIVERED = "delivered"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    CANCELLED = "cancelled"


class EscalationState(StrEnum):
    """How far a doctor's look at somebody who got worse is."""

    RAISED = "raised"
    MOVING = "moving"  # the doctor decided for hospital; a bed is looked for, or transport is on its way
    CLOSED = "closed"


MOVES: Mapping[type[StrEnum], Moves] = {
    CareState: {
        CareState.ASKED: frozenset(
            {CareState.WAITING, CareState.AT_HOME, CareState.DISCHARGED, CareState.DECLINED, CareState.WITHDRAWN}
        ),
        CareState.WAITING: frozenset(
            {
                CareState.PLACED,
                CareState.ADMITTED,
                CareState.AT_HOME,
                CareState.DISCHARGED,
                CareState.DECLINED,
                CareState.WITHDRAWN,
            }
        ),
        CareState.PLACED: frozenset(
            {
                CareState.ADMITTED,
                CareState.WAITING,
                CareState.AT_HOME,
                CareState.DISCHARGED,
                CareState.DECLINED,
                CareState.WITHDRAWN,
            }
        ),
        CareState.ADMITTED: frozenset({CareState.DISCHARGED, CareState.WITHDRAWN}),
        CareState.AT_HOME: frozenset(
            {CareState.WAITING, CareState.DISCHARGED, CareState.DECLINED, CareState.WITHDRAWN}
        ),
        CareState.DISCHARGED: frozenset(),
        CareState.DECLINED: frozenset({CareState.ASKED}),  # people change their minds
        CareState.WITHDRAWN: frozenset(),
    },
    StayState: {
        StayState.HELD: frozenset({StayState.ON_THE_WAY, StayState.ADMITTED, StayState.LAPSED, StayState.GIVEN_BACK}),
        StayState.ON_THE_WAY: frozenset({StayState.ADMITTED, StayState.LAPSED, StayState.GIVEN_BACK}),
        StayState.ADMITTED: frozenset({StayState.LEAVING, StayState.LEFT}),
        StayState.LEAVING: frozenset({StayState.LEFT, StayState.ADMITTED}),
        StayState.LEFT: frozenset(),
        StayState.LAPSED: frozenset({StayState.ADMITTED}),  # came late, and nobody else had the bed
        StayState.GIVEN_BACK: frozenset(),
    },
    FacilityState: {
        FacilityState.OPEN: frozenset({FacilityState.SUSPENDED, FacilityState.CLOSED}),
        FacilityState.SUSPENDED: frozenset({FacilityState.OPEN, FacilityState.CLOSED}),
        FacilityState.CLOSED: frozenset({FacilityState.OPEN}),
    },
    RunState: {
        RunState.PLANNED: frozenset({RunState.STARTED, RunState.CANCELLED}),
        RunState.STARTED: frozenset({RunState.FINISHED}),
        RunState.FINISHED: frozenset(),
        RunState.CANCELLED: frozenset(),
    },
    PickupState: {
        PickupState.PLANNED: frozenset(
            {PickupState.PICKED_UP, PickupState.REFUSED, PickupState.NOT_FOUND, PickupState.CANCELLED}
        ),
        # in the vehicle until the front desk has let the person in; taken off when the bed was given up on the way
        PickupState.PICKED_UP: frozenset({PickupState.DELIVERED, PickupState.REFUSED, PickupState.CANCELLED}),
        PickupState.DELIVERED: frozenset(),
        PickupState.REFUSED: frozenset(),
        PickupState.NOT_FOUND: frozenset(),
        PickupState.CANCELLED: frozenset(),
    },
    EscalationState: {
        EscalationState.RAISED: frozenset({EscalationState.MOVING, EscalationState.CLOSED}),
        EscalationState.MOVING: frozenset({EscalationState.CLOSED}),
        EscalationState.CLOSED: frozenset(),
    },
}

#: Whose move is next, or who answers for the rest when nothing moves.
OWNERS: Mapping[StrEnum, Role] = ByState(
    (CareState.ASKED, Role.PERSON),
    (CareState.WAITING, Role.OFFICER),
    (CareState.PLACED, Role.DRIVER),
    (CareState.ADMITTED, Role.NURSE),
    (CareState.AT_HOME, Role.NURSE),
    (CareState.DISCHARGED, Role.NURSE),
    (CareState.DECLINED, Role.PERSON),
    (CareState.WITHDRAWN, Role.OFFICER),
    (StayState.HELD, Role.DRIVER),
    (StayState.ON_THE_WAY, Role.FRONT_DESK),
    (StayState.ADMITTED, Role.NURSE),
    (StayState.LEAVING, Role.FRONT_DESK),
    (StayState.LEFT, Role.FRONT_DESK),
    (StayState.LAPSED, Role.OFFICER),
    (StayState.GIVEN_BACK, Role.OFFICER),
    (FacilityState.OPEN, Role.OFFICER),
    (FacilityState.SUSPENDED, Role.OFFICER),
    (FacilityState.CLOSED, Role.OFFICER),
    (RunState.PLANNED, Role.OFFICER),
    (RunState.STARTED, Role.DRIVER),
    (RunState.FINISHED, Role.DRIVER),
    (RunState.CANCELLED, Role.OFFICER),
    (PickupState.PLANNED, Role.DRIVER),
    (PickupState.PICKED_UP, Role.DRIVER),
    (PickupState.DELIVERED, Role.FRONT_DESK),
    (PickupState.REFUSED, Role.OFFICER),
    (PickupState.NOT_FOUND, Role.OFFICER),
    (PickupState.CANCELLED, Role.OFFICER),
    (EscalationState.RAISED, Role.NURSE),
    (EscalationState.MOVING, Role.OFFICER),
    (EscalationState.CLOSED, Role.NURSE),
)

#: A person has at most one care in these states at a time.
LIVE_CARES = (CareState.ASKED, CareState.WAITING, CareState.PLACED, CareState.ADMITTED, CareState.AT_HOME)
#: A bed is promised; the promise lapses by itself.
PROMISED = (StayState.HELD, StayState.ON_THE_WAY)
#: The person lies in the bed, for as long as it takes.
PRESENT = (StayState.ADMITTED, StayState.LEAVING)
#: A drive that somebody plans or drives.
LIVE_RUNS = (RunState.PLANNED, RunState.STARTED)
#: Somebody is on the list of a drive, or in its vehicle.
LIVE_PICKUPS = (PickupState.PLANNED, PickupState.PICKED_UP)


def may_move(old: StrEnum, new: StrEnum) -> Verdict:
    """Say whether a move is in the table."""
    return moves.may_move(MOVES, old, new)
