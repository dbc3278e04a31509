"""Money of loans in the database: booked once, balanced, never changed; and who may book it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from khumkan.accounts.tokens import Client
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.loans import testing
from khumkan.loans.actions import deposits, lapsing, posting, repaying
from khumkan.loans.actions.drawing import draw, finish_drawing
from khumkan.loans.actions.moratorium import pause_payments
from khumkan.loans.actions.posting import Booking, Side
from khumkan.loans.actions.prepaying import prepay
from khumkan.loans.actions.repaying import repay, reverse
from khumkan.loans.actions.restructuring import restructure
from khumkan.loans.actions.scheduling import book_with, open_book
from khumkan.loans.models import Instalment, Journal, JournalLine, LedgerAccount, Loan, LoanBook, Schedule
from khumkan.loans.money_choices import AccountKind, Delay, MoneyEvent, Prepaying, Repaying
from khumkan.loans.permissions.money import BOOK
from khumkan.loans.queries.money import Share, delay_of_each, delays, deposit_of, disagreements, money_of
from khumkan.loans.rules.moratorium import Pause
from khumkan.loans.rules.paying import total_of
from khumkan.loans.rules.restructuring import NewTerms
from khumkan.loans.states import LoanState
from khumkan.loans.terms.servicing import ServicingTerms
from khumkan.loans.tests import lender
from khumkan.record.models import Event

pytestmark = pytest.mark.django_db
SIGNED = testing.SIGNED_ON
DRAWN = date(2021, 8, 20)
MILLION = Decimal(1_000_000)
TERMS = ServicingTerms()
OFFICER = Actor(ActorKind.STAFF, 7, frozenset({Grant(Role.OFFICER)}))


@pytest.fixture
def loan() -> Loan:
    return testing.a_loan()


@pytest.fixture
def by(loan: Loan) -> Actor:
    return testing.banker_of(loan.bank)


@pytest.fixture
def drawn(loan: Loan, by: Actor) -> Loan:
    draw(loan=loan, amount=loan.principal, on=DRAWN, number="D1", by=by)
    return loan


def book_of(loan: Loan) -> LoanBook:
    return LoanBook.objects.select_related("schedule").get(loan=loan)


def owed(loan: Loan) -> Decimal:
    return LedgerAccount.objects.get(loan=loan, kind=AccountKind.PRINCIPAL).balance


def pay_what_is_due(loan: Loan, day: date, by: Actor) -> None:
    book = book_of(loan)
    due = total_of([row for row in book.schedule.rows() if row.due_on <= day]) - book.filled
    if due > 0:
        repay(loan=loan, amount=due, on=day, number=f"due {day} {book.schedule.version}", by=by)


def agrees(loan: Loan) -> None:
    """Nothing in the books differs, and the principal is what was drawn and added less what was paid of it."""
    connection.check_constraints()
    assert disagreements() == []
    assert owed(loan) >= 0


def test_a_loan_from_the_first_drawing_to_the_last_instalment(loan: Loan, by: Actor) -> None:
    """Drawn in two parts, paid, paid ahead, paused, on new terms, closed: the books agree after each step."""
    draw(loan=loan, amount=2 * MILLION, on=DRAWN, number="D1", by=by)
    agrees(loan)
    assert book_of(loan).schedule.rows()[0].due_on == date(2021, 9, 20)
    draw(loan=loan, amount=MILLION, on=date(2021, 9, 1), number="D2", by=by)
    agrees(loan)
    assert owed(loan) == 3 * MILLION
    pay_what_is_due(loan, date(2021, 12, 31), by)
    agrees(loan)
    prepay(loan=loan, amount=MILLION, on=date(2022, 1, 5), way=Prepaying.SMALLER, number="P1", by=by)
    agrees(loan)
    pay_what_is_due(loan, date(2022, 3, 31), by)
    version = book_of(loan).schedule.version
    pause = Pause(months=3, is_capitalised=True, extends=True)
    pause_payments(loan=loan, pause=pause, on=date(2022, 4, 1), version=version, why="flood", by=by)
    agrees(loan)
    pay_what_is_due(loan, date(2022, 8, 1), by)
    new = NewTerms(
        rate=Decimal("2.00"), months=24, first_due_on=date(2022, 10, 31), kind=Repaying.EQUAL_PRINCIPAL,
        interest_only=0, is_capitalised=False,
    )  # fmt: skip
    restructure(
        loan=loan, new=new, on=date(2022, 9, 5), version=book_of(loan).schedule.version, why="orders fell away", by=by
    )
    agrees(loan)
    pay_what_is_due(loan, date(2025, 1, 1), by)
    agrees(loan)
    loan.refresh_from_db()
    assert (loan.state, owed(loan)) == (LoanState.REPAID, 0)
    assert loan.closed_on == date(2025, 1, 1)
    reasons = list(Schedule.objects.filter(loan=loan).order_by("version").values_list("reason", flat=True))
    assert reasons == ["drawn", "drawn", "prepaid", "moratorium", "restructured"]
    assert {"loans.money_drawn", "loans.money_repaid", "loans.payments_paused", "loans.terms_changed"} <= set(
        Event.objects.filter(about_kind="loans.loan", about_id=loan.pk).values_list("name", flat=True)
    )


def test_all_money_is_accounted_for(drawn: Loan, by: Actor) -> None:
    """Seen from the bank's cash: what came back is what went out and the interest."""
    pay_what_is_due(drawn, date(2024, 12, 31), by)
    lines = JournalLine.objects.filter(account__bank=drawn.bank, account__kind=AccountKind.CASH)
    cash = sum(line.debit - line.credit for line in lines)
    interest = -LedgerAccount.objects.get(loan=drawn, kind=AccountKind.INTEREST).balance
    assert cash == interest == sum(row.interest for row in book_of(drawn).schedule.rows()) > 0


def test_the_same_number_again_changes_nothing(drawn: Loan, by: Actor) -> None:
    first = repay(loan=drawn, amount=MILLION, on=date(2021, 9, 1), number="R1", by=by)
    again = repay(loan=drawn, amount=MILLION, on=date(2021, 9, 1), number=" R1 ", by=by)
    assert again == first
    assert book_of(drawn).filled == MILLION
    assert draw(loan=drawn, amount=drawn.principal, on=DRAWN, number="D1", by=by).event == MoneyEvent.DRAWN
    other = testing.a_loan(bank=drawn.bank)
    draw(loan=other, amount=MILLION, on=DRAWN, number="D2", by=by)
    for change in ({"amount": MILLION + 1}, {"on": date(2021, 9, 2)}, {"loan": other}):
        asked = {"loan": drawn, "amount": MILLION, "on": date(2021, 9, 1)} | change
        with pytest.raises(Refused) as refused:
            repay(**asked, number="R1", by=by)
        assert refused.value.code == "money_number_used"
    elsewhere = testing.a_loan()
    draw(loan=elsewhere, amount=MILLION, on=DRAWN, number="D1", by=testing.banker_of(elsewhere.bank))
    agrees(drawn)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": Decimal("3600000.01")}, "money_above_contract"),
        ({"amount": Decimal(0)}, "money_no_amount"),
        ({"amount": Decimal("10.005")}, "money_no_amount"),
        ({"amount": Decimal(35)}, "money_too_little"),
        ({"on": SIGNED - timedelta(days=1)}, "money_not_drawable"),
        ({"on": SIGNED + timedelta(days=366)}, "money_not_drawable"),
        ({"on": SIGNED + timedelta(days=91)}, "money_certificate_ended"),
        ({"on": date(2999, 1, 1)}, "money_in_future"),
        ({"number": " "}, "money_no_number"),
    ],
)
def test_what_cannot_be_drawn(loan: Loan, by: Actor, change: dict[str, object], code: str) -> None:
    asked: dict[str, object] = {"amount": MILLION, "on": DRAWN, "number": "D1"}
    with pytest.raises(Refused) as refused:
        draw(loan=loan, by=by, **asked | change)
    assert refused.value.code == code
    assert not Journal.objects.filter(loan=loan).exists()


def test_more_can_be_drawn_when_the_certificate_has_ended_but_not_of_what_went_back(loan: Loan, by: Actor) -> None:
    draw(loan=loan, amount=MILLION, on=DRAWN, number="D1", by=by)
    pay_what_is_due(loan, SIGNED + timedelta(days=91), by)
    draw(loan=loan, amount=MILLION, on=SIGNED + timedelta(days=91), number="D2", by=by)
    Loan.objects.filter(pk=loan.pk).update(reserved=Decimal(2_500_000))
    with pytest.raises(Refused, match=r"Only 500000\.00 baht"):
        draw(loan=loan, amount=MILLION, on=SIGNED + timedelta(days=91), number="D3", by=by)


def test_nothing_is_drawn_while_something_is_overdue(loan: Loan, by: Actor) -> None:
    draw(loan=loan, amount=MILLION, on=DRAWN, number="D1", by=by)
    with pytest.raises(Refused) as refused:
        draw(loan=loan, amount=MILLION, on=date(2021, 10, 1), number="D2", by=by)
    assert refused.value.code == "money_overdue"


def test_a_loan_that_is_signed_gets_its_book_and_what_is_not_drawn_goes_back() -> None:
    """From the application on: interest only at first as agreed at signing; the rest is free for others at once."""
    phase = lender.a_phase()
    bank = lender.a_bank(phase=phase)
    by, today = lender.banker(bank), clock.today()
    agreed = book_with(kind=Repaying.INTEREST_FIRST, interest_only=6)
    made = lender.signed(phase=phase, bank=bank, schedule=agreed)
    with pytest.raises(Refused, match="Nothing of this loan"):
        finish_drawing(loan=made, by=by)
    draw(loan=made, amount=MILLION, on=today, number="D1", by=by)
    assert [row.principal for row in book_of(made).schedule.rows()[:6]] == [0] * 6
    finish_drawing(loan=made, by=by)
    made.refresh_from_db()
    assert (made.principal, made.reserved) == (2 * MILLION, MILLION)
    with pytest.raises(Refused, match="Only"):
        draw(loan=made, amount=Decimal(1), on=today, number="D2", by=by)
    agrees(made)


def test_what_is_not_drawn_in_time_goes_back_by_itself_and_nothing_else_does() -> None:
    phase = lender.a_phase()
    bank = lender.a_bank(phase=phase)
    by, today = lender.banker(bank), clock.today()
    in_part, whole, repaid = (lender.signed(phase=phase, bank=bank) for _ in range(3))
    draw(loan=in_part, amount=Decimal("700000.25"), on=today, number="D1", by=by)
    draw(loan=whole, amount=whole.principal, on=today, number="D2", by=by)
    draw(loan=repaid, amount=MILLION, on=today, number="D3", by=by)
    repay(loan=repaid, amount=book_of(repaid).scheduled, on=today, number="R3", by=by)
    with clock.set_to(clock.now() + (in_part.drawable_until - today) + timedelta(days=31)):
        assert lapsing.free_undrawn(by=lender.OFFICE) == 2
        assert lapsing.free_undrawn(by=lender.OFFICE) == 0
    repaid.refresh_from_db()
    assert (repaid.state, repaid.reserved) == (LoanState.REPAID, MILLION)
    in_part.refresh_from_db()
    whole.refresh_from_db()
    assert (in_part.state, in_part.reserved) == (LoanState.DRAWN, Decimal(700_001))
    assert (whole.state, whole.reserved) == (LoanState.DRAWN, whole.principal)
    agrees(in_part)


def test_a_payment_of_more_than_is_owed_is_refused(drawn: Loan, by: Actor) -> None:
    whole = book_of(drawn).scheduled
    with pytest.raises(Refused) as refused:
        repay(loan=drawn, amount=whole + Decimal("0.01"), on=DRAWN, number="R1", by=by)
    assert refused.value.code == "money_too_much"
    repay(loan=drawn, amount=whole, on=DRAWN, number="R1", by=by)
    with pytest.raises(Refused) as refused:
        repay(loan=drawn, amount=Decimal(1), on=DRAWN, number="R2", by=by)
    assert refused.value.code == "money_nothing_owed"


def test_nothing_is_paid_back_of_what_was_not_drawn(loan: Loan, by: Actor) -> None:
    open_book(loan=loan)
    with pytest.raises(Refused) as refused:
        repay(loan=loan, amount=MILLION, on=DRAWN, number="R1", by=by)
    assert refused.value.code == "money_not_drawn"


def test_a_payment_that_did_not_come_is_taken_back_once(drawn: Loan, by: Actor) -> None:
    whole = book_of(drawn).scheduled
    first = repay(loan=drawn, amount=MILLION, on=date(2021, 9, 1), number="R1", by=by)
    rest = repay(loan=drawn, amount=whole - MILLION, on=date(2021, 9, 2), number="R2", by=by)
    back = reverse(journal=first, why="the cheque bounced", by=by)
    assert reverse(journal=first, why="again", by=by) == back
    drawn.refresh_from_db()
    assert (drawn.state, drawn.closed_on) == (LoanState.DRAWN, None)
    assert book_of(drawn).filled == rest.amount
    agrees(drawn)
    reverse(journal=rest, why="it bounced, too", by=by)
    assert owed(drawn) == drawn.principal
    agrees(drawn)


def test_only_payments_of_the_present_schedule_are_taken_back(drawn: Loan, by: Actor) -> None:
    payment = repay(loan=drawn, amount=book_of(drawn).schedule.rows()[0].total, on=date(2021, 9, 20), number="1", by=by)
    with pytest.raises(Refused, match="say why"):
        reverse(journal=payment, why=" ", by=by)
    with pytest.raises(Refused, match="Only payments"):
        reverse(journal=Journal.objects.get(event=MoneyEvent.DRAWN), why="x", by=by)
    prepay(loan=drawn, amount=MILLION, on=date(2021, 9, 21), way=Prepaying.SHORTER, number="P", by=by)
    with pytest.raises(Refused, match="has changed"):
        reverse(journal=payment, why="x", by=by)


def test_a_loan_is_closed_ahead_of_time_with_its_exact_sum(drawn: Loan, by: Actor) -> None:
    payment = repay(loan=drawn, amount=book_of(drawn).schedule.rows()[0].total, on=date(2021, 9, 20), number="1", by=by)
    interest = (owed(drawn) * Decimal("2.75") * 10 / 36_500).quantize(Decimal("0.01"))
    prepay(loan=drawn, amount=owed(drawn) + interest, on=date(2021, 9, 30), way=Prepaying.SHORTER, number="P", by=by)
    drawn.refresh_from_db()
    assert (drawn.state, owed(drawn)) == (LoanState.REPAID, 0)
    agrees(drawn)
    with pytest.raises(Refused, match="has changed"):
        reverse(journal=payment, why="x", by=by)


def test_interest_of_a_pause_joins_the_principal_or_waits(drawn: Loan, by: Actor) -> None:
    before = owed(drawn)
    pause = Pause(months=2, is_capitalised=False, extends=True)
    made = pause_payments(loan=drawn, pause=pause, on=date(2021, 9, 1), version=1, why="flood", by=by)
    assert owed(drawn) == before
    assert made.spread > 0
    assert pause_payments(loan=drawn, pause=pause, on=date(2021, 9, 1), version=1, why="flood", by=by) == made
    assert book_of(drawn).paused_months == 2
    with pytest.raises(Refused, match="changed meanwhile"):
        pause_payments(loan=drawn, pause=pause, on=date(2021, 9, 1), version=9, why="flood", by=by)
    with pytest.raises(Refused, match="runs from"):
        pause_payments(loan=drawn, pause=pause, on=date(2021, 9, 1), version=2, why="flood", by=by)
    agrees(drawn)


def test_the_office_moves_its_deposit(loan: Loan) -> None:
    deposits.deposit(bank=loan.bank, amount=MILLION, on=DRAWN, number="1", by=OFFICER)
    deposits.deposit(bank=loan.bank, amount=MILLION, on=DRAWN, number="1", by=OFFICER)
    assert deposit_of(loan.bank) == MILLION
    with pytest.raises(Refused, match="Only"):
        deposits.withdraw(bank=loan.bank, amount=MILLION + 1, on=DRAWN, number="2", by=OFFICER)
    deposits.withdraw(bank=loan.bank, amount=MILLION / 4, on=DRAWN, number="2", by=OFFICER)
    assert deposit_of(loan.bank) == MILLION * 3 / 4
    connection.check_constraints()
    assert disagreements() == []


def client_of(bank_id: int, *scopes: str) -> Client:
    grant = Grant(Role.CLIENT, ScopeKind.BANK, str(bank_id))
    return Client(ActorKind.CLIENT, 3, frozenset({grant}), scopes=frozenset(scopes))


def test_only_the_bank_books(loan: Loan) -> None:
    strangers = [
        testing.banker_of(testing.a_bank()),
        OFFICER,
        client_of(loan.bank_id),
        client_of(loan.bank_id + 1, BOOK),
        Actor.person(5),
    ]
    for actor in strangers:
        with pytest.raises(Missing):
            draw(loan=loan, amount=MILLION, on=DRAWN, number="D1", by=actor)
    draw(loan=loan, amount=MILLION, on=DRAWN, number="D1", by=client_of(loan.bank_id, BOOK))
    calls: list[Callable[[Actor], object]] = [
        lambda actor: repay(loan=loan, amount=MILLION, on=DRAWN, number="1", by=actor),
        lambda actor: reverse(journal=Journal.objects.get(), why="x", by=actor),
        lambda actor: prepay(loan=loan, amount=MILLION, on=DRAWN, way=Prepaying.SHORTER, number="1", by=actor),
        lambda actor: finish_drawing(loan=loan, by=actor),
        lambda actor: deposits.deposit(
            bank=loan.bank, amount=MILLION, on=DRAWN, number="1", by=replace(actor, grants=frozenset())
        ),
    ]
    for call in calls:
        with pytest.raises(Missing):
            call(strangers[0])


def test_classes_of_delay_of_a_portfolio(drawn: Loan, by: Actor) -> None:
    late = testing.a_loan(bank=drawn.bank)
    draw(loan=late, amount=MILLION, on=DRAWN, number="L1", by=by)
    day = date(2021, 11, 1)
    pay_what_is_due(drawn, day, by)
    shares = delays(on=day, terms=TERMS, bank_ids=[drawn.bank_id])
    assert shares[Delay.NONE] == Share(1, owed(drawn))
    assert shares[Delay.WATCH] == Share(1, MILLION)
    assert delay_of_each([late.pk, drawn.pk], on=day, terms=TERMS) == {late.pk: Delay.WATCH, drawn.pk: Delay.NONE}
    assert delay_of_each([drawn.pk], on=day, terms=TERMS) == {drawn.pk: Delay.NONE}
    assert sum(share.loans for share in shares.values()) == 2
    assert delays(on=day, terms=TERMS, bank_ids=[]) == dict.fromkeys(Delay, Share(0, Decimal("0.00")))
    money = money_of(late, on=day, terms=TERMS)
    assert (money.behind_since, money.delay, money.owed) == (date(2021, 9, 20), Delay.WATCH, MILLION)
    assert money.due == total_of(book_of(late).schedule.rows()[:2])
    assert money.next_amount == book_of(late).schedule.rows()[2].total
    nothing = money_of(testing.a_loan(), on=day, terms=TERMS)
    assert (nothing.drawn, nothing.delay, nothing.next_on) == (0, Delay.NONE, None)


def bent(loan: Loan, sides: list[Side]) -> None:
    booking = Booking(key=f"bent {clock.now()}", event=MoneyEvent.REPAID, on=DRAWN, amount=Decimal(5))
    posting.post(booking, sides, bank=loan.bank, loan=loan, by=Actor.system("test"))
    connection.check_constraints()


@pytest.mark.parametrize(
    "sides",
    [
        [Side(AccountKind.CASH, debit=Decimal(5)), Side(AccountKind.PRINCIPAL, credit=Decimal("4.99"))],
        [Side(AccountKind.CASH, debit=Decimal(5)), Side(AccountKind.INTEREST, debit=Decimal(5))],
        [Side(AccountKind.CASH, debit=Decimal(5))],
    ],
)
def test_the_database_refuses_what_does_not_balance(drawn: Loan, sides: list[Side]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bent(drawn, sides)
    bent(drawn, [Side(AccountKind.CASH, debit=Decimal(5)), Side(AccountKind.INTEREST, credit=Decimal(5))])


def test_the_database_refuses_a_principal_below_zero(loan: Loan) -> None:
    open_book(loan=loan)
    with pytest.raises(IntegrityError, match="loans_account_principal_not_below_0"), transaction.atomic():
        bent(loan, [Side(AccountKind.CASH, debit=Decimal(5)), Side(AccountKind.PRINCIPAL, credit=Decimal(5))])


def test_no_line_comes_later(drawn: Loan) -> None:
    journal, account = Journal.objects.get(), LedgerAccount.objects.get(loan=drawn, kind=AccountKind.FEE)

    def add() -> None:
        JournalLine.objects.create(journal=journal, account=account, debit=Decimal(1))
        connection.check_constraints()

    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        add()


@pytest.mark.parametrize("model", [Journal, JournalLine, Schedule, Instalment])
def test_what_is_written_is_never_changed_or_taken_away(
    drawn: Loan, model: type[Journal | JournalLine | Schedule | Instalment]
) -> None:
    table = model._meta.db_table
    assert model.objects.exists()
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE loans_ledgeraccount SET balance = balance + 1",
        "UPDATE loans_ledgeraccount SET kind = 'fee' WHERE kind = 'interest'",
        "DELETE FROM loans_ledgeraccount",
        "INSERT INTO loans_ledgeraccount (kind, balance) VALUES ('fund', 1)",
    ],
)
def test_balances_are_written_by_the_database_alone(drawn: Loan, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_auditor_finds_a_book_that_differs(drawn: Loan) -> None:
    """Control: what `disagreements` looks for, it finds."""
    assert disagreements() == []
    LoanBook.objects.filter(loan=drawn).update(filled=Decimal(500_000))
    assert disagreements() == [("book", drawn.pk), ("paid", drawn.pk)]


def test_interest_only_at_first_needs_months_that_are_left(loan: Loan, by: Actor) -> None:
    for months in (0, 36):
        with pytest.raises(Refused, match="some of"):
            open_book(loan=loan, kind=Repaying.INTEREST_FIRST, interest_only=months)
    open_book(loan=loan, kind=Repaying.INTEREST_FIRST, interest_only=12)
    draw(loan=loan, amount=loan.principal, on=DRAWN, number="D1", by=by)
    rows = book_of(loan).schedule.rows()
    assert [row.principal for row in rows[:12]] == [Decimal("0.00")] * 12
    assert rows[12].principal > 0
    assert repaying.repay(loan=loan, amount=rows[0].total, on=DRAWN, number="R", by=by).lines.count() == 2
