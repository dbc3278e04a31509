"""When people are called back: the hours of a day, the next moment at which one may call, and when trying stops."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from khumkan.hotline.call_choices import Tried
from khumkan.hotline.call_states import CallBackState
from khumkan.kernel import clock

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of the clock in Bangkok within which people are called: from `first` on, and before `last`."""

    first: int
    last: int


def hours_of(day: date, hours: Hours) -> list[tuple[datetime, datetime]]:
    """Return the hours of a day within which people are called, each as its begin and end."""
    begins = [clock.at(day, time(hour)) for hour in range(hours.first, hours.last)]
    return [(begin, begin + HOUR) for begin in begins]


def next_moment(moment: datetime, hours: Hours) -> datetime:
    """Return the first moment from this one on at which one may call: nobody is called at night."""
    here = clock.bangkok(moment)
    if here.hour < hours.first:
        return clock.at(here.date(), time(hours.first))
    if here.hour >= hours.last:
        return clock.at(here.date() + DAY, time(hours.first))
    return moment


def after_try(outcome: Tried, *, tries: int, most: int) -> CallBackState:
    """Return how far a call-back is after a try.

    :param tries: how many were made, this one included.
    """
    if outcome is Tried.REACHED:
        return CallBackState.REACHED
    # whoever has this number now is not rung up a second time
    if outcome is Tried.WRONG_NUMBER or tries >= most:
        return CallBackState.NOT_REACHED
    return CallBackState.DUE
