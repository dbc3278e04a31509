"""Computing and carrying out plans. Everything may run twice."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import carrying, plans, tallies

ATTEMPTS = 8
RETRY = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=3)
KHUMKAN = Actor.system("vaccination")


@app.task(name="vaccination.compute_plan", retry=RETRY, pass_context=True)
def compute_plan(context: JobContext | None = None, *, plan_id: int) -> None:
    """Compute who would go where. What goes wrong to the last attempt is said on the plan's page.

    :param context: how often it was tried; none where no worker runs it.
    """
    try:
        plans.compute(plan_id=plan_id, by=KHUMKAN)
    except Exception as wrong:
        job = context.job if context is not None else None
        if job is not None and job.attempts >= ATTEMPTS - 1:
            plans.give_up(plan_id=plan_id, why=type(wrong).__name__, by=KHUMKAN)
        raise


@app.task(name="vaccination.carry_out_plan", retry=RETRY)
def carry_out_plan(*, plan_id: int) -> int:
    """Book and tell people, part by part, until everything is done or somebody cancels."""
    return carrying.carry_out(plan_id=plan_id, by=KHUMKAN)


@app.periodic(cron="*/5 * * * *")
@app.task(name="vaccination.count_waiting", queueing_lock="vaccination.count_waiting")
def count_waiting(timestamp: int) -> None:
    """Count who waits, for the officers' overview."""
    tallies.count_waiting()
