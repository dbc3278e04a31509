"""Any order of bookings on one loan, on the real database, looked at after each by somebody who trusts no action.

The machine counts by itself what was drawn, what came in and what was taken back; everything else it reads.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from khumkan.kernel.errors import Refused
from khumkan.loans import testing
from khumkan.loans.actions.drawing import draw
from khumkan.loans.actions.moratorium import pause_payments
from khumkan.loans.actions.prepaying import prepay
from khumkan.loans.actions.repaying import repay, reverse
from khumkan.loans.actions.restructuring import restructure
from khumkan.loans.models import Bank, Journal, JournalLine, LedgerAccount, Loan, LoanBook
from khumkan.loans.money_choices import AccountKind, MoneyEvent, Prepaying, Repaying
from khumkan.loans.queries.money import disagreements
from khumkan.loans.rules.moratorium import Pause
from khumkan.loans.rules.restructuring import NewTerms
from khumkan.loans.states import LoanState

amounts = st.sampled_from([Decimal("0.01"), Decimal("99999.99"), Decimal("123456.78"), Decimal(1_000_000)])
days = st.integers(0, 40)


class Money(RuleBasedStateMachine):
    """One loan of 3,600,000 baht over 12 months, from signing on."""

    bank: Bank
    seen: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.loan = testing.a_loan(bank=self.bank, term_months=12)
        self.by = testing.banker_of(self.bank)
        self.day = testing.SIGNED_ON
        self.numbers = 0
        self.drawn = self.received = Decimal(0)
        self.sent: list[tuple[Callable[..., Journal], dict[str, object], Journal]] = []
        self.back: set[int] = set()

    def teardown(self) -> None:
        """Take everything back."""
        transaction.savepoint_rollback(self.point)

    def book(self) -> LoanBook:
        return LoanBook.objects.select_related("schedule", "loan").get(loan=self.loan)

    def booked(self, act: Callable[..., Journal], name: str, **asked: object) -> Journal | None:
        """Do something with a number of its own; a refusal in words changes nothing."""
        self.numbers += 1
        asked = {"loan": self.loan, "number": f"{self.numbers}", "by": self.by, **asked}
        before = JournalLine.objects.count()
        try:
            journal = act(**asked)
        except Refused:
            assert JournalLine.objects.count() == before
            return None
        self.seen.add(name)
        self.sent.append((act, asked, journal))
        return journal

    @rule(amount=amounts)
    def draws(self, amount: Decimal) -> None:
        if self.booked(draw, "drawn", amount=amount, on=self.day):
            self.drawn += amount

    @rule(amount=amounts)
    def pays(self, amount: Decimal) -> None:
        if self.booked(repay, "repaid", amount=amount, on=self.day):
            self.received += amount

    @rule()
    def pays_what_is_due(self) -> None:
        book = LoanBook.objects.select_related("schedule").filter(loan=self.loan).first()
        if book is None or book.schedule is None:
            return
        due = sum(row.total for row in book.schedule.rows() if row.due_on <= self.day) - book.filled
        if due > 0:
            self.pays(due)

    @rule()
    def pays_everything(self) -> None:
        book = LoanBook.objects.filter(loan=self.loan).first()
        if book and book.scheduled > book.filled:
            self.pays(book.scheduled - book.filled)

    @rule(amount=amounts, way=st.sampled_from(list(Prepaying)))
    def pays_ahead(self, amount: Decimal, way: Prepaying) -> None:
        if self.booked(prepay, "prepaid", amount=amount, on=self.day, way=way):
            self.received += amount

    @rule(pick=st.integers(0, 20))
    def sends_again(self, pick: int) -> None:
        """The same number again is the same booking."""
        if self.sent:
            act, asked, journal = self.sent[pick % len(self.sent)]
            assert act(**asked) == journal

    @rule(pick=st.integers(0, 20))
    def takes_back(self, pick: int) -> None:
        payments = list(Journal.objects.filter(loan=self.loan, event=MoneyEvent.REPAID).order_by("pk"))
        if not payments:
            return
        payment = payments[pick % len(payments)]
        try:
            reverse(journal=payment, why="bounced", by=self.by)
        except Refused:
            return
        self.seen.add("reversed")
        if payment.pk not in self.back:
            self.back.add(payment.pk)
            self.received -= payment.amount

    @rule(months=st.integers(1, 4), joins=st.booleans(), extends=st.booleans())
    def pauses(self, months: int, joins: bool, extends: bool) -> None:
        pause = Pause(months=months, is_capitalised=joins, extends=extends)
        self.changed(pause_payments, f"paused {joins}", pause=pause)

    @rule(months=st.integers(1, 30), first=st.integers(1, 60), joins=st.booleans(), kind=st.sampled_from(Repaying))
    def agrees_on_new_terms(self, months: int, first: int, joins: bool, kind: Repaying) -> None:
        new = NewTerms(
            rate=Decimal("2.00"), months=months, first_due_on=self.day + timedelta(days=first), kind=kind,
            interest_only=months // 2, is_capitalised=joins,
        )  # fmt: skip
        self.changed(restructure, f"restructured {joins}", new=new)

    def changed(self, act: Callable[..., object], name: str, **asked: object) -> None:
        if not LoanBook.objects.filter(loan=self.loan, schedule__isnull=False).exists():
            return
        version = self.book().schedule.version  # type: ignore[union-attr]
        try:
            act(loan=self.loan, on=self.day, version=version, why="flood", by=self.by, **asked)
        except Refused:
            return
        self.seen.add(name)

    @rule(more=days)
    def time_passes(self, more: int) -> None:
        self.day = min(self.day + timedelta(days=more), date(2026, 1, 1))

    @invariant()
    def everything_agrees(self) -> None:
        """The books agree, and the money that the machine counted is where it should be."""
        connection.check_constraints()
        assert disagreements() == []
        sums = dict(LedgerAccount.objects.filter(loan=self.loan).values_list("kind", "balance"))
        lines = JournalLine.objects.filter(account__bank=self.bank, account__kind=AccountKind.CASH)
        cash = sum((line.debit - line.credit for line in lines), Decimal(0))
        assert cash == self.received - self.drawn
        assert cash + sum(sums.values(), Decimal(0)) == 0
        assert sums.get(AccountKind.PRINCIPAL.value, 0) >= 0
        self.loan_is_right(sums.get(AccountKind.PRINCIPAL.value, Decimal(0)))

    def loan_is_right(self, owed: Decimal) -> None:
        """What ended owes nothing, and what runs owes something."""
        loan = Loan.objects.get(pk=self.loan.pk)
        if loan.state == LoanState.REPAID:
            assert owed == 0
        elif loan.state == LoanState.DRAWN:
            book = self.book()
            assert book.filled < book.scheduled
