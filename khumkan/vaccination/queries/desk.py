"""Whom the hotline calls about the vaccination, and the vaccination of somebody who calls."""

from django.db.models import QuerySet

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.registry.models import Person
from khumkan.registry.queries import persons
from khumkan.vaccination.models import Dose, Enrolment
from khumkan.vaccination.permissions.scopes import ON_BEHALF, province_codes
from khumkan.vaccination.queries import mine

DESK = (*ON_BEHALF, Role.OFFICER)


def to_call(by: Actor) -> "QuerySet[Dose]":
    """Return whom to call, the longest overdue first: who missed a date, and from whom dates were taken repeatedly."""
    rows = Dose.objects.to_call(now=clock.now())
    codes = province_codes(by, *DESK)
    return rows if codes is None else rows.filter(enrolment__province_code__in=codes)


def count_to_call(by: Actor) -> int:
    """Return how many people are to be called. One query."""
    return to_call(by).count()


def dose_to_call(by: Actor, reference: str) -> Dose:
    """Return one dose of the list of calls, with the person; that they are seen is noted where their page opens.

    :raises Missing: for an unknown one and one of other provinces alike.
    """
    rows = Dose.objects.filter(reference=references.normalise(reference)).select_related("person")
    codes = province_codes(by, *DESK)
    found = (rows if codes is None else rows.filter(enrolment__province_code__in=codes)).first()
    if found is None:
        raise Missing("no such dose for this actor")
    return found


def caller(by: Actor, reference: str) -> Person:
    """Return the person with this reference, and note that the actor saw them.

    :raises Missing: for an unknown person and for one whom the actor may not see alike.
    """
    return persons.person_referred(by, reference)


def person_of(reference: str) -> int | None:
    """Return the id of the person whose dose this is, or None when there is no such dose. One query."""
    return Dose.objects.filter(reference=reference).values_list("person", flat=True).first()


def enrolment_of(person: Person) -> Enrolment:
    """Return the vaccination of a caller.

    :raises Missing: when the person is on no list.
    """
    found = mine.enrolment_of(person.pk)
    if found is None:
        raise Missing("this person is on no list")
    return found


def coming(person: Person) -> Dose:
    """Return the dose of a caller that is still to come.

    :raises Missing: when none is.
    """
    found = mine.coming(person.pk)
    if found is None:
        raise Missing("no dose of this person is coming")
    return found


def phone_of(person: Person) -> str:
    """Return the telephone number of a caller, or nothing. One query."""
    return persons.phone_of(person.pk)


def may_decide(by: Actor) -> bool:
    """Tell whether the actor decides that somebody who stayed away too often gets dates again."""
    return by.has(Role.SUPERVISOR, Role.OFFICER)
