"""The list behind a cell: the rows that were counted, found by the same conditions, with references and no names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncDate

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.screening.choices import Outcome
from khumkan.screening.models import Case, Specimen
from khumkan.screening.states import ResultState
from khumkan.situation.choices import Part
from khumkan.situation.indicators import Indicator
from khumkan.situation.permissions.figures import check_may_list
from khumkan.situation.queries.figures import Asked
from khumkan.vaccination.models import Injection, Session


@dataclass(frozen=True)
class Listed:
    """What a figure counts: its rows, and by which column each part of it is found."""

    rows: Callable[[date, date], "QuerySet[Any]"]
    columns: Mapping[Part, str]
    shown: Mapping[str, Any]


def behind(by: Actor, indicator: Indicator, asked: Asked) -> "QuerySet[Any, dict[str, Any]]":
    """Return the rows that a cell counts, the oldest first; `weight` of all rows adds up to the cell.

    :raises Missing: for a list that does not exist, or lies outside the officer's provinces.
    """
    check_may_list(by, asked.province_code)
    listed = LISTS.get(indicator.code)
    if listed is None or asked.part not in indicator.all_parts:
        raise Missing("no such list")
    rows = listed.rows(asked.first, asked.last)
    if asked.province_code is not None:
        rows = rows.filter(_is(listed.columns[Part.PROVINCE], asked.province_code))
    if asked.part not in (Part.COUNTRY, Part.PROVINCE):
        rows = rows.filter(_is(listed.columns[asked.part], _key(asked)))
    return rows.values(**listed.shown).order_by("happened", "named")


def total(rows: "QuerySet[Any, dict[str, Any]]") -> int:
    """Return how much all rows of a list count. One query."""
    return int(rows.order_by().aggregate(sum=Sum("weight", default=0))["sum"])


def _key(asked: Asked) -> str | int:
    if asked.part is Part.DISTRICT:
        return asked.key
    if not asked.key.isdecimal():
        raise Missing("no such list")
    return min(int(asked.key), _LARGEST)


def _is(column: str, value: str | int) -> Q:
    """Return the condition for one value; an empty text or zero stands for what nobody knows."""
    return Q(**{column: value}) if value else Q(**{column: value}) | Q(**{f"{column}__isnull": True})


def _specimens(first: date, last: date) -> "QuerySet[Specimen]":
    return Specimen.objects.filter(taken_at__gte=clock.day_span(first)[0], taken_at__lt=clock.day_span(last)[1])


def _decided(outcome: Outcome) -> "Callable[[date, date], QuerySet[Specimen]]":
    def rows(first: date, last: date) -> "QuerySet[Specimen]":
        return _specimens(first, last).filter(results__state=ResultState.RELEASED, results__outcome=outcome)

    return rows


def _cases(first: date, last: date) -> "QuerySet[Case]":
    return Case.objects.filter(found_on__range=(first, last), withdrawn_at=None)


def _given(first: date, last: date) -> "QuerySet[Injection]":
    return Injection.objects.filter(given_on__range=(first, last), struck_at=None)


def _sessions(first: date, last: date) -> "QuerySet[Session]":
    return Session.objects.filter(day__range=(first, last), cancelled_at=None, supply__taken__gt=0)


_ONE = Value(1, output_field=IntegerField())
_LARGEST = 2**63 - 1
_OF_SPECIMEN = {
    Part.PROVINCE: "province_code",
    Part.DISTRICT: "district_code",
    Part.SECTION: "section",
    Part.SITE: "session__site_id",
}
_SPECIMEN = {
    "named": F("code"),
    "happened": TruncDate("taken_at", tzinfo=clock.BANGKOK),
    "place": F("session__site_id"),
    "weight": _ONE,
}
_OF_SITE = {Part.PROVINCE: "site__province_code", Part.SITE: "site_id"}
LISTS: Mapping[str, Listed] = {
    "tests_taken": Listed(_specimens, _OF_SPECIMEN, _SPECIMEN),
    "tests_positive": Listed(_decided(Outcome.POSITIVE), _OF_SPECIMEN, _SPECIMEN),
    "tests_negative": Listed(_decided(Outcome.NEGATIVE), _OF_SPECIMEN, _SPECIMEN),
    "cases": Listed(
        _cases,
        {
            **{part: f"result__specimen__{column}" for part, column in _OF_SPECIMEN.items()},
            Part.EMPLOYER: "employer_id",
        },
        {
            "named": F("reference"),
            "happened": F("found_on"),
            "place": F("result__specimen__session__site_id"),
            "weight": _ONE,
        },
    ),
    "doses_given": Listed(
        _given,
        _OF_SITE,
        {
            "named": Coalesce(F("dose__reference"), F("lot_number")),
            "happened": F("given_on"),
            "place": F("site_id"),
            "weight": _ONE,
        },
    ),
    "doses_planned": Listed(
        _sessions,
        _OF_SITE,
        {"named": F("reference"), "happened": F("day"), "place": F("site_id"), "weight": F("supply__taken")},
    ),
}
