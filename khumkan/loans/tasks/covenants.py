"""The covenant at night. Everything may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khumkan.kernel.actors import Actor
from khumkan.loans.actions import consequences, covenants, notices

RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)
KHUMKAN = Actor.system("loans")


@app.periodic(cron="10 18 * * *")  # ten past one at night in Bangkok
@app.task(name="loans.judge_night", queueing_lock="loans.judge_night", retry=RETRY)
def judge_night(timestamp: int) -> int:
    """Judge the month that is over, and see which filings are late."""
    return covenants.judge_night(by=KHUMKAN)


@app.periodic(cron="30 17 * * *")  # half past midnight in Bangkok
@app.task(name="loans.step_up_due", queueing_lock="loans.step_up_due", retry=RETRY)
def step_up_due(timestamp: int) -> int:
    """Raise the rates whose day has come."""
    return consequences.step_up_due(by=KHUMKAN)


@app.periodic(cron="15 2 * * *")  # a quarter past nine in the morning in Bangkok
@app.task(name="loans.tell_banks", queueing_lock="loans.tell_banks", retry=RETRY)
def tell_banks(timestamp: int) -> int:
    """Tell banks how many breaches wait for their decision, each breach once."""
    return notices.tell_banks(by=KHUMKAN)


@app.periodic(cron="0 2 * * *")  # nine in the morning in Bangkok
@app.task(name="loans.tell_employers", queueing_lock="loans.tell_employers", retry=RETRY)
def tell_employers(timestamp: int) -> int:
    """Tell employers who are close to the line or below it, each once for a month."""
    return notices.tell_employers(by=KHUMKAN)
