"""Monthly filings, as the import of one writes them."""

from datetime import date

from django.db.models import Max

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.record import partitions
from khumkan.record.entries import Data
from khumkan.registry.models import Branch, Employer, Filing
from khumkan.registry.states import FilingKind


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
