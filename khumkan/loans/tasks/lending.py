"""Ending what nobody went on with in time. Everything may run twice."""

from procrastinate.contrib.django import app

from khumkan.kernel.actors import Actor
from khumkan.loans.actions import lapsing

KHUMKAN = Actor.system("loans")


@app.periodic(cron="*/10 * * * *")
@app.task(name="loans.lapse_reservations", queueing_lock="loans.lapse_reservations")
def lapse_reservations(timestamp: int) -> int:
    """End approved applications whose reservation is over, and give their money back."""
    return lapsing.lapse_reservations(by=KHUMKAN)


@app.periodic(cron="30 2 * * *")  # half past nine in Bangkok: offices are open
@app.task(name="loans.lapse_quiet", queueing_lock="loans.lapse_quiet")
def lapse_quiet(timestamp: int) -> int:
    """End applications with which nobody went on for the days of the terms."""
    return lapsing.lapse_quiet(by=KHUMKAN)


@app.periodic(cron="40 17 * * *")  # twenty to one at night in Bangkok
@app.task(name="loans.free_undrawn", queueing_lock="loans.free_undrawn")
def free_undrawn(timestamp: int) -> int:
    """Give back to the envelope what was signed for and not drawn in time."""
    return lapsing.free_undrawn(by=KHUMKAN)
