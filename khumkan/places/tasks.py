"""What the queue does for places."""

from procrastinate.contrib.django import app

from khumkan.kernel.actors import Actor
from khumkan.places import loading

BY = Actor.system("places.loading")


@app.periodic(cron="31 18 1 * *")  # in the night to the second of each month in Bangkok
@app.task(name="places.seed_holidays", queueing_lock="places.seed_holidays")
def seed_holidays(timestamp: int) -> None:
    """Add the holidays of the years that have come near; what staff entered or changed stays."""
    loading.seed_holidays(by=BY)
