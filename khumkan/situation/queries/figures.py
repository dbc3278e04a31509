"""Figures as they were counted: series, break-downs and what changed afterwards. Nothing is counted here.

Each function says what it costs. Reading as known at an earlier moment costs no more than reading what holds now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, Max, Q, QuerySet, Sum

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.places import queries as place_queries
from khumkan.registry.models import Employer
from khumkan.situation.choices import Part
from khumkan.situation.indicators import INDICATORS, Indicator
from khumkan.situation.models import Figure
from khumkan.situation.permissions.figures import visible_provinces
from khumkan.situation.rules.two_clocks import Revision, Told, told
from khumkan.situation.words import section_words
from khumkan.vaccination.models import InsuredCount

#: So long after its day results still come in and bookings are still written: that is no news.
SETTLED_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Lens:
    """What somebody looks at.

    :param first: and `last` day, both included.
    :param province_code: one province, or empty for all that the reader may see.
    :param known_on: as it was known at the end of this day; none: as it is known now.
    """

    first: date
    last: date
    province_code: str = ""
    known_on: date | None = None

    @property
    def known_at(self) -> datetime | None:
        """The last moment of the day on which it was known."""
        return None if self.known_on is None else clock.day_span(self.known_on)[1] - timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One cell of an indicator, or the sum of some days of it.

    :param province_code: empty where the province is unknown; none for all provinces together.
    """

    part: Part
    first: date
    last: date
    province_code: str | None = None
    key: str = ""


@dataclass(frozen=True)
class Day:
    """The figure of one day with both clocks.

    :param told: now and at first; `known` as known on the day that was asked for, none where it was not known yet.
    """

    day: date
    told: Told
    known: int | None = None


@dataclass(frozen=True)
class Row:
    """One line of a break-down.

    :param province_code: empty where it is unknown; none where the line is of all provinces of the lens.
    """

    province_code: str | None
    key: str
    name: str
    value: int


@dataclass(frozen=True)
class Revised:
    """A past figure that is not any more what it was told to be."""

    indicator: Indicator
    day: date
    was: int
    was_at: datetime
    now: int
    now_at: datetime


def indicator_called(code: str, by: Actor) -> Indicator:
    """Return one indicator.

    :raises Missing: when there is none, or the actor sees no figures.
    """
    visible_provinces(by)
    if code not in INDICATORS:
        raise Missing("no such figure")
    return INDICATORS[code]


def parts_for(by: Actor, indicator: Indicator) -> list[Part]:
    """Return by what the actor may break a figure down; enterprises are for officers alone."""
    return [part for part in indicator.all_parts[1:] if part is not Part.EMPLOYER or by.has(Role.OFFICER)]


def series(by: Actor, codes: Iterable[str], lens: Lens) -> dict[str, dict[date, int]]:
    """Return the figures of some indicators by day, as they are held to be. One query."""
    rows = _areas(by, lens).filter(indicator__in=list(codes)).order_by("indicator", "happened_on")
    found: dict[str, dict[date, int]] = {code: {} for code in codes}
    for code, day, value in rows.values_list("indicator", "happened_on").annotate(sum=Sum("value")):
        found[code][day] = value
    return found


def both_clocks(by: Actor, indicator: Indicator, lens: Lens) -> list[Day]:
    """Return each day with what it was first told to be and what it is now, oldest first. One query.

    Of several provinces the sums are told, each as of its own first telling.
    """
    rows = _scoped(by, lens).filter(indicator=indicator.code, happened_on__range=(lens.first, lens.last))
    cells: dict[date, dict[str, list[Revision]]] = {}
    columns = ("happened_on", "province_code", "value", "reported_at", "replaced_at")
    for day, province, *revision in rows.order_by("happened_on", "province_code", "reported_at").values_list(*columns):
        cells.setdefault(day, {}).setdefault(province, []).append(Revision(*revision))
    return [_day(day, list(found.values()), lens.known_at) for day, found in cells.items()]


def broken_down(by: Actor, indicator: Indicator, part: Part, lens: Lens, *, most: int | None = None) -> list[Row]:
    """Return the figures of each part of the lens, the largest first. Two queries and the names.

    The days of a flow add up; of a stock the last day counts.

    :raises Missing: for a part that the actor may not see.
    """
    if part not in parts_for(by, indicator):
        raise Missing("no such part of a figure")
    rows = _held(_within(by, Figure.objects.filter(part=part, indicator=indicator.code), lens), lens.known_at)
    if indicator.is_flow:
        rows = rows.filter(happened_on__range=(lens.first, lens.last))
    else:
        rows = rows.filter(happened_on=_last_day(rows, lens))
    column = "province_code" if part is Part.PROVINCE else "key"
    keys = (column,) if part is Part.SECTION else dict.fromkeys(("province_code", column))
    summed = rows.order_by().values(*keys).annotate(sum=Sum("value")).order_by("-sum", *keys).exclude(sum=0)
    found = list(summed[:most] if most else summed)
    names = _names_of(part, [row[column] for row in found])
    whole = lens.province_code or None
    return [
        Row(row.get("province_code", whole), row.get("key", ""), names.get(row[column], ""), row["sum"])
        for row in found
    ]


def cell(indicator: Indicator, asked: Asked) -> int:
    """Return one cell, or the sum of its days, as it is held to be. One query; who may ask is decided before."""
    rows = Figure.objects.filter(
        indicator=indicator.code, part=asked.part, key=asked.key, replaced_at=None,
        happened_on__range=(asked.first, asked.last),
    )  # fmt: skip
    if asked.province_code is not None:
        rows = rows.filter(province_code=asked.province_code)
    return int(rows.aggregate(sum=Sum("value", default=0))["sum"])


def by_province(by: Actor, codes: Sequence[str], lens: Lens) -> dict[str, dict[str, int]]:
    """Return the sums of flows by province, and then by indicator. One query."""
    rows = _held(_within(by, Figure.objects.filter(part=Part.PROVINCE, indicator__in=codes), lens), lens.known_at)
    rows = rows.filter(happened_on__range=(lens.first, lens.last)).exclude(province_code="")
    keys = ("province_code", "indicator")
    found: dict[str, dict[str, int]] = {}
    for province, code, value in rows.order_by(*keys).values_list(*keys).annotate(sum=Sum("value")):
        found.setdefault(province, {})[code] = value
    return found


def by_section(by: Actor, codes: Sequence[str], lens: Lens) -> dict[str, dict[str, int]]:
    """Return the sums of flows by section, and then by indicator. One query."""
    rows = _within(by, Figure.objects.filter(part=Part.SECTION, indicator__in=codes, replaced_at=None), lens)
    rows = rows.filter(happened_on__range=(lens.first, lens.last))
    found: dict[str, dict[str, int]] = {}
    for key, code, value in (
        rows.order_by("key", "indicator").values_list("key", "indicator").annotate(sum=Sum("value"))
    ):
        found.setdefault(key, {})[code] = value
    return found


def insured_by_province() -> dict[str, int]:
    """Return how many insured persons live in each province. One query."""
    found: dict[str, int] = {}
    for area, people in InsuredCount.objects.order_by("area_code").values_list("area_code", "people"):
        found[area[:2]] = found.get(area[:2], 0) + people
    return found


def lately_revised(by: Actor, *, since: datetime, most: int = 10) -> list[Revised]:
    """Return figures of the whole country that changed after their day was settled, the latest first. Two queries.

    Only for readers of the whole country; others see it at each figure.
    """
    if visible_provinces(by) is not None:
        return []
    flows = [code for code, each in INDICATORS.items() if each.is_flow]
    rows = Figure.objects.filter(part=Part.COUNTRY, indicator__in=flows)
    settled = ExpressionWrapper(F("happened_on") + SETTLED_AFTER, output_field=DateTimeField())
    old = rows.filter(replaced_at__gte=since, replaced_at__gt=settled).order_by("-replaced_at", "indicator")
    changed = {(row.indicator, row.happened_on): row for row in reversed(old[: most * 10])}
    days = {day for _code, day in changed}
    now = {(row.indicator, row.happened_on): row for row in rows.filter(happened_on__in=days, replaced_at=None)}
    found = [
        Revised(INDICATORS[code], day, row.value, row.reported_at, now[code, day].value, now[code, day].reported_at)
        for (code, day), row in changed.items()
        if row.value != now[code, day].value
    ]
    return sorted(found, key=lambda each: (each.now_at, each.day), reverse=True)[:most]


def provinces(by: Actor) -> list[tuple[str, str]]:
    """Return code and name of the provinces whose figures the actor may see, in the order of their names. One query."""
    allowed = visible_provinces(by)
    return [(each.pk, str(each)) for each in place_queries.provinces() if allowed is None or each.pk in allowed]


def _day(day: date, cells: Sequence[Sequence[Revision]], known_at: datetime | None) -> Day:
    settled = clock.day_span(day)[1]
    found = [each for each in (told(revisions, settled_from=settled) for revisions in cells) if each is not None]
    whole = Told(sum(each.now for each in found), max(each.now_at for each in found))
    if any(each.before is not None for each in found):
        before = sum(each.now if each.before is None else each.before for each in found)
        at = min(each.before_at or each.now_at for each in found)
        whole = Told(whole.now, whole.now_at, before, at)
    if known_at is None:
        return Day(day, whole)
    then = [each.value for revisions in cells for each in revisions if each.held_at(known_at)]
    return Day(day, whole, sum(then) if then else None)


def _scoped(by: Actor, lens: Lens) -> "QuerySet[Figure]":
    """Return the rows that add up to the reader's whole: of the country, or of provinces."""
    allowed = visible_provinces(by)
    if allowed is None and not lens.province_code:
        return Figure.objects.filter(part=Part.COUNTRY)
    return _within(by, Figure.objects.filter(part=Part.PROVINCE), lens)


def _areas(by: Actor, lens: Lens) -> "QuerySet[Figure]":
    rows = _scoped(by, lens).filter(happened_on__range=(lens.first, lens.last))
    return _held(rows, lens.known_at)


def _within(by: Actor, rows: "QuerySet[Figure]", lens: Lens) -> "QuerySet[Figure]":
    allowed = visible_provinces(by)
    rows = rows if allowed is None else rows.filter(province_code__in=allowed)
    return rows.filter(province_code=lens.province_code) if lens.province_code else rows


def _held(rows: "QuerySet[Figure]", moment: datetime | None) -> "QuerySet[Figure]":
    if moment is None:
        return rows.filter(replaced_at=None)
    return rows.filter(Q(replaced_at=None) | Q(replaced_at__gt=moment), reported_at__lte=moment)


def _last_day(rows: "QuerySet[Figure]", lens: Lens) -> date:
    found: date | None = rows.filter(happened_on__lte=lens.last).aggregate(last=Max("happened_on"))["last"]
    return found or lens.last


def _names_of(part: Part, codes: Sequence[str]) -> Mapping[str, str]:
    if part is Part.SECTION:
        return {code: section_words(code) for code in codes}
    ids = [int(code) for code in codes if code.isdecimal()]
    if part is Part.SITE:
        return {str(pk): str(site) for pk, site in place_queries.sites(ids).items()}
    if part is Part.EMPLOYER:
        return {str(pk): str(employer) for pk, employer in Employer.objects.in_bulk(ids).items()}
    return place_queries.area_names(code for code in codes if code)
