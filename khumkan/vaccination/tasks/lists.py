"""Checking long lists, and locking lists on their day. Everything may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions.lists import locking
from khumkan.vaccination.actions.lists.checking import check_list as check

KHUMKAN = Actor.system("vaccination")


@app.task(name="vaccination.check_list", retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def check_list(*, file_id: int) -> None:
    """Check a list that waits; a second run finds it checked."""
    check(file_id)


@app.periodic(cron="5 17 * * *")  # five past midnight in Bangkok
@app.task(name="vaccination.lock_lists", queueing_lock="vaccination.lock_lists")
def lock_lists(timestamp: int) -> int:
    """Lock the lists whose day has come."""
    return locking.lock_due(by=KHUMKAN)
