"""Emptying a site that was suspended or closed: promises are given back, people are moved, everybody is told once."""

from khumkan.isolation.actions import placing, promises
from khumkan.isolation.choices import StayEnd
from khumkan.isolation.queries import sites as queries
from khumkan.isolation.states import FacilityState
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused


def empty(*, site_id: int, by: Actor) -> int:
    """Move everybody who is promised a bed at a suspended or closed site, and of a closed one everybody who lies there.

    Who lies there keeps the bed until they leave for the other one. Doing it again moves only who is still to be moved.

    :returns: how many people have another bed held for them now.
    """
    state = queries.state_of(site_id)
    if state not in (FacilityState.SUSPENDED, FacilityState.CLOSED):
        return 0
    moved = 0
    for stay in queries.promised_at(site_id):
        try:
            promises.give_back(stay=stay, because=StayEnd.CLOSED, by=by)
        except Refused:  # arrived, or given back by somebody else, in the meantime
            continue
        moved += len(placing.place(care_id=stay.care_id, by=by))
    if state is FacilityState.CLOSED:
        for stay in queries.present_without_next(site_id):
            moved += len(placing.place(care_id=stay.care_id, by=by))
    return moved
