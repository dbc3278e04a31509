"""Sending an announcement: part after part of its people, each in one transaction that also moves the mark.

A part puts people into `Reached` and their messages into the queue and remembers up to whom it came, all or nothing. A
worker that dies leaves the mark where the last whole part ended, and the next one goes on there; two workers at once
wait for each other at the row of the sending. That nobody is told twice is a unique key besides.
"""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from khumkan import messages, record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.messages import queries as message_queries
from khumkan.messages.states import State
from khumkan.situation.choices import SendingKind
from khumkan.situation.models import Announcement, AnnouncementStep, Sending
from khumkan.situation.queries import announcements as queries
from khumkan.situation.queries import segments
from khumkan.situation.states import AnnouncementState

#: People in one part: a second or less, so that stopping takes hold soon.
PART = 20_000
#: Messages stopped in one statement.
STOPPED_AT_ONCE = 20_000
#: Receipts that have not come by then are waited for no longer.
RECEIPTS_COME_WITHIN = timedelta(days=3)
_TEMPLATES = {SendingKind.NEWS: queries.NEWS, SendingKind.WITHDRAWAL: queries.WITHDRAWN}
_REACH = """
    WITH put AS (
        INSERT INTO situation_reached (sending_id, person_id)
        SELECT %(sending)s, id FROM ({people}) people
        RETURNING person_id
    )
    SELECT count(*), max(person_id) FROM put
"""
_RECIPIENTS = """
    SELECT person_id, %(announcement)s::text AS reference FROM situation_reached
    WHERE sending_id = %(sending)s AND person_id > %(after)s AND person_id <= %(last)s
"""
_TOLD = "SELECT person_id AS id FROM ({told}) told WHERE person_id > %(after)s ORDER BY person_id LIMIT %(most)s"


def send_part(*, sending_id: int, by: Actor, most: int = 0) -> int:
    """Put the next part of a sending into the queue; return how many people, 0 when there is nothing more to do.

    :param most: people in the part; 0 means `PART`.
    """
    with transaction.atomic():
        # in the order in which an officer's act locks them
        announcement = Announcement.objects.select_for_update().get(sendings=sending_id)
        sending = Sending.objects.select_for_update().get(pk=sending_id)
        if sending.queued_at is not None:
            return 0
        if sending.stopped_at is not None:
            return _end(announcement, sending, by=by)
        count, last = _reach(announcement, sending, most or PART)
        if not count:
            return _end(announcement, sending, by=by)
        messages.send_each(
            _TEMPLATES[SendingKind(sending.kind)],
            rows=_RECIPIENTS,
            values={
                "announcement": announcement.reference,
                "sending": sending.pk,
                "after": sending.after_person_id,
                "last": last,
            },
            about=sending,
            urgent=announcement.is_urgent,
        )
        sending.after_person_id = last
        sending.queued += count
        sending.waiting += count
        sending.save(update_fields=["after_person_id", "queued", "waiting"])
    return count


def stop_part(*, sending_id: int) -> int:
    """Stop the next part of the messages of a stopped sending that no provider has yet; return how many."""
    sending = Sending.objects.get(pk=sending_id)
    return messages.stop(sending, most=STOPPED_AT_ONCE) if sending.stopped_at is not None else 0


def may_begin(sending_id: int) -> bool:
    """Tell whether a sending may put people into the queue: a withdrawal waits until nothing of the news is waiting."""
    sending = Sending.objects.select_related("announcement").get(pk=sending_id)
    if sending.kind != SendingKind.WITHDRAWAL:
        return True
    news = Sending.objects.get(announcement=sending.announcement, kind=SendingKind.NEWS)
    if news.queued_at is None:
        return False
    found = message_queries.tally(news, since=news.started_at)
    return not found.get(State.QUEUED) and not found.get(State.SENDING)


def keep_figures(*, sending_id: int) -> Sending:
    """Count what became of the messages of a sending, and keep it."""
    with transaction.atomic():
        sending = Sending.objects.select_for_update().get(pk=sending_id)
        now, found = clock.now(), message_queries.tally(sending, since=sending.started_at)
        sending.waiting = found.get(State.QUEUED, 0) + found.get(State.SENDING, 0)
        sending.handed = found.get(State.ACCEPTED, 0)
        sending.delivered = found.get(State.DELIVERED, 0)
        sending.failed = found.get(State.FAILED, 0)
        sending.unreachable = found.get(State.UNREACHABLE, 0)
        sending.stopped = found.get(State.STOPPED, 0)
        sending.counted_at = now
        if sending.queued_at is not None and not sending.waiting:
            is_over = not sending.handed or sending.queued_at < now - RECEIPTS_COME_WITHIN
            sending.settled_at = now if is_over else None
        sending.save()
    return sending


def _reach(announcement: Announcement, sending: Sending, most: int) -> tuple[int, int]:
    """Put the next people after the mark among those who are reached; return how many, and the last one."""
    people, values = _people(announcement, sending)
    own = {"sending": sending.pk, "after": sending.after_person_id, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_REACH.format(people=people), {**values, **own})
        count, last = cursor.fetchone()
    return int(count), int(last or 0)


def _people(announcement: Announcement, sending: Sending) -> tuple[str, dict[str, Any]]:
    """Return the query for the next part of the people of a sending."""
    if sending.kind == SendingKind.NEWS:
        query, values = segments.people_of(queries.segment_of(announcement))
        return f"{query} AND p.id > %(after)s ORDER BY p.id LIMIT %(most)s", values
    news = Sending.objects.get(announcement=announcement, kind=SendingKind.NEWS)
    query, values = message_queries.given(news, since=news.started_at)
    return _TOLD.format(told=query), values


def _end(row: Announcement, sending: Sending, *, by: Actor) -> int:
    """Write down that everybody is in the queue; the announcement is out then."""
    sending.queued_at = clock.now()
    sending.save(update_fields=["queued_at"])
    if sending.kind == SendingKind.NEWS and row.state == AnnouncementState.SENDING:
        row.state = AnnouncementState.PUBLISHED
        row.save(update_fields=["state"])
        AnnouncementStep.objects.create(announcement=row, state=row.state, at=clock.now())
        record.write("situation.announcement_sent", by=by, about=row, data={"people": sending.queued})
    return 0
