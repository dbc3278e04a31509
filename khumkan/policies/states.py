"""The states of a phase, the moves between them and who owns each state."""

from collections.abc import Mapping
from enum import StrEnum

from khumkan.kernel.actors import Role
from khumkan.kernel.words import N_


class PhaseState(StrEnum):
    """Where a phase stands; its window of days applies on top."""

    PLANNED = "planned"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


MOVES: Mapping[PhaseState, frozenset[PhaseState]] = {
    PhaseState.PLANNED: frozenset({PhaseState.OPEN, PhaseState.CLOSED}),
    PhaseState.OPEN: frozenset({PhaseState.PAUSED, PhaseState.CLOSED}),
    PhaseState.PAUSED: frozenset({PhaseState.OPEN, PhaseState.CLOSED}),
    PhaseState.CLOSED: frozenset(),
}
OWNERS: Mapping[PhaseState, Role | None] = {
    PhaseState.PLANNED: Role.OFFICER,
    PhaseState.OPEN: Role.OFFICER,
    PhaseState.PAUSED: Role.OFFICER,
    PhaseState.CLOSED: None,
}
WORDS: Mapping[PhaseState, str] = {
    PhaseState.PLANNED: N_("Planned"),
    PhaseState.OPEN: N_("Open"),
    PhaseState.PAUSED: N_("Paused"),
    PhaseState.CLOSED: N_("Closed"),
}
