"""Many at once on the real database: one row and one promise for a call, no hour promised twice; and a control."""

import threading
import time
from datetime import timedelta
from functools import partial

import pytest

from khumkan import capacity
from khumkan.accounts import testing
from khumkan.capacity import statements
from khumkan.capacity.models import Claim
from khumkan.capacity.testing import broken, race, won
from khumkan.capacity.tests.test_races import READ_THEN_WRITE, SOLD, without
from khumkan.hotline.actions import call_backs, calling, missed
from khumkan.hotline.call_choices import Told
from khumkan.hotline.call_states import CallBackState
from khumkan.hotline.models import Call, CallBack, CallCount, Case
from khumkan.hotline.rules.calls import Counted
from khumkan.hotline.tests.desk import SYSTEM, member
from khumkan.hotline.tests.telephone import a_missed_call, an_hour, asks, call_name, tell
from khumkan.kernel import clock
from khumkan.policies.actions import seed
from khumkan.vaccination.tests.country import a_person

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
THREADS = 20


@pytest.fixture(autouse=True)
def terms() -> None:
    """Store the terms first: whoever asked for them first would make all others wait."""
    seed()


def test_the_last_hour_goes_to_one_of_twenty() -> None:
    hour, people = an_hour(room=1), [a_person() for _ in range(THREADS)]
    results = race([partial(asks, person, hour) for person in people], threads=THREADS)
    assert broken(results) == []
    assert len(won(results)) == CallBack.objects.count() == Case.objects.count() == 1
    assert Claim.objects.filter(supply_id=hour, state="taken").count() == 1
    assert capacity.disagreements() == []


def test_control_read_then_write_promises_it_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    unsafe = statements.TAKE_BY[statements.BY_PERSON].replace(SOLD, READ_THEN_WRITE)
    monkeypatch.setitem(statements.TAKE_BY, statements.BY_PERSON, unsafe)
    # all ask at the same moment, and whoever took it first takes a while until the commit
    gate, take_hour, goes_on = threading.Barrier(THREADS), call_backs._take_hour, call_backs._let_wait
    monkeypatch.setattr(call_backs, "_take_hour", lambda *args: (gate.wait(60), take_hour(*args)))
    monkeypatch.setattr(call_backs, "_let_wait", lambda *args: (time.sleep(0.2), goes_on(*args)))
    with without(("capacity_supply", "capacity_supply_never_oversold")):
        hour, people = an_hour(room=1), [a_person() for _ in range(THREADS)]
        results = race([partial(asks, person, hour) for person in people], threads=THREADS)
        assert len(won(results)) > 1, [str(each) for each in results if isinstance(each, Exception)]


def test_the_same_event_ten_times_at_once_is_one_call_counted_once() -> None:
    name, at, who = call_name(), clock.now(), member()
    for what in (Told.RINGING, Told.ANSWERED):
        results = race([partial(tell, name, what, at=at, agent=who)] * 10, threads=10)
        assert broken(results) == []
        assert len(won(results)) == 10
    assert Call.objects.count() == 1
    assert {row.name: row.number for row in CallCount.objects.order_by("name")} == {
        Counted.CAME: 1, Counted.ANSWERED: 1,
    }  # fmt: skip


def test_all_events_of_a_call_at_once_end_as_in_order() -> None:
    name, at, who = call_name(), clock.now() - timedelta(minutes=1), member()
    told = [(Told.RINGING, 0), (Told.ANSWERED, 10), (Told.ENDED, 40)]
    jobs = [partial(tell, name, what, at=at + timedelta(seconds=late), agent=who) for what, late in told * 5]
    assert broken(race(jobs, threads=15)) == []
    call = Call.objects.get()
    assert (call.state, call.agent_id) == ("ended", who.pk)
    counts = {row.name: row.number for row in CallCount.objects.order_by("name")}
    assert (counts[Counted.CAME], counts[Counted.ANSWERED], counts.get(Counted.ABANDONED, 0)) == (1, 1, 0)
    assert counts[Counted.WAITED] == 10


def test_missed_calls_of_one_number_are_settled_once_by_many_workers() -> None:
    for _ in range(6):
        a_missed_call()
    assert broken(race([partial(missed.settle, by=SYSTEM)] * 8, threads=8)) == []
    assert CallBack.objects.count() == Case.objects.count() == 1
    assert not Call.objects.filter(settled_at=None).exists()


def test_two_agents_never_get_the_same_person_to_call() -> None:
    for _ in range(4):
        asks(a_person())
    CallBack.objects.update(due_at=clock.now() - timedelta(minutes=1))
    agents = [testing.actor_of(member()) for _ in range(8)]
    results = race([partial(calling.take_next, by=by) for by in agents], threads=8)
    assert broken(results) == []
    got = [found.pk for found in won(results) if isinstance(found, CallBack)]
    assert len(got) == len(set(got)) == CallBack.objects.filter(state=CallBackState.CALLING).count()


def test_one_of_many_takes_a_call_back_and_the_others_are_told() -> None:
    made = asks(a_person())
    CallBack.objects.update(due_at=clock.now() - timedelta(minutes=1))
    agents = [testing.actor_of(member()) for _ in range(6)]
    results = race([partial(calling.take, call_back=made, by=by) for by in agents], threads=6)
    assert broken(results) == []
    assert len(won(results)) == 1
