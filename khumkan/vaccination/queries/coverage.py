"""How far everybody is, from the counters: no page counts persons, doses or injections. Each function says its cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Max, QuerySet, Sum

from khumkan.kernel.actors import Actor
from khumkan.places import queries as place_queries
from khumkan.registry.models import Employer
from khumkan.vaccination.choices import Group
from khumkan.vaccination.models import (
    CoverageDay,
    CoverageFigure,
    DailyDose,
    InsuredCount,
    Lot,
    PhaseDetail,
    Session,
)
from khumkan.vaccination.permissions.areas import visible_provinces
from khumkan.vaccination.queries import phases


class Part(StrEnum):
    """By what coverage is broken down; the value is the column of the counters."""

    PROVINCE = "province_code"
    DISTRICT = "district_code"
    EMPLOYER = "employer_id"
    GROUP = "group"


@dataclass(frozen=True)
class Lens:
    """What is looked at: a stretch of days, both included, and one province or all that the reader may see."""

    first: date
    last: date
    province_code: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far people are."""

    listed: int = 0
    confirmed: int = 0
    declined: int = 0
    booked: int = 0
    first: int = 0
    second: int = 0

    @property
    def share_first(self) -> float | None:
        """The share of those who are listed that had a first dose; none where nobody is listed."""
        return self.first / self.listed if self.listed else None

    @property
    def share_second(self) -> float | None:
        """The share of those who are listed that had a second dose."""
        return self.second / self.listed if self.listed else None


@dataclass(frozen=True)
class Row:
    """One line of a break-down.

    :param insured: insured persons who live there; none where that is not asked.
    """

    key: str
    name: str
    standing: Standing
    insured: int | None = None


@dataclass(frozen=True, kw_only=True)
class Day:
    """What was planned and given on one day.

    :param planned: dates that people have or had on that day; `kept` the doses kept for its sessions.
    :param listed: and `confirmed` as they stood at the end of the day; none where that was not kept.
    """

    day: date
    planned: int = 0
    kept: int = 0
    first: int = 0
    second: int = 0
    further: int = 0
    listed: int | None = None
    confirmed: int | None = None

    @property
    def given(self) -> int:
        """All doses of the day."""
        return self.first + self.second + self.further


@dataclass(frozen=True, kw_only=True)
class Supplied:
    """Doses of the whole country.

    :param expected: by the phases that are open; `received` in all lots.
    """

    expected: int
    received: int
    given: int

    @property
    def left(self) -> int:
        """What was received and not given: in stock, or lost."""
        return self.received - self.given


COUNTS = tuple(each.name for each in fields(Standing))
_SUMS = {name: Sum(name, default=0) for name in COUNTS}


def totals(by: Actor, lens: Lens) -> Standing:
    """Return the sums over everything in the lens. One query."""
    return Standing(**_seen(by, lens).aggregate(**_SUMS))


def broken_down(by: Actor, lens: Lens, part: Part, *, most: int | None = None) -> list[Row]:
    """Return how far each part is, most listed first. Three queries at most, whatever the length."""
    rows = _seen(by, lens).values(part.value).annotate(**_SUMS).order_by("-listed", part.value)
    found = [(row.pop(part.value), Standing(**row)) for row in (rows[:most] if most else rows)]
    keys = [key for key, _ in found]
    names, insured = _names(part, keys), _insured(part, keys)
    return [Row(str(key), names.get(key, ""), standing, insured.get(key)) for key, standing in found]


def by_day(by: Actor, lens: Lens) -> list[Day]:
    """Return what was planned and given on each day of which there is anything, oldest first. Three queries."""
    given = _given_by_day(by, lens)
    planned = _planned_by_day(by, lens)
    standing = _standing_by_day(by, lens)
    days = sorted(given.keys() | planned.keys() | standing.keys())
    nothing: Mapping[str, int] = {}
    return [
        Day(day=day, **{**planned.get(day, nothing), **given.get(day, nothing), **standing.get(day, nothing)})
        for day in days
    ]


def supplied() -> Supplied:
    """Return the doses of the whole country. Four queries on small tables."""
    open_now = [phase.pk for phase in phases.running()]
    expected = PhaseDetail.objects.filter(phase__in=open_now).aggregate(sum=Sum("doses", default=0))["sum"]
    received = Lot.objects.aggregate(sum=Sum("supply__total", default=0))["sum"]
    given = DailyDose.objects.exclude(site_id=0).aggregate(sum=Sum("given", default=0))["sum"]
    return Supplied(expected=expected, received=received, given=given)


def latest_day(by: Actor) -> date | None:
    """Return the last day on which doses were given. One query."""
    last: date | None = _within(by, DailyDose.objects.all()).aggregate(last=Max("day"))["last"]
    return last


def provinces(by: Actor) -> list[tuple[str, str]]:
    """Return code and name of the provinces that an actor may see, in the order of their names. One query."""
    allowed = visible_provinces(by)
    return [(each.pk, str(each)) for each in place_queries.provinces() if allowed is None or each.pk in allowed]


def _within(by: Actor, rows: "QuerySet[Any]", column: str = "province_code") -> "QuerySet[Any]":
    allowed = visible_provinces(by)
    return rows if allowed is None else rows.filter(**{f"{column}__in": allowed})


def _narrowed(by: Actor, rows: "QuerySet[Any]", lens: Lens, column: str = "province_code") -> "QuerySet[Any]":
    seen = _within(by, rows, column)
    return seen.filter(**{column: lens.province_code}) if lens.province_code else seen


def _seen(by: Actor, lens: Lens) -> "QuerySet[CoverageFigure]":
    return _narrowed(by, CoverageFigure.objects.all(), lens)


def _given_by_day(by: Actor, lens: Lens) -> dict[date, dict[str, int]]:
    rows = _narrowed(by, DailyDose.objects.filter(day__range=(lens.first, lens.last)), lens)
    found: dict[date, dict[str, int]] = {}
    for row in rows.values("day", "number").annotate(sum=Sum("given")).order_by("day", "number"):
        name = {1: "first", 2: "second"}.get(row["number"], "further")
        of_day = found.setdefault(row["day"], {})
        of_day[name] = of_day.get(name, 0) + row["sum"]
    return found


def _planned_by_day(by: Actor, lens: Lens) -> dict[date, dict[str, int]]:
    sessions = Session.objects.filter(day__range=(lens.first, lens.last), cancelled_at=None)
    rows = _narrowed(by, sessions, lens, "site__province_code").values("day")
    summed = rows.annotate(planned=Sum("supply__taken"), kept=Sum("kept_doses")).order_by("day")
    return {row["day"]: {"planned": row["planned"], "kept": row["kept"]} for row in summed}


def _standing_by_day(by: Actor, lens: Lens) -> dict[date, dict[str, int]]:
    rows = _narrowed(by, CoverageDay.objects.filter(day__range=(lens.first, lens.last)), lens).values("day")
    summed = rows.annotate(listed_then=Sum("listed"), confirmed_then=Sum("confirmed")).order_by("day")
    return {row["day"]: {"listed": row["listed_then"], "confirmed": row["confirmed_then"]} for row in summed}


def _names(part: Part, keys: Sequence[Any]) -> Mapping[Any, str]:
    if part is Part.EMPLOYER:
        return {each.pk: str(each) for each in Employer.objects.filter(pk__in=keys).order_by("pk")}
    if part is Part.GROUP:
        return {key: str(Group(key).label) for key in keys}
    return place_queries.area_names(keys)


def _insured(part: Part, keys: Sequence[Any]) -> Mapping[Any, int]:
    """Return the insured persons of areas; of provinces the sum of their districts."""
    if part not in (Part.PROVINCE, Part.DISTRICT):
        return {}
    found: dict[str, int] = {}
    length = 2 if part is Part.PROVINCE else 4
    for code, people in InsuredCount.objects.order_by("area_code").values_list("area_code", "people"):
        found[code[:length]] = found.get(code[:length], 0) + people
    return {key: found[key] for key in keys if key in found}
