"""A kept connection whose server went away is noticed before it is used, without asking the server."""

import time

import psycopg
import pytest
from django.db import connection


@pytest.fixture
def kept(transactional_db):
    """A connection of its own, as a web process keeps one between two requests."""
    made = connection.copy()
    made.ensure_connection()
    yield made
    made.close()


def test_a_live_connection_is_usable_and_nothing_is_asked(kept):
    with kept.execute_wrapper(lambda *_: pytest.fail("a question was asked")):
        assert kept.is_usable()


def test_a_connection_that_the_server_ended_is_not(kept):
    ended = kept.connection.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [ended])
    until = time.monotonic() + 5
    while kept.is_usable() and time.monotonic() < until:
        time.sleep(0.01)
    assert not kept.is_usable()
    with pytest.raises(psycopg.OperationalError):  # the control: it really was dead
        kept.connection.execute("SELECT 1")


def test_the_next_request_gets_a_new_one(kept):
    kept.connection.close()
    kept.close_if_unusable_or_obsolete()
    kept.health_check_enabled, kept.health_check_done = True, False
    with kept.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
