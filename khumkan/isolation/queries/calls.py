"""Whom the hotline calls about their care, and the care of somebody who calls."""

from django.db.models import Q, QuerySet

from khumkan import record
from khumkan.isolation.choices import WaitingBecause
from khumkan.isolation.models import Care
from khumkan.isolation.permissions.cares import ON_BEHALF, province_codes
from khumkan.isolation.queries import my_care
from khumkan.isolation.states import CareState
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.registry.models import Person
from khumkan.registry.queries import persons

DESK = (*ON_BEHALF, Role.OFFICER)


def to_call(by: Actor) -> "QuerySet[Care]":
    """Return whom to call: who has not answered in time, and whom a driver did not find; the longest overdue first.

    Who was called waits as long again before they come back onto the list.
    """
    now = clock.now()
    unanswered = Q(state=CareState.ASKED, answers_due_at__lte=now)
    never_called = Q(called_at=None) | Q(answers_due_at__lte=now)
    not_found = Q(state=CareState.WAITING, waiting_because=WaitingBecause.NOT_FOUND) & never_called
    rows = Care.objects.filter(unanswered | not_found).order_by("answers_due_at", "pk")
    codes = province_codes(by, *DESK)
    return rows if codes is None else rows.filter(province_code__in=codes)


def count_to_call(by: Actor) -> int:
    """Return how many people are to be called."""
    return to_call(by).count()


def care_to_call(by: Actor, reference: str) -> Care:
    """Return one care of the list of calls, with the person; that the person is seen is noted where the page opens.

    :raises Missing: for an unknown one and one of other provinces alike.
    """
    rows = Care.objects.filter(reference=references.normalise(reference)).select_related("person")
    codes = province_codes(by, *DESK)
    found = (rows if codes is None else rows.filter(province_code__in=codes)).first()
    if found is None:
        raise Missing("no such care for this actor")
    return found


def other_in_care(by: Actor, reference: str) -> Care:
    """Return the care under way of somebody else whom a caller wants to stay with, and note that the actor saw them.

    :raises Refused: when nobody in care has this reference, as far as the actor may see.
    """
    rows = Care.objects.under_way().filter(reference=references.read(reference) or "").select_related("person")
    codes = province_codes(by, *DESK)
    found = (rows if codes is None else rows.filter(province_code__in=codes)).first()
    if found is None:
        raise Refused(N_("Nobody in care has this reference. Please read it once more."), "nobody_in_care")
    record.saw(by=by, person_ids=[found.person_id], page="isolation:desk_family")
    return found


def caller(by: Actor, reference: str) -> Person:
    """Return the person with this reference, and note that the actor saw them.

    :raises Missing: for an unknown person and for one whom the actor may not see alike.
    """
    return persons.person_referred(by, reference)


def person_of(reference: str) -> int | None:
    """Return the id of the person whose care this is, or None when there is no such care. One query."""
    return Care.objects.filter(reference=reference).values_list("person", flat=True).first()


def care_of(person: Person) -> Care:
    """Return the latest care of a caller.

    :raises Missing: when the person never was in care.
    """
    found = my_care.latest_of(person.pk)
    if found is None:
        raise Missing("this person is not in care")
    return found


def phone_of(person: Person) -> str:
    """Return the telephone number of a caller, or nothing."""
    return persons.phone_of(person.pk)
