"""What every step of a round begins and ends with."""

from khumkan import record
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import check
from khumkan.screening.models import Round
from khumkan.screening.permissions import rounds as permissions
from khumkan.screening.states import RoundState, may_move

PREFIX = "R"


def locked(round: Round, *, by: Actor) -> Round:
    """Return the round as it is now, locked until the end of the transaction: two officers at once go one by one.

    :raises Missing: when the actor may not run it.
    """
    fresh = Round.objects.select_for_update().get(pk=round.pk)
    permissions.check_may_run(by, fresh)
    return fresh


def ready_for(round: Round, state: RoundState, *, by: Actor) -> Round:
    """Return the round, locked, when it may move to a state.

    :raises Refused: when somebody else was faster, or a step was left out.
    """
    fresh = locked(round, by=by)
    check(may_move(RoundState(fresh.state), state))
    return fresh


def note(what: str, round: Round, *, by: Actor, **data: int | str) -> None:
    """Write an event about a round."""
    record.write(f"screening.round_{what}", by=by, about=round, data=data)
