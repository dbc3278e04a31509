"""Opening areas, and the counters of coverage. Everything may run twice."""

from collections.abc import Callable
from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.record.models import Event
from khumkan.vaccination.actions import coverage, insured, opening

RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)
KHUMKAN = Actor.system("vaccination")
#: Corrections of doses older than this are counted when they are told, not every night.
DAYS_COUNTED_ANEW = 120
#: What changes how far somebody is. Another date is no step: whoever is moved was booked and is booked.
TELLING = (
    "listed", "unlisted", "confirmed", "declined", "withdrawn", "booked", "waiting", "waits_again", "arrived",
    "turned_back", "missed", "given", "completed", "injection_struck", "injection_replaced", "dose_entered",
    "ended", "lives",
)  # fmt: skip
#: What changes which doses were given.
DOSES_TELLING = ("given", "injection_struck", "injection_replaced", "dose_entered")
ROSTER = "vaccination.roster"


@app.task(name="vaccination.open_areas", retry=RETRY)
def open_areas() -> None:
    """Let waiting doses follow the areas that are open today."""
    opening.open_areas(by=KHUMKAN)


@app.periodic(cron="5 17 * * *")  # five past midnight in Bangkok: phases begin and end with the day
@app.task(name="vaccination.areas_of_the_day", queueing_lock="vaccination.areas_of_the_day")
def areas_of_the_day(timestamp: int) -> None:
    """Open what begins today, and close what ended yesterday."""
    opening.open_areas(by=KHUMKAN)


@app.periodic(cron="20 19 * * *")  # at night in Bangkok
@app.task(name="vaccination.count_insured", queueing_lock="vaccination.count_insured")
def count_insured(timestamp: int) -> int:
    """Count the insured persons of every district."""
    return insured.count(by=KHUMKAN)


@app.periodic(cron="0 * * * *")
@app.task(name="vaccination.keep_coverage", queueing_lock="vaccination.keep_coverage")
def keep_coverage(timestamp: int) -> None:
    """Keep how far every district is today."""
    coverage.keep_day()


@app.periodic(cron="58 16 * * *")  # two minutes to midnight in Bangkok
@app.task(name="vaccination.end_coverage_day", queueing_lock="vaccination.end_coverage_day")
def end_coverage_day(timestamp: int) -> None:
    """Keep how far every district is at the end of the day."""
    coverage.keep_day()


@app.periodic(cron="40 19 * * *")  # at night in Bangkok
@app.task(name="vaccination.count_coverage", queueing_lock="vaccination.count_coverage")
def count_coverage(timestamp: int) -> int:
    """Count coverage anew, so that what no event told of is right the next day."""
    return coverage.count_all(since=clock.today() - timedelta(days=DAYS_COUNTED_ANEW))


def people_moved(events: list[Event]) -> None:
    """Count anew how far the employers of the people of events are."""
    rosters = [event.about_id for event in events if event.about_kind == ROSTER and event.about_id is not None]
    coverage.follow(person_ids=_persons(events), roster_ids=rosters)


def doses_changed(events: list[Event]) -> None:
    """Count anew the days and sites at which the people of events were vaccinated."""
    coverage.follow_doses(person_ids=_persons(events))


def _persons(events: list[Event]) -> list[int]:
    return sorted({event.person_id for event in events if event.person_id is not None})


def _listen(names: tuple[str, ...], handler: Callable[[list[Event]], None]) -> None:
    for name in names:
        record.listen(f"vaccination.{name}", handler)


_listen(TELLING, people_moved)
_listen(DOSES_TELLING, doses_changed)
