"""What every test stands on: a database, compiled translations, no network."""

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import TransactionTestCase
from django.utils.translation.reloader import translation_file_changed
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from khumkan.command import postgres
from khumkan.config import translations
from khumkan.record.tests.support import empty_the_queue, permit_flush
from khumkan.ui import browser as browsers
from khumkan.ui.testing import BROWSER_ARGUMENTS
from khumkan.web import kept_counts
from tests import emptying
from tests.settings import OWN_SERVER, TEST_VAR

NO_BROWSER = "NO BROWSER: no Chromium was found, so journeys, accessibility and look are NOT tested"

# how long an example takes depends on what else the machine does, and no test may depend on that
# and a short run takes the same examples each time, so that a change is to blame when it fails; long ones look for new
settings.register_profile(
    "khumkan",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("KHUMKAN_LONG") != "1" and "KHUMKAN_MACHINE_RUNS" not in os.environ,
)
settings.load_profile("khumkan")
TransactionTestCase._fixture_teardown = emptying.empty  # type: ignore[method-assign]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # a browser driver loops in the same thread


def pytest_configure(config: pytest.Config) -> None:
    """Start the private server once, in the process that starts the workers, and compile the translations."""
    if hasattr(config, "workerinput"):
        return
    if translations.compile_all():
        translation_file_changed(None, Path("django.mo"))  # some were read before they were compiled
    (TEST_VAR / "static").mkdir(parents=True, exist_ok=True)
    if OWN_SERVER:
        postgres.start(TEST_VAR / "postgres", disposable=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing running."""
    if OWN_SERVER and not hasattr(config, "workerinput"):
        postgres.stop(TEST_VAR / "postgres", mode="immediate")


def launch_arguments(found: str, *, in_ci: bool) -> dict[str, Any]:
    """Return how the browser is started; without one the test is left out, and where CI=true it fails."""
    if found:
        return {"executable_path": found, "args": BROWSER_ARGUMENTS}
    if in_ci:
        pytest.fail(NO_BROWSER, pytrace=False)
    pytest.skip(NO_BROWSER)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use the browser of the system, the same in all tests."""
    return launch_arguments(browsers.find(), in_ci=os.environ.get("CI") == "true")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly at the end what was not tested."""
    if not browsers.find():
        terminalreporter.section(NO_BROWSER, sep="*", red=True, bold=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let the tests that really commit empty the record afterwards, which nothing else may."""
    with django_db_blocker.unblock():
        permit_flush()


@pytest.fixture(autouse=True)
def jobs_do_not_outlive_the_rows_they_name(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Empty the queue after a test that really commits: its tables are not Django's, and nobody else does."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction"):
        with django_db_blocker.unblock():
            empty_the_queue()


@pytest.fixture(autouse=True)
def counts_are_counted_anew() -> None:
    """Let no count of another test stand above a page."""
    kept_counts.forget()


@pytest.fixture(autouse=True)
def unordered_rows_come_shuffled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give back rows in any order where no order was asked for, as a database may."""
    fetch_all = QuerySet._fetch_all

    def shuffled(self: "QuerySet[Any, Any]") -> None:
        is_first = self._result_cache is None
        fetch_all(self)
        if is_first and not self.ordered and isinstance(self._result_cache, list):
            random.shuffle(self._result_cache)

    monkeypatch.setattr(QuerySet, "_fetch_all", shuffled)
