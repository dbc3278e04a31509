"""Money on the pages of a bank: drawings, payments, changes of the schedule, files; and what the employer sees."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khumkan.kernel import clock
from khumkan.loans.models import BankFile, Journal, Loan, LoanBook
from khumkan.loans.states import BankFileState, LoanState
from khumkan.loans.testing import a_bank, a_loan
from khumkan.loans.tests.deskwork import at_bank, at_employer, look, send

pytestmark = pytest.mark.django_db


def fresh_loan() -> Loan:
    return a_loan(signed_on=clock.today())


def money(number: str, amount: str) -> dict[str, str]:
    return {"amount": amount, "on": clock.today().isoformat(), "number": number}


def drawn() -> Loan:
    loan = fresh_loan()
    send(at_bank(loan.bank), "loans:draw", loan.reference, **money("D1", "3600000"))
    return loan


def state_of(loan: Loan) -> str:
    return Loan.objects.get(pk=loan.pk).state


def test_money_is_drawn_paid_and_a_payment_taken_back() -> None:
    loan = fresh_loan()
    officer = at_bank(loan.bank)

    page = send(officer, "loans:draw", loan.reference, **money("D1", "3,600,000.00"))
    assert "Money drawn" in page
    assert state_of(loan) == LoanState.DRAWN
    send(officer, "loans:repay", loan.reference, **money("R1", "1000.50"))
    assert LoanBook.objects.get(loan=loan).filled == Decimal("1000.50")
    payment = Journal.objects.get(loan=loan, event="repaid")
    assert "1,000.50 baht" in look(officer, "loans:reverse_payment", loan.reference, payment.pk)
    page = send(officer, "loans:reverse_payment", loan.reference, payment.pk, why="the cheque bounced")

    assert "Taken back on" in page
    assert LoanBook.objects.get(loan=loan).filled == 0


def test_the_same_number_twice_counts_once_and_more_than_the_contract_is_refused() -> None:
    loan = drawn()
    officer = at_bank(loan.bank)

    send(officer, "loans:draw", loan.reference, **money("D1", "3600000"))
    page = send(officer, "loans:draw", loan.reference, status=422, **money("D2", "1"))

    assert "are left to be drawn" in page
    assert Journal.objects.filter(loan=loan).count() == 1


def test_a_payment_ahead_of_time_new_terms_and_a_pause_each_make_a_schedule_and_keep_the_old_ones() -> None:
    loan, today = drawn(), clock.today()
    officer = at_bank(loan.bank)
    change = {"on": today.isoformat(), "interest": "joins", "why": "a flood"}
    first_due = today.replace(year=today.year + 1, day=1).isoformat()

    send(officer, "loans:prepay", loan.reference, way="smaller", **money("P1", "600000"))
    send(
        officer, "loans:new_terms", loan.reference, version="2", rate="1.5", months="24", kind="principal",
        first_due_on=first_due, **change,
    )  # fmt: skip
    send(officer, "loans:pause", loan.reference, version="3", months="3", last_date="moves", **change)

    reasons = list(loan.schedules.order_by("version").values_list("reason", flat=True))
    assert reasons == ["drawn", "prepaid", "restructured", "moratorium"]
    assert "Rate at present" in look(officer, "loans:bank_loan", loan.reference)
    for version in range(1, 5):
        look(officer, "loans:bank_schedule", loan.reference, version)
    look(officer, "loans:bank_schedule", loan.reference, 5, status=404)


def test_what_cannot_be_done_any_more_is_not_offered() -> None:
    loan = fresh_loan()
    officer = at_bank(loan.bank)
    draws = reverse("loans:draw", args=[loan.reference])
    assert draws in look(officer, "loans:bank_loan", loan.reference)

    send(officer, "loans:draw", loan.reference, **money("D1", "3600000"))
    send(officer, "loans:repay", loan.reference, **money("R1", "1000.50"))
    payment = Journal.objects.get(loan=loan, event="repaid")
    undoes = reverse("loans:reverse_payment", args=[loan.reference, payment.pk])
    page = look(officer, "loans:bank_loan", loan.reference)
    assert draws not in page, "everything is drawn"
    assert "Rate at present" not in page, "it is that of the contract"
    assert undoes in page

    rest = LoanBook.objects.get(loan=loan).schedule
    assert rest is not None
    first = rest.rows()[0].total - Decimal("1000.50")
    send(officer, "loans:repay", loan.reference, **money("R2", f"{first}"))
    assert undoes in look(officer, "loans:bank_loan", loan.reference)
    send(officer, "loans:prepay", loan.reference, way="smaller", **money("P1", "600000"))
    assert undoes not in look(officer, "loans:bank_loan", loan.reference), "another schedule is filled now"


def test_the_list_says_how_far_each_loan_is_behind() -> None:
    loan = drawn()
    officer = at_bank(loan.bank)
    assert "On time</strong>" in look(officer, "loans:bank_loans")
    due_on = LoanBook.objects.get(loan=loan).schedule.rows()[0].due_on  # type: ignore[union-attr]
    with time_machine.travel(datetime.combine(due_on + timedelta(days=40), time(12), clock.BANGKOK)):
        page = look(at_bank(loan.bank), "loans:bank_loans")
        assert "To be watched</strong>" in page
        assert "On time</strong>" not in page


def test_a_change_on_an_old_schedule_is_refused() -> None:
    loan = drawn()
    officer = at_bank(loan.bank)
    send(officer, "loans:prepay", loan.reference, way="shorter", **money("P1", "600000"))

    send(
        officer, "loans:pause", loan.reference, status=422, version="1", months="3", last_date="moves",
        on=clock.today().isoformat(), interest="joins", why="a flood",
    )  # fmt: skip

    assert loan.schedules.count() == 2


def test_a_contract_is_given_up_only_before_any_money() -> None:
    paid_out = drawn()

    page = send(at_bank(paid_out.bank), "loans:give_up", paid_out.reference, status=422, why="not needed")

    assert "it cannot be given up" in page
    assert state_of(paid_out) == LoanState.DRAWN


def test_another_bank_sees_and_books_nothing() -> None:
    loan = drawn()
    stranger = at_bank(a_bank())

    for name in ("bank_loan", "draw", "repay", "prepay", "pause", "new_terms", "give_up"):
        look(stranger, f"loans:{name}", loan.reference, status=404)
    send(stranger, "loans:repay", loan.reference, status=404, **money("R1", "10"))
    payment = Journal.objects.get(loan=loan)
    look(stranger, "loans:reverse_payment", loan.reference, payment.pk, status=404)
    other = fresh_loan()
    look(at_bank(other.bank), "loans:reverse_payment", other.reference, payment.pk, status=404)
    assert Journal.objects.filter(loan=loan).count() == 1


def upload(loan: Loan, *rows: str) -> SimpleUploadedFile:
    lines = [row.format(loan=loan.reference, day=clock.today()) for row in rows]
    return SimpleUploadedFile("payments.csv", "\n".join(["loan,number,date,amount", *lines]).encode())


def test_a_file_is_looked_at_line_by_line_and_then_booked() -> None:
    loan = drawn()
    officer = at_bank(loan.bank)
    rows = ("{loan},R1,{day},500.00", "{loan},R1,{day},500.00", "C-0,R2,{day},1.00")

    page = send(officer, "loans:send_bank_file", kind="repayments", file=upload(loan, *rows))
    file = BankFile.objects.get()
    assert (file.good, file.doubled, file.refused) == (1, 1, 1)
    assert "Book all good lines" in page
    assert "เลขที่สินเชื่อ: Your bank has no loan with this number." in page
    assert not Journal.objects.filter(loan=loan, event="repaid").exists()
    refused = look(officer, "loans:bank_file_refused", file.reference)
    assert "R2" in refused
    assert refused.count("\r\n") == 3, "a heading and the two lines that are not booked"
    send(officer, "loans:take_bank_file", file.reference)

    file.refresh_from_db()
    assert file.state == BankFileState.TAKEN
    assert Journal.objects.get(loan=loan, event="repaid").amount == 500
    page = send(officer, "loans:send_bank_file", kind="repayments", file=upload(loan, *rows))
    assert "sent already" in page
    assert BankFile.objects.count() == 1


def test_a_file_that_was_put_aside_books_nothing_and_can_be_sent_again() -> None:
    loan = drawn()
    officer = at_bank(loan.bank)
    send(officer, "loans:send_bank_file", kind="repayments", file=upload(loan, "{loan},R1,{day},500.00"))
    file = BankFile.objects.get()

    send(officer, "loans:drop_bank_file", file.reference)
    send(officer, "loans:send_bank_file", kind="repayments", file=upload(loan, "{loan},R1,{day},500.00"))

    assert BankFile.objects.count() == 2
    assert not Journal.objects.filter(event="repaid").exists()
    look(at_bank(a_bank()), "loans:bank_file", file.reference, status=404)


def test_a_file_without_its_columns_is_refused_beside_the_field() -> None:
    loan = drawn()
    file = SimpleUploadedFile("payments.csv", b"a,b\n1,2\n")

    page = send(at_bank(loan.bank), "loans:send_bank_file", status=422, kind="repayments", file=file)

    assert "The file has no column" in page
    assert not BankFile.objects.exists()


def test_an_employer_sees_its_schedule_and_payments_and_nobody_elses() -> None:
    loan = drawn()
    send(at_bank(loan.bank), "loans:repay", loan.reference, **money("R1", "1000.50"))

    page = look(at_employer(loan.employer), "loans:own_loan", loan.reference)

    assert "1,000.50 baht" in page
    assert "Next instalment" in page
    look(at_employer(fresh_loan().employer), "loans:own_loan", loan.reference, status=404)
