"""Two officers at once: one draw. And what the lock is for."""

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connections

from khumkan.kernel.errors import Refused
from khumkan.screening.actions import rounds
from khumkan.screening.actions.rounds import drawing
from khumkan.screening.models import Drawn, Round
from khumkan.screening.permissions import rounds as permissions
from khumkan.screening.states import RoundState
from khumkan.screening.tests.drawing import OFFICE, a_round, an_employer

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

OFFICERS = 4


def at_once(act: Callable[[], object]) -> list[object]:
    """Let several officers do the same at the same moment; return what each got."""
    start, got = threading.Barrier(OFFICERS), []

    def officer() -> None:
        start.wait(timeout=20)
        try:
            got.append(act())
        except (Refused, DatabaseError) as error:
            got.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=officer) for _ in range(OFFICERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


@pytest.fixture
def frozen() -> Round:
    return a_round([an_employer(30), an_employer(15, industry="26")], upto=RoundState.FROZEN)


def test_one_officer_draws_and_the_others_are_told(frozen: Round) -> None:
    got = at_once(lambda: rounds.draw(round=frozen, by=OFFICE))
    assert sum(isinstance(each, Round) for each in got) == 1
    assert {each.code for each in got if isinstance(each, Refused)} == {"state_moved_on"}
    assert Drawn.objects.filter(round=frozen, is_substitute=False).count() == 9


def test_without_the_lock_the_others_would_crash_into_the_constraint(
    frozen: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the sentence comes from the lock; the constraint still keeps a second draw out."""
    waiting = threading.Barrier(OFFICERS)

    def unlocked(round: Round, state: RoundState, *, by: object) -> Round:
        fresh = Round.objects.get(pk=round.pk)
        permissions.check_may_run(OFFICE, fresh)
        waiting.wait(timeout=20)
        return fresh

    monkeypatch.setattr(drawing, "ready_for", unlocked)
    got = at_once(lambda: rounds.draw(round=frozen, by=OFFICE))
    assert sum(isinstance(each, DatabaseError) for each in got) == OFFICERS - 1
    assert Drawn.objects.filter(round=frozen, is_substitute=False).count() == 9


def test_one_officer_freezes() -> None:
    planned = a_round([an_employer(30)])
    got = at_once(lambda: rounds.freeze(round=planned, by=OFFICE))
    assert sum(isinstance(each, Round) for each in got) == 1
    planned.refresh_from_db()
    kept = next(each for each in got if isinstance(each, Round))
    assert planned.frame_hash == kept.frame_hash
