"""What HR software can do with an employer's monthly filing. Translation only: queries and actions do the work."""

from datetime import date, datetime
from typing import Annotated, Any, cast

from django.http import HttpRequest
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from khumkan.accounts.access import Request
from khumkan.accounts.bearer import TokenWith
from khumkan.accounts.tokens import SCOPES
from khumkan.kernel.actors import Actor
from khumkan.kernel.words import N_
from khumkan.registry import queries, rules
from khumkan.registry.actions import imports
from khumkan.registry.models import Import
from khumkan.registry.models.employers import HEAD_OFFICE
from khumkan.registry.queries import filings as filed
from khumkan.registry.states import ImportKind, ImportState, RowVerdict

FILINGS = "registry:filings:write"
SCOPES[FILINGS] = N_("Send an employer’s monthly filing, and see what became of its lines")
router = Router(tags=["Filings"])
CHUNK = 1024 * 1024
MOST_LINES = 1_000


class FilingOut(Schema):
    """A filing that was sent, and what became of its lines. When one is wrong, nothing of the file was taken over."""

    reference: str
    state: ImportState
    branch: str
    month: date
    rows_in: int
    accepted: int
    unchanged: int
    refused: int
    duplicate: int
    sent_at: datetime
    finished_at: datetime | None
    why_refused: str | None


class LineOut(Schema):
    """A line that is wrong; the first line of a file is number 1."""

    row: int
    verdict: RowVerdict
    column: str
    code: str
    why: str


@router.post(
    "employers/{employer}/filings", response={202: FilingOut}, auth=TokenWith(FILINGS), operation_id="send_filing"
)
def send_filing(
    request: HttpRequest,
    employer: str,
    file: File[UploadedFile],
    month: Annotated[date, Query(description="Any day of the month of the wages, of the common era.")],
    branch: Annotated[str, Query(max_length=6)] = HEAD_OFFICE,
) -> Any:
    """Send the filing of a month: CSV, or text of fixed width in TIS-620 as payroll programs write it.

    It is kept and read soon; ask for its state. A second file for the month is a correction; the same twice changes
    nothing.
    """
    by = _actor(request)
    own = filed.own_employer(by, employer)
    filing = imports.checked_filing(employer_id=own.pk, branch_serial=rules.branch_serial(branch), month=month, by=by)
    batch, _is_new = imports.receive_import(
        kind=ImportKind.FILING, chunks=file.chunks(CHUNK), name=file.name or "filing", filing=filing, by=by
    )
    return Status(202, _filing(batch))


@router.get("filings/{reference}", response=FilingOut, auth=TokenWith(FILINGS), operation_id="get_filing")
def filing_state(request: HttpRequest, reference: str) -> dict[str, object]:
    """What became of a filing."""
    return _filing(filed.file_of(_actor(request), reference))


@router.get(
    "filings/{reference}/lines", response=list[LineOut], auth=TokenWith(FILINGS), operation_id="list_filing_lines"
)
def filing_lines(
    request: HttpRequest, reference: str, after: Annotated[int, Query(ge=0)] = 0
) -> list[dict[str, object]]:
    """Lines that are wrong, in the order of the file, 1,000 at most. Ask for more with the last number as `after`."""
    found = filed.file_of(_actor(request), reference)
    rows = queries.rows_not_taken_over(found).filter(row_number__gt=after)[:MOST_LINES]
    return [
        {
            "row": row.row_number,
            "verdict": row.verdict,
            "column": row.column,
            "code": row.code,
            "why": str(row.opened()[1]),
        }
        for row in rows
    ]


def _actor(request: HttpRequest) -> Actor:
    return cast(Request, request).actor


def _filing(batch: Import) -> dict[str, object]:
    return {
        "reference": batch.reference,
        "state": batch.state,
        "branch": batch.branch_serial,
        "month": batch.month,
        "rows_in": batch.rows_in,
        "accepted": batch.accepted,
        "unchanged": batch.unchanged,
        "refused": batch.refused,
        "duplicate": batch.duplicate,
        "sent_at": batch.started_at,
        "finished_at": batch.finished_at,
        "why_refused": str(batch.problem) if batch.problem else None,
    }
