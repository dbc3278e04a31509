"""What the queue does for registrations. Everything may run twice: what was done is not done again."""

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khumkan.kernel.actors import Actor
from khumkan.screening.actions import registrations
from khumkan.screening.queries import sessions

RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)
KHUMKAN = Actor.system("screening")
#: Sessions that ended longer ago were looked at before.
LOOK_BACK = timedelta(days=3)


@app.task(name="screening.rehouse", retry=RETRY)
def rehouse(*, session_id: int) -> int:
    """Move everybody who had a place in a cancelled session."""
    return sum(registrations.rehouse(registration=each, by=KHUMKAN) for each in sessions.still_booked(session_id))


@app.task(name="screening.fill", retry=RETRY)
def fill(*, session_id: int) -> int:
    """Give the places of a new or larger session to those who wait."""
    return registrations.fill_from_waiting_list(session_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="screening.tend_waiting_list", queueing_lock="screening.tend_waiting_list")
def tend_waiting_list(timestamp: int) -> None:
    """Catch up: sessions cancelled while nobody moved the people, places that nobody got, people who wait too long."""
    for session_id in sessions.cancelled_with_people():
        rehouse(session_id=session_id)
    registrations.expire_waiting()
    registrations.fill_from_waiting_list(*sessions.with_room_where_people_wait())


@app.periodic(cron="*/15 * * * *")
@app.task(name="screening.mark_missed", queueing_lock="screening.mark_missed")
def mark_missed(timestamp: int) -> None:
    """Mark those who did not come to sessions that ended some time ago and that nobody closed."""
    for session in sessions.over_with_absent(within=LOOK_BACK):
        registrations.mark_missed(session=session, by=KHUMKAN)
