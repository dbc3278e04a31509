"""Calls and promises to call back in a corner of the hostile country."""

import itertools
from datetime import timedelta

from khumkan.accounts.tokens import Client
from khumkan.hotline.actions import call_backs, calls
from khumkan.hotline.actions.calls import Heard
from khumkan.hotline.call_choices import Told
from khumkan.hotline.choices import Reason
from khumkan.hotline.models import Call, CallBack
from khumkan.hotline.permissions.calls import CALLS
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.registry.models import Person

SYSTEM = Actor.system("world")
EXCHANGE = Client(ActorKind.CLIENT, 1, frozenset({Grant(Role.CLIENT)}), "exchange", scopes=frozenset({CALLS}))
_numbers = itertools.count(1)


def a_call(*told: Told, number: str = "") -> Call:
    """Let an exchange tell of a call that rings for nobody in particular."""
    name, then = f"world-{next(_numbers)}", clock.now() - timedelta(seconds=30)
    for late, what in enumerate(told):
        heard = Heard("main", name, what, then + timedelta(seconds=late), number)
        call = calls.hear(heard=heard, by=EXCHANGE)
    return call


def a_promise(person: Person) -> CallBack:
    """Promise somebody to call them back, as soon as possible."""
    return call_backs.ask_for(person=person, reason=Reason.LOAN, supply_id=None, by=Actor.person(person.pk))
