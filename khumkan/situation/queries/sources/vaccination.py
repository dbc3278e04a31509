"""What the vaccination programme counts."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import QuerySet, Sum

from khumkan import policies
from khumkan.kernel import clock
from khumkan.places import queries as place_queries
from khumkan.situation.rules.cells import Cell
from khumkan.situation.terms.situation import TargetTerms
from khumkan.vaccination.models import DailyDose, Session, SiteLot, WaitingTally


def given(first: date, last: date) -> Mapping[str, Iterable[Cell]]:
    """Return the doses given on some days, by site, from the programme's counters. Two queries."""
    rows = DailyDose.objects.filter(day__range=(first, last)).order_by("day", "site_id").values_list("day", "site_id")
    found = list(rows.annotate(sum=Sum("given")))
    sites = place_queries.sites({site_id for _day, site_id, _sum in found})
    return {
        "doses_given": [
            Cell(
                day=day, value=count, site_id=site_id,
                province_code=sites[site_id].province_code if site_id in sites else "",
            )
            for day, site_id, count in found
        ]
    }  # fmt: skip


def planned(first: date, last: date) -> Mapping[str, Iterable[Cell]]:
    """Return the dates of some days, by site. One query."""
    keys = ("day", "site__province_code", "site_id")
    rows = Session.objects.filter(day__range=(first, last), cancelled_at=None).order_by(*keys).values_list(*keys)
    return {
        "doses_planned": [
            Cell(day=day, value=count, province_code=province, site_id=site)
            for day, province, site, count in rows.annotate(sum=Sum("supply__taken"))
            if count
        ]
    }


def in_stock(_first: date, _last: date) -> Mapping[str, Iterable[Cell]]:
    """Return the doses at the sites now, and those of them that are about to expire. Two queries, and the terms."""
    today = clock.today()
    soon = today + timedelta(days=policies.in_force(TargetTerms, on=today).expiring_within_days)
    usable = SiteLot.objects.filter(doses__gt=0, lot__expires_on__gte=today)
    return {
        "doses_left": _by_site(usable, today),
        "doses_expiring": _by_site(usable.filter(lot__expires_on__lt=soon), today),
    }


def waiting(_first: date, _last: date) -> Mapping[str, Iterable[Cell]]:
    """Return who waits for a date, from the programme's tally. One query."""
    keys = ("province_code", "area_code")
    rows = WaitingTally.objects.order_by(*keys).values_list(*keys).annotate(sum=Sum("people"))
    today = clock.today()
    return {
        "waiting_for_dose": [
            Cell(day=today, value=people, province_code=province, district_code=area if len(area) == 4 else "")
            for province, area, people in rows
        ]
    }


def _by_site(rows: "QuerySet[SiteLot]", day: date) -> list[Cell]:
    keys = ("site__province_code", "site_id")
    found = rows.order_by(*keys).values_list(*keys).annotate(sum=Sum("doses"))
    return [Cell(day=day, value=doses, province_code=province, site_id=site) for province, site, doses in found]
