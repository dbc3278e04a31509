"""What the queue does for the sign-in of persons."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khumkan.web.sign_in import delivery, phones

#: A code that comes after ten minutes opens nothing any more.
RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
URGENT = 20


@app.task(name="sign_in.deliver_code", retry=RETRY, priority=URGENT)
def deliver_code(*, code_id: int) -> None:
    """Deliver a code that a browser asked for."""
    delivery.deliver(code_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="sign_in.complete_phone_changes", queueing_lock="sign_in.complete_phone_changes")
def complete_phone_changes(timestamp: int) -> None:
    """Let the new phones count whose wait is over."""
    phones.complete_due()
