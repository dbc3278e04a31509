"""A worker process that the crash tests start and kill: the real one, with shorter waits, on the test database.

python -m khumkan.messages.tests.crashing_worker <json>
"""

import json
import os
import sys
import time
from datetime import timedelta


def main() -> None:
    """Run a worker that turns each `record.crashed` event into one message."""
    chosen = json.loads(sys.argv[1])
    os.environ["DATABASE_URL"] = chosen["database"]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.conf import settings

    django.setup()
    settings.KHUMKAN_MESSAGES = chosen["messages"]
    _hurry()
    if chosen["mark_before_sending"]:
        _mark_before_sending()
    from khumkan import record
    from khumkan.record import worker

    record.listen("record.crashed", send_one_message_each)
    worker.work(jobs_at_once=2, name=f"crash {os.getpid()}")


def send_one_message_each(events: list) -> None:  # type: ignore[type-arg]
    """Tell somebody about each event."""
    from khumkan import messages

    for event in events:
        words = {"number": event.person_id, "on": "2021-07-28"}
        address = f"+668{event.person_id:08}"
        messages.send_to_address("messaging.trial", address=address, params=words, about=event, urgent=True)


def _hurry() -> None:
    """Let the waits be seconds, so that ten crashes fit into a test."""
    from khumkan.messages import actions, providers, sending
    from khumkan.record import chores, worker

    sending.LEASE, sending.FIRST_WAIT, sending.LONGEST_WAIT = (timedelta(seconds=each) for each in (4, 1, 2))
    sending.BATCH = actions.BATCH = 40
    providers.FAILURES = 1_000
    chores.DEAD_AFTER = worker.DEAD_AFTER = 3.0
    chores.RETRY_EVERY = worker.HEARTBEAT = 1.0


def _mark_before_sending() -> None:
    """The mistake of the negative control: write down that it was sent, then send it."""
    from django.db import connection

    from khumkan.messages import sending

    honest = sending._bind

    def hasty(name: str, claimed: list) -> None:  # type: ignore[type-arg]
        honest(name, claimed)
        with connection.cursor() as cursor:
            ids = [message.id for message in claimed]
            cursor.execute("UPDATE messaging_message SET state = 'accepted' WHERE id = ANY(%s)", [ids])
        time.sleep(1.0)  # most kills fall between the word and the deed

    sending._bind = hasty  # type: ignore[assignment]


if __name__ == "__main__":
    from khumkan.messages.tests import crashing_worker  # by its name, which the deliveries know

    crashing_worker.main()
