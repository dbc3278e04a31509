"""The town with its live server and browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from khumkan.record.tests.support import empty_the_queue
from tests.journeys.town import Town

HERE = Path(__file__).parent
#: People sleep at night, tests do not: no message waits for the morning.
MESSAGES = {
    "sms": ["inbox"],
    "email": ["inbox"],
    "providers": {"inbox": {"adapter": "khumkan.messages.adapters.inbox.Inbox", "per_second": 10_000}},
    "quiet_hours": ["00:00", "00:00"],
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and let them share one process."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture
def town(transactional_db: None, live_server: LiveServer, browser: Browser, settings: Settings) -> Iterator[Town]:
    """Build the town, and look at the end whether a window met what must never happen."""
    settings.KHUMKAN_DEMO = True  # shows the inbox page
    settings.KHUMKAN_MESSAGES = MESSAGES
    made = Town(live_server.url, browser)
    yield made
    empty_the_queue()
    made.close()
