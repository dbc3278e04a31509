"""Placing people, ending promises that lapsed, and looking after those at home. Everything may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from khumkan.isolation.actions import cares as care_actions
from khumkan.isolation.actions import emptying, homes, placing, promises
from khumkan.isolation.queries import cares, matching
from khumkan.kernel.actors import Actor

RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)
KHUMKAN = Actor.system("isolation")


@app.task(name="isolation.place", retry=RETRY)
def place(*, care_id: int) -> int:
    """Hold a bed for somebody who waits, and for the family."""
    return len(placing.place(care_id=care_id, by=KHUMKAN))


@app.task(name="isolation.find_team", retry=RETRY)
def find_team(*, care_id: int) -> None:
    """Give somebody who is looked after at home to the nearest team that has room."""
    homes.find_team(care_id=care_id, by=KHUMKAN)


@app.periodic(cron="*/2 * * * *")
@app.task(name="isolation.end_lapsed", queueing_lock="isolation.end_lapsed")
def end_lapsed(timestamp: int) -> int:
    """End promises that lapsed: the beds are free already, the people wait again."""
    return sum(promises.end_lapsed(stay=stay, by=KHUMKAN) for stay in cares.lapsed())


@app.periodic(cron="*/10 * * * *")
@app.task(name="isolation.move_on", queueing_lock="isolation.move_on")
def move_on(timestamp: int) -> int:
    """Look again for a bed for people who are to move, and for a team for people at home who have none."""
    for care_id in cares.at_home_without_team():
        homes.find_team(care_id=care_id, by=KHUMKAN)
    return sum(len(placing.place(care_id=care_id, by=KHUMKAN)) for care_id in matching.to_move_without_bed())


@app.periodic(cron="5 * * * *")
@app.task(name="isolation.match", queueing_lock="isolation.match")
def match(timestamp: int) -> int:
    """Place everybody who waits, as well as possible."""
    return placing.carry_out(proposal=matching.propose(), by=KHUMKAN).placed


@app.periodic(cron="40 3 * * *")
@app.task(name="isolation.end_over", queueing_lock="isolation.end_over")
def end_over(timestamp: int) -> int:
    """End the care of people whose isolation was over before they answered or got a bed."""
    return care_actions.end_over(by=KHUMKAN)


@app.task(name="isolation.empty", retry=RETRY)
def empty(*, site_id: int) -> int:
    """Move the people of a site that was suspended or closed."""
    return emptying.empty(site_id=site_id, by=KHUMKAN)


@app.task(name="isolation.fill", retry=RETRY)
def fill(*, site_id: int) -> int:
    """Give new beds to those who wait."""
    return placing.carry_out(proposal=matching.propose(), by=KHUMKAN).placed
