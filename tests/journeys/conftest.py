"""The town with its live server and browser. Without Chromium journeys are left out loudly, and fail where CI=true."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from khumkan.ui.testing import BROWSER, BROWSER_ARGUMENTS
from tests.journeys.town import Town, empty_the_queue

HERE = Path(__file__).parent
NO_BROWSER = f"NO BROWSER: {BROWSER} is not installed, so this journey is NOT tested"
#: People sleep at night, tests do not: no message waits for the morning.
MESSAGES = {
    "sms": ["inbox"],
    "email": ["inbox"],
    "providers": {"inbox": {"adapter": "khumkan.messages.adapters.inbox.Inbox", "per_second": 10_000}},
    "quiet_hours": ["00:00", "00:00"],
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and let those that need a browser say so where there is none."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use the browser of the system."""
    if not Path(BROWSER).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(NO_BROWSER, pytrace=False)
        pytest.skip(NO_BROWSER)
    return {"executable_path": BROWSER, "args": BROWSER_ARGUMENTS}


@pytest.fixture
def town(transactional_db: None, live_server: LiveServer, browser: Browser, settings: Settings) -> Iterator[Town]:
    """Build the town, and look at the end whether a window met what must never happen."""
    settings.KHUMKAN_DEMO = True  # shows the inbox page
    settings.KHUMKAN_MESSAGES = MESSAGES
    made = Town(live_server.url, browser)
    yield made
    empty_the_queue()
    made.close()
