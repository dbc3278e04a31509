"""What HR software can do with an employer's vaccination list. Translation only: queries and actions do the work."""

from datetime import date, datetime
from typing import Annotated, Any, cast

from django.http import HttpRequest
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field

from khumkan.accounts.access import Request
from khumkan.accounts.bearer import TokenWith
from khumkan.accounts.tokens import SCOPES
from khumkan.kernel.actors import Actor
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.kernel.words import N_
from khumkan.vaccination.actions.lists import sending, taking
from khumkan.vaccination.actions.lists.sending import Sent, Worker
from khumkan.vaccination.actions.lists.steps import roster_of
from khumkan.vaccination.choices import ListSource, RowVerdict
from khumkan.vaccination.models import ListFile, ListRow, Roster
from khumkan.vaccination.queries import list_rows
from khumkan.vaccination.queries import lists as queries
from khumkan.vaccination.states import ListFileState

LISTS = "vaccination:lists:write"
SCOPES[LISTS] = N_("Send an employer’s vaccination list, and see what became of its rows")
router = Router(tags=["Vaccination"])
MOST_AT_ONCE = 5_000


class Strict(Schema):
    """What is sent; a field that nobody knows is refused, for it was meant to do something."""

    model_config = ConfigDict(extra="forbid")


class WorkerIn(Strict):
    """One employee, as the employer knows them."""

    document: IdentifierKind = IdentifierKind.THAI
    number: str = Field(max_length=40)
    title: str = Field("", max_length=40)
    first_name: str = Field(max_length=100)
    last_name: str = Field("", max_length=100, description="Empty for somebody who has a single name.")
    birth_date: date = Field(description="Of the common era.")
    branch: str = Field("", max_length=6)


class ListIn(Strict):
    """People for the list of a phase; each is checked as if they stood in a file."""

    workers: list[WorkerIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class ListOut(Schema):
    """A list and what became of its rows: rows_in = new + changed + unchanged + look + refused + doubled.

    Nothing of it counts before it is taken.
    """

    reference: str
    state: ListFileState
    rows_in: int
    new: int
    changed: int
    unchanged: int
    look: int
    refused: int
    doubled: int
    removed: int
    sent_at: datetime
    checked_at: datetime | None
    taken_at: datetime | None
    why_refused: str | None


class RowOut(Schema):
    """One row; the first row of a list that was sent as values is number 2, as in a spreadsheet with a heading."""

    row: int
    verdict: RowVerdict
    column: str
    code: str
    why: str
    cells: dict[str, str]


@router.post(
    "employers/{employer}/phases/{phase}/lists",
    response={201: ListOut},
    auth=TokenWith(LISTS),
    operation_id="send_vaccination_list",
)
def send_list(request: HttpRequest, employer: str, phase: int, people: ListIn) -> Any:
    """Send people for the list of a phase. All rows are checked at once; take the list when you have looked at them."""
    by = _actor(request)
    workers = [
        Worker(
            id_kind=each.document,
            id_number=each.number,
            title=each.title,
            first_name=each.first_name,
            last_name=each.last_name,
            birth_date=each.birth_date,
            branch=each.branch,
        )
        for each in people.workers
    ]
    kept, _is_new = sending.send_workers(
        roster=_roster(by, employer, phase), workers=workers, source=ListSource.SYSTEM, by=by
    )
    return Status(201, _list(kept))


@router.post(
    "employers/{employer}/phases/{phase}/list-files",
    response={202: ListOut},
    auth=TokenWith(LISTS),
    operation_id="send_vaccination_list_file",
)
def send_list_file(
    request: HttpRequest,
    employer: str,
    phase: int,
    file: File[UploadedFile],
    replaces: Annotated[bool, Query()] = False,
) -> Any:
    """Send a list as CSV or XLSX. It is kept and checked soon; ask for its state.

    With `replaces`, whoever is missing in it is taken off the list when it is taken.
    """
    by = _actor(request)
    sent = Sent(content=file.read(), name=file.name or "list", source=ListSource.SYSTEM, replaces=replaces)
    kept, _is_new = sending.send_list(roster=_roster(by, employer, phase), sent=sent, by=by)
    return Status(202, _list(kept))


@router.get("lists/{reference}", response=ListOut, auth=TokenWith(LISTS), operation_id="get_vaccination_list")
def list_state(request: HttpRequest, reference: str) -> dict[str, object]:
    """What became of a list."""
    return _list(queries.file_for(_actor(request), reference))


@router.get(
    "lists/{reference}/rows", response=list[RowOut], auth=TokenWith(LISTS), operation_id="list_vaccination_list_rows"
)
def list_rows_of(
    request: HttpRequest, reference: str, verdict: RowVerdict | None = None, after: Annotated[int, Query(ge=0)] = 0
) -> list[dict[str, object]]:
    """Rows of a list in its order, of one verdict or all, 1,000 at most. Ask for more with the last number as `after`.

    The cells are those that were sent; of the register nothing is told but what the reason says.
    """
    found = queries.file_for(_actor(request), reference)
    rows = list(queries.rows_of(found, verdict).filter(row_number__gt=after)[:1_000])
    return [_row(row, cells, why) for row, cells, why in list_rows.told(found, rows)]


@router.post("lists/{reference}/take", response=ListOut, auth=TokenWith(LISTS), operation_id="take_vaccination_list")
def take_list(request: HttpRequest, reference: str) -> dict[str, object]:
    """Put everybody on the list whose row is without a fault, all at once or nobody.

    When the register has changed since the check, the list is checked again instead and comes back as `checked`.
    """
    by = _actor(request)
    return _list(taking.take_list(file=queries.file_for(by, reference), by=by))


@router.post("lists/{reference}/drop", response=ListOut, auth=TokenWith(LISTS), operation_id="drop_vaccination_list")
def drop_list(request: HttpRequest, reference: str) -> dict[str, object]:
    """Put a list aside that was not taken; nothing of it counts, and another one can be sent."""
    by = _actor(request)
    return _list(sending.drop_list(file=queries.file_for(by, reference), by=by))


def _actor(request: HttpRequest) -> Actor:
    return cast(Request, request).actor


def _roster(by: Actor, employer: str, phase: int) -> Roster:
    offer = queries.offer_for(by, employer, phase)
    return offer.roster or roster_of(employer=offer.employer, phase=offer.phase)


def _list(kept: ListFile) -> dict[str, object]:
    refusal = queries.why_refused(kept)
    counts = {verdict.value: getattr(kept, verdict.value) for verdict in RowVerdict}
    return {
        **counts,
        "reference": kept.reference,
        "state": kept.state,
        "rows_in": kept.rows_in,
        "removed": kept.removed,
        "sent_at": kept.sent_at,
        "checked_at": kept.checked_at,
        "taken_at": kept.taken_at,
        "why_refused": str(refusal) if refusal else None,
    }


def _row(row: ListRow, cells: dict[str, str], why: str) -> dict[str, object]:
    return {
        "row": row.row_number,
        "verdict": row.verdict,
        "column": row.column,
        "code": row.code,
        "why": why,
        "cells": cells,
    }
