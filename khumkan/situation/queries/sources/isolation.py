"""What the hospitels count."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Count

from khumkan.isolation.models import Care
from khumkan.isolation.queries import board
from khumkan.isolation.rules.board import together
from khumkan.isolation.states import CareState
from khumkan.kernel import clock
from khumkan.situation.rules.cells import Cell


def beds(_first: date, _last: date) -> Mapping[str, Iterable[Cell]]:
    """Return the beds as they are now, by site. Two queries."""
    facilities = board.facilities_with_beds()
    now = clock.now()
    counts = board.counts(facilities, now=now)
    found: dict[str, list[Cell]] = {"beds_total": [], "beds_free": [], "beds_occupied": []}
    for facility in facilities:
        here = together(counts.get(facility.pk, {}).values())
        values = {"beds_total": here.total, "beds_free": here.free, "beds_occupied": here.occupied}
        for code, value in values.items():
            place = {"province_code": facility.site.province_code, "site_id": facility.site_id}
            found[code].append(Cell(day=clock.bangkok(now).date(), value=value, **place))
    return found


def waiting(_first: date, _last: date) -> Mapping[str, Iterable[Cell]]:
    """Return who waits for a bed now. One query."""
    rows = Care.objects.filter(state=CareState.WAITING).order_by("province_code").values_list("province_code")
    today = clock.today()
    cells = [Cell(day=today, value=count, province_code=province) for province, count in rows.annotate(n=Count("pk"))]
    return {"waiting_for_bed": cells}
