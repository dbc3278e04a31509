"""What other systems can do in the testing programme. Translation only: queries and actions do the work."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, cast

from django.http import HttpRequest
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field

from khumkan.accounts.access import Request
from khumkan.accounts.bearer import TokenWith
from khumkan.accounts.tokens import SCOPES
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.kernel.words import N_
from khumkan.registry.queries.persons import person_by_number
from khumkan.screening.actions import registrations, result_files
from khumkan.screening.choices import Channel, Ground, Method, Outcome, ResultSource, Risk, Symptom
from khumkan.screening.models import Registration, ResultFile, ResultFileRow, Specimen
from khumkan.screening.queries import laboratory as queries
from khumkan.screening.queries import open_sessions
from khumkan.screening.rules.result_files import reason
from khumkan.screening.states import FileState, RegistrationState, SpecimenState

SPECIMENS, RESULTS = "screening:specimens:read", "screening:results:write"
REGISTRATIONS = "screening:registrations:write"
SCOPES[SPECIMENS] = N_("See the specimens sent to a laboratory: codes, methods and times")
SCOPES[RESULTS] = N_("Send results of a laboratory and see what became of them")
SCOPES[REGISTRATIONS] = N_("Register insured persons for a test")
MOST_AT_ONCE = 500
router = Router(tags=["Testing"])


class Strict(Schema):
    """Refuses what it does not know, so that a mistyped name is no silent loss."""

    model_config = ConfigDict(extra="forbid")


class SessionOut(Schema):
    """A session with room for people who register."""

    reference: str
    site: str
    site_name: str
    province_code: str
    day: date
    starts_at: datetime
    ends_at: datetime
    method: Method
    free: int


class SpecimenOut(Schema):
    """A specimen as its laboratory knows it."""

    code: str
    method: Method
    state: SpecimenState
    taken_at: datetime
    box: str | None
    pool: str | None


class ResultIn(Strict):
    """One result. A correction replaces a released result; without the mark a different result is refused."""

    code: str = Field(max_length=40)
    outcome: Outcome
    tested_on: date | None = None
    is_correction: bool = False


class ResultsIn(Strict):
    """Up to 5,000 results; use a file for more."""

    results: list[ResultIn] = Field(min_length=1, max_length=5_000)


class AnswersIn(Strict):
    """What the person answered; which of it is asked for depends on the ground."""

    met_on: date | None = None
    symptoms: list[Symptom] = []
    since: date | None = None
    risks: list[Risk] = []
    pregnant: bool = False
    illness: bool = False


class RegistrationIn(Strict):
    """A person who wants a test, known by the number of a document."""

    document: IdentifierKind = IdentifierKind.THAI
    number: str = Field(max_length=40)
    ground: Literal[Ground.CONTACT, Ground.SYMPTOMS, Ground.HIGH_RISK]
    answers: AnswersIn = AnswersIn()
    because: str = Field(min_length=3, max_length=200, description="Why this system acts for the person.")


class RegistrationOut(Schema):
    """Where the person stands now; without a session the person is on the waiting list."""

    reference: str
    state: RegistrationState
    method: Method
    session: str | None
    site_name: str | None
    starts_at: datetime | None


class FileOut(Schema):
    """A file or batch of results and what became of its rows: rows_in = accepted + refused + duplicate."""

    reference: str
    name: str
    sha256: str
    state: FileState
    rows_in: int
    accepted: int
    refused: int
    duplicate: int
    received_at: datetime
    read_at: datetime | None
    why_refused: str | None


class RowOut(Schema):
    """A row that was not simply accepted; the first row of a batch is number 2, as in a spreadsheet with a heading."""

    row: int
    verdict: str
    column: str
    code: str
    why: str
    content: list[str]


@router.get("sessions", response=list[SessionOut], auth=None, operation_id="list_sessions_with_room")
def sessions(
    request: HttpRequest,
    province_code: Annotated[str, Query(max_length=2)] = "",
    method: Method | None = None,
    first: date | None = None,
) -> Any:
    """Sessions with room for people who register, the soonest first, 200 at most. Open to everybody."""
    return open_sessions.with_room(province_code=province_code, method=method, first=first)


@router.post(
    "registrations", response={201: RegistrationOut}, auth=TokenWith(REGISTRATIONS), operation_id="register_person"
)
def register(request: HttpRequest, wish: RegistrationIn) -> Any:
    """Register a person for a test: at the nearest place with room, or on the waiting list. For national tokens."""
    person = person_by_number(wish.document, wish.number)
    if person is None:
        raise Missing("nobody is known by this number")
    made = registrations.register(
        person_id=person.pk,
        ground=wish.ground,
        answers=wish.answers.model_dump(),
        channel=Channel.OFFICE,
        by=_actor(request).acting_for(person.pk, because=wish.because),
    )
    return Status(201, _registration(made))


@router.get(
    "laboratories/{site}/specimens",
    response=list[SpecimenOut],
    auth=TokenWith(SPECIMENS),
    operation_id="list_specimens",
)
def specimens(
    request: HttpRequest,
    site: str,
    state: SpecimenState | None = None,
    after: Annotated[str, Query(max_length=20)] = "",
) -> list[dict[str, object]]:
    """Specimens that a laboratory owes an answer for, by code. Ask for more with the last code as `after`."""
    laboratory = queries.laboratory_for(_actor(request), site)
    states = (state,) if state else queries.OWED
    rows = queries.specimens_at(laboratory, states=states).order_by("code").filter(code__gt=after)
    return [_specimen(each) for each in rows[:MOST_AT_ONCE]]


@router.post(
    "laboratories/{site}/results",
    response={201: FileOut},
    auth=TokenWith(RESULTS),
    operation_id="send_results",
)
def results(request: HttpRequest, site: str, batch: ResultsIn) -> Any:
    """Send results. All rows are judged at once; the same batch again changes nothing.

    Rows that were refused may be sent again as they are, once what they lacked has come: then they are judged anew.
    """
    laboratory = queries.laboratory_for(_actor(request), site)
    kept = result_files.import_batch(
        laboratory_id=laboratory.pk,
        rows=[(each.code, each.outcome, each.tested_on, each.is_correction) for each in batch.results],
        by=_actor(request),
    )
    return Status(201, _file(kept))


@router.post(
    "laboratories/{site}/files",
    response={202: FileOut},
    auth=TokenWith(RESULTS),
    operation_id="send_result_file",
)
def send_file(request: HttpRequest, site: str, file: File[UploadedFile]) -> Any:
    """Send a CSV or XLSX file of results. It is kept and read soon; ask for its state."""
    laboratory = queries.laboratory_for(_actor(request), site)
    kept, _is_new = result_files.receive_file(
        laboratory_id=laboratory.pk,
        content=file.read(),
        name=file.name or "results",
        by=_actor(request),
        source=ResultSource.API,
    )
    return Status(202, _file(kept))


@router.get("result-files/{reference}", response=FileOut, auth=TokenWith(RESULTS), operation_id="get_result_file")
def file_state(request: HttpRequest, reference: str) -> dict[str, object]:
    """What became of a file or batch."""
    return _file(queries.file_for(_actor(request), reference))


@router.get(
    "result-files/{reference}/rows", response=list[RowOut], auth=TokenWith(RESULTS), operation_id="list_result_rows"
)
def file_rows(request: HttpRequest, reference: str, after: Annotated[int, Query(ge=0)] = 0) -> list[dict[str, object]]:
    """Rows that were not simply accepted, in the order of the file. Ask for more with the last number as `after`."""
    found = queries.file_for(_actor(request), reference)
    rows = found.rows.order_by("row_number").filter(row_number__gt=after)
    return [_row(each) for each in rows[:MOST_AT_ONCE]]


def _actor(request: HttpRequest) -> Actor:
    return cast(Request, request).actor


def _registration(made: Registration) -> dict[str, object]:
    session = made.session
    return {
        "reference": made.reference,
        "state": made.state,
        "method": made.method,
        "session": session.reference if session else None,
        "site_name": str(session.site) if session else None,
        "starts_at": session.starts_at if session else None,
    }


def _specimen(each: Specimen) -> dict[str, object]:
    return {
        "code": each.code,
        "method": each.method,
        "state": each.state,
        "taken_at": each.taken_at,
        "box": each.manifest.reference if each.manifest else None,
        "pool": each.pool.reference if each.pool else None,
    }


def _file(kept: ResultFile) -> dict[str, object]:
    refusal = queries.why_refused(kept)
    return {
        "reference": kept.reference,
        "name": kept.name,
        "sha256": kept.sha256,
        "state": kept.state,
        "rows_in": kept.rows_in,
        "accepted": kept.accepted,
        "refused": kept.refused,
        "duplicate": kept.duplicate,
        "received_at": kept.received_at,
        "read_at": kept.read_at,
        "why_refused": str(refusal) if refusal else None,
    }


def _row(each: ResultFileRow) -> dict[str, object]:
    return {
        "row": each.row_number,
        "verdict": each.verdict,
        "column": each.column,
        "code": each.reason_code,
        "why": str(reason(each.reason_code, each.reason_params)),
        "content": each.content,
    }
