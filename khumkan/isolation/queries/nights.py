"""The nights of a site: what the hotel is paid for."""

from datetime import date, timedelta

from django.db.models import Min, Q

from khumkan.isolation.models import Facility, Stay
from khumkan.isolation.rules import nights as rules
from khumkan.isolation.rules.nights import Lain, Statement
from khumkan.kernel import clock


def statement(facility: Facility, month: date) -> Statement:
    """Return the nights of a month at a site, by stay in the order of arrival. One query.

    :param month: any day of it.
    """
    first, last = span(month)
    begin, end = clock.day_span(first)[0], clock.day_span(last)[1]
    rows = Stay.objects.filter(site=facility.pk, arrived_at__lt=end).filter(Q(left_at=None) | Q(left_at__gte=begin))
    told = rows.order_by("arrived_at", "pk").values_list("care__reference", "bed__label", "arrived_at", "left_at")
    lain = [(care, bed, Lain(arrived, left)) for care, bed, arrived, left in told if arrived]
    return rules.statement(lain, first=first, last=last, now=clock.now())


def months(facility: Facility) -> list[date]:
    """Return the first days of the months in which anybody lay at a site, the latest first; this month always."""
    earliest = Stay.objects.filter(site=facility.pk).aggregate(first=Min("arrived_at"))["first"]
    this = clock.today().replace(day=1)
    month = min(clock.bangkok(earliest).date().replace(day=1) if earliest else this, this)
    found = [month]
    while found[-1] < this:
        found.append(span(found[-1])[1] + timedelta(days=1))
    return found[::-1]


def span(month: date) -> tuple[date, date]:
    """Return the first and the last day of a month."""
    first = month.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
