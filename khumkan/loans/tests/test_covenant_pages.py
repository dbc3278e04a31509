"""Pages of the covenant: everybody sees their own, the bank decides, the office waives, evidence names no worker."""

import io
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.loans.actions import covenants, waivers
from khumkan.loans.models import CovenantCase, Loan
from khumkan.loans.queries import covenants as queries
from khumkan.loans.tests.covenanted import SYSTEM, a_bank, a_loan, cases, counted, drawn, newest, officer, paid_up
from khumkan.record.models import Event
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
MONTHS = [date(2021, month, 1) for month in range(1, 13)]


@pytest.fixture(autouse=True)
def new_year() -> Iterator[None]:
    with time_machine.travel(datetime(2022, 1, 1, 12, tzinfo=ZoneInfo("Asia/Bangkok")), tick=True):
        yield


def breached() -> Loan:
    loan = a_loan()
    counted(loan.employer, dict(zip(MONTHS, (120, 90, 91, 92, 93), strict=False)))
    covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)
    return loan


def browser(role: Role, kind: ScopeKind = ScopeKind.NATIONAL, key: object = "") -> Client:
    return sign_in(Client(), user(role, scope_kind=kind, key=key))


def look(client: Client, name: str, *args: object, status: int = 200, query: str = "") -> str:
    response = client.get(reverse(f"loans:{name}", args=args) + query)
    assert response.status_code == status, response.content.decode()[:2000]
    if status == 200:
        assert_page_is_sound(response)
    return response.content.decode()


def send(client: Client, name: str, *args: object, status: int = 302, **given: str) -> str:
    response = client.post(reverse(f"loans:{name}", args=args), {"form_key": uuid.uuid4().hex, **given})
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


@pytest.mark.parametrize("language", ["th", "en"])
def test_everybody_sees_the_months_of_their_own_and_of_nobody_else(language: str) -> None:
    loan, other = breached(), a_loan()
    for role, kind, key, name, home in (
        (Role.EMPLOYER, ScopeKind.EMPLOYER, loan.employer_id, "own_covenant", "own_covenants"),
        (Role.BANKER, ScopeKind.BANK, loan.bank_id, "bank_covenant", "bank_covenants"),
        (Role.OFFICER, ScopeKind.NATIONAL, "", "office_covenant", "office_covenants"),
    ):
        client = browser(role, kind, key)
        client.cookies["django_language"] = language
        assert loan.reference in look(client, home)
        page = look(client, name, loan.reference)
        assert "93" in page
        assert ("ผิดเงื่อนไข" if language == "th" else "Breached") in page
        if role is not Role.OFFICER:
            look(client, name, other.reference, status=404)
    look(browser(Role.OFFICER, ScopeKind.PROVINCE, "50"), "office_covenant", loan.reference, status=404)


def test_an_employer_below_the_line_reads_what_is_needed_by_when() -> None:
    loan = a_loan()
    counted(loan.employer, {MONTHS[0]: 90})
    covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)
    client = browser(Role.EMPLOYER, ScopeKind.EMPLOYER, loan.employer_id)
    client.cookies["django_language"] = "en"
    page = look(client, "own_covenant", loan.reference)
    assert "6 workers are missing" in page
    assert "15 May 2021" in page


def test_the_bank_decides_with_two_officers_on_its_pages() -> None:
    loan = paid_up(drawn(breached()))
    case = CovenantCase.objects.get()
    first, second = (browser(Role.BANKER, ScopeKind.BANK, loan.bank_id) for _ in range(2))
    send(second, "decide_breach", case.reference, "confirm")  # nobody has proposed anything
    assert "ไม่มีเรื่องที่รอตัดสินใจที่นี่แล้ว" in look(second, "bank_case", case.reference)
    given = {"what": "step_up", "step": "9", "from_on": "2022-01-01", "why": "too few"}
    assert "2.00" in send(first, "bank_case", case.reference, status=422, **given)
    send(first, "bank_case", case.reference, **{**given, "step": "0.5"})
    send(first, "decide_breach", case.reference, "confirm")
    assert cases(loan)[0][1] == "breached"
    send(second, "decide_breach", case.reference, "confirm")
    assert cases(loan)[0][1] == "decided"
    assert newest(loan).rate == loan.rate + Decimal("0.5")
    look(first, "bank_case", case.reference)
    stranger = browser(Role.BANKER, ScopeKind.BANK, a_bank().pk)
    look(stranger, "bank_case", case.reference, status=404)
    send(stranger, "decide_breach", case.reference, "drop", status=404)
    assert case.reference not in look(first, "bank_covenants")
    assert case.reference in look(first, "bank_covenants", query="?show=all")


def test_the_office_waives_with_two_officers_on_its_pages() -> None:
    loan = breached()
    case = CovenantCase.objects.get()
    first, second = browser(Role.OFFICER, ScopeKind.PROVINCE, "20"), browser(Role.OFFICER)
    look(first, "waiver", case.reference, status=404)
    look(first, "ask_waiver", case.reference)
    send(first, "ask_waiver", case.reference, until="2021-05-01", why="flood")
    assert "flood" in look(first, "office_covenants")
    look(first, "office_case", case.reference)
    send(first, "waiver", case.reference, status=422, decision="give")
    send(second, "waiver", case.reference, status=422, decision="refuse")
    send(second, "waiver", case.reference, decision="give")
    assert cases(loan)[0][1] == "waived"
    look(second, "waiver", case.reference)
    auditor = browser(Role.AUDITOR)
    look(auditor, "office_case", case.reference)
    look(auditor, "ask_waiver", case.reference, status=404)


def test_the_evidence_has_every_finding_and_is_on_record() -> None:
    loan = breached()
    counted(loan.employer, {MONTHS[1]: 95})
    covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)
    waivers.ask(case=CovenantCase.objects.get(), until=MONTHS[1], why="flood", by=officer(1))
    client = browser(Role.BANKER, ScopeKind.BANK, loan.bank_id)

    table = client.get(reverse("loans:bank_evidence", args=[loan.reference, "xlsx"]))
    paper = client.get(reverse("loans:bank_evidence", args=[loan.reference, "pdf"]))

    rows = list(openpyxl.load_workbook(io.BytesIO(table.content)).active.iter_rows(values_only=True))
    findings = [row for row in rows if row[1] in ("1", "2") and row[4]]
    assert len(findings) == len(queries.findings_of(loan)) == 13
    assert paper.content.startswith(b"%PDF")
    assert Event.objects.filter(name="loans.evidence_handed_out").count() == 2
    assert client.get(reverse("loans:bank_evidence", args=[loan.reference, "exe"])).status_code == 404
