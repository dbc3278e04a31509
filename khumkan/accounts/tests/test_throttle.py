"""Limits hold however many try at once."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from khumkan.accounts import limits, throttle
from khumkan.accounts.models import Bucket
from khumkan.accounts.tests.parallel import at_once

FIVE = throttle.Limit("five", 5, 1, timedelta(hours=1))


@pytest.mark.django_db
class TestOne:
    def test_a_bucket_gives_what_it_holds(self):
        assert [throttle.take(FIVE, "a") for _ in range(7)] == [True] * 5 + [False] * 2
        assert throttle.take(FIVE, "b")

    def test_a_bucket_fills_again_with_time(self):
        while throttle.take(FIVE, "a"):
            pass
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_bucket SET at = at - interval '125 minutes'")
        assert [throttle.take(FIVE, "a") for _ in range(3)] == [True, True, False]

    def test_a_bucket_never_holds_more_than_its_burst(self):
        throttle.take(FIVE, "a")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_bucket SET at = at - interval '100 days'")
        assert throttle.level(FIVE, "a") == 5

    def test_what_is_given_back_can_be_taken_again(self):
        for _ in range(5):
            throttle.take(FIVE, "a")
        throttle.give_back(FIVE, "a")
        assert throttle.take(FIVE, "a")
        assert not throttle.take(FIVE, "a")

    def test_every_bucket_is_drawn_on_even_when_one_refuses(self):
        other = throttle.Limit("other", 1, 1, timedelta(hours=1))
        throttle.take(other, "x")
        assert not throttle.take_all((other, "x"), (FIVE, "a"))
        assert throttle.level(FIVE, "a") < 5

    def test_the_subject_is_not_stored(self):
        throttle.take(FIVE, "0812345678")
        assert b"0812345678" not in bytes(Bucket.objects.get().key)

    def test_a_crash_forgets_the_table_and_nothing_else(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'accounts_bucket'")
            assert cursor.fetchone() == ("u",)

    def test_more_than_the_burst_is_a_mistake_of_the_caller(self):
        with pytest.raises(ValueError, match="never hold"):
            throttle.take(FIVE, "a", cost=6)


def test_five_sms_a_phone_in_any_hour():
    assert limits.SMS_PHONE.burst + limits.SMS_PHONE.refill == 5


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestMany:
    def test_a_hundred_at_once_get_five(self):
        assert sum(at_once(100, lambda _: throttle.take(FIVE, "a"))) == 5

    def test_a_rollback_would_forget_the_try_so_it_is_refused(self):
        with transaction.atomic(), pytest.raises(RuntimeError):
            throttle.take(FIVE, "a")

    def test_control_reading_then_writing_lets_more_through(self):
        """The same bucket kept by reading, comparing and writing in Python (the mistake that this module avoids)."""

        def careless(_: int) -> bool:
            held = throttle.level(FIVE, "a")
            if held < 1:
                return False
            Bucket.objects.filter().update(level=held - 1)
            return True

        throttle.take(FIVE, "a")
        assert sum(at_once(100, careless)) > 4
