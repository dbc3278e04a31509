"""Every read of messages."""

from django.db.models import QuerySet

from khumkan.kernel import clock
from khumkan.messages import config
from khumkan.messages.models import Message, Shown
from khumkan.messages.states import State


def messages_of(person_id: int) -> QuerySet[Message]:
    """Return the messages to a person, newest first: one look into an index."""
    return Message.objects.filter(person_id=person_id).order_by("-created_at", "-id")


def due(*, at_most: int) -> int:
    """Return how many messages could be sent now, counting no further than `at_most`."""
    now = clock.now()
    waiting = Message.objects.filter(state__in=[State.QUEUED, State.SENDING], due_at__lte=now)
    if config.is_quiet(now):
        waiting = waiting.filter(is_urgent=True)
    return waiting.order_by()[:at_most].count()


def shown(last_digits: str = "") -> QuerySet[Shown]:
    """Return what the inbox page shows, newest first; of one phone, when its last digits are given."""
    every = Shown.objects.order_by("-id")
    return every.filter(last4__endswith=last_digits[-4:]) if last_digits else every
