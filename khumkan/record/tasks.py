"""What the queue does for the record."""

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khumkan.record import answers, deliveries, partitions

#: Tried again after 4, 8, 16 … seconds, ten times: about half an hour.
RETRY = RetryStrategy(max_attempts=10, exponential_wait=2)


@app.task(name="record.deliver", retry=RETRY)
def deliver(*, delivery_id: int) -> None:
    """Hand one batch of events to its listener."""
    deliveries.deliver(delivery_id)


@app.periodic(cron="17 3 * * *")
@app.task(name="record.make_partitions", queueing_lock="record.make_partitions")
def make_partitions(timestamp: int) -> None:
    """Make the partitions of the months to come."""
    partitions.make_all()


@app.periodic(cron="41 * * * *")
@app.task(name="record.expire_answers", queueing_lock="record.expire_answers")
def expire_answers(timestamp: int) -> None:
    """Forget answers to requests that nobody will repeat any more."""
    answers.expire()


@app.periodic(cron="23 * * * *")
@app.task(name="record.sweep", queueing_lock="record.sweep")
def sweep(timestamp: int) -> None:
    """Queue what was lost, and forget what was done a month ago."""
    deliveries.queue_again(older_than=timedelta(hours=1))
    deliveries.forget(older_than=timedelta(days=30))
