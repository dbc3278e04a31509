"""Monthly filings, and what follows from them for employment."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.record import partitions
from khumkan.record.entries import Data
from khumkan.registry import permissions
from khumkan.registry.models import Branch, Employer, Filing, FilingLine
from khumkan.registry.models.employers import HEAD_OFFICE
from khumkan.registry.states import FilingKind

ROWS_AT_ONCE = 5_000


class Line(NamedTuple):
    """One employee of a filing, with the wage of the month in baht."""

    person_id: int
    wage: Decimal


@transaction.atomic
def file_month(
    *, employer_id: int, month: date, lines: Iterable[Line], by: Actor, branch_serial: str = HEAD_OFFICE
) -> Filing:
    """Take over the filing of an employer's branch for a month; a second one for the same month is a correction.

    :param month: any day of the month.
    :raises Refused: for a month to come, an unknown branch, or a person named twice.
    """
    employer = Employer.objects.select_for_update().filter(pk=employer_id).first()
    if employer is None:
        raise Missing
    permissions.check_may_file(by, employer_id=employer_id)
    first = month.replace(day=1)
    if first > clock.today():
        raise Refused(N_("This month has not begun. A filing is for a month that has."), "month_to_come")
    branch = Branch.objects.filter(employer=employer, serial=branch_serial).first()
    if branch is None:
        raise Refused(N_("The employer has no branch with the number %(serial)s."), "no_branch", serial=branch_serial)
    rows = list(lines)
    if len({line.person_id for line in rows}) != len(rows):
        raise Refused(N_("The filing names a person twice."), "named_twice")
    filing = open_filing(employer=employer, branch=branch, month=first, headcount=len(rows))
    FilingLine.objects.bulk_create(
        (FilingLine(month=first, person_id=line.person_id, filing_id=filing.pk, wage=line.wage) for line in rows),
        batch_size=ROWS_AT_ONCE,
    )
    note_filing(filing, by=by)
    return filing


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
    """Write the event from which the covenant is checked."""
    data: Data = {
        "employer": filing.employer_id,
        "month": filing.month.isoformat(),
        "headcount": filing.headcount,
    }
    record.write("registry.month_filed", by=by, about=filing, data=data)
