"""Every write of registrations: `registering` and `drawn` begin them, `changing` moves and ends,
`waiting` serves, `walking_in` takes in at the door."""

from khumkan.screening.actions.registrations.changing import (
    change_place,
    decline,
    end,
    give_place,
    grant,
    mark_missed,
    rehouse,
)
from khumkan.screening.actions.registrations.drawn import register_drawn
from khumkan.screening.actions.registrations.invited import register_invited
from khumkan.screening.actions.registrations.registering import register
from khumkan.screening.actions.registrations.waiting import expire_waiting, fill_from_waiting_list
from khumkan.screening.actions.registrations.walking_in import register_walk_in

__all__ = [
    "change_place",
    "decline",
    "end",
    "expire_waiting",
    "fill_from_waiting_list",
    "give_place",
    "grant",
    "mark_missed",
    "register",
    "register_drawn",
    "register_invited",
    "register_walk_in",
    "rehouse",
]
