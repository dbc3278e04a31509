"""Handing events to those who listen.

A delivery is marked as done in the transaction in which the handler works: a second attempt at a delivery that is done
does nothing, and one that was cut off leaves nothing. A batch that fails is halved at once, so that an event that
spoils its batch soon stands alone and holds up no other.
"""

import logging
from datetime import timedelta

from django.db import transaction

from khumkan.kernel import clock
from khumkan.record import queue
from khumkan.record.listeners import handler_of
from khumkan.record.models import Delivery, Event

logger = logging.getLogger(__name__)

#: Late deliveries queued again in one go.
AT_ONCE = 1_000


def deliver(delivery_id: int) -> bool:
    """Call the handler of a delivery with its events, unless that is done; tell whether it was done now."""
    try:
        return _deliver(delivery_id)
    except Exception:
        if _halve(delivery_id):
            logger.warning("Delivery %s failed and was halved.", delivery_id, exc_info=True)
            return False
        raise


@transaction.atomic
def _deliver(delivery_id: int) -> bool:
    delivery = Delivery.objects.select_for_update().filter(pk=delivery_id, done_at=None).first()
    if delivery is None:
        return False
    handler = handler_of(delivery.event, delivery.handler)
    if handler is None:
        logger.warning("Nobody by the name of %s listens to %s any more.", delivery.handler, delivery.event)
    else:
        handler(list(_events(delivery)))
    delivery.done_at = clock.now()
    delivery.save(update_fields=["done_at"])
    return True


def _events(delivery: Delivery) -> list[Event]:
    span = Event.objects.filter(at__gte=delivery.first_at, at__lte=delivery.last_at)
    return list(span.filter(pk__in=delivery.event_ids).order_by("id"))


@transaction.atomic
def _halve(delivery_id: int) -> bool:
    """Replace a delivery of several events by two deliveries of half of them; a single event stays as it is."""
    delivery = Delivery.objects.select_for_update().filter(pk=delivery_id, done_at=None).first()
    if delivery is None or len(delivery.event_ids) < 2:
        return False
    middle = len(delivery.event_ids) // 2
    halves = Delivery.objects.bulk_create(
        Delivery(
            event=delivery.event,
            handler=delivery.handler,
            event_ids=ids,
            first_at=delivery.first_at,
            last_at=delivery.last_at,
            created_at=delivery.created_at,
        )
        for ids in (delivery.event_ids[:middle], delivery.event_ids[middle:])
    )
    delivery.delete()
    queue.put_many("record.deliver", ({"delivery_id": half.pk} for half in halves))
    return True


def waiting() -> int:
    """Return how many deliveries wait; for the alarm about a backlog."""
    return Delivery.objects.filter(done_at=None).count()


def queue_again(*, older_than: timedelta) -> int:
    """Queue the deliveries again that have waited this long, in case their jobs are gone; return how many."""
    late = Delivery.objects.filter(done_at=None, created_at__lt=clock.now() - older_than)
    ids = list(late.order_by("created_at").values_list("pk", flat=True)[:AT_ONCE])
    return queue.put_many("record.deliver", ({"delivery_id": each} for each in ids))


def forget(*, older_than: timedelta) -> int:
    """Delete the deliveries that were done this long ago; return how many."""
    deleted, _ = Delivery.objects.filter(done_at__lt=clock.now() - older_than).delete()
    return deleted
