"""Every read of messages."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Model, QuerySet

from khumkan.kernel import clock
from khumkan.messages import config
from khumkan.messages.models import Message, Shown
from khumkan.messages.states import State
from khumkan.record.entries import kind_of


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


def tally(about: Model, *, since: datetime) -> dict[State, int]:
    """Count the messages about a row by their state: for jobs that keep counters, not for pages.

    :param since: when the first of them was queued; older months are not looked into.
    """
    rows = Message.objects.filter(about_kind=kind_of(about), about_id=about.pk, created_at__gte=since)
    counted = rows.order_by().values_list("state").annotate(count=Count("*"))
    return {State(state): count for state, count in counted}


def given(about: Model, *, since: datetime) -> tuple[str, dict[str, Any]]:
    """Return a query for `person_id` of those whose message about a row was given to a provider, or may have been."""
    return (
        "SELECT person_id FROM messaging_message WHERE about_kind = %(given_kind)s AND about_id = %(given_id)s"
        " AND created_at >= %(given_since)s AND state NOT IN ('stopped', 'unreachable')",
        {"given_kind": kind_of(about), "given_id": about.pk, "given_since": since},
    )


def shown(last_digits: str = "") -> QuerySet[Shown]:
    """Return what the inbox page shows, newest first; of one phone, when its last digits are given."""
    every = Shown.objects.order_by("-id")
    return every.filter(last4__endswith=last_digits[-4:]) if last_digits else every
