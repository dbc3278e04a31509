"""A world that this whole folder looks at: it is made once, in a transaction that is taken back at the end."""

import logging
from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.trust.sweep import Seen, sweep
from tests.trust.world import World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the walk over all addresses its time: whichever test comes first waits for it."""
    for item in items:
        if "tests/trust/" in item.path.as_posix():
            item.add_marker(pytest.mark.timeout(1_800))


@pytest.fixture(scope="package")
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Open the database for the folder; the name tells the plugin to make the test database."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic._from_testcase = True  # type: ignore[attr-defined]
        with atomic:
            yield
            transaction.set_rollback(True)


@pytest.fixture(scope="package")
def world(db: None) -> World:
    """The country."""
    return World()


@pytest.fixture(scope="package")
def everything(world: World) -> list[Seen]:
    """What every visitor got at every address."""
    logging.disable(logging.CRITICAL)  # thousands of pages that are not there
    try:
        return list(sweep(world))
    finally:
        logging.disable(logging.NOTSET)
