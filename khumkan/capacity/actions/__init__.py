"""Every write of capacity: `claims` for one holder, `bulk` for many persons, `supplies` for what is offered, `keeping`
for what many sites keep."""

from khumkan.capacity.actions.bulk import move_many, release_many, take_many
from khumkan.capacity.actions.claims import confirm, hold, move, reduce, release, swap, take
from khumkan.capacity.actions.keeping import change_totals, keep_many
from khumkan.capacity.actions.supplies import change_total, close, offer, offer_days, release_lapsed, reopen

__all__ = [
    "change_total",
    "change_totals",
    "close",
    "confirm",
    "hold",
    "keep_many",
    "move",
    "move_many",
    "offer",
    "offer_days",
    "reduce",
    "release",
    "release_lapsed",
    "release_many",
    "reopen",
    "swap",
    "take",
    "take_many",
]
