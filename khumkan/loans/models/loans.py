"""Loans that were signed. What a contract says is frozen; schedules, money and covenants hang on it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from khumkan.loans.choices import Security, SizeBand
from khumkan.loans.models.applications import Application
from khumkan.loans.models.banks import Bank
from khumkan.loans.states import LoanState
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer


class Loan(models.Model):
    """A contract between a bank and an employer, with the workers on the day of signing as its baseline.

    A trigger refuses every change but those of `state`, `drawable_until`, `reserved` and `closed_on`. A rate that was
    stepped up or a restructured loan is a schedule of its own version.
    """

    reference = models.CharField(max_length=20, unique=True)
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="loan")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="+", db_index=False)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="+", db_index=False)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=9, choices=[(s.value, s.value) for s in LoanState], default=LoanState.SIGNED)
    size = models.CharField(max_length=6, choices=SizeBand.choices)
    security = models.CharField(max_length=10, choices=Security.choices)
    principal = models.DecimalField(max_digits=14, decimal_places=2, help_text="baht of the contract")
    refinance = models.DecimalField(max_digits=14, decimal_places=2, help_text="baht of it that repay other loans")
    rate = models.DecimalField(max_digits=6, decimal_places=3, help_text="percent a year, fixed, as signed")
    term_months = models.PositiveSmallIntegerField()
    contract_number = models.CharField(max_length=40, help_text="the bank's own")
    signed_on = models.DateField()
    signed_at = models.DateTimeField()
    signed_by = models.BigIntegerField(null=True, help_text="the officer of the bank")
    baseline = models.PositiveIntegerField(help_text="workers insured under section 33, from the filings")
    baseline_month = models.DateField(help_text="the first day of the month whose filings count")
    baseline_filings = ArrayField(models.BigIntegerField(), help_text="ids of the filings that were counted")
    terms_version = models.PositiveIntegerField(help_text="of loans.terms")
    claim_id = models.BigIntegerField(unique=True, help_text="of capacity: what it takes of the tranche")
    pace_claim_id = models.BigIntegerField(null=True, unique=True, help_text="of capacity: of the bank's month")
    reserved = models.DecimalField(
        max_digits=14, decimal_places=2, help_text="baht that it takes of the tranche now; less when less is drawn"
    )
    drawable_until = models.DateField(help_text="the last day on which money can be drawn")
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(principal__gt=0) & Q(refinance__gte=0) & Q(refinance__lte=F("principal")),
                name="loans_loan_amounts",
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(reserved__lte=F("principal")), name="loans_loan_reserved_within"
            ),
            models.CheckConstraint(condition=Q(rate__gte=0) & Q(rate__lte=100), name="loans_loan_rate_percent"),
            models.CheckConstraint(condition=Q(term_months__gte=1), name="loans_loan_term_from_1"),
            models.CheckConstraint(condition=Q(baseline__gte=1), name="loans_loan_baseline_from_1"),
            models.CheckConstraint(condition=Q(baseline_month__day=1), name="loans_loan_baseline_month_first"),
            models.CheckConstraint(
                condition=Q(baseline_month__lte=F("signed_on")), name="loans_loan_baseline_not_later"
            ),
            models.CheckConstraint(condition=~Q(contract_number=""), name="loans_loan_has_a_contract"),
            models.CheckConstraint(
                condition=Q(state__in=["signed", "drawn", "recalled"], closed_on=None)
                | Q(state__in=["repaid", "cancelled"], closed_on__isnull=False),
                name="loans_loan_closed_dated",
            ),
            models.UniqueConstraint(fields=["bank", "contract_number"], name="loans_loan_contract_once"),
        ]
        indexes = [
            models.Index(fields=["bank", "state", "-signed_on"], name="loans_loan_of_bank"),
            models.Index(fields=["phase", "state", "size"], name="loans_loan_of_phase"),
            models.Index(fields=["employer", "-signed_on"], name="loans_loan_of_employer"),
        ]

    def __str__(self) -> str:
        return self.reference
