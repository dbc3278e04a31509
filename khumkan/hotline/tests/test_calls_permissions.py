"""Each check of calls and call-backs, tried by removal: without it, somebody does what is not theirs to do."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from khumkan.hotline.actions import call_backs, calling, calls, surging
from khumkan.hotline.call_choices import CallOutcome, Dropped, Told, Tried
from khumkan.hotline.models import CallBack
from khumkan.hotline.permissions import calls as permissions
from khumkan.hotline.tests.desk import a_case, agent, member
from khumkan.hotline.tests.telephone import an_answered_call, asks, call_name, fresh
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.vaccination.tests.country import a_person

pytestmark = pytest.mark.django_db
FAR = "50"


def due() -> CallBack:
    made = asks(a_person())
    CallBack.objects.filter(pk=made.pk).update(due_at=clock.now() - timedelta(minutes=1))
    return fresh(made)


def tells() -> object:
    return calls.hear(heard=calls.Heard("main", call_name(), Told.RINGING, clock.now()), by=agent())


def notes() -> object:
    call = an_answered_call(member())
    return calls.note_outcome(call=call, outcome=CallOutcome.NOTHING, reason=None, by=agent())


def promises() -> object:
    return call_backs.ask(case=a_case(), supply_id=None, by=agent(province=FAR))


def takes() -> object:
    return calling.take(call_back=due(), by=agent(province=FAR))


def says() -> object:
    taken = calling.take(call_back=due(), by=agent())
    return calling.tried(call_back=taken, outcome=Tried.REACHED, by=agent())


def drops() -> object:
    return call_backs.drop(call_back=due(), because=Dropped.BY_CALLER, by=Actor.person(a_person().pk))


def declares() -> object:
    return surging.begin(message="m1", hours=1, why="many calls", by=agent())


ACTS: dict[str, Callable[[], object]] = {
    "check_may_tell_of_calls": tells,
    "check_may_note_call": notes,
    "check_may_ask": promises,
    "check_may_call": takes,
    "check_has_taken": says,
    "check_may_drop": drops,
    "check_may_declare_surge": declares,
}


def test_every_check_is_tried() -> None:
    assert set(ACTS) == {name for name in vars(permissions) if name.startswith("check_")} - {
        "check_may_supervise", "check_may_work_on",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(ACTS))
def test_it_is_refused(name: str) -> None:
    with pytest.raises((Missing, Refused)):
        ACTS[name]()


@pytest.mark.parametrize("name", sorted(ACTS))
def test_control_without_the_check_it_is_done(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions, name, lambda by, *_: by.id)
    assert ACTS[name]() is not None
