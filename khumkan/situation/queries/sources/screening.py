"""What the testing programme counts."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Count, Sum

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.screening.models import Case, DailyFigure
from khumkan.screening.queries import late
from khumkan.situation.rules.cells import Cell

SYSTEM = Actor.system("situation")
PLACE = ("province_code", "district_code", "section", "site_id")
COUNTS = {"tests_taken": "sampled", "tests_positive": "positive", "tests_negative": "negative"}


def tests(first: date, last: date) -> Mapping[str, Iterable[Cell]]:
    """Return the tests of some days, from the programme's counters. One query."""
    rows = DailyFigure.objects.filter(day__range=(first, last)).values("day", *PLACE).order_by("day", *PLACE)
    found: dict[str, list[Cell]] = {code: [] for code in COUNTS}
    for row in rows.annotate(**{f"of_{name}": Sum(name) for name in COUNTS.values()}):
        for code, name in COUNTS.items():
            if value := row[f"of_{name}"]:
                found[code].append(Cell(day=row["day"], value=value, **{each: row[each] for each in PLACE}))
    return found


def cases(first: date, last: date) -> Mapping[str, Iterable[Cell]]:
    """Return the cases of some days as they stand, with the employer, which the counters do not keep. One query."""
    rows = Case.objects.filter(found_on__range=(first, last), withdrawn_at=None)
    place = {
        "province_code": "result__specimen__province_code",
        "district_code": "result__specimen__district_code",
        "section": "result__specimen__section",
        "site_id": "result__specimen__session__site_id",
    }
    keys = ("found_on", *place.values(), "employer_id")
    return {
        "cases": [
            Cell(
                day=row["found_on"],
                value=row["count"],
                employer_id=row["employer_id"] or 0,
                **{name: row[path] for name, path in place.items()},
            )
            for row in rows.order_by(*keys).values(*keys).annotate(count=Count("pk"))
        ]
    }


def late_results(_first: date, _last: date) -> Mapping[str, Iterable[Cell]]:
    """Return the specimens whose answer is late now, by site. One query."""
    keys = ("session__site__province_code", "session__site_id")
    rows = late.late_for(SYSTEM).order_by(*keys).values_list(*keys).annotate(count=Count("pk"))
    today = clock.today()
    return {
        "late_results": [
            Cell(day=today, value=count, province_code=province, site_id=site) for province, site, count in rows
        ]
    }
