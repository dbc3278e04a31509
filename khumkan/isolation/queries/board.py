"""The bed board: how many beds are what, by site and level, from the stays of this moment and nothing else.

Which beds somebody has follows from `blocks`, so that the board cannot disagree with the stays. Stays whose `blocks`
have ended are left aside by an index on that end: the board takes as long with a year of stays as with a week.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count

from khumkan import policies
from khumkan.isolation.choices import FacilityKind, Level
from khumkan.isolation.models import Care, Facility
from khumkan.isolation.permissions.board import provinces_run, provinces_watched
from khumkan.isolation.queries.waiting import bed_level
from khumkan.isolation.rules.board import Counts, takes, together
from khumkan.isolation.states import CareState, FacilityState
from khumkan.isolation.terms.rounds import RoundTerms
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.places import queries as places
from khumkan.places.models import Site

#: A bed that is no longer offered, or out of order, still counts as long as somebody has it. The ends of `blocks` are
#: compared instead of `@>`, for which the planner would walk through the index of the exclusion constraint.
COUNTS = """
SELECT b.site_id, r.level,
       count(*) FILTER (WHERE busy.state IS NULL AND b.out_of_order_since IS NULL AND {stays}),
       count(*) FILTER (WHERE busy.state IN ('held', 'on_the_way')),
       count(*) FILTER (WHERE busy.state IN ('admitted', 'leaving')),
       count(*) FILTER (WHERE busy.state = 'left'),
       count(*) FILTER (WHERE busy.state IS NULL AND b.out_of_order_since IS NOT NULL),
       count(*) FILTER (WHERE busy.state IS NULL AND b.out_of_order_since IS NULL AND NOT {stays})
FROM isolation_bed b
JOIN isolation_room r ON r.id = b.room_id
LEFT JOIN isolation_stay busy ON busy.bed_id = b.id AND lower(busy.blocks) <= %(now)s
                              AND (upper(busy.blocks) > %(now)s OR upper(busy.blocks) IS NULL)
WHERE b.site_id = ANY(%(site_ids)s)
  AND (busy.id IS NOT NULL
       OR (b.offered_from <= %(today)s AND (b.offered_until IS NULL OR b.offered_until > %(today)s)))
GROUP BY b.site_id, r.level ORDER BY b.site_id, r.level
""".format(stays="(b.offered_until IS NULL OR b.offered_until > %(today)s + 1)")  # else nobody gets it any more


@dataclass(frozen=True, slots=True)
class House:
    """A site that cares for people, as the board shows it.

    :param levels: its beds by level; empty for a team that looks after people at home.
    :param limit: how many people its nurses can look after.
    :param at_home: how many people a team looks after at home now.
    """

    facility: Facility
    province: str
    levels: Mapping[Level, Counts]
    limit: int
    at_home: int = 0

    @property
    def site(self) -> Site:
        """Where it is."""
        return self.facility.site

    @property
    def counts(self) -> Counts:
        """All beds."""
        return together(self.levels.values())

    def takes(self, level: Level) -> int:
        """Return how many more people can come into beds of a level."""
        free = self.levels.get(level, Counts()).free
        return takes(free, people=self.counts.people, nurses=1, patients_per_nurse=self.limit)


@dataclass(frozen=True, slots=True)
class Line:
    """One site and level."""

    house: House
    level: Level
    counts: Counts


@dataclass(frozen=True, slots=True)
class Board:
    """The sites of a part of the country as they are at a moment.

    :param houses: sites with beds, by province and name; `teams` those who look after people at home.
    """

    at: datetime
    houses: Sequence[House]
    teams: Sequence[House] = ()

    def lines(self, *, level: Level | None = None) -> list[Line]:
        """Return the beds by site and level."""
        return [
            Line(house, each, counts)
            for house in self.houses
            for each, counts in house.levels.items()
            if level in (None, each)
        ]

    def by_level(self) -> dict[Level, Counts]:
        """Return the beds of all sites by level."""
        return {level: together(house.levels.get(level, Counts()) for house in self.houses) for level in Level}

    def takes(self) -> dict[Level, int]:
        """Return how many people can come into beds of each level, as far as there are nurses for them."""
        return {level: sum(house.takes(level) for house in self.houses) for level in Level}

    @property
    def counts(self) -> Counts:
        """All beds."""
        return together(house.counts for house in self.houses)


def board(by: Actor, *, province_code: str = "", kind: str = "", names: Mapping[str, str] | None = None) -> Board:
    """Return the beds of the actor's provinces as they are now. Four queries, and the terms.

    :param names: names of provinces by code, where the caller has them.
    """
    facilities = _chosen(provinces_watched(by), province_code, kind)
    if names is None:
        names = {each.pk: str(each) for each in places.provinces()}
    return _board(facilities, names)


def facilities_run(by: Actor, *, province_code: str = "", kind: str = "") -> list[Facility]:
    """Return the sites with beds that an officer runs, by name. One query."""
    chosen = _chosen(provinces_run(by), province_code, kind)
    return [each for each in chosen if each.kind != FacilityKind.HOME]


def house(facility: Facility) -> House:
    """Return one site as it is now. Two queries, and the terms."""
    found = _board([facility], {})
    return (*found.houses, *found.teams)[0]


def facilities_with_beds() -> list[Facility]:
    """Return every site with beds, by id. One query."""
    return list(Facility.objects.exclude(kind=FacilityKind.HOME).select_related("site").order_by("pk"))


def _chosen(provinces: frozenset[str] | None, province_code: str, kind: str) -> list[Facility]:
    rows = Facility.objects.select_related("site")
    rows = rows if provinces is None else rows.filter(site__province_code__in=provinces)
    rows = rows.filter(site__province_code=province_code) if province_code else rows
    rows = rows.filter(kind=kind) if kind else rows
    return list(rows.order_by("site__name_th", "pk"))


def _board(facilities: Sequence[Facility], names: Mapping[str, str]) -> Board:
    now = clock.now()
    found = counts(facilities, now=now)
    at_home = _at_home([each.pk for each in facilities if each.kind == FacilityKind.HOME])
    ratio = policies.in_force(RoundTerms, on=clock.today()).patients_per_nurse
    places_in_order = {code: place for place, code in enumerate(names)}
    houses = [
        House(
            facility=each,
            province=names.get(each.site.province_code, ""),
            levels=found.get(each.pk, {}),
            limit=each.nurses * ratio,
            at_home=at_home.get(each.pk, 0),
        )
        for each in sorted(facilities, key=lambda each: places_in_order.get(each.site.province_code, -1))
    ]
    return Board(
        now,
        [house for house in houses if house.facility.kind != FacilityKind.HOME],
        [house for house in houses if house.facility.kind == FacilityKind.HOME],
    )


def counts(facilities: Collection[Facility], *, now: datetime) -> dict[int, dict[Level, Counts]]:
    """Return the beds of sites by site and level. One query."""
    is_open = {each.pk: each.state == FacilityState.OPEN for each in facilities}
    found: dict[int, dict[Level, Counts]] = {}
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"now": now, "today": clock.bangkok(now).date(), "site_ids": sorted(is_open)}
        cursor.execute(COUNTS, values)
        for site_id, level, *figures in cursor.fetchall():
            made = Counts(*figures)
            found.setdefault(site_id, {})[Level(level)] = made if is_open[site_id] else made.closed()
    return found


def provinces_of(by: Actor) -> list[tuple[str, str]]:
    """Return code and name of the provinces whose beds the actor sees, in Thai dictionary order. One query."""
    rows, seen = places.provinces(), provinces_watched(by)
    return [(each.pk, str(each)) for each in (rows if seen is None else rows.filter(pk__in=seen))]


def waiting_by_level(by: Actor) -> dict[Level, int]:
    """Return how many people of the actor's provinces wait, by the level of the bed that they need. One query."""
    rows = Care.objects.filter(state=CareState.WAITING)
    seen = provinces_watched(by)
    rows = rows if seen is None else rows.filter(province_code__in=seen)
    found = dict.fromkeys(Level, 0)
    for level, setting, count in rows.order_by().values_list("level", "setting").annotate(count=Count("pk")):
        found[Level(bed_level(level, setting))] += count
    return found


def _at_home(site_ids: Sequence[int]) -> dict[int, int]:
    rows = Care.objects.filter(site__in=site_ids, state=CareState.AT_HOME).order_by()
    return dict(rows.values_list("site").annotate(count=Count("pk"))) if site_ids else {}
