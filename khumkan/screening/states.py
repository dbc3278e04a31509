"""The states of the testing programme, the moves that are allowed, and who owns each state.

The diagrams in `docs/generated/` are printed from these tables.
"""

from collections.abc import Mapping
from enum import StrEnum

from khumkan.kernel import moves
from khumkan.kernel.actors import Role
from khumkan.kernel.by_state import ByState
from khumkan.kernel.errors import Verdict
from khumkan.kernel.moves import Moves


class RoundState(StrEnum):
    """How far a workplace round is."""

    PLANNED = "planned"
    FROZEN = "frozen"  # the frame is hashed and the seed committed, both published
    DRAWN = "drawn"  # the seed is revealed
    ANNOUNCED = "announced"  # employers and workers know day and place
    CLOSED = "closed"
    CANCELLED = "cancelled"


class RegistrationState(StrEnum):
    """How far one person's way to one test is."""

    WAITING = "waiting"
    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    SAMPLED = "sampled"
    ANSWERED = "answered"  # a result was released to the person
    DECLINED = "declined"
    MISSED = "missed"
    TURNED_AWAY = "turned_away"
    CANCELLED = "cancelled"


class SpecimenState(StrEnum):
    """Where a specimen is and whether an answer is known."""

    TAKEN = "taken"
    SENT = "sent"
    RECEIVED = "received"
    POOLED = "pooled"
    RESULTED = "resulted"
    SPOILED = "spoiled"  # lost, leaked or invalid: the person is asked to come again


class ResultState(StrEnum):
    """Whether a result may be believed."""

    ENTERED = "entered"
    RELEASED = "released"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class FileState(StrEnum):
    """How far a file of results is."""

    WAITING = "waiting"  # kept, and queued to be read
    READ = "read"  # every row has its verdict
    REFUSED = "refused"  # refused as a whole; nothing of it was used


class AlertState(StrEnum):
    """How far an outbreak alert is."""

    OPEN = "open"
    NOTIFIED = "notified"
    CLOSED = "closed"


MOVES: Mapping[type[StrEnum], Moves] = {
    RoundState: {
        RoundState.PLANNED: frozenset({RoundState.FROZEN, RoundState.CANCELLED}),
        RoundState.FROZEN: frozenset({RoundState.DRAWN, RoundState.CANCELLED}),
        RoundState.DRAWN: frozenset({RoundState.ANNOUNCED, RoundState.CANCELLED}),
        RoundState.ANNOUNCED: frozenset({RoundState.CLOSED, RoundState.CANCELLED}),
        RoundState.CLOSED: frozenset(),
        RoundState.CANCELLED: frozenset(),
    },
    RegistrationState: {
        RegistrationState.WAITING: frozenset(
            {RegistrationState.BOOKED, RegistrationState.DECLINED, RegistrationState.CANCELLED}
        ),
        RegistrationState.BOOKED: frozenset(
            {
                RegistrationState.CHECKED_IN,
                RegistrationState.WAITING,
                RegistrationState.DECLINED,
                RegistrationState.MISSED,
                RegistrationState.TURNED_AWAY,
                RegistrationState.CANCELLED,
            }
        ),
        RegistrationState.CHECKED_IN: frozenset({RegistrationState.SAMPLED, RegistrationState.TURNED_AWAY}),
        RegistrationState.SAMPLED: frozenset({RegistrationState.ANSWERED, RegistrationState.WAITING}),
        RegistrationState.ANSWERED: frozenset(),
        RegistrationState.DECLINED: frozenset(),
        RegistrationState.MISSED: frozenset({RegistrationState.WAITING}),
        RegistrationState.TURNED_AWAY: frozenset(),
        RegistrationState.CANCELLED: frozenset(),
    },
    SpecimenState: {
        SpecimenState.TAKEN: frozenset({SpecimenState.SENT, SpecimenState.RESULTED, SpecimenState.SPOILED}),
        SpecimenState.SENT: frozenset({SpecimenState.RECEIVED, SpecimenState.SPOILED}),
        SpecimenState.RECEIVED: frozenset({SpecimenState.POOLED, SpecimenState.RESULTED, SpecimenState.SPOILED}),
        SpecimenState.POOLED: frozenset({SpecimenState.RECEIVED, SpecimenState.RESULTED, SpecimenState.SPOILED}),
        SpecimenState.RESULTED: frozenset(),
        SpecimenState.SPOILED: frozenset(),
    },
    ResultState: {
        ResultState.ENTERED: frozenset({ResultState.RELEASED, ResultState.REJECTED}),
        ResultState.RELEASED: frozenset({ResultState.SUPERSEDED}),
        ResultState.REJECTED: frozenset(),
        ResultState.SUPERSEDED: frozenset(),
    },
    FileState: {
        FileState.WAITING: frozenset({FileState.READ, FileState.REFUSED}),
        FileState.READ: frozenset(),
        FileState.REFUSED: frozenset(),
    },
    AlertState: {
        AlertState.OPEN: frozenset({AlertState.NOTIFIED}),
        AlertState.NOTIFIED: frozenset({AlertState.CLOSED}),
        AlertState.CLOSED: frozenset(),
    },
}

#: Whose move is next, or who answers for the rest when nothing moves.
OWNERS: Mapping[StrEnum, Role] = ByState(
    (RoundState.PLANNED, Role.OFFICER),
    (RoundState.FROZEN, Role.OFFICER),
    (RoundState.DRAWN, Role.OFFICER),
    (RoundState.ANNOUNCED, Role.OFFICER),
    (RoundState.CLOSED, Role.OFFICER),
    (RoundState.CANCELLED, Role.OFFICER),
    (RegistrationState.WAITING, Role.OFFICER),
    (RegistrationState.BOOKED, Role.PERSON),
    (RegistrationState.CHECKED_IN, Role.SWABBER),
    (RegistrationState.SAMPLED, Role.LAB),
    (RegistrationState.ANSWERED, Role.PERSON),
    (RegistrationState.DECLINED, Role.PERSON),
    (RegistrationState.MISSED, Role.OFFICER),
    (RegistrationState.TURNED_AWAY, Role.OFFICER),
    (RegistrationState.CANCELLED, Role.OFFICER),
    (SpecimenState.TAKEN, Role.SWABBER),
    (SpecimenState.SENT, Role.DRIVER),
    (SpecimenState.RECEIVED, Role.LAB),
    (SpecimenState.POOLED, Role.LAB),
    (SpecimenState.RESULTED, Role.LAB),
    (SpecimenState.SPOILED, Role.OFFICER),
    (ResultState.ENTERED, Role.LAB),
    (ResultState.RELEASED, Role.LAB),
    (ResultState.REJECTED, Role.LAB),
    (ResultState.SUPERSEDED, Role.LAB),
    (FileState.WAITING, Role.SYSTEM),
    (FileState.READ, Role.LAB),
    (FileState.REFUSED, Role.LAB),
    (AlertState.OPEN, Role.OFFICER),
    (AlertState.NOTIFIED, Role.OFFICER),
    (AlertState.CLOSED, Role.OFFICER),
)

#: A person has at most one registration in these states at a time.
LIVE_REGISTRATIONS = (
    RegistrationState.WAITING,
    RegistrationState.BOOKED,
    RegistrationState.CHECKED_IN,
    RegistrationState.SAMPLED,
)


def may_move(old: StrEnum, new: StrEnum) -> Verdict:
    """Say whether a move is in the table."""
    return moves.may_move(MOVES, old, new)
