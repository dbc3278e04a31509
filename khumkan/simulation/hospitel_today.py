"""Today in the hospitels of the demonstration: a round half done, a doctor to be called, people to come and to go."""

import random
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from khumkan.isolation.actions import transport
from khumkan.isolation.models import Facility, Pickup, Stay
from khumkan.isolation.states import StayState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.record.inline import run_jobs
from khumkan.simulation import hospitel_days, hospitel_drives, hospitels

#: Today is lived within so many hours before this moment, and never before the day began.
HOURS = 6
#: Parts of those hours at which something happens.
SUSPENDED, ROUND, DOCTOR, CONFIRM, REPORT, LEAVE, MATCH, COME, LEAVE_LATE = (
    0.0, 0.01, 0.5, 0.55, 0.6, 0.65, 0.75, 0.85, 0.95
)  # fmt: skip
SEEN, WORSE_TODAY, REPORTING = 0.6, 0.04, 4
#: So many stay to be decided on by a doctor, and so many who may go have not left.
UNDECIDED, STILL_THERE = 2, 2


def make(facilities: Sequence[Facility], *, seed: int, driver: Actor) -> None:
    """Make everything that is under way today, a suspended site among it."""
    with _today(SUSPENDED):
        hospitels.suspend_one(facilities)
        run_jobs()
    refresh(seed=seed, driver=driver)


def refresh(*, seed: int, driver: Actor) -> None:
    """Live a part of today: who was found infected until yesterday has been asked by now."""
    generator = random.Random(seed)  # noqa: S311 a demonstration, not a draw
    takes = _span() * (DOCTOR - ROUND) * 0.9
    with _today(ROUND):
        hospitel_days.nurses_round(generator, of_the_well=SEEN, share_worse=WORSE_TODAY, minutes=takes)
    with _today(DOCTOR):
        hospitel_days.doctors_decide(generator, but_for=UNDECIDED)
        run_jobs()
    with _today(CONFIRM):
        hospitel_days.confirm_discharges(generator)
    with _today(REPORT):
        _report(generator)
    with _today(LEAVE):
        going = Stay.objects.filter(state=StayState.LEAVING).count()
        hospitel_days.leave(at_most=max(0, going - STILL_THERE) // 2)
    with _today(MATCH):
        hospitel_days.answer(generator, share=0.9)
        hospitel_days.match()
    takes = min(hospitel_drives.TAKES, _span() * (LEAVE_LATE - COME))
    with _today(COME):
        _drive(generator, minutes=takes, by=driver)
    with _today(LEAVE_LATE):
        going = Stay.objects.filter(state=StayState.LEAVING).count()
        hospitel_days.leave(at_most=max(0, going - STILL_THERE))
    hospitel_days.answer(generator, share=0.6)
    hospitel_days.match()


def _drive(generator: random.Random, *, minutes: float, by: Actor) -> None:
    """Let half of the drives be over, one be under way with somebody in the vehicle, and one be planned."""
    waiting = hospitel_drives.by_site()
    over = (len(waiting) + 1) // 2
    for site, people in waiting[:over]:
        hospitel_drives.bring(site, people, generator, by=by, minutes=minutes)
    if waiting[over:]:
        site, people = waiting[over]
        run = hospitel_drives.set_out(site, [stay.pk for stay in people], by=by)
        first = Pickup.objects.filter(run=run).select_related("run__site", "stay__care").order_by("position")[0]
        transport.picked_up(pickup=first, by=by)
    for site, people in waiting[over + 1 : over + 2]:
        hospitel_drives.plan(site, [stay.pk for stay in people])


def _report(generator: random.Random) -> None:
    """Let a few people tell their own values."""
    for care in hospitel_days.in_care()[-REPORTING:]:
        hospitel_days.look_at(care, generator, by=Actor.person(care.person_id))


def _today(part: float) -> AbstractContextManager[None]:
    return clock.set_to(_begins() + timedelta(minutes=_span() * part))


def _begins() -> datetime:
    return max(clock.day_span(clock.today())[0], clock.now() - timedelta(hours=HOURS))


def _span() -> float:
    """Return how many minutes of today are lived."""
    return (clock.now() - _begins()).total_seconds() / 60
