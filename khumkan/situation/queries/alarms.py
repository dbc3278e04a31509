"""The readings of every area, and the alarms."""

from datetime import timedelta

from django.db.models import QuerySet, Sum

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.situation.choices import Part
from khumkan.situation.models import Alarm, Figure
from khumkan.situation.permissions.figures import visible_provinces
from khumkan.situation.rules.epidemic import WEEK
from khumkan.situation.rules.targets import Reading
from khumkan.situation.states import AlarmState

_STOCKS = {
    "beds_total": "beds",
    "beds_free": "beds_free",
    "waiting_for_bed": "waiting_for_bed",
    "late_results": "late_results",
    "doses_expiring": "doses_expiring",
}
_AREAS = (Part.COUNTRY, Part.PROVINCE)


def readings() -> list[Reading]:
    """Return the figures of the whole country and of each province, as they were last counted. Two queries.

    What has no known province counts for the country alone.
    """
    today = clock.today()
    now = Figure.objects.filter(part__in=_AREAS, replaced_at=None).exclude(part=Part.PROVINCE, province_code="")
    found: dict[str, dict[str, int]] = {"": {}}
    keys = ("province_code", "indicator")
    stocks = now.filter(indicator__in=_STOCKS, happened_on=today).order_by(*keys)
    for area, indicator, value in stocks.values_list(*keys, "value"):
        found.setdefault(area, {})[_STOCKS[indicator]] = value
    week = now.filter(
        indicator__in=("tests_positive", "tests_negative"),
        happened_on__range=(today - timedelta(days=WEEK - 1), today),
    )
    for area, indicator, value in week.order_by(*keys).values_list(*keys).annotate(sum=Sum("value")):
        here = found.setdefault(area, {})
        here["tests_decided"] = here.get("tests_decided", 0) + value
        if indicator == "tests_positive":
            here["tests_positive"] = value
    return [Reading(area_code=area, **values) for area, values in sorted(found.items())]


def alarms_for(by: Actor) -> "QuerySet[Alarm]":
    """Return the alarms within the reader's provinces: those that are open first, then the latest."""
    rows = Alarm.objects.order_by("closed_at", "-opened_at", "pk")
    provinces = visible_provinces(by)
    return rows if provinces is None else rows.filter(province_code__in=provinces)


def open_alarms(by: Actor, *, most: int = 50) -> list[Alarm]:
    """Return the alarms that are not closed: those that nobody has taken on first, then the latest. One query."""
    running = alarms_for(by).exclude(state=AlarmState.CLOSED)
    return list(running.order_by("state", "-opened_at", "pk")[:most])  # "open" stands before "seen"


def alarm_by_reference(by: Actor, reference: str) -> Alarm:
    """Return one alarm.

    :raises Missing: when there is none within the reader's provinces.
    """
    found = alarms_for(by).filter(reference=reference).first()
    if found is None:
        raise Missing("no such alarm")
    return found
