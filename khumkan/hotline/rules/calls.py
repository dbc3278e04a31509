"""What is known of a call after each thing that the exchange tells, in whatever order it tells it; what is counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from khumkan.hotline.call_choices import Told
from khumkan.hotline.call_states import CallState
from khumkan.kernel.errors import Reason, Verdict
from khumkan.kernel.words import N_

#: What an exchange tells later than this is no news of a call.
OLDEST = timedelta(hours=24)
#: How far the clock of an exchange may be ahead of ours.
AHEAD = timedelta(minutes=5)


class Counted(StrEnum):
    """What the wallboard counts of each hour."""

    CAME = "came"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    SOLVED = "solved"
    WAITED = "waited"  # seconds until somebody answered, of all answered calls together


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments of one call.

    :param rang_at: when it first rang; `rings_at` when it began to ring where it rings now.
    :param agent_id: for whom it rings, or who answered.
    """

    rang_at: datetime | None = None
    rings_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    agent_id: int | None = None
    wants_call_back: bool = False


def after(known: Moments, what: Told, *, at: datetime, agent_id: int | None = None) -> Moments:
    """Return what is known after the exchange told something more.

    Each moment is the earliest told, so that the same told twice changes nothing and the order does not matter. Who
    answered is whom the first answer names; until then the call belongs to whom it rings for last.
    """
    if what is Told.RINGING:
        return _rang(known, at, agent_id)
    if what is Told.ANSWERED:
        if known.answered_at is not None and known.answered_at <= at:
            return known
        return replace(known, answered_at=at, agent_id=agent_id if agent_id is not None else known.agent_id)
    if what is Told.WANTS_CALL_BACK:
        return replace(known, wants_call_back=True)
    return replace(known, ended_at=_earliest(known.ended_at, at))


def state_of(known: Moments) -> CallState:
    """Return how far a call is: a call that is over was answered, or it was not."""
    if known.answered_at is not None:
        return CallState.ANSWERED if known.ended_at is None else CallState.ENDED
    return CallState.RINGING if known.ended_at is None else CallState.ABANDONED


def is_believable(at: datetime, *, now: datetime) -> Verdict:
    """Say whether a moment that an exchange names can be one of a call of today."""
    if now - OLDEST <= at <= now + AHEAD:
        return Verdict.yes()
    return Verdict.no(Reason("clock", N_("This moment is too far from now. Check the clock of the exchange.")))


def counted(known: Moments, *, solved: bool) -> Mapping[Counted, int]:
    """Return what one call adds to the counters of the hour in which it came."""
    state = state_of(known)
    begin = known.rang_at
    waited = 0
    if known.answered_at is not None and begin is not None:
        waited = max(0, int((known.answered_at - begin).total_seconds()))
    return {
        Counted.CAME: 1,
        Counted.ANSWERED: int(known.answered_at is not None),
        Counted.ABANDONED: int(state is CallState.ABANDONED),
        Counted.SOLVED: int(solved and known.answered_at is not None),
        Counted.WAITED: waited,
    }


def difference(old: Mapping[Counted, int], new: Mapping[Counted, int]) -> dict[str, int]:
    """Return by how much each counter changes when a call goes from the one to the other."""
    changes = {name.value: number - old.get(name, 0) for name, number in new.items()}
    return {name: number for name, number in changes.items() if number}


def may_open(*, priority: int, urgent_from: int, is_surge: bool) -> Verdict:
    """Say whether a case of this urgency is opened on the telephone now: in a surge, only urgent ones are."""
    if not is_surge or priority >= urgent_from:
        return Verdict.yes()
    return Verdict.no(
        Reason("surge", N_("So many call that only urgent matters are taken now. Offer the caller a call back."))
    )


def _rang(known: Moments, at: datetime, agent_id: int | None) -> Moments:
    first = _earliest(known.rang_at, at)
    if known.rings_at is not None and known.rings_at >= at:
        return replace(known, rang_at=first)
    is_open = known.answered_at is None or known.agent_id is None
    return replace(known, rang_at=first, rings_at=at, agent_id=agent_id if is_open else known.agent_id)


def _earliest(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)
