"""Looking again for beds for those who are to be moved. It may run twice."""

from procrastinate.contrib.django import app

from khumkan.isolation.actions import placing
from khumkan.isolation.queries import escalations
from khumkan.kernel.actors import Actor

KHUMKAN = Actor.system("isolation")


@app.periodic(cron="*/5 * * * *")
@app.task(name="isolation.place_moving", queueing_lock="isolation.place_moving")
def place_moving(timestamp: int) -> int:
    """Hold a bed for everybody who got worse, or better, lies in another one and has none held yet."""
    return sum(len(placing.place(care_id=care.pk, by=KHUMKAN)) for care in escalations.without_bed())
