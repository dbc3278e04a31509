"""What a phase of lending adds to the phase itself: its envelope in tranches by the size of employers."""

from django.db import models
from django.db.models import F, Q

from khumkan.loans.choices import SizeBand
from khumkan.policies.models import Phase


class PhaseDetail(models.Model):
    """Under which terms a phase lends."""

    phase = models.OneToOneField(Phase, on_delete=models.PROTECT, primary_key=True, related_name="+")
    terms_version = models.PositiveIntegerField(help_text="of loans.terms, in force on its first day")
    sign_until = models.DateField(null=True, help_text="the last day on which a loan of it can be signed")


class PhaseTranche(models.Model):
    """The part of the envelope for employers of one size. Capacity counts it, in whole baht."""

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="loan_tranches")
    size = models.CharField(max_length=6, choices=SizeBand.choices)
    budget = models.DecimalField(max_digits=15, decimal_places=2, help_text="baht")
    cap = models.DecimalField(max_digits=14, decimal_places=2, help_text="baht for one borrower, at most")
    supply_id = models.BigIntegerField(null=True, unique=True, help_text="of capacity, from the signature on")

    class Meta:
        ordering = ("phase", "id")
        constraints = [
            models.UniqueConstraint(fields=["phase", "size"], name="loans_tranche_once"),
            models.CheckConstraint(condition=Q(size__in=SizeBand.values), name="loans_tranche_size_known"),
            models.CheckConstraint(
                condition=Q(cap__gt=0) & Q(budget__gte=F("cap")), name="loans_tranche_holds_one_loan"
            ),
        ]
