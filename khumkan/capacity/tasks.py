"""What runs by itself: tidying lapsed holds away."""

from procrastinate.contrib.django import app

from khumkan.capacity.actions import release_lapsed


@app.periodic(cron="* * * * *")
@app.task(name="capacity.release_lapsed", queueing_lock="capacity.release_lapsed")
def sweep_lapsed_holds(timestamp: int) -> int:
    """End all lapsed holds, every minute."""
    return release_lapsed()
