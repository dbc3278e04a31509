"""Monthly filings, as the import of one writes them, and the headcount that is kept of them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.record import partitions
from khumkan.record.entries import Data
from khumkan.registry import permissions
from khumkan.registry.actions import month_sql as sql
from khumkan.registry.models import Branch, Employer, Filing
from khumkan.registry.states import FilingKind

#: Months that one filing touches; more are counted when many filings come at once.
FEW = 100


def open_filing(*, employer: Employer, branch: Branch, month: date, headcount: int) -> Filing:
    """Add the filing itself, its partition included, with the next number of its branch and month."""
    partitions.make("registry_filingline", [month])
    latest = Filing.objects.filter(branch=branch, month=month).aggregate(latest=Max("number"))["latest"] or 0
    return Filing.objects.create(
        employer=employer,
        branch=branch,
        month=month,
        number=latest + 1,
        kind=FilingKind.CORRECTION if latest else FilingKind.FIRST,
        headcount=headcount,
        received_at=clock.now(),
    )


def note_filing(filing: Filing, *, by: Actor) -> None:
    """Count the months anew that it touches, and write the event from which the covenant is checked."""
    with connection.cursor() as cursor:
        values: dict[str, int | date] = {
            "employer": filing.employer_id,
            "branch": filing.branch_id,
            "month": filing.month,
        }
        cursor.execute(sql.TOUCHED, values)
        touched = [row[0] for row in cursor.fetchall()]
    count_months((filing.employer_id, each) for each in touched)
    data: Data = {
        "employer": filing.employer_id,
        "month": filing.month.isoformat(),
        "headcount": filing.headcount,
    }
    record.write("registry.month_filed", by=by, about=filing, data=data)


@transaction.atomic
def file_nobody(*, branch: Branch, month: date, by: Actor) -> Filing:
    """File that nobody worked in a branch in a month: it was closed, or everybody works elsewhere now.

    From then on the branch is not waited for. A filing with people that comes later corrects it.

    :param month: its first day.
    :raises Refused: when the actor may not file for the employer, for a month to come, or when this is what was filed
        last.
    """
    permissions.check_may_file(by, employer_id=branch.employer_id)
    if month > clock.today():
        raise Refused(N_("This month has not begun. A filing is for a month that has."), "month_to_come")
    employer = Employer.objects.select_for_update().get(pk=branch.employer_id)
    latest = Filing.objects.filter(branch=branch, month=month).order_by("-number").first()
    if latest is not None and not latest.headcount:
        raise Refused(N_("It was filed already that nobody worked there in this month."), "nobody_already")
    filing = open_filing(employer=employer, branch=branch, month=month, headcount=0)
    note_filing(filing, by=by)
    return filing


@transaction.atomic
def count_months(pairs: Iterable[tuple[int, date]]) -> None:
    """Count who worked for employers in months, anew; two statements whatever the number.

    :param pairs: employer and first day of the month; those without a filing are left out.
    """
    asked = list(pairs)
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"employers": [pair[0] for pair in asked], "months": [pair[1] for pair in asked]}
        cursor.execute(sql.ASKED, values)
        found = cursor.fetchall()
        columns = [list(column) for column in zip(*found, strict=True)] or [[], [], [], []]
        values = dict(zip(("employers", "months", "previous", "awaited"), columns, strict=True))
        values["read"] = sorted({day for day in (*values["months"], *values["previous"]) if day is not None})
        values["now"] = clock.now()
        if len(asked) > FEW:
            # The planner takes what it cannot look into for few rows, and would compare each with each.
            cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(sql.COUNT, values)
        if len(asked) > FEW:
            cursor.execute("SET LOCAL enable_nestloop = on")
