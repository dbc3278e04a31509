"""Figures of the testing programme, from the counters: no page counts persons, specimens or results.

Each function says what it costs. A figure has two clocks: the day on which the specimen was taken and the day on which
the figure was reported.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum

from khumkan.kernel.actors import Actor
from khumkan.places.models import District, Province, Site
from khumkan.screening.models import DailyFigure
from khumkan.screening.permissions.figures import visible_provinces
from khumkan.screening.rules.figures import Figures

COUNTS = tuple(count.name for count in fields(Figures))


class Clock(StrEnum):
    """By which day figures are laid out."""

    HAPPENED = "day"
    REPORTED = "reported_on"


class Part(StrEnum):
    """By what figures are broken down; the value is the column of the counters."""

    PROVINCE = "province_code"
    DISTRICT = "district_code"
    SITE = "site_id"
    SECTION = "section"
    METHOD = "method"


@dataclass(frozen=True)
class Lens:
    """What an officer looks at: a stretch of days, both included, and what the figures are narrowed to."""

    first: date
    last: date
    clock: Clock = Clock.HAPPENED
    province_code: str = ""
    method: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a break-down."""

    key: str
    name: str
    figures: Figures


def latest_day(by: Actor) -> date | None:
    """Return the last day of which there are figures. One query on an index."""
    last: date | None = _visible(by).aggregate(last=Max("day"))["last"]
    return last


def totals(by: Actor, lens: Lens) -> Figures:
    """Return the sums over everything in the lens. One query."""
    found: dict[str, Any] = _seen(by, lens).aggregate(**_sums())
    return Figures(**{name: value for name, value in found.items() if value is not None})


def by_day(by: Actor, lens: Lens) -> dict[date, Figures]:
    """Return the figures of each day that has any, oldest first; a day without is missing, not zero. One query."""
    rows = _seen(by, lens).values(lens.clock.value).annotate(**_sums()).order_by(lens.clock.value)
    return {row.pop(lens.clock.value): Figures(**row) for row in rows}


def by_day_and_province(by: Actor, lens: Lens) -> dict[tuple[date, str], Figures]:
    """Return the figures of each day and province that has any. One query."""
    keys = (lens.clock.value, Part.PROVINCE.value)
    rows = _seen(by, lens).values(*keys).annotate(**_sums()).order_by(*keys)
    return {(row.pop(keys[0]), row.pop(keys[1])): Figures(**row) for row in rows}


def cases_by_area(first: date, last: date) -> dict[str, int]:
    """Return the cases among the insured of some days, by district, or by province where no more is known. One query.

    Corrections count; where more was taken back than found there is no case.
    """
    keys = ("province_code", "district_code")
    insured = DailyFigure.objects.filter(day__range=(first, last), section__gt=0).exclude(province_code="")
    rows = insured.values(*keys).annotate(cases=Sum("cases")).order_by(*keys)
    return {row["district_code"] or row["province_code"]: max(0, row["cases"]) for row in rows}


def broken_down(by: Actor, lens: Lens, part: Part, *, most: int | None = None) -> list[Row]:
    """Return the figures of each part, most specimens first. Two queries, whatever the length."""
    rows = _seen(by, lens).values(part.value).annotate(**_sums()).order_by("-sampled", part.value)
    found = [(row.pop(part.value), Figures(**row)) for row in (rows[:most] if most else rows)]
    names = _names(part, [key for key, _ in found])
    return [Row(str(key), names.get(key, str(key)), figures) for key, figures in found]


def provinces(by: Actor) -> list[tuple[str, str]]:
    """Return code and name of the provinces whose figures an actor may see, in the order of their names. One query."""
    allowed = visible_provinces(by)
    rows = Province.objects.filter(abolished_on=None).order_by("sort_key")
    return [(each.pk, str(each)) for each in rows if allowed is None or each.pk in allowed]


def _sums() -> dict[str, Sum]:
    return {name: Sum(name) for name in COUNTS}


def _visible(by: Actor) -> QuerySet[DailyFigure]:
    provinces = visible_provinces(by)
    return DailyFigure.objects.all() if provinces is None else DailyFigure.objects.filter(province_code__in=provinces)


def _seen(by: Actor, lens: Lens) -> QuerySet[DailyFigure]:
    narrowed = Q(**{f"{lens.clock.value}__range": (lens.first, lens.last)})
    if lens.province_code:
        narrowed &= Q(province_code=lens.province_code)
    if lens.method:
        narrowed &= Q(method=lens.method)
    return _visible(by).filter(narrowed)


def _names(part: Part, keys: Sequence[Any]) -> Mapping[Any, str]:
    if part is Part.PROVINCE:
        return {each.pk: str(each) for each in Province.objects.filter(pk__in=keys).order_by("pk")}
    if part is Part.DISTRICT:
        return {each.pk: str(each) for each in District.objects.filter(pk__in=keys).order_by("pk")}
    if part is Part.SITE:
        return {each.pk: str(each) for each in Site.objects.filter(pk__in=keys).order_by("pk")}
    return {}
