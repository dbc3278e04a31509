"""What the queue does for accounts."""

from procrastinate.contrib.django import app

from khumkan.accounts.actions import forgetting


@app.periodic(cron="7 * * * *")
@app.task(name="accounts.forget", queueing_lock="accounts.forget")
def forget(timestamp: int) -> None:
    """Forget what is over."""
    forgetting.forget()
