"""Publishing, sending and stopping announcements, and counting what became of them. Everything may run twice."""

import time
from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.messages import templates
from khumkan.record import queue
from khumkan.situation.actions import announcements, sending
from khumkan.situation.models import Sending
from khumkan.situation.queries import announcements as queries

RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)
KHUMKAN = Actor.system("situation")
#: Seconds after which a job makes room for others and queues its successor.
LONG_ENOUGH = 20.0
#: So long after the last message was queued, what became of them is counted each minute; later, seldom.
YOUNG, SELDOM = timedelta(hours=1), timedelta(minutes=15)

templates.supply(queries.NEWS, names=queries.NAMES, words=queries.message_words)
templates.supply(queries.WITHDRAWN, names=queries.NAMES, words=queries.withdrawal_words)


@app.task(name=announcements.PUBLISH, retry=RETRY)
def publish(announcement_id: int) -> None:
    """Publish an announcement whose time has come."""
    announcements.publish(announcement_id=announcement_id, by=KHUMKAN)


@app.periodic(cron="* * * * *")
@app.task(name="situation.watch_announcements", queueing_lock="situation.watch_announcements")
def watch(timestamp: int) -> None:
    """Publish what is due, go on with what a worker left behind, and count what became of messages."""
    for announcement_id in queries.due():
        announcements.publish(announcement_id=announcement_id, by=KHUMKAN)
    for live in queries.live_sendings():
        if live.stopped_at is not None:
            queue.put(announcements.STOP, sending_id=live.pk)
        elif live.queued_at is None:
            queue.put(announcements.SEND, sending_id=live.pk)
        if _is_to_be_counted(live):
            sending.keep_figures(sending_id=live.pk)


def _is_to_be_counted(live: Sending) -> bool:
    """Tell whether to count a sending: each minute while messages leave, then as receipts trickle in."""
    now = clock.now()
    is_young = live.queued_at is None or live.waiting > 0 or live.queued_at > now - YOUNG
    return is_young or live.counted_at is None or live.counted_at < now - SELDOM


@app.task(name=announcements.SEND, retry=RETRY)
def send(sending_id: int) -> None:
    """Put part after part of a sending into the queue of messages, until everybody is there.

    A withdrawal that has to wait is looked at again within a minute.
    """
    if not sending.may_begin(sending_id):
        return
    until = time.monotonic() + LONG_ENOUGH
    while time.monotonic() < until:
        if not sending.send_part(sending_id=sending_id, by=KHUMKAN):
            sending.keep_figures(sending_id=sending_id)
            return
    queue.put(announcements.SEND, sending_id=sending_id)


@app.task(name=announcements.STOP, retry=RETRY)
def stop(sending_id: int) -> None:
    """Stop what no provider has yet."""
    sending.send_part(sending_id=sending_id, by=KHUMKAN)  # closes what was being put into the queue
    while sending.stop_part(sending_id=sending_id):
        pass
    sending.keep_figures(sending_id=sending_id)
    for withdrawal in queries.withdrawals_of(sending_id):
        queue.put(announcements.SEND, sending_id=withdrawal)


@app.task(name=announcements.COUNT, retry=RETRY)
def count(announcement_id: int) -> None:
    """Count the people whom an announcement concerns."""
    announcements.count_people(announcement_id=announcement_id)
