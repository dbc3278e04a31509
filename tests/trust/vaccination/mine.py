"""The walks of trust: the person's own pages."""

from collections.abc import Callable
from typing import Any

from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import willing
from khumkan.vaccination.choices import Decided
from khumkan.vaccination.models import Enrolment
from khumkan.vaccination.states import EnrolmentState
from tests.trust import campaign
from tests.trust.marks import SENT, P, Page, look

#: Nothing stands in the address: people who are on no list have no such page.
OWN = Page((P,), get=frozenset({200, 404}), post=SENT | {404})
PAGES: dict[str, Page] = {
    "mine": look(P),
    "confirm": Page((P,), get=frozenset({405}), post=SENT | {404}),
    "refuse": OWN,
    "near": OWN,
    "change_date": OWN,
    "give_back": OWN,
}
FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "vaccination:confirm": lambda _world: {"near": "home"},
    "vaccination:near": lambda _world: {"near": "home"},
}


def _has_declined(world: Any, visitor: Any) -> list[object]:
    enrolment = Enrolment.objects.filter(person=visitor.person, state=EnrolmentState.CONFIRMED).first()
    if enrolment is not None:
        willing.refuse(enrolment=enrolment, how=Decided.LINK, by=Actor.person(visitor.person))
    return []


def _other_dates(world: Any, visitor: Any) -> list[object]:
    campaign.more_dates(world.here.campaign)
    return []


PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "vaccination:confirm": _has_declined,
    "vaccination:change_date": _other_dates,
}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {}
