"""An announcement is told to each once, whoever is killed on the way."""

import random
import time
from functools import partial

import pytest

from khumkan.messages import State
from khumkan.messages.models import Message
from khumkan.messages.tests.support import FakeGateway
from khumkan.messages.tests.test_crashes import Workers, wait_until
from khumkan.situation.actions import announcements
from khumkan.situation.models import Reached, Sending
from khumkan.situation.states import AnnouncementState
from khumkan.situation.tests.announcing import SYSTEM, approved, fresh, insured

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race, pytest.mark.timeout(280)]

PEOPLE, KILLS, SEED = 1_000, 10, 11
WORKER = "khumkan.situation.tests.announcing_worker"


def _reached_are(goal: int) -> bool:
    return Reached.objects.count() >= goal


def _nothing_is_left() -> bool:
    is_queued = not Sending.objects.filter(queued_at=None).exists()
    return is_queued and not Message.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists()


def _what_is_left() -> str:
    return f"{Reached.objects.count()} reached, {list(Message.objects.values_list('state', 'problem'))[:5]}"


def test_a_thousand_people_and_ten_kills_are_a_thousand_messages() -> None:
    people = {person.pk for person in insured(PEOPLE)}
    chance = random.Random(SEED)
    with FakeGateway(silent=0.2, pause=0.1) as gateway, Workers(gateway, module=WORKER) as processes:
        made = approved(is_urgent=True)
        announcements.publish(announcement_id=made.pk, by=SYSTEM)
        for kill in range(KILLS):
            goal = PEOPLE * kill // (KILLS + 1)
            assert wait_until(partial(_reached_are, goal), seconds=60), _what_is_left()
            time.sleep(chance.uniform(0.0, 0.3))
            processes.kill_one(chance)
        assert wait_until(_nothing_is_left, seconds=120), _what_is_left()
    assert set(Message.objects.values_list("person_id", flat=True)) == people
    assert Message.objects.count() == Reached.objects.count() == PEOPLE
    assert len(gateway.delivered) == PEOPLE
    assert set(gateway.delivered.values()) == {1}
    assert fresh(made).state == AnnouncementState.PUBLISHED
