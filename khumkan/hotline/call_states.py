"""The states of telephone calls and of call-backs, the moves that are allowed, and who owns each state.

The diagrams in `docs/generated/` are printed from these tables.
"""

from collections.abc import Mapping
from enum import StrEnum

from khumkan.kernel import moves
from khumkan.kernel.actors import Role
from khumkan.kernel.by_state import ByState
from khumkan.kernel.errors import Verdict
from khumkan.kernel.moves import Moves


class CallState(StrEnum):
    """How far one telephone call is, by what the exchange has told until now."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"  # somebody spoke with the caller
    ABANDONED = "abandoned"  # over, and nobody answered


class CallBackState(StrEnum):
    """How far the promise is that the hotline calls somebody back."""

    DUE = "due"  # at its hour, or as soon as somebody is free
    CALLING = "calling"  # a member of the hotline has it
    REACHED = "reached"
    NOT_REACHED = "not_reached"  # tried as often as the terms say
    CANCELLED = "cancelled"  # not needed any more


MOVES: Mapping[type[StrEnum], Moves] = {
    CallState: {
        CallState.RINGING: frozenset({CallState.ANSWERED, CallState.ENDED, CallState.ABANDONED}),
        CallState.ANSWERED: frozenset({CallState.ENDED}),
        CallState.ENDED: frozenset(),
        CallState.ABANDONED: frozenset({CallState.ENDED}),  # that somebody answered was told late
    },
    CallBackState: {
        CallBackState.DUE: frozenset({CallBackState.CALLING, CallBackState.CANCELLED}),
        CallBackState.CALLING: frozenset(
            {CallBackState.DUE, CallBackState.REACHED, CallBackState.NOT_REACHED, CallBackState.CANCELLED}
        ),
        CallBackState.REACHED: frozenset(),
        CallBackState.NOT_REACHED: frozenset(),
        CallBackState.CANCELLED: frozenset(),
    },
}

#: Whose move is next, or who answers for the rest when nothing moves.
OWNERS: Mapping[StrEnum, Role] = ByState(
    (CallState.RINGING, Role.CLIENT),
    (CallState.ANSWERED, Role.AGENT),
    (CallState.ENDED, Role.AGENT),
    (CallState.ABANDONED, Role.SYSTEM),
    (CallBackState.DUE, Role.AGENT),
    (CallBackState.CALLING, Role.AGENT),
    (CallBackState.REACHED, Role.SUPERVISOR),
    (CallBackState.NOT_REACHED, Role.SUPERVISOR),
    (CallBackState.CANCELLED, Role.SUPERVISOR),
)

#: A call that is not over.
LIVE_CALLS = (CallState.RINGING, CallState.ANSWERED)
#: A promise that still has to be kept.
LIVE_CALL_BACKS = (CallBackState.DUE, CallBackState.CALLING)


def may_move(old: StrEnum, new: StrEnum) -> Verdict:
    """Say whether a move is in the table."""
    return moves.may_move(MOVES, old, new)
