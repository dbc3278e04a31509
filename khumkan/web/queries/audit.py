"""Reads of the record for those who watch over it, and for the person whose data it speaks of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from khumkan import record
from khumkan.accounts import queries as accounts
from khumkan.accounts.models import User
from khumkan.accounts.words import ROLES
from khumkan.kernel import references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, Verdict, check
from khumkan.kernel.words import N_
from khumkan.record import queries
from khumkan.record.models import Event, Seal
from khumkan.registry.queries.persons import people, person_by_reference
from khumkan.web.record_words import ACTS, PAGES

SEALS = 20
MOST_STAFF = 20


@dataclass(frozen=True)
class Line:
    """An event in the words of a table.

    :param staff_id: who of the staff it was, for a link; none for persons and systems.
    :param person: the reference of the person whose data it was about.
    """

    at: datetime
    who: str
    what: str
    about: str
    because: str
    origin: str
    staff_id: int | None = None
    person: str = ""


@dataclass(frozen=True)
class SealLine:
    """A seal as it is printed."""

    number: int
    at: datetime
    events: int
    link: str

    @property
    def head(self) -> str:
        """What one publishes so that nobody can cut the record before it."""
        return f"{self.number}:{self.link}"


def of_person(by: Actor, reference: str) -> "QuerySet[Event]":
    """Return all that happened with a person's data, newest first; that somebody asks is itself recorded. Two queries.

    :raises Refused: when nobody has this reference.
    """
    if wrong := references.problem(reference):
        check(Verdict.no(wrong))
    person = person_by_reference(reference)
    if person is None:
        raise Refused(N_("Nobody has this reference."), "reference_unknown")
    record.saw(by=by, person_ids=[person.pk], page="audit:person")
    return queries.events_of_person(person.pk)


def of_staff(by: Actor, user_id: int) -> "QuerySet[Event]":
    """Return all that a member of staff did and saw, newest first; that somebody asks is itself recorded."""
    record.write("record.watched", by=by, data={"user": user_id})
    return queries.done_by(ActorKind.STAFF, user_id)


def staff_called(search: str) -> list[User]:
    """Return staff with a user name or name like this, by user name; at most `MOST_STAFF`. Two queries."""
    return list(accounts.users(search=search)[:MOST_STAFF]) if search else []


def user_name(user_id: int) -> str:
    """Return the user name of a member of staff, empty for an unknown one. One query."""
    return accounts.names_of({user_id}).get(user_id, "")


def who_saw_me(by: Actor) -> "QuerySet[Event]":
    """Return who looked at the data of the signed-in person or acted for them, newest first."""
    return queries.who_saw_or_acted_for(by.id or 0)


def lines(events: Iterable[Event]) -> list[Line]:
    """Put events into words for a table of those who watch over the record: names of events stay as they are."""
    found = list(events)
    roles = _roles(found)
    persons = people({event.person_id for event in found if event.person_id})
    return [
        Line(
            at=event.at,
            who=_who(event, roles),
            what=event.name,
            about=f"{event.about_kind} {event.about_id}" if event.about_id else str(event.data.get("page", "")),
            because=event.because,
            origin=event.origin,
            staff_id=event.actor_id if event.actor_kind == ActorKind.STAFF else None,
            person=persons[event.person_id].reference if event.person_id in persons else "",
        )
        for event in found
    ]


def lines_for_the_person(events: Iterable[Event]) -> list[Line]:
    """Put events into words for the person whose data it is."""
    found = list(events)
    roles = _roles(found)
    return [
        Line(
            at=event.at,
            who=_who(event, roles),
            what=_what(event),
            about="",
            because=event.because,
            origin="",
        )
        for event in found
    ]


def newest_seals() -> list[SealLine]:
    """Return the newest seals. One query."""
    return [
        SealLine(seal.number, seal.at, seal.events, bytes(seal.link).hex())
        for seal in Seal.objects.order_by("-number")[:SEALS]
    ]


def _roles(events: Iterable[Event]) -> dict[int, str]:
    """Return the roles of the staff among the actors, in words. One query."""
    staff = {event.actor_id for event in events if event.actor_kind == ActorKind.STAFF and event.actor_id}
    return {pk: ", ".join(str(ROLES[role]) for role in held) for pk, held in accounts.roles_of(staff).items()}


def _what(event: Event) -> str:
    known = ACTS.get(event.name) or PAGES.get(str(event.data.get("page")))
    return str(known) if known else _("Looked at your data")


def _who(event: Event, roles: dict[int, str]) -> str:
    if event.actor_kind == ActorKind.SYSTEM:
        return event.system
    if event.actor_kind == ActorKind.PERSON:
        return _("The person")
    if event.actor_kind == ActorKind.STAFF and event.actor_id:
        return _("%(role)s, staff number %(number)s") % {
            "role": roles.get(event.actor_id) or _("Staff"),
            "number": event.actor_id,
        }
    return _("Another system, number %(number)s") % {"number": event.actor_id or "–"}
