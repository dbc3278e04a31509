"""Actors, the clock, refusals, pages."""

from datetime import UTC, date, datetime, time

import pytest

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Reason, Refused, Verdict, check

REASON = Reason("too_few", "There are %(count)d.", {"count": 3})


def test_a_grant_reaches_as_far_as_its_scope() -> None:
    officer = Actor(ActorKind.STAFF, 1, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "10")}))
    assert officer.has(Role.OFFICER, Role.AGENT)
    assert not officer.is_national(Role.OFFICER)
    assert officer.keys(Role.OFFICER, ScopeKind.PROVINCE) == {"10"}
    assert officer.keys(Role.OFFICER, ScopeKind.SITE) == frozenset()


def test_acting_for_somebody_keeps_who_acts() -> None:
    agent = Actor(ActorKind.STAFF, 7, frozenset({Grant(Role.AGENT)}))
    acting = agent.acting_for(42, because="called")
    assert (acting.id, acting.person_id, acting.because) == (7, 42, "called")
    assert agent.person_id is None
    assert Actor.person(42).person_id == 42


def test_a_refusal_reads_as_its_reasons() -> None:
    with pytest.raises(Refused) as refused:
        check(Verdict.no(REASON, Reason("other", "And this.")))
    assert str(refused.value) == "There are 3. And this."
    assert refused.value.code == "too_few"
    check(Verdict.yes())


def test_a_no_without_a_reason_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="reason"):
        Verdict.no()


def test_a_day_is_a_day_in_bangkok() -> None:
    with clock.set_to(datetime(2021, 8, 16, 17, 0, tzinfo=UTC)):
        assert clock.today() == date(2021, 8, 17)
        assert clock.now() == datetime(2021, 8, 16, 17, 0, tzinfo=UTC)
    assert clock.now().year > 2021
    assert clock.at(date(2021, 8, 17), time(0, 30)) == datetime(2021, 8, 16, 17, 30, tzinfo=UTC)
    first, after = clock.day_span(date(2021, 8, 17))
    assert (after - first).total_seconds() == 24 * 3600
