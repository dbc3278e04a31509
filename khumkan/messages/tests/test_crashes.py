"""Each event leads to one message, whoever is killed on the way. `KHUMKAN_LONG=1`: 50 kills on 10,000 messages."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest
from django.db import connection

from khumkan import record
from khumkan.kernel.actors import Actor
from khumkan.messages import State, sending
from khumkan.messages.models import Message
from khumkan.messages.tests.support import FakeGateway, settings_for
from khumkan.record import Entry, chores, deliveries

IS_LONG = os.environ.get("KHUMKAN_LONG") == "1"
EVENTS, KILLS, MOST_SECONDS = (10_000, 50, 3_000) if IS_LONG else (1_000, 10, 280)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race, pytest.mark.timeout(MOST_SECONDS)]
WORKERS = 3
SEED = 5
#: Seconds until a job or a message of a dead worker is taken up again, at most.
PROMISE = 60


@dataclass
class Workers:
    """Processes that are killed at random and replaced."""

    gateway: FakeGateway
    mark_before_sending: bool = False
    count: int = WORKERS
    module: str = "khumkan.messages.tests.crashing_worker"
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def __enter__(self) -> "Workers":
        for _ in range(self.count):
            self.start()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self) -> None:
        chosen = {
            "database": _database_url(),
            "messages": settings_for(gateway=self.gateway.config()),
            "mark_before_sending": self.mark_before_sending,
        }
        command = [sys.executable, "-m", self.module, json.dumps(chosen)]
        self.processes.append(subprocess.Popen(command))

    def kill_one(self, chance: random.Random) -> None:
        victim = self.processes.pop(chance.randrange(len(self.processes)))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        self.start()


def _database_url() -> str:
    chosen = connection.settings_dict
    return f"postgresql://{chosen['USER']}@/{chosen['NAME']}?host={chosen['HOST']}&port={chosen['PORT'] or 5432}"


def wait_until(is_so: Callable[[], bool], *, seconds: float) -> bool:
    """Wait until something is so, and say whether it is."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.1)
    return is_so()


def _run(
    gateway: FakeGateway, *, events: int, kills: int, workers: int = WORKERS, mark_before_sending: bool = False
) -> None:
    """Write events, kill workers while messages leave, and wait until nothing is left to do."""
    chance = random.Random(SEED)
    record.listen("record.crashed", _by_name_only)
    try:
        entries = [Entry(person_id=number) for number in range(events)]
        record.write_many("record.crashed", by=Actor.system("tests"), entries=entries)
    finally:
        record.listeners.forget("record.crashed", _by_name_only)
    with Workers(gateway, mark_before_sending, workers) as processes:
        for kill in range(kills):
            goal = events * kill // (kills + 1)
            assert wait_until(partial(_have_left, gateway, goal), seconds=60), _what_is_left()
            time.sleep(chance.uniform(0.0, 0.3))
            processes.kill_one(chance)
        assert wait_until(_nothing_is_left, seconds=90), _what_is_left()


def _by_name_only(events: object) -> None:
    """Stand for the handler of the worker processes."""


_by_name_only.__module__, _by_name_only.__qualname__ = "khumkan.messages.tests.crashing_worker", "send_one_message_each"


def _have_left(gateway: FakeGateway, goal: int) -> bool:
    return gateway.calls > 0 and len(gateway.delivered) >= goal


def _nothing_is_left() -> bool:
    return not deliveries.waiting() and not Message.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists()


def _what_is_left() -> str:
    return f"{deliveries.waiting()} deliveries, {list(Message.objects.values_list('state', 'attempts', 'problem'))[:5]}"


def test_events_give_one_message_each_while_workers_are_killed() -> None:
    with FakeGateway(silent=0.2, pause=0.15) as gateway:
        _run(gateway, events=EVENTS, kills=KILLS)
    assert len(gateway.delivered) == EVENTS
    assert set(gateway.delivered.values()) == {1}
    assert Message.objects.count() == EVENTS
    assert set(Message.objects.values_list("state", flat=True)) == {State.ACCEPTED}
    assert {text.split()[2] for text in gateway.texts.values()} == set(map(str, range(EVENTS)))


def test_control_a_message_marked_before_it_is_sent_is_lost_in_a_crash() -> None:
    with FakeGateway() as gateway:
        _run(gateway, events=300, kills=3, workers=1, mark_before_sending=True)
    assert len(gateway.delivered) < 300


def test_control_a_provider_that_does_not_know_references_delivers_twice() -> None:
    with FakeGateway(honours=False, silent=0.3, pause=0.1) as gateway:
        _run(gateway, events=200, kills=1)
    assert len(gateway.delivered) == 200
    assert max(gateway.delivered.values()) > 1


def test_the_waits_keep_the_promise() -> None:
    until_dead = chores.DEAD_AFTER + chores.RETRY_EVERY + 1
    until_woken = sending.LEASE.total_seconds() + 10 + 1
    assert max(until_dead, until_woken) <= PROMISE
