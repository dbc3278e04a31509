"""The states of the hotline's cases, articles and alerts, the moves that are allowed, and who owns each state.

The diagrams in `docs/generated/` are printed from these tables.
"""

from collections.abc import Mapping
from enum import StrEnum

from khumkan.kernel import moves
from khumkan.kernel.actors import Role
from khumkan.kernel.by_state import ByState
from khumkan.kernel.errors import Verdict
from khumkan.kernel.moves import Moves


class CaseState(StrEnum):
    """How far one case is."""

    NEW = "new"  # lies in its queue; nobody has it
    OPEN = "open"  # somebody works on it
    WAITING = "waiting"  # for the thing that solves it, or for the caller; the owner keeps it
    DONE = "done"
    MERGED = "merged"  # is about the same as another case, which goes on


class ArticleState(StrEnum):
    """Where the newest version of an article stands; what people read meanwhile is the version published last."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class AlertState(StrEnum):
    """How far an alert about somebody who looked at too many people, or at a decoy, is."""

    OPEN = "open"
    ALLOWED = "allowed"  # a second person lets them go on for some time
    SETTLED = "settled"  # a second person looked into it


MOVES: Mapping[type[StrEnum], Moves] = {
    CaseState: {
        CaseState.NEW: frozenset({CaseState.OPEN, CaseState.WAITING, CaseState.DONE, CaseState.MERGED}),
        CaseState.OPEN: frozenset({CaseState.NEW, CaseState.WAITING, CaseState.DONE, CaseState.MERGED}),
        CaseState.WAITING: frozenset({CaseState.NEW, CaseState.OPEN, CaseState.DONE, CaseState.MERGED}),
        CaseState.DONE: frozenset({CaseState.NEW}),  # the caller calls again about the same
        CaseState.MERGED: frozenset(),
    },
    ArticleState: {
        ArticleState.DRAFT: frozenset({ArticleState.REVIEWED, ArticleState.WITHDRAWN}),
        ArticleState.REVIEWED: frozenset({ArticleState.DRAFT, ArticleState.PUBLISHED, ArticleState.WITHDRAWN}),
        ArticleState.PUBLISHED: frozenset({ArticleState.DRAFT, ArticleState.WITHDRAWN}),
        ArticleState.WITHDRAWN: frozenset({ArticleState.DRAFT}),
    },
    AlertState: {
        AlertState.OPEN: frozenset({AlertState.ALLOWED, AlertState.SETTLED}),
        AlertState.ALLOWED: frozenset(),
        AlertState.SETTLED: frozenset(),
    },
}

#: Whose move is next, or who answers for the rest when nothing moves.
OWNERS: Mapping[StrEnum, Role] = ByState(
    (CaseState.NEW, Role.AGENT),
    (CaseState.OPEN, Role.AGENT),
    (CaseState.WAITING, Role.SYSTEM),
    (CaseState.DONE, Role.SUPERVISOR),
    (CaseState.MERGED, Role.SUPERVISOR),
    (ArticleState.DRAFT, Role.AGENT),
    (ArticleState.REVIEWED, Role.SUPERVISOR),
    (ArticleState.PUBLISHED, Role.SUPERVISOR),
    (ArticleState.WITHDRAWN, Role.SUPERVISOR),
    (AlertState.OPEN, Role.SUPERVISOR),
    (AlertState.ALLOWED, Role.SUPERVISOR),
    (AlertState.SETTLED, Role.PRIVACY_OFFICER),
)

#: A case that somebody still has to solve.
LIVE_CASES = (CaseState.NEW, CaseState.OPEN, CaseState.WAITING)
#: A case that lies with a member of staff, and counts towards how many they may have.
HELD_CASES = (CaseState.OPEN,)
#: A case that has ended.
ENDED_CASES = (CaseState.DONE, CaseState.MERGED)


def may_move(old: StrEnum, new: StrEnum) -> Verdict:
    """Say whether a move is in the table."""
    return moves.may_move(MOVES, old, new)
