"""A small telephone exchange for the tests: calls that ring and end, people who wait to be called back."""

import itertools
from datetime import datetime, timedelta

from khumkan import capacity
from khumkan.accounts.models import User
from khumkan.accounts.tokens import Client
from khumkan.hotline.actions import call_backs, calls
from khumkan.hotline.actions.calls import Heard
from khumkan.hotline.call_choices import Told
from khumkan.hotline.choices import Reason, Skill, Spoken
from khumkan.hotline.models import Call, CallBack, Case
from khumkan.hotline.permissions.calls import CALLS
from khumkan.hotline.queries import call_backs as queries
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.registry.models import Contact, Person
from khumkan.registry.models.persons import contact_index, contact_place
from khumkan.registry.states import ContactKind

EXCHANGE = Client(ActorKind.CLIENT, 1, frozenset({Grant(Role.CLIENT)}), "exchange", scopes=frozenset({CALLS}))
NUMBER = "0812345678"
_count = itertools.count(1)


def call_name() -> str:
    """Return a name that no other call of this run has."""
    return f"c-{next(_count)}"


def tell(
    name: str,
    what: Told,
    *,
    at: datetime | None = None,
    number: str = NUMBER,
    agent: User | None = None,
    skill: Skill | None = None,
    language: Spoken | None = None,
) -> Call:
    """Let the exchange tell of a call."""
    heard = Heard(
        "main", name, what, at or clock.now(), number, agent.username if agent is not None else "", skill, language
    )
    return calls.hear(heard=heard, by=EXCHANGE)


def a_missed_call(*, number: str = NUMBER, ago: timedelta = timedelta(minutes=5), skill: Skill | None = None) -> Call:
    """Let somebody call and hang up before anybody answered."""
    name, then = call_name(), clock.now() - ago
    tell(name, Told.RINGING, at=then, number=number, skill=skill)
    return tell(name, Told.ABANDONED, at=then + timedelta(seconds=40), number=number)


def an_answered_call(agent: User, *, number: str = NUMBER) -> Call:
    """Let somebody call who is answered, and speaks still."""
    name, then = call_name(), clock.now() - timedelta(minutes=2)
    tell(name, Told.RINGING, at=then, number=number, agent=agent)
    return tell(name, Told.ANSWERED, at=then + timedelta(seconds=30), number=number, agent=agent)


def an_hour(*, room: int = 1, ahead: int = 1) -> int:
    """Offer an hour of call-backs that begins in so many hours, and return the id of its supply."""
    begin = clock.now() + timedelta(hours=ahead)
    offer = capacity.Offer(queries.KIND, None, begin, begin + timedelta(hours=1), room)
    return capacity.offer(offers=[offer], by=Actor.system("test"))[0]


def a_call_back(case: Case, *, supply_id: int | None = None) -> CallBack:
    """Promise to call back about a case."""
    return call_backs.ask(case=case, supply_id=supply_id, by=Actor.system("test"))


def asks(person: Person, supply_id: int | None = None, *, reason: Reason = Reason.OTHER) -> CallBack:
    """Let a person ask to be called back."""
    return call_backs.ask_for(person=person, reason=reason, supply_id=supply_id, by=Actor.person(person.pk))


def give_phone(person: Person, number: str = "+66812345678") -> None:
    """Let a person have this telephone number in the register."""
    index = contact_index(ContactKind.PHONE, number)
    Contact.objects.create(
        person=person,
        kind=ContactKind.PHONE,
        blind_index=index,
        sealed=crypto.seal(number.encode(), where=contact_place(index)),
        hint=number[-2:],
        added_at=clock.now(),
    )


def fresh(row: CallBack) -> CallBack:
    """Return a call-back as it is now."""
    return CallBack.objects.select_related("case").get(pk=row.pk)
