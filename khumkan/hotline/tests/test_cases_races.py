"""Cases while others work on them, too: one owner, one end, one case for each chain; and a control that fails."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from khumkan.capacity.testing import broken, race, won
from khumkan.hotline.actions import closing, routing, steps, stuck, working
from khumkan.hotline.choices import Closed, Reason, StepKind, Thing
from khumkan.hotline.models import Case, CaseStep
from khumkan.hotline.states import CaseState
from khumkan.hotline.tests.desk import SYSTEM, a_case, agent, at_desk, fresh
from khumkan.isolation.models import Care
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.errors import Refused
from khumkan.messages.models import Message

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 8


def both(*jobs: Callable[[], object]) -> list[object]:
    """Let jobs go at the same moment; nothing but a refusal in words may be raised."""
    results = race([partial(_done, job) for job in jobs], threads=len(jobs))
    assert broken(results) == []
    return results


def _done(job: Callable[[], object]) -> bool:
    job()
    return True


def test_two_agents_take_one_case() -> None:
    for _ in range(ROUNDS):
        case, one, other = a_case(), agent(), agent()
        results = both(partial(working.take, case=case, by=one), partial(working.take, case=case, by=other))
        assert len(won(results)) == 1
        assert CaseStep.objects.filter(case=case, kind=StepKind.TAKEN).count() == 1
        assert fresh(case).owner_id in (one.id, other.id)


def test_control_without_holding_the_case_both_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "hold", lambda case: Case.objects.get(pk=case.pk))
    twice = 0
    for _ in range(ROUNDS * 5):
        case, one, other = a_case(), agent(), agent()
        results = both(partial(working.take, case=case, by=one), partial(working.take, case=case, by=other))
        twice += len(won(results)) == 2
    assert twice > 0


def test_two_agents_take_the_next_of_one() -> None:
    for _ in range(ROUNDS):
        case = a_case(Reason.GOT_WORSE)
        one, other = at_desk(), at_desk()
        both(partial(working.take_next, by=one), partial(working.take_next, by=other))
        assert CaseStep.objects.filter(case=case, kind=StepKind.TAKEN).count() == 1
        for who in (one, other):
            routing.leave(by=who)


def test_a_case_is_closed_by_hand_while_its_thing_happens() -> None:
    """Whoever is first ends it, once; the person hears of it only when it closed itself."""
    for _ in range(ROUNDS):
        by = agent()
        case = a_case(Reason.NO_BED, by=by)
        both(
            partial(closing.close, case=case, because=Closed.SOLVED, by=by),
            partial(closing.close_what_happened, thing=Thing.BED, person_ids=[case.person_id], by=SYSTEM),
        )
        ended = fresh(case)
        assert ended.state == CaseState.DONE
        assert CaseStep.objects.filter(case=case, kind=StepKind.CLOSED).count() == 1
        told = Message.objects.filter(person_id=case.person_id, template="hotline.solved").count()
        assert told == (ended.closed_because == Closed.HAPPENED)


def test_the_same_event_twice_at_once_closes_once() -> None:
    for _ in range(ROUNDS):
        case = a_case(Reason.NO_BED, by=agent())
        happened = partial(closing.close_what_happened, thing=Thing.BED, person_ids=[case.person_id], by=SYSTEM)
        both(happened, happened, happened)
        assert Message.objects.filter(person_id=case.person_id, template="hotline.solved").count() == 1


def test_the_queue_looks_for_stuck_chains_twice_at_once() -> None:
    for _ in range(3):
        hotel.waiting()
    Care.objects.update(waiting_since=clock.now() - timedelta(days=2))
    search = partial(stuck.open_stuck, by=SYSTEM)
    both(search, search, search)
    assert Case.objects.filter(chain__startswith="bed.").count() == 3


def test_nobody_gets_more_than_one_person_should_have() -> None:
    only = at_desk()
    most = steps.terms_now().most_open
    for _ in range(most - 1):
        a_case(by=only)
    routing.leave(by=only)
    left = [a_case() for _ in range(4)]
    again = routing.come(skills=list(_skills()), languages=["th"], by=only)  # type: ignore[list-item]
    assert again.user_id == only.id
    results = both(*(partial(routing.route, case, by=SYSTEM) for case in left))
    assert not [one for one in results if isinstance(one, Refused)]
    assert Case.objects.filter(owner=only.id, state=CaseState.OPEN).count() <= most


def _skills() -> tuple[str, ...]:
    return ("general", "testing", "care", "vaccination", "employers")
