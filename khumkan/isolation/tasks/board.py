"""What the bed board needs of every day. Everything may run twice."""

from procrastinate.contrib.django import app

from khumkan.isolation.actions import forecasts
from khumkan.kernel.actors import Actor

KHUMKAN = Actor.system("isolation")


@app.periodic(cron="50 16 * * *")  # ten to midnight in Bangkok
@app.task(name="isolation.keep_forecast", queueing_lock="isolation.keep_forecast")
def keep_forecast(timestamp: int) -> int:
    """Keep what is expected of the next days, and what became of today's forecasts."""
    return forecasts.keep(by=KHUMKAN)
