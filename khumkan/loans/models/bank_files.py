"""Files in which banks report what was drawn and what was paid back."""

from django.db import models
from django.db.models import F, Q

from khumkan.kernel.errors import Reason
from khumkan.loans.models.banks import Bank
from khumkan.loans.models.ledger import Journal
from khumkan.loans.models.loans import Loan
from khumkan.loans.money_choices import BankFileKind, LineVerdict
from khumkan.loans.states import BankFileState


class BankFile(models.Model):
    """One file as it was sent. Its lines are all accounted for, and are booked all together or not at all."""

    reference = models.CharField(max_length=20, unique=True)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="files", db_index=False)
    kind = models.CharField(max_length=10, choices=BankFileKind.choices)
    state = models.CharField(max_length=7, choices=[(s.value, s.value) for s in BankFileState])
    file_name = models.CharField(max_length=200, blank=True)
    file_hash = models.CharField(max_length=64, help_text="SHA-256 of what was sent")
    file_bytes = models.BigIntegerField()
    heading = models.JSONField(default=list)
    rows_in = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    doubled = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    good_amount = models.DecimalField(max_digits=16, decimal_places=2, default=0, help_text="baht of the good lines")
    sent_at = models.DateTimeField()
    sent_by = models.BigIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-sent_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "kind", "file_hash"], condition=~Q(state="dropped"), name="loans_bankfile_once"
            ),
            models.CheckConstraint(
                condition=Q(rows_in=F("good") + F("doubled") + F("refused")), name="loans_bankfile_rows_accounted_for"
            ),
            models.CheckConstraint(
                condition=Q(state="taken", taken_at__isnull=False) | ~Q(state="taken") & Q(taken_at=None),
                name="loans_bankfile_taken_dated",
            ),
        ]
        indexes = [models.Index(fields=["bank", "-sent_at"], name="loans_bankfile_of_bank")]

    def __str__(self) -> str:
        return self.reference


class BankFileLine(models.Model):
    """One line of a file with its verdict. The number is the bank's own, and makes a movement of money count once."""

    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="lines", db_index=False)
    row_number = models.PositiveIntegerField(help_text="as a spreadsheet shows it: the heading is row 1")
    verdict = models.CharField(max_length=7, choices=LineVerdict.choices)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    number = models.CharField(max_length=60, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, help_text="baht")
    booked_on = models.DateField(null=True)
    cells = models.JSONField(default=list, help_text="as they stood; no cell names a person")
    column = models.CharField(max_length=100, blank=True, help_text="heading of the column at fault")
    code = models.CharField(max_length=40, blank=True)
    text = models.CharField(
        max_length=300, blank=True, help_text="the sentence in English, to be translated when shown"
    )
    params = models.JSONField(default=dict)
    journal = models.OneToOneField(Journal, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("file", "row_number")
        constraints = [
            models.UniqueConstraint(fields=["file", "row_number"], name="loans_bankline_once"),
            models.CheckConstraint(
                condition=~Q(verdict="good") | Q(loan__isnull=False, amount__gt=0, booked_on__isnull=False, code=""),
                name="loans_bankline_good_is_whole",
            ),
            models.CheckConstraint(condition=Q(verdict="good") | ~Q(code=""), name="loans_bankline_says_why"),
        ]

    @property
    def reason(self) -> Reason | None:
        """Why the line is not booked, in the language of the reader when it is printed."""
        return Reason(self.code, self.text, self.params) if self.code else None
