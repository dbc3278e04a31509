"""The states of a claim, the moves between them and who owns each state."""

from collections.abc import Mapping
from enum import StrEnum

from khumkan.kernel.actors import Role
from khumkan.kernel.words import N_


class ClaimState(StrEnum):
    """A hold counts like a taken place until it lapses."""

    HELD = "held"
    TAKEN = "taken"
    RELEASED = "released"


class Release(StrEnum):
    """Why a claim ended."""

    GIVEN_BACK = "given_back"
    MOVED = "moved"
    LAPSED = "lapsed"


ACTIVE = (ClaimState.HELD, ClaimState.TAKEN)
MOVES: Mapping[ClaimState, frozenset[ClaimState]] = {
    ClaimState.HELD: frozenset({ClaimState.TAKEN, ClaimState.RELEASED}),
    ClaimState.TAKEN: frozenset({ClaimState.RELEASED}),
    ClaimState.RELEASED: frozenset(),
}
OWNERS: Mapping[ClaimState, Role | None] = {
    ClaimState.HELD: Role.SYSTEM,
    ClaimState.TAKEN: Role.PERSON,
    ClaimState.RELEASED: None,
}
WORDS: Mapping[ClaimState, str] = {
    ClaimState.HELD: N_("Held"),
    ClaimState.TAKEN: N_("Taken"),
    ClaimState.RELEASED: N_("Given back"),
}
