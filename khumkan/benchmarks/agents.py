"""Agents at their desks, for measurements over HTTP: signed in, and each with callers of their own who were verified.

Each speaks with few callers, as people do within an hour, so that nobody comes near what staff may read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.test import Client

from khumkan import messages
from khumkan.accounts import sessions
from khumkan.accounts.testing import actor_of, sign_in, user
from khumkan.benchmarks import signed_in
from khumkan.hotline.actions import opening
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.choices import Reason, VerifiedHow
from khumkan.hotline.models import Case, Verification
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role
from khumkan.registry.models import Person

AGENTS, CALLERS = 200, 20


@dataclass(frozen=True)
class Agent:
    """An agent with the cookies of their browser, and the callers whom they speak with."""

    actor: Actor
    cookies: dict[str, str]
    callers: Sequence[Person]


def at_their_desks(people: range) -> list[Agent]:
    """Sign agents in, and give each as many verified callers of those people as `CALLERS`, with three messages each."""
    callers = list(Person.objects.filter(pk__in=people[: AGENTS * CALLERS]).order_by("pk"))
    for caller in callers:
        caller.reference = references.new("P")  # an address takes none but a whole one
    Person.objects.bulk_update(callers, ["reference"], batch_size=1_000)
    return [_agent(callers[place::AGENTS]) for place in range(AGENTS)]


def with_case(agent: Agent, caller: Person) -> Case:
    """Open a case that the agent works on."""
    return opening.open_case(wanted=Wanted(reason=Reason.OTHER, person=caller), keep=True, by=agent.actor)


def _agent(callers: Sequence[Person]) -> Agent:
    member, now = user(Role.AGENT), clock.now()
    client, name = sign_in(Client(), member), sessions.cookie_name()
    Verification.objects.bulk_create(
        Verification(person=caller, by_staff=member.pk, how=VerifiedHow.ANSWERS, at=now, until=now + timedelta(hours=2))
        for caller in callers
    )
    for caller in callers:
        for number in range(3):
            messages.send("hotline.working", person_id=caller.pk, params={"reference": f"HC-{number}"})
    cookies = {name: client.cookies[name].value, settings.CSRF_COOKIE_NAME: signed_in.CSRF}
    return Agent(actor_of(member), cookies, callers)
