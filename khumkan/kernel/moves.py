"""Whether a state may become another: asked of the table of moves that every programme has."""

from collections.abc import Mapping
from enum import StrEnum

from khumkan.kernel.errors import Reason, Verdict
from khumkan.kernel.words import N_

Moves = Mapping[StrEnum, frozenset[StrEnum]]


def may_move(moves: Mapping[type[StrEnum], Moves], old: StrEnum, new: StrEnum) -> Verdict:
    """Say whether a move is in the table."""
    if new in moves[type(old)][old]:
        return Verdict.yes()
    return Verdict.no(
        Reason(
            "state_moved_on",
            N_("This has moved on in the meantime (it is “%(state)s” now). Please look at it again."),
            {"state": old.value},
        )
    )
