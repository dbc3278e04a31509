"""Every no of capacity in words that a clerk could read out."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import get_language

from khumkan.capacity.entries import AlreadyHeld, Closed, Full, Held, Room
from khumkan.kernel.dates import show_datetime
from khumkan.kernel.words import N_


class Moment:
    """A moment as a parameter of a sentence, shown in the language of the reader."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __str__(self) -> str:
        return show_datetime(self.moment, get_language() or "th")


def full(supply: Room, next_best: Sequence[Room]) -> Full:
    """Say that nothing is left, and where something is."""
    if supply.free > 0:
        refusal = Full(N_("Only %(free)s are left; that is not enough."), "capacity_too_little", free=supply.free)
    elif next_best and next_best[0].site_id == supply.site_id:
        refusal = Full(
            N_("All places are taken. The nearest free time here is %(when)s."),
            "capacity_full",
            when=Moment(next_best[0].starts_at),
        )
    elif next_best:
        refusal = Full(
            N_("All places are taken here. Another site has a free place on %(when)s."),
            "capacity_full",
            when=Moment(next_best[0].starts_at),
        )
    else:
        refusal = Full(N_("All places are taken, and nothing else is free within two weeks."), "capacity_full")
    refusal.free, refusal.next_best = supply.free, tuple(next_best)
    return refusal


def already_held(held: Held) -> AlreadyHeld:
    """Say that the holder has one already."""
    if held.expires_at is None:
        refusal = AlreadyHeld(
            N_("There is already a place for this. It can be moved or given back."), "capacity_already"
        )
    else:
        refusal = AlreadyHeld(
            N_("A place is already being held until %(when)s. It can be confirmed, moved or given back."),
            "capacity_already",
            when=Moment(held.expires_at),
        )
    refusal.held = held
    return refusal


def closed(supply: Room) -> Closed:
    """Say that the supply is closed or over."""
    if supply.is_closed:
        return Closed(N_("This time has been cancelled by the office. Please choose another one."), "capacity_closed")
    return Closed(N_("This time is over. Please choose a later one."), "capacity_over")


def not_open_yet(opens_at: datetime) -> Closed:
    """Say when taking begins."""
    return Closed(N_("Places can be taken from %(when)s."), "capacity_not_open", when=Moment(opens_at))
