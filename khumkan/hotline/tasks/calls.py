"""What the queue does with calls: missed ones become call-backs, hours are offered, surges end. All may run twice."""

from procrastinate.contrib.django import app

from khumkan import record
from khumkan.hotline.actions import call_backs, calling, calls, missed, surging
from khumkan.kernel.actors import Actor
from khumkan.record.models import Event

KHUMKAN = Actor.system("hotline")


@app.periodic(cron="* * * * *")
@app.task(name="hotline.settle_calls", queueing_lock="hotline.settle_calls")
def settle_calls(timestamp: int) -> int:
    """Make call-backs of calls that nobody answered; calls of which no end was told are ended first."""
    for call in missed.forgotten():
        calls.end_forgotten(call=call, by=KHUMKAN)
    return missed.settle(by=KHUMKAN)


@app.periodic(cron="*/5 * * * *")
@app.task(name="hotline.give_back_call_backs", queueing_lock="hotline.give_back_call_backs")
def give_back_call_backs(timestamp: int) -> int:
    """Put call-backs back into the list that somebody took and did not make; end surges whose hours are over."""
    surging.end_those_over(by=KHUMKAN)
    return calling.give_back_forgotten(by=KHUMKAN)


@app.periodic(cron="5 * * * *")
@app.task(name="hotline.offer_hours", queueing_lock="hotline.offer_hours")
def offer_hours(timestamp: int) -> int:
    """Offer the hours of the coming days for call-backs."""
    return call_backs.offer_hours(by=KHUMKAN)


def case_ended(events: list[Event]) -> None:
    """Call nobody back about a case that is closed; the promise of a merged one goes along with it."""
    case_ids = [event.about_id for event in events if event.about_id is not None]
    call_backs.follow_ended(case_ids=case_ids, by=KHUMKAN)


record.listen("hotline.case_closed", case_ended)
record.listen("hotline.case_merged", case_ended)
