"""What the queue does about results: reading files, what follows from answers, and the clock of outbreaks."""

from datetime import date

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khumkan import record
from khumkan.kernel.actors import Actor
from khumkan.record.models import Event
from khumkan.screening.actions import alerts, repeats, result_files
from khumkan.screening.queries.laboratory import cases_by_id

BY = Actor.system("screening")


@app.task(name="screening.read_result_file", retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def read_result_file(*, file_id: int) -> None:
    """Read a kept file of results; a second run finds it read."""
    result_files.read_file(file_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="screening.remind_of_outbreaks", queueing_lock="screening.remind_of_outbreaks")
def remind_of_outbreaks(timestamp: int) -> None:
    """Remind officers of alerts whose deadline is near or has passed."""
    alerts.remind(by=BY)


def ask_again(events: list[Event]) -> None:
    """Register those for another test whose result asks for one."""
    repeats.register_repeats(result_ids=[event.about_id for event in events if event.about_id is not None], by=BY)


def watch_enterprises(events: list[Event]) -> None:
    """Look whether the new cases are an outbreak at their enterprises."""
    cases = {case.pk: case for case in cases_by_id([event.about_id for event in events if event.about_id is not None])}
    latest: dict[int, date] = {}
    for event in events:
        case = cases.get(event.about_id or 0)
        if case is None:
            continue
        for employer_id in (case.employer_id, event.data.get("employer")):  # now, and before
            if employer_id is not None:
                latest[employer_id] = max(case.found_on, latest.get(employer_id, case.found_on))
    alerts.watch(latest=latest, by=BY)


record.listen("screening.result_released", ask_again)
record.listen("screening.result_corrected", ask_again)
record.listen("screening.case_opened", watch_enterprises)
record.listen("screening.case_withdrawn", watch_enterprises)
record.listen("screening.case_recounted", watch_enterprises)
