"""How the people of a site and day are spread over its hours, and from which lot the doses of each hour come.

An hour has doses of one lot. The lot that expires first is used first; an hour takes fewer people where that uses a lot
up and the later hours have room for the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from khumkan.vaccination.rules.no_show import doses_for, persons_for


@dataclass(frozen=True, slots=True)
class Hour:
    """A session.

    :param places: people whom it can still take.
    :param taken: people who have it already; then its doses stay of the `lot` that it has.
    """

    key: int
    places: int
    taken: int = 0
    lot: int | None = None


@dataclass(frozen=True, slots=True)
class SiteDay:
    """The people who go to a site on a day for one vaccine, and its hours in their order."""

    site: int
    day: int
    vaccine: str
    persons: int
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """The doses of a lot that are left, and the days on which they can be given; the first to expire comes first."""

    key: int
    vaccine: str
    first: int
    last: int
    doses: int


@dataclass(frozen=True, slots=True)
class Filled:
    """What an hour takes.

    :param doses: to be kept for it, those for people who have it already included.
    """

    hour: int
    lot: int
    persons: int
    doses: int


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours that are used, and how many people of a site, day and vaccine found no hour with doses."""

    filled: tuple[Filled, ...]
    over: dict[tuple[int, int, str], int]
    doses_left: dict[int, int]


def fill(site_days: Iterable[SiteDay], stocks: Sequence[Stock], share: Decimal) -> Hours:
    """Spread people over the hours, evenly, with doses of the first lot to expire that has enough.

    On each day the fullest sites come first: where there is room to spare, an hour can take what is left of a lot.

    :param share: of people who are expected to stay away.
    """
    left = {stock.key: stock.doses for stock in stocks}
    ordered = sorted(stocks, key=lambda stock: (stock.last, stock.key))
    filled: list[Filled] = []
    over: dict[tuple[int, int, str], int] = {}
    for site_day in sorted(site_days, key=lambda one: (one.day, _spare(one), one.site, one.vaccine)):
        usable = [
            stock.key
            for stock in ordered
            if stock.vaccine == site_day.vaccine and stock.first <= site_day.day <= stock.last
        ]
        placed = _fill_day(site_day, usable, left, share)
        filled += placed
        missing = site_day.persons - sum(one.persons for one in placed)
        if missing:
            over[site_day.site, site_day.day, site_day.vaccine] = missing
    return Hours(tuple(filled), over, left)


def _fill_day(site_day: SiteDay, usable: Sequence[int], left: dict[int, int], share: Decimal) -> list[Filled]:
    rest, room = site_day.persons, sum(hour.places for hour in site_day.hours)
    found = []
    for hour in site_day.hours:
        wanted = min(hour.places, -(-rest * hour.places // room)) if room else 0
        room -= hour.places
        if not wanted:
            continue
        lots = [hour.lot] if hour.lot is not None else list(usable)
        lot, persons = _choose(hour, wanted, lots, left, share, must=rest - room)
        if not persons:
            continue
        doses = doses_for(hour.taken + persons, share)
        left[lot] -= doses - doses_for(hour.taken, share)
        rest -= persons
        found.append(Filled(hour.key, lot, persons, doses))
    return found


def _choose(
    hour: Hour, wanted: int, lots: Sequence[int], left: dict[int, int], share: Decimal, *, must: int
) -> tuple[int, int]:
    """Return the lot and how many people it lasts for: the first that lasts for as many as have to come in this hour.

    :param must: people who find no room in the later hours.
    """
    able = [(lot, min(wanted, _most(hour, left.get(lot, 0), share))) for lot in lots]
    able = [(lot, persons) for lot, persons in able if persons > 0]
    enough = next(((lot, persons) for lot, persons in able if persons >= min(must, wanted)), None)
    return enough or max(able, key=lambda one: one[1], default=(0, 0))


def _most(hour: Hour, doses: int, share: Decimal) -> int:
    """Return how many more people an hour can take with so many more doses."""
    return persons_for(doses_for(hour.taken, share) + doses, share) - hour.taken


def _spare(site_day: SiteDay) -> int:
    return sum(hour.places for hour in site_day.hours) - site_day.persons
