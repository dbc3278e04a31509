"""What the queue does for messages."""

import time

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khumkan.messages import config, queries, sending
from khumkan.messages.actions import BATCH, JOBS_AT_ONCE
from khumkan.messages.states import Channel
from khumkan.record import queue

#: Seconds after which a job makes room for others and queues its successor.
LONG_ENOUGH = 20.0
RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)


@app.task(name="messages.send", retry=RETRY)
def send() -> None:
    """Send batch after batch until nothing is due; where a provider's budget is used up, by its rhythm."""
    until = time.monotonic() + LONG_ENOUGH
    while time.monotonic() < until:
        done = sending.send_due()
        if not done.taken or (done.put_back and not done.handed_over):
            return  # nothing to do, or another job is using the budget
        if done.put_back:
            time.sleep(1.0)
    queue.put("messages.send")


@app.periodic(cron="* * * * * */10")
@app.task(name="messages.wake", queueing_lock="messages.wake", priority=5)
def wake(timestamp: int) -> None:
    """Queue jobs for what has become due: retries, the end of the night, messages whose sender died."""
    due = queries.due(at_most=BATCH * JOBS_AT_ONCE)
    queue.put_many("messages.send", [{}] * -(-due // BATCH))


@app.periodic(cron="* * * * *")
@app.task(name="messages.hear", queueing_lock="messages.hear")
def hear(timestamp: int) -> None:
    """Listen to the providers that send receipts only while we are connected."""
    for name in config.route(Channel.SMS):
        if config.provider(name).options.get("listen"):
            sending.hear(name)
