"""Bringing people to their beds: one drive to each site for which somebody is held a bed, and the front desk's part."""

import random
from collections.abc import Sequence
from datetime import timedelta

from khumkan.isolation.actions import stays, transport
from khumkan.isolation.models import Pickup, Run, Stay
from khumkan.isolation.queries import transport as queries
from khumkan.isolation.states import PickupState, RunState, StayState
from khumkan.isolation.tasks import placing as tasks
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.places.models import Site
from khumkan.simulation import hospitel_people

BY = Actor.system("simulation")
#: Of those for whom a bed is held so many come; the others want no bed, are not found, or no transport comes.
COMES, WANTS_NO_BED, NOT_FOUND = 0.92, 0.02, 0.03
SEATS = 12
#: Minutes from the beginning of a drive to the site; people are fetched after a quarter of them.
TAKES = 45.0


def driver(user_id: int) -> Actor:
    """Return a member of staff as a driver who drives everywhere."""
    return Actor(ActorKind.STAFF, user_id, frozenset({Grant(Role.DRIVER)}))


def bring_all(generator: random.Random, *, by: Actor) -> int:
    """Fetch everybody whose bed is held, and let them in; return how many came into a bed and lay in none before.

    :param by: who drives.
    """
    return sum(bring(site, people, generator, by=by) for site, people in by_site())


def by_site() -> list[tuple[Site, list[Stay]]]:
    """Return who is to be fetched, by the site they go to, at most a vehicle full each time."""
    groups: dict[int, list[Stay]] = {}
    for stay in queries.to_be_fetched(now=clock.now()).select_related("site"):
        groups.setdefault(stay.site_id, []).append(stay)
    return [
        (people[0].site, people[first : first + SEATS])
        for _, people in sorted(groups.items())
        for first in range(0, len(people), SEATS)
    ]


def bring(site: Site, people: Sequence[Stay], generator: random.Random, *, by: Actor, minutes: float = TAKES) -> int:
    """Drive once; return how many came into a bed and lay in none before. Some are left out: no transport comes.

    :param minutes: that the drive takes.
    """
    fates = {stay.pk: 0.0 if stay.follows_id is not None else generator.random() for stay in people}
    fetched = [stay.pk for stay in people if fates[stay.pk] < COMES + WANTS_NO_BED + NOT_FOUND]
    if not fetched:
        return 0
    run = set_out(site, fetched, by=by)
    begins = clock.now()
    with clock.set_to(begins + timedelta(minutes=minutes / 4)):
        coming = _fetch(run, fates, by=by)
    with clock.set_to(begins + timedelta(minutes=minutes)):
        for stay in coming:
            stays.arrive(stay=stay, by=BY, belongings=generator.choice(hospitel_people.BELONGINGS))
        transport.finish(run=run, by=by)
    return sum(stay.follows_id is None for stay in coming)


def end_left_open(*, by: Actor) -> None:
    """End the drives of earlier days that nobody ended: who is on the way arrives, or is brought home again."""
    tasks.end_lapsed(timestamp=0)
    before, _ = clock.day_span(clock.today())
    left_open = Run.objects.filter(starts_at__lt=before).select_related("site").order_by("pk")
    for run in left_open.filter(state=RunState.PLANNED):
        transport.cancel(run=run, by=BY)
    for run in left_open.filter(state=RunState.STARTED):
        stops = Pickup.objects.filter(run=run).select_related("run__site", "stay__care").order_by("position")
        for pickup in list(stops.filter(state=PickupState.PICKED_UP)):
            if pickup.stay.state == StayState.ON_THE_WAY:
                stays.arrive(stay=pickup.stay, by=BY)
            else:
                transport.brought_back(pickup=pickup, by=by)
        for pickup in list(stops.filter(state=PickupState.PLANNED)):
            transport.not_found(pickup=pickup, by=by)
        transport.finish(run=run, by=by)


def set_out(site: Site, stay_ids: Sequence[int], *, by: Actor) -> Run:
    """Plan a drive for these people and begin it."""
    run = plan(site, stay_ids)
    return transport.start(run=run, by=by)


def plan(site: Site, stay_ids: Sequence[int]) -> Run:
    """Plan a drive for these people."""
    vehicle = f"รถตู้ {site.pk % 90 + 10}"
    return transport.plan_run(
        site=site, vehicle=vehicle, seats=SEATS, starts_at=clock.now(), stay_ids=list(stay_ids), by=BY
    )


def _fetch(run: Run, fates: dict[int, float], *, by: Actor) -> list[Stay]:
    """Stop at each home, and return the stays of those who are in the vehicle."""
    coming = []
    stops = Pickup.objects.filter(run=run).select_related("run__site", "stay__care").order_by("position")
    for pickup in list(stops):
        fate = fates[pickup.stay_id]
        if fate < COMES:
            coming.append(transport.picked_up(pickup=pickup, by=by))
        elif fate < COMES + WANTS_NO_BED:
            transport.refused(pickup=pickup, wants_a_bed=False, by=by)
        else:
            transport.not_found(pickup=pickup, by=by)
    return coming
