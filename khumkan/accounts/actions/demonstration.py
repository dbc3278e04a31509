"""Filling the page on which the demonstration signs people in with one click."""

from django.conf import settings

from khumkan.accounts.models import DemonstrationEntry, User
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing


def offer(label: str, *, role: Role, user: User | None = None, person_id: int | None = None) -> DemonstrationEntry:
    """Put a line on the page.

    :param label: who it is and what makes them worth a look, such as a person with a result since this morning.
    :raises Missing: outside the demonstration.
    """
    if not settings.KHUMKAN_DEMO:
        raise Missing
    return DemonstrationEntry.objects.create(label=label, role=role, user=user, person_id=person_id)


def forget_persons() -> None:
    """Take all persons off the page, so that others can be put there; staff stay.

    :raises Missing: outside the demonstration.
    """
    if not settings.KHUMKAN_DEMO:
        raise Missing
    DemonstrationEntry.objects.filter(person_id__isnull=False).delete()
