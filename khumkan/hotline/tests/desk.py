"""A small desk for the tests: agents and a supervisor who are there, callers, cases."""

from khumkan.accounts import testing
from khumkan.accounts.models import User
from khumkan.hotline.actions import opening, routing
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.choices import Reason, Skill, Spoken
from khumkan.hotline.models import Case
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.registry.models import Person
from khumkan.vaccination.tests.country import a_person

SYSTEM = Actor.system("test")


def member(role: Role = Role.AGENT, *, province: str = "") -> User:
    """Make somebody who works at the hotline, for the whole country or for one province."""
    if province:
        return testing.user(role, scope_kind=ScopeKind.PROVINCE, key=province)
    return testing.user(role)


def agent(role: Role = Role.AGENT, *, province: str = "") -> Actor:
    """Make somebody who works at the hotline, as an actor."""
    return testing.actor_of(member(role, province=province))


def at_desk(
    *skills: Skill, languages: tuple[Spoken, ...] = (Spoken.THAI,), role: Role = Role.AGENT, province: str = ""
) -> Actor:
    """Make somebody who is at the desk and knows about these, or about everything."""
    made = agent(role, province=province)
    routing.come(skills=list(skills or Skill), languages=list(languages), by=made)
    return made


def a_case(reason: Reason = Reason.OTHER, *, person: Person | None = None, by: Actor | None = None) -> Case:
    """Open a case: with somebody who keeps it, or for whoever is free."""
    wanted = Wanted(reason=reason, person=person or a_person())
    return opening.open_case(wanted=wanted, keep=by is not None, by=by or SYSTEM)


def fresh(case: Case) -> Case:
    """Return a case as it is now."""
    return Case.objects.get(pk=case.pk)
