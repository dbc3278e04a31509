"""Every read of the record. Each is newest first and answered from one index, whatever the size of the record."""

from django.db.models import Model, Q, QuerySet

from khumkan.kernel.actors import ActorKind
from khumkan.record.actions import SAW
from khumkan.record.entries import kind_of
from khumkan.record.models import Event


def who_saw_or_acted_for(person_id: int) -> QuerySet[Event]:
    """Return who saw data of a person or acted on their behalf, newest first: one look into the same index."""
    return events_of_person(person_id).filter(Q(name=SAW) | Q(on_behalf_of=person_id))


def done_by(actor_kind: ActorKind | str, actor_id: int) -> QuerySet[Event]:
    """Return all that an actor did and saw, newest first."""
    return Event.objects.filter(actor_kind=str(actor_kind), actor_id=actor_id).order_by("-at", "-id")


def events_of_person(person_id: int) -> QuerySet[Event]:
    """Return all that happened with a person and their data, newest first."""
    return Event.objects.filter(person_id=person_id).order_by("-at", "-id")


def history_of(about: Model) -> QuerySet[Event]:
    """Return all that happened to a row, newest first: one look into the index of rows."""
    return history(kind_of(about), about.pk)


def history(about_kind: str, about_id: int) -> QuerySet[Event]:
    """Return the same as `history_of`, by the label of the model and the id of the row."""
    return Event.objects.filter(about_kind=about_kind, about_id=about_id).order_by("-at", "-id")
