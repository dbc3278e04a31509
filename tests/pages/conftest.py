"""One lively town, one server and one browser for all pages; nothing is written by looking at them."""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from django.test.testcases import LiveServerThread
from django.urls import clear_url_caches
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from khumkan.config import urls
from khumkan.record.tests.support import empty_the_queue
from khumkan.web.sign_in import urls as sign_in_urls
from tests.journeys.conftest import MESSAGES
from tests.pages.lively import LivelyTown


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Serve the real service on a database of this process, and leave it empty."""
    with django_db_blocker.unblock(), override_settings(KHUMKAN_DEMO=True, KHUMKAN_MESSAGES=MESSAGES):
        read_addresses_again()
        kept = connections.settings["default"]["CONN_MAX_AGE"]
        connections.settings["default"]["CONN_MAX_AGE"] = 0  # each window keeps a thread of the server alive
        thread = LiveServerThread("localhost", StaticFilesHandler, connections_override={}, port=0)
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        assert thread.error is None
        yield f"http://localhost:{thread.port}"
        thread.terminate()
        empty_the_queue()
        call_command("flush", verbosity=0, interactive=False)
        connections.close_all()
        connections.settings["default"]["CONN_MAX_AGE"] = kept
    read_addresses_again()


def read_addresses_again() -> None:
    """Let the addresses follow the settings, as they do at the start of a process."""
    for module in (sign_in_urls, urls):
        importlib.reload(module)
    clear_url_caches()


@pytest.fixture
def _django_db_helper(server: str) -> None:
    """Take the place of pytest-django's fixture, which would empty the database after each test."""


@pytest.fixture(scope="module")
def town(server: str, browser: Browser) -> Iterator[LivelyTown]:
    """Build the town once for all pages."""
    made = LivelyTown(server, browser)
    yield made
    for window in made.windows:
        window.context.close()


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Return the folder for pictures of all pages, when somebody wants to look at them."""
    folder = os.environ.get("KHUMKAN_PICTURES")
    return Path(folder) if folder else None


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Look with the clock of Bangkok."""
    return {**browser_context_args, "timezone_id": "Asia/Bangkok"}
