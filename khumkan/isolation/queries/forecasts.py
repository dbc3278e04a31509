"""What is known today of the beds of the next days, and how wrong the forecasts of past days were."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from khumkan import policies
from khumkan.isolation.choices import Level
from khumkan.isolation.models import BedForecast, Facility
from khumkan.isolation.queries import board
from khumkan.isolation.rules import discharge, forecast
from khumkan.isolation.rules.forecast import DAYS, Expected, ForecastError, Now
from khumkan.isolation.states import FacilityState, StayState
from khumkan.isolation.terms.stays import StayTerms
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor

#: How many past days the error is taken from.
ERROR_DAYS = 28

#: One place of the forecast: a site and a level.
Place = tuple[int, Level]

#: Who lies where, and what says when they may go. Who was red at triage or by an escalation counts as severe.
_PRESENT = """
SELECT y.site_id, r.level, y.state, c.found_on, c.symptom_on,
       c.level = 3 OR EXISTS (SELECT FROM isolation_escalation e WHERE e.care_id = c.id AND e.level = 3)
       OR EXISTS (SELECT FROM isolation_triage t WHERE t.care_id = c.id AND t.level = 3)
FROM isolation_stay y JOIN isolation_care c ON c.id = y.care_id JOIN isolation_room r ON r.id = y.room_id
WHERE y.site_id = ANY(%(site_ids)s) AND y.state IN ('admitted', 'leaving')
"""
#: Who came from outside; who only changed the bed within a site frees another one at the same time.
_ARRIVED = """
SELECT y.site_id, r.level, (y.arrived_at AT TIME ZONE 'Asia/Bangkok')::date, count(*)
FROM isolation_stay y JOIN isolation_room r ON r.id = y.room_id
LEFT JOIN isolation_stay before ON before.id = y.follows_id
WHERE y.site_id = ANY(%(site_ids)s) AND y.arrived_at >= %(since)s AND y.arrived_at < %(until)s
  AND before.site_id IS DISTINCT FROM y.site_id
GROUP BY 1, 2, 3
"""
#: A bed that leaves while it is out of order is not missed; one that somebody has must be given up.
_CHANGES = """
SELECT b.site_id, r.level, day, sum(sign)
FROM isolation_bed b JOIN isolation_room r ON r.id = b.room_id,
LATERAL (VALUES (b.offered_from, 1), (b.offered_until, -1)) AS changes (day, sign)
WHERE b.site_id = ANY(%(site_ids)s) AND day > %(today)s AND day <= %(last)s AND b.out_of_order_since IS NULL
GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class SiteForecast:
    """The next days of the beds of one level at a site.

    :param free_now: with those that are being cleaned.
    :param error: how wrong past forecasts were there; None until one has met its day.
    """

    facility: Facility
    level: Level
    free_now: int
    days: Sequence[Expected]
    error: ForecastError | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next days of the beds of a part of the country, by level and by site, as they look at a moment."""

    at: datetime
    levels: Sequence[tuple[Level, Sequence[Expected]]]
    errors: Mapping[Level, ForecastError]
    sites: Sequence[SiteForecast]


def outlook(by: Actor, *, province_code: str = "", kind: str = "", level: Level | None = None) -> Outlook:
    """Return what is expected of the beds that an officer runs, by province and name of the site. Eight queries."""
    facilities = board.facilities_run(by, province_code=province_code, kind=kind)
    places = known(facilities)
    days = expected(facilities, places)
    site_ids = [each.pk for each in facilities]
    errors = errors_by_place(site_ids)
    sites = [
        SiteForecast(each, at, places[each.pk, at].free, days[each.pk, at], errors.get((each.pk, at)))
        for each in facilities
        for at in Level
        if (each.pk, at) in places and level in (None, at)
    ]
    parts = {at: [one.days for one in sites if one.level is at] for at in Level}
    levels = [(at, summed(each)) for at, each in parts.items() if each]
    return Outlook(clock.now(), levels, errors_by_level(site_ids), sites)


def of_house(facility: Facility) -> list[tuple[Level, list[Expected]]]:
    """Return what is expected of the beds of one site, by level. Four queries, and the terms."""
    days = expected([facility], known([facility]))
    return [(level, days[facility.pk, level]) for level in Level if (facility.pk, level) in days]


def known(facilities: Collection[Facility]) -> dict[Place, Now]:
    """Return what is known now of the beds of sites, by site and level. Four queries, and the terms.

    A site that takes nobody has no free beds and no admissions to come.
    """
    today = clock.today()
    site_ids = sorted(each.pk for each in facilities)
    is_open = _open(facilities)
    leaving, arrived, changes = _leaving(site_ids), _arrived(site_ids, today), _changes(site_ids, today)
    return {
        (site_id, level): Now(
            on=today,
            free=beds.free + beds.cleaning if site_id in is_open else 0,
            held=beds.held,
            leaving_on=tuple(leaving.get((site_id, level), ())),
            admitted=_each_day(arrived.get((site_id, level), {}), today) if site_id in is_open else (),
            change=changes.get((site_id, level), {}),
        )
        for site_id, levels in board.counts(facilities, now=clock.now()).items()
        for level, beds in levels.items()
    }


def expected(facilities: Collection[Facility], places: Mapping[Place, Now]) -> dict[Place, list[Expected]]:
    """Return what is expected of the next days, by site and level; a site that takes nobody has no free bed."""
    is_open = _open(facilities)
    return {
        place: [day if place[0] in is_open else replace(day, free=0) for day in forecast.expected(now)]
        for place, now in places.items()
    }


def summed(parts: Iterable[Sequence[Expected]]) -> list[Expected]:
    """Return the same days of several places together."""
    return [
        Expected(
            day=same[0].day,
            free=sum(each.free for each in same),
            admissions=sum(each.admissions for each in same),
            discharges=sum(each.discharges for each in same),
            short=sum(each.short for each in same),
        )
        for same in zip(*parts, strict=True)
    ]


def errors_by_place(site_ids: Collection[int]) -> dict[Place, ForecastError]:
    """Return how wrong past forecasts were at each site and level, over all days ahead. One query."""
    rows = _met().filter(site__in=site_ids).order_by("site", "level", "pk")
    pairs: dict[Place, list[tuple[int, int]]] = {}
    for site_id, level, free, then in rows.values_list("site", "level", "free", "free_then"):
        if then is not None:
            pairs.setdefault((site_id, Level(level)), []).append((free, then))
    found = {place: forecast.error_of(each) for place, each in pairs.items()}
    return {place: error for place, error in found.items() if error is not None}


def errors_by_level(site_ids: Collection[int]) -> dict[Level, ForecastError]:
    """Return how wrong past forecasts were for each level of sites together. One query."""
    rows = _met().filter(site__in=site_ids).order_by("level", "made_on", "for_on")
    sums = rows.values_list("level", "made_on", "for_on").annotate(free=Sum("free"), then=Sum("free_then"))
    pairs: dict[Level, list[tuple[int, int]]] = {}
    for level, _made_on, _for_on, free, then in sums:
        pairs.setdefault(Level(level), []).append((free, then))
    found = {level: forecast.error_of(each) for level, each in pairs.items()}
    return {level: error for level, error in found.items() if error is not None}


def _open(facilities: Collection[Facility]) -> frozenset[int]:
    return frozenset(each.pk for each in facilities if each.state == FacilityState.OPEN)


def _each_day(counts: Mapping[date, int], today: date) -> tuple[int, ...]:
    return tuple(counts.get(today - timedelta(days=back), 0) for back in range(DAYS))


def _met() -> "QuerySet[BedForecast]":
    since = clock.today() - timedelta(days=ERROR_DAYS)
    return BedForecast.objects.filter(free_then__isnull=False, for_on__gte=since)


def _leaving(site_ids: Sequence[int]) -> dict[Place, list[date | None]]:
    terms = policies.in_force(StayTerms, on=clock.today())
    found: dict[Place, list[date | None]] = {}
    for site_id, level, state, found_on, symptom_on, severe in _rows(_PRESENT, site_ids=site_ids):
        day = discharge.earliest(found_on, symptom_on, terms, severe=severe)
        leaves = clock.today() if state == StayState.LEAVING else day
        found.setdefault((site_id, Level(level)), []).append(leaves)
    return found


def _arrived(site_ids: Sequence[int], today: date) -> dict[Place, dict[date, int]]:
    since, until = clock.day_span(today - timedelta(days=DAYS - 1))[0], clock.day_span(today)[1]
    found: dict[Place, dict[date, int]] = {}
    for site_id, level, day, count in _rows(_ARRIVED, site_ids=site_ids, since=since, until=until):
        found.setdefault((site_id, Level(level)), {})[day] = count
    return found


def _changes(site_ids: Sequence[int], today: date) -> dict[Place, dict[date, int]]:
    found: dict[Place, dict[date, int]] = {}
    last = today + timedelta(days=DAYS)
    for site_id, level, day, change in _rows(_CHANGES, site_ids=site_ids, today=today, last=last):
        found.setdefault((site_id, Level(level)), {})[day] = int(change)
    return found


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
