"""The sign-in log: every try, with address and device, for the ninety days that the law on computer crime asks for.

It holds ids, never a name or a number, and stands apart from the record.
"""

from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest

from khumkan.accounts import addresses
from khumkan.accounts.models import SignInEvent
from khumkan.accounts.states import Method, Outcome
from khumkan.kernel.actors import ActorKind

KEPT = timedelta(days=90)


def note(
    request: HttpRequest,
    outcome: Outcome,
    *,
    kind: ActorKind,
    user_id: int | None = None,
    person_id: int | None = None,
    method: Method | None = None,
) -> None:
    """Write one line."""
    SignInEvent.objects.create(
        kind=kind,
        user_id=user_id,
        person_id=person_id,
        outcome=outcome,
        method=method or "",
        address=addresses.of(request),
        device=addresses.device(request),
    )


def of_user(user_id: int) -> QuerySet[SignInEvent]:
    """Return the lines of one user, newest first."""
    return SignInEvent.objects.filter(user_id=user_id).order_by("-at", "-id")


def of_person(person_id: int) -> QuerySet[SignInEvent]:
    """Return the lines of one person, newest first."""
    return SignInEvent.objects.filter(person_id=person_id).order_by("-at", "-id")


def purge() -> int:
    """Delete the lines that are older than the law asks for; return how many."""
    return SignInEvent.objects.filter(at__lt=Now() - KEPT).delete()[0]
