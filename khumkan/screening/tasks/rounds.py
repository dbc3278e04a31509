"""What the queue does for rounds."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khumkan.kernel.actors import Actor
from khumkan.screening.actions import rounds

RETRY = RetryStrategy(max_attempts=10, exponential_wait=2)
BY = Actor.system("screening")


@app.task(name="screening.publish_draw", retry=RETRY)
def publish_draw(*, round_id: int) -> None:
    """Write the public file of a draw."""
    rounds.publish(round_id=round_id, by=BY)


@app.task(name="screening.end_round", retry=RETRY)
def end_round(*, round_id: int) -> None:
    """End what has not begun of a cancelled round."""
    rounds.end_registrations(round_id=round_id, by=BY)
