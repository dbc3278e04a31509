"""The ledger: every booking twice, once as a debit and once as a credit. Nothing in it is changed or taken away.

At commit the database checks that each journal has its lines and balances, keeps the balances of accounts itself, and
refuses a principal below zero.
"""

from django.db import models
from django.db.models import Q

from khumkan.kernel.actors import ActorKind
from khumkan.loans.models.banks import Bank
from khumkan.loans.models.loans import Loan
from khumkan.loans.models.schedules import Schedule
from khumkan.loans.money_choices import AccountKind, MoneyEvent

OF_LOANS = [AccountKind.PRINCIPAL.value, AccountKind.INTEREST.value, AccountKind.FEE.value]


class LedgerAccount(models.Model):
    """What bookings are made on. An account of a loan keeps its balance; others are hot, and are summed up."""

    kind = models.CharField(max_length=9, choices=AccountKind.choices)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, null=True, related_name="accounts", db_index=False)
    balance = models.DecimalField(
        max_digits=16, decimal_places=2, default=0, help_text="debits less credits in baht; kept by the database"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loan", "kind"], name="loans_account_of_loan_once"),
            models.UniqueConstraint(
                fields=["bank", "kind"], condition=Q(loan=None), nulls_distinct=False, name="loans_account_of_bank_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OF_LOANS, loan__isnull=False, bank__isnull=False)
                | Q(kind__in=["cash", "deposit"], loan=None, bank__isnull=False)
                | Q(kind="fund", loan=None, bank=None),
                name="loans_account_belongs",
            ),
            models.CheckConstraint(
                condition=~Q(kind="principal") | Q(balance__gte=0), name="loans_account_principal_not_below_0"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.bank_id}:{self.loan_id}"


class Journal(models.Model):
    """One booking with all its lines. Its key makes the same booking happen once."""

    key = models.CharField(max_length=120, unique=True, help_text="whoever sends it again changes nothing")
    event = models.CharField(max_length=11, choices=MoneyEvent.choices)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="+", db_index=False)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, null=True, related_name="journals", db_index=False)
    schedule = models.ForeignKey(
        Schedule, on_delete=models.PROTECT, null=True, related_name="+", db_index=False,
        help_text="the schedule that it filled, or that came of it",
    )  # fmt: skip
    amount = models.DecimalField(max_digits=16, decimal_places=2, help_text="baht that were moved")
    booked_on = models.DateField(help_text="the day for which it counts")
    lines_in = models.PositiveSmallIntegerField(help_text="how many lines it has; no line comes later")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    why = models.CharField(max_length=200, blank=True)
    posted_at = models.DateTimeField()
    by_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind])
    by = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("posted_at", "id")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, lines_in__gte=2), name="loans_journal_moves_money"),
            models.CheckConstraint(condition=~Q(key=""), name="loans_journal_has_a_key"),
            models.CheckConstraint(
                condition=~Q(event="reversed") | Q(reverses__isnull=False) & ~Q(why=""),
                name="loans_journal_reversal_says_what",
            ),
            models.CheckConstraint(
                condition=Q(event__in=["deposited", "withdrawn"], loan=None)
                | ~Q(event__in=["deposited", "withdrawn"]) & Q(loan__isnull=False),
                name="loans_journal_of_a_loan",
            ),
        ]
        indexes = [
            models.Index(fields=["loan", "booked_on", "id"], name="loans_journal_of_loan"),
            models.Index(fields=["bank", "booked_on", "id"], name="loans_journal_of_bank"),
        ]

    def __str__(self) -> str:
        return self.key


class JournalLine(models.Model):
    """One side of a booking."""

    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="lines", db_index=False)
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="lines", db_index=False)
    debit = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    credit = models.DecimalField(max_digits=16, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journal", "account"], name="loans_line_once"),
            models.CheckConstraint(
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0), name="loans_line_one_side"
            ),
        ]
        indexes = [models.Index(fields=["account", "journal"], name="loans_line_of_account")]
