"""An announcement to a million people: put into the queue, then handed to an SMS provider, each beside its raw limit.

Queueing is the whole act from the approval on: part after part, each person written down as reached, the message of
each in the partitioned outbox with all its indexes. Its limit is one bare INSERT … SELECT of the same messages. Handing
over is the real sender in one process: it claims batches, opens telephones, writes texts, keeps the provider's budget,
calls an adapter that accepts everything at once, and writes down what became of each. Its limit is two bare updates of
the same rows in batches of the same size.
"""

import time
from collections.abc import Sequence

from django.db import connection, transaction
from django.test import override_settings

from khumkan.benchmarks import Result, signed_in
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.messages import sending as messages_sending
from khumkan.messages import templates
from khumkan.messages.actions import BATCH
from khumkan.messages.adapters.base import Letter, Outcome, Receipt
from khumkan.messages.adapters.base import Result as Taken
from khumkan.messages.config import ProviderConfig
from khumkan.registry.actions import set_contact
from khumkan.registry.states import ContactKind
from khumkan.situation.actions import announcements, sending
from khumkan.situation.actions.announcements import Draft, Words
from khumkan.situation.models import Sending
from khumkan.situation.queries import announcements as queries

PEOPLE, MOST_HANDED = 1_000_000, 60_000
SLOWEST_SECONDS, LEAST_RATE, LONGEST_HANDING = 60.0, 1_000, 30.0
KHUMKAN = Actor.system("benchmark")
PHONE = "+66812345678"
_CONTACTS = """
    INSERT INTO registry_contact (person_id, kind, blind_index, sealed, hint, is_primary, added_at)
    SELECT n, kind, blind_index, sealed, hint, true, now()
    FROM registry_contact, generate_series(%(first)s::bigint + 1, %(first)s + %(count)s - 1) n
    WHERE person_id = %(first)s
"""
_BARE_INSERT = """
    INSERT INTO messaging_message (created_at, template, about_kind, about_id, is_urgent, state, changed_at, due_at,
                                   channel, reference, person_id, params)
    SELECT now(), template, 'benchmark', 1, is_urgent, state, now(), now(), channel, gen_random_uuid(), person_id,
           params
    FROM messaging_message WHERE about_kind = 'situation.sending'
"""
_BARE_UPDATE = """
    WITH chosen AS (
        SELECT id, created_at FROM messaging_message
        WHERE state IN ('queued', 'sending') AND about_kind = 'situation.sending' AND provider = %(old)s
        LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
    UPDATE messaging_message m SET provider = %(new)s, state = %(state)s
    FROM chosen WHERE m.id = chosen.id AND m.created_at = chosen.created_at
"""


class Taker:
    """A provider that accepts everything at once."""

    def __init__(self, config: ProviderConfig) -> None:
        self.config = config

    def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Take all of them."""
        return [Outcome(letter.reference, Taken.ACCEPTED, f"t-{letter.reference.hex}") for letter in letters]

    def heard(self) -> list[Receipt]:
        """Nothing comes back."""
        return []


MESSAGES = {
    "sms": ["taker"],
    "email": [],
    "quiet_hours": ["00:00", "00:00"],
    "providers": {"taker": {"adapter": f"{__name__}.Taker", "per_second": 1e6}},
}


def run(*, size: int | None = None) -> Result:
    """Measure both.

    :param size: people of the announcement.
    """
    people = size or PEOPLE
    _register(people)
    sending_id = _approved()
    began = time.perf_counter()
    while sending.send_part(sending_id=sending_id, by=KHUMKAN):
        pass
    seconds = time.perf_counter() - began
    bare = _bare_insert()
    with override_settings(KHUMKAN_MESSAGES=MESSAGES):
        handed, handing = _hand_over(min(people, MOST_HANDED))
    rate, limit = handed / handing, _bare_updates(min(people - handed, handed) or handed)
    queued = Sending.objects.get(pk=sending_id).queued
    is_met = queued == people and seconds < SLOWEST_SECONDS * people / PEOPLE and rate >= LEAST_RATE
    return Result(
        name="mass_message",
        n=people,
        seconds=round(seconds, 2),
        limit_seconds=round(bare, 2),
        ratio=round(seconds / bare, 2),
        goal=f"1,000,000 queued < {SLOWEST_SECONDS:.0f} s; ≥ {LEAST_RATE:,} a second handed over by one process",
        met=is_met,
        detail={
            "queued": queued,
            "handed_over": handed,
            "handed_over_a_second": round(rate),
            "bare_updates_a_second": round(limit),
        },
    )


def _register(people: int) -> None:
    """Make insured persons with a telephone each."""
    signed_in.persons(people)
    set_contact(person_id=signed_in.FIRST, kind=ContactKind.PHONE, address=PHONE, by=KHUMKAN)
    signed_in.execute(_CONTACTS, first=signed_in.FIRST, count=people)
    signed_in.execute("ANALYZE")


def _approved() -> int:
    """Return a sending that may begin."""
    templates.supply(queries.NEWS, names=queries.NAMES, words=queries.message_words)
    draft = Draft(
        th=Words("ปิดจุดตรวจ", "จุดตรวจปิดวันจันทร์", "จุดตรวจปิดวันจันทร์ โปรดเลือกวันอื่น"),
        en=Words("Closed", "Closed on Monday.", "No tests on Monday."),
        by_message=True,
    )
    writer, second = (Actor(ActorKind.STAFF, number, frozenset({Grant(Role.OFFICER)})) for number in (1, 2))
    made = announcements.write(draft=draft, by=writer)
    announcements.submit(announcement=made, by=writer)
    announcements.approve(announcement=made, by=second)
    announcements.publish(announcement_id=made.pk, by=KHUMKAN)
    return int(Sending.objects.values_list("pk", flat=True).get(announcement=made))


def _bare_insert() -> float:
    """Return how long one statement takes for the same messages; they are taken away again."""
    began = time.perf_counter()
    with transaction.atomic():
        signed_in.execute(_BARE_INSERT)
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    signed_in.execute("VACUUM ANALYZE messaging_message")
    return took


def _hand_over(most: int) -> tuple[int, float]:
    """Send until so many are handed over or the time is up; return how many, and how long it took."""
    handed, began = 0, time.perf_counter()
    while handed < most and time.perf_counter() - began < LONGEST_HANDING:
        handed += messages_sending.send_due().handed_over
    return handed, time.perf_counter() - began


def _bare_updates(most: int) -> float:
    """Return how many rows a second go through two bare updates."""
    done, began = 0, time.perf_counter()
    while done < most:
        with connection.cursor() as cursor:
            cursor.execute(_BARE_UPDATE, {"old": "", "new": "bare", "state": "sending", "most": BATCH})
            claimed = cursor.rowcount
            cursor.execute(_BARE_UPDATE, {"old": "bare", "new": "bare", "state": "accepted", "most": BATCH})
        done += claimed
        if not claimed:
            break
    return done / (time.perf_counter() - began)
