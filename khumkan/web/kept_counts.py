"""Counts that stand above every page of a desk, asked for once in some seconds for everybody who may see the same."""

import time
from collections.abc import Callable

from khumkan.kernel.actors import Actor, Grant

#: So many seconds a count is believed: what somebody else dealt with just now may still be counted so long.
KEPT_SECONDS = 5.0
#: More readers with other scopes than these are not kept apart in memory.
MOST_KEPT = 1_000
_kept: dict[tuple[str, frozenset[Grant]], tuple[float, int]] = {}


def kept(view: str, actor: Actor, ask: Callable[[Actor], int]) -> int:
    """Return how many wait at a page, as it was counted some seconds ago or as it is. Two threads may both ask.

    :param ask: counts by the grants of the actor alone.
    """
    key, now = (view, actor.grants), time.monotonic()
    until, found = _kept.get(key, (0.0, 0))
    if now < until:
        return found
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    counted = ask(actor)
    _kept[key] = (now + KEPT_SECONDS, counted)
    return counted


def forget() -> None:
    """Let this process count anew."""
    _kept.clear()
