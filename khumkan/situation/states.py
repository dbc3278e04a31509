"""The states of what the situation centre watches, the moves that are allowed, and who owns each state.

The diagrams in `docs/generated/` are printed from these tables.
"""

from collections.abc import Mapping
from enum import StrEnum

from khumkan.kernel import moves
from khumkan.kernel.actors import Role
from khumkan.kernel.by_state import ByState
from khumkan.kernel.errors import Verdict
from khumkan.kernel.moves import Moves


class AlarmState(StrEnum):
    """How far an alarm is."""

    OPEN = "open"
    SEEN = "seen"  # an officer has taken it on
    CLOSED = "closed"  # the figure is within its limit again


class AnnouncementState(StrEnum):
    """How far an announcement is."""

    DRAFT = "draft"  # is being written, in both languages
    SUBMITTED = "submitted"  # waits for a second officer
    SCHEDULED = "scheduled"  # approved; its time has not come
    SENDING = "sending"  # can be read; its messages are being put into the queue
    PUBLISHED = "published"  # can be read; every message is in the queue or on its way
    STOPPED = "stopped"  # can be read; what no provider had yet is not sent any more
    WITHDRAWN = "withdrawn"  # was wrong or is over: the page says so, and those who were told are told
    DROPPED = "dropped"  # was never approved


MOVES: Mapping[type[StrEnum], Moves] = {
    AlarmState: {
        AlarmState.OPEN: frozenset({AlarmState.SEEN, AlarmState.CLOSED}),
        AlarmState.SEEN: frozenset({AlarmState.CLOSED}),
        AlarmState.CLOSED: frozenset(),
    },
    AnnouncementState: {
        AnnouncementState.DRAFT: frozenset({AnnouncementState.SUBMITTED, AnnouncementState.DROPPED}),
        AnnouncementState.SUBMITTED: frozenset({AnnouncementState.DRAFT, AnnouncementState.SCHEDULED}),
        AnnouncementState.SCHEDULED: frozenset(
            {AnnouncementState.SENDING, AnnouncementState.PUBLISHED, AnnouncementState.WITHDRAWN}
        ),
        AnnouncementState.SENDING: frozenset(
            {AnnouncementState.PUBLISHED, AnnouncementState.STOPPED, AnnouncementState.WITHDRAWN}
        ),
        AnnouncementState.PUBLISHED: frozenset({AnnouncementState.STOPPED, AnnouncementState.WITHDRAWN}),
        AnnouncementState.STOPPED: frozenset({AnnouncementState.WITHDRAWN}),
        AnnouncementState.WITHDRAWN: frozenset(),
        AnnouncementState.DROPPED: frozenset(),
    },
}

#: Whose move is next, or who answers for the rest when nothing moves.
OWNERS: Mapping[StrEnum, Role] = ByState(
    (AlarmState.OPEN, Role.OFFICER),
    (AlarmState.SEEN, Role.OFFICER),
    (AlarmState.CLOSED, Role.OFFICER),
    (AnnouncementState.DRAFT, Role.OFFICER),
    (AnnouncementState.SUBMITTED, Role.OFFICER),
    (AnnouncementState.SCHEDULED, Role.SYSTEM),
    (AnnouncementState.SENDING, Role.SYSTEM),
    (AnnouncementState.PUBLISHED, Role.OFFICER),
    (AnnouncementState.STOPPED, Role.OFFICER),
    (AnnouncementState.WITHDRAWN, Role.OFFICER),
    (AnnouncementState.DROPPED, Role.OFFICER),
)
#: Can be read by those whom it concerns.
OUT = frozenset({AnnouncementState.SENDING, AnnouncementState.PUBLISHED, AnnouncementState.STOPPED})
#: A second officer has said yes.
APPROVED = frozenset({AnnouncementState.SCHEDULED, *OUT})


def may_move(old: StrEnum, new: StrEnum) -> Verdict:
    """Say whether a move is in the table."""
    return moves.may_move(MOVES, old, new)
