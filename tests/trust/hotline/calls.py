"""The walks of trust: calls, call-backs, the wallboard, surges and messages that come in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from khumkan.hotline.actions import call_backs, calling, surging
from khumkan.hotline.call_choices import Told
from khumkan.hotline.choices import Reason
from khumkan.hotline.models import CallBack
from khumkan.kernel import clock, references
from khumkan.registry.models import Person
from tests.trust.calls import a_call
from tests.trust.marks import A, P, Page, V, button, form, look

HOTLINE = (A, V)
#: Nothing of a person stands in the address.
OWN = Page((P,), get=frozenset({200}), post=frozenset({200, 302, 422}))
PAGES: dict[str, Page] = {
    "my_call_back": OWN,
    "drop_my_call_back": button(P),
    "calls": look(*HOTLINE),
    "ringing": look(*HOTLINE),
    # a call has no province: it belongs to whom it rings for, and one of nobody to everybody at the desk
    "call": form(*HOTLINE, thing="hotline_call"),
    "call_backs": look(*HOTLINE),
    "take_next_call_back": button(*HOTLINE),
    "call_back": form(*HOTLINE, thing="hotline_call_back", within="known"),
    "take_call_back": button(*HOTLINE, thing="hotline_call_back", within="known"),
    "put_back_call_back": button(*HOTLINE, thing="hotline_call_back", within="known"),
    "drop_call_back": button(*HOTLINE, thing="hotline_call_back", within="known"),
    "case_call_back": form(*HOTLINE, thing="hotline_case", within="known"),
    "file_call_back": form(*HOTLINE, thing="person", within="known"),
    "wallboard": look(*HOTLINE),
    "surge": form(V),
    "end_surge": button(V),
    "incoming": Page(thing="nothing", get=frozenset({405}), post=frozenset({403})),
}
FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "hotline:my_call_back": lambda _world: {"reason": "complaint"},
    "hotline:file_call_back": lambda _world: {"reason": "complaint"},
    "hotline:call": lambda _world: {"outcome": "solved", "reason": "status"},
    "hotline:call_back": lambda _world: {"outcome": "no_answer"},
    "hotline:surge": lambda _world: {"message": "long-wait-1", "hours": "1", "why": "many calls"},
}


def _ready(world: Any) -> CallBack:
    """Return the promise of this corner, due now."""
    found = world.here.promise
    CallBack.objects.filter(pk=found.pk).update(due_at=clock.now() - timedelta(minutes=1))
    return CallBack.objects.select_related("case").get(pk=found.pk)


def _due(world: Any, visitor: Any) -> list[object]:
    return [_ready(world).reference]


def _some_due(world: Any, visitor: Any) -> list[object]:
    _ready(world)
    return []


def _taken(world: Any, visitor: Any) -> list[object]:
    return [calling.take(call_back=_ready(world), by=visitor.actor).reference]


def _answered(world: Any, visitor: Any) -> list[object]:
    return [a_call(Told.RINGING, Told.ANSWERED).reference]


def _promised(world: Any, visitor: Any) -> list[object]:
    person = Person.objects.get(pk=visitor.person)
    call_backs.ask_for(person=person, reason=Reason.OTHER, supply_id=None, by=visitor.actor)
    return []


def _surge(world: Any, visitor: Any) -> list[object]:
    surging.begin(message="long-wait-1", hours=1, why="many calls", by=visitor.actor)
    return []


PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "hotline:drop_my_call_back": _promised,
    "hotline:call": _answered,
    "hotline:call_back": _taken,
    "hotline:take_call_back": _due,
    "hotline:put_back_call_back": _taken,
    "hotline:take_next_call_back": _some_due,
    "hotline:end_surge": _surge,
}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "hotline_call": (lambda c: (c.call.reference,), lambda: (references.new("CA"),)),
    "hotline_call_back": (lambda c: (c.promise.reference,), lambda: (references.new("CB"),)),
}
