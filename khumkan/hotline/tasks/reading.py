"""What happens at each look at a person, and what the queue does with looks that count no more."""

from procrastinate.contrib.django import app

from khumkan import record
from khumkan.hotline.actions import reading

record.watch(reading.watch)


@app.periodic(cron="23 * * * *")
@app.task(name="hotline.forget_readings", queueing_lock="hotline.forget_readings")
def forget_readings(timestamp: int) -> int:
    """Forget who looked at whom more than a day ago."""
    return reading.forget_old()
