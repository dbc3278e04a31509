"""Figures of the hotline by day and province, for whoever shows them: nothing of a caller is in them."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncDate

from khumkan.hotline.models import Case
from khumkan.hotline.states import CaseState
from khumkan.kernel import clock

#: Day, province (empty where it is unknown) and number of cases.
Counts = Sequence[tuple[date, str, int]]


def opened(first: date, last: date) -> Counts:
    """Return the cases opened on some days, both included, whatever became of them. One query."""
    return _by_day("opened_at", first, last)


def closed(first: date, last: date) -> Counts:
    """Return the cases solved on some days that were not opened again; merged ones do not count. One query."""
    return _by_day("closed_at", first, last, state=CaseState.DONE)


def overdue() -> Counts:
    """Return the live cases whose time is over now. One query."""
    rows = Case.objects.live().filter(due_at__lte=clock.now()).order_by("province_code").values_list("province_code")
    today = clock.today()
    return [(today, province, count) for province, count in rows.annotate(count=Count("pk"))]


def _by_day(column: str, first: date, last: date, **only: str) -> Counts:
    begins, ends = clock.day_span(first)[0], clock.day_span(last)[1]
    rows = Case.objects.filter(**{f"{column}__gte": begins, f"{column}__lt": ends}, **only)
    by_day = rows.annotate(day=TruncDate(column, tzinfo=clock.BANGKOK)).order_by("day", "province_code")
    return list(by_day.values_list("day", "province_code").annotate(count=Count("pk")))
