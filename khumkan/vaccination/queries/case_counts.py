"""How many cases there were in each area: counted by other programmes, which hand their count in, or from a file.

This programme knows no other. Whoever knows both offers a function here when the process starts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Sum

from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.models import CaseCount, CaseFile, InsuredCount
from khumkan.vaccination.rules.case_figures import Counted, over_days

#: From the first to the last day: cases by district, or by province where the district is unknown; no row is no case.
OwnCount = Callable[[date, date], Mapping[str, int]]
_offered: list[OwnCount] = []


def offer(count: OwnCount) -> None:
    """Have own cases counted by this function from now on."""
    _offered[:] = [count]


def own(first: date, last: date) -> Mapping[str, int]:
    """Return the cases that other programmes of the office counted.

    :raises Refused: when none of them counts.
    """
    if not _offered:
        raise Refused(N_("No programme of the office counts cases. Please import a file of figures."), "nobody_counts")
    return _offered[0](first, last)


def files() -> list[CaseFile]:
    """Return the files of figures, the newest first. One query."""
    return list(CaseFile.objects.order_by("-sent_at", "-pk")[:100])


def file_called(file_id: int) -> CaseFile:
    """Return one file.

    :raises Missing: for one that is not there.
    """
    found = CaseFile.objects.filter(pk=file_id).first()
    if found is None:
        raise Missing("no such file of figures")
    return found


@dataclass(frozen=True)
class Insured:
    """The insured persons of all districts, and when they were counted; none when they never were."""

    people: int
    counted_at: datetime | None


def insured() -> Insured:
    """Return how many insured persons were counted, and when. One query."""
    found = InsuredCount.objects.aggregate(people=Sum("people", default=0), at=Max("counted_at"))
    return Insured(found["people"], found["at"])


def of_file(file: CaseFile, *, last: date, days: int) -> dict[str, Counted]:
    """Return the cases of each area of a file over some days, with what is filled in between. One query."""
    by_area: dict[str, dict[date, int]] = {}
    rows = CaseCount.objects.filter(file=file).order_by("area_code", "day").values_list("area_code", "day", "cases")
    for area_code, day, cases in rows:
        by_area.setdefault(area_code, {})[day] = cases
    return {area_code: over_days(by_day, last=last, days=days) for area_code, by_day in by_area.items()}
