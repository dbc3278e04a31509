"""What a situation report freezes, and the reports that were made."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.situation.indicators import INDICATORS
from khumkan.situation.models import SituationReport
from khumkan.situation.permissions.figures import listed_provinces
from khumkan.situation.queries import countings, figures
from khumkan.situation.queries.figures import Lens
from khumkan.situation.queries.room import CURVE_DAYS, MAP_DAYS, spreading
from khumkan.situation.rules import epidemic
from khumkan.situation.rules.epidemic import WEEK

#: Days that the report lists one by one.
DAYS = 14


def content_of(by: Actor, *, day: date, province_code: str) -> dict[str, Any]:
    """Return the figures of a day as codes and numbers, in the shape in which they are kept. Six queries."""
    lens = Lens(day - timedelta(days=CURVE_DAYS), day, province_code)
    found = figures.series(by, INDICATORS, lens)
    counted = countings.counted_at()
    week = [day - timedelta(days=back) for back in range(WEEK)]
    days = [day - timedelta(days=back) for back in range(DAYS)]
    return {
        "as_of": max(counted.values()).isoformat() if counted else None,
        "figures": [
            {
                "code": code,
                "day": found[code].get(day, 0 if each.is_flow else None),
                "week": sum(found[code].get(one, 0) for one in week) if each.is_flow else None,
            }
            for code, each in INDICATORS.items()
        ],
        "days": [
            {
                "day": one.isoformat(),
                **{code: found[code].get(one, 0) for code in ("tests_taken", "tests_positive", "cases", "doses_given")},
            }
            for one in days
        ],
        "spreading": asdict(spreading(found, last=day)),
        "provinces": _provinces(by, day, province_code),
        "sections": figures.by_section(
            by, ("tests_taken", "tests_positive", "cases"), Lens(week[-1], day, province_code)
        ),
    }


def reports_for(by: Actor) -> "QuerySet[SituationReport]":
    """Return the reports that an officer may read, the latest first."""
    rows = SituationReport.objects.order_by("-made_at", "-pk")
    allowed = listed_provinces(by)
    return rows if allowed is None else rows.filter(province_code__in=allowed)


def report_by_reference(by: Actor, reference: str) -> SituationReport:
    """Return one report.

    :raises Missing: when there is none that the officer may read.
    """
    found = reports_for(by).filter(reference=reference).first()
    if found is None:
        raise Missing("no such report")
    return found


def _provinces(by: Actor, day: date, province_code: str) -> list[dict[str, Any]]:
    lens = Lens(day - timedelta(days=MAP_DAYS - 1), day, province_code)
    insured = figures.insured_by_province()
    rows = [
        {
            "code": code,
            "cases": values.get("cases", 0),
            "tests": values.get("tests_taken", 0),
            "positive": values.get("tests_positive", 0),
            "rate": epidemic.incidence(values.get("cases", 0), insured.get(code, 0)),
        }
        for code, values in figures.by_province(by, ("cases", "tests_taken", "tests_positive"), lens).items()
    ]
    return sorted(rows, key=lambda row: (-row["cases"], row["code"]))
