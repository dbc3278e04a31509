"""Counting by the hour and by night, and the alarms that follow. Everything may run twice."""

from datetime import timedelta

from procrastinate.contrib.django import app

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.situation.actions import alarms, figures
from khumkan.situation.queries import countings

KHUMKAN = Actor.system("situation")
#: Days that are counted anew by the hour, by night, and the very first time.
BY_HOUR, BY_NIGHT, AT_FIRST = 14, 120, 3 * 366


@app.periodic(cron="7 * * * *")
@app.task(name="situation.count_by_hour", queueing_lock="situation.count_by_hour")
def count_by_hour(timestamp: int) -> int:
    """Count the last days anew, and raise and close alarms."""
    return _count(BY_HOUR)


@app.periodic(cron="55 16 * * *")  # five minutes to midnight in Bangkok: what there is at the end of the day
@app.task(name="situation.end_day", queueing_lock="situation.end_day")
def end_day(timestamp: int) -> int:
    """Count the stocks as they are when the day ends."""
    return _count(BY_HOUR)


@app.periodic(cron="30 20 * * *")  # at night in Bangkok
@app.task(name="situation.count_by_night", queueing_lock="situation.count_by_night")
def count_by_night(timestamp: int) -> int:
    """Count the last months anew, so that late corrections are found."""
    return _count(BY_NIGHT)


def _count(days: int) -> int:
    back = days if countings.has_counted() else AT_FIRST
    counted = figures.count(first=clock.today() - timedelta(days=back), by=KHUMKAN)
    alarms.watch(by=KHUMKAN)
    return counted.total
