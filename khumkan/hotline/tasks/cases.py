"""What the queue does with cases: they close when the thing happens, and stuck chains open them. All may run twice."""

from procrastinate.contrib.django import app

from khumkan import record
from khumkan.hotline.actions import closing, routing, stuck
from khumkan.hotline.choices import Thing
from khumkan.hotline.queries.happening import EVENTS
from khumkan.kernel.actors import Actor
from khumkan.record.models import Event

KHUMKAN = Actor.system("hotline")


@app.periodic(cron="*/10 * * * *")
@app.task(name="hotline.open_stuck", queueing_lock="hotline.open_stuck")
def open_stuck(timestamp: int) -> int:
    """Open a case for each chain that stands still."""
    return stuck.open_stuck(by=KHUMKAN)


@app.periodic(cron="*/5 * * * *")
@app.task(name="hotline.look_again", queueing_lock="hotline.look_again")
def look_again(timestamp: int) -> int:
    """Close cases whose thing happened at the moment at which they were opened."""
    return closing.look_again(by=KHUMKAN)


@app.periodic(cron="* * * * *")
@app.task(name="hotline.route", queueing_lock="hotline.route")
def route(timestamp: int) -> int:
    """Give what lies in the queues to whoever is free."""
    return routing.route_queues(by=KHUMKAN)


def place_found(events: list[Event]) -> None:
    """Close the cases of people who have a place for a test."""
    _happened(Thing.TEST_PLACE, events)


def result_released(events: list[Event]) -> None:
    """Close the cases of people whose result is there."""
    _happened(Thing.RESULT, events)


def bed_found(events: list[Event]) -> None:
    """Close the cases of people for whom there is a bed, or who want none."""
    _happened(Thing.BED, events)


def date_given(events: list[Event]) -> None:
    """Close the cases of people who have a date to be vaccinated."""
    _happened(Thing.DOSE_DATE, events)


def phone_changed(events: list[Event]) -> None:
    """Close the cases of people whose new number counts."""
    _happened(Thing.PHONE, events)


def certificate_issued(events: list[Event]) -> None:
    """Close the cases of people who have their certificate."""
    _happened(Thing.CERTIFICATE, events)


def _happened(thing: Thing, events: list[Event]) -> None:
    person_ids = [event.person_id for event in events if event.person_id is not None]
    closing.close_what_happened(thing=thing, person_ids=person_ids, by=KHUMKAN)


HANDLERS = {
    Thing.TEST_PLACE: place_found,
    Thing.RESULT: result_released,
    Thing.BED: bed_found,
    Thing.DOSE_DATE: date_given,
    Thing.PHONE: phone_changed,
    Thing.CERTIFICATE: certificate_issued,
}
for _thing, _names in EVENTS.items():
    for _name in _names:
        record.listen(_name, HANDLERS[_thing])
