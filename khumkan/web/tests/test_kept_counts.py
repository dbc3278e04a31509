"""Counts above every page are asked for once in some seconds, for each scope apart."""

import time

import pytest

from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.web import kept_counts

HERE = Actor(ActorKind.STAFF, 1, frozenset({Grant(Role.AGENT)}))
SAME = Actor(ActorKind.STAFF, 2, frozenset({Grant(Role.AGENT)}))
THERE = Actor(ActorKind.STAFF, 3, frozenset({Grant(Role.AGENT, ScopeKind.PROVINCE, "50")}))


def test_a_count_is_believed_for_some_seconds_by_everybody_who_may_see_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, asked = [100.0], []
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def ask(actor: Actor) -> int:
        asked.append(actor.id)
        return len(asked)

    assert [kept_counts.kept("list", actor, ask) for actor in (HERE, SAME, HERE)] == [1, 1, 1]
    assert kept_counts.kept("list", THERE, ask) == 2
    assert kept_counts.kept("other list", HERE, ask) == 3
    now[0] += kept_counts.KEPT_SECONDS
    assert kept_counts.kept("list", SAME, ask) == 4
    assert asked == [1, 3, 1, 2]
    kept_counts.forget()
    assert kept_counts.kept("list", HERE, ask) == 5


def test_counts_of_many_scopes_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_counts, "MOST_KEPT", 3)
    for number in range(10):
        kept_counts.kept(f"list {number}", HERE, lambda _actor: 1)
    assert len(kept_counts._kept) <= 3
