"""The certificate of establishment status: how many workers an employer has, and how long it has paid for them."""

from django.db import models
from django.db.models import F, Q

from khumkan.loans.choices import SizeBand
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer


class EmployerCertificate(models.Model):
    """What an employer shows a bank. Who has the code of its QR can check it; it names no worker.

    It stands as it was issued. Another one is issued when the figures have changed; the older one stays valid.
    """

    code = models.CharField(max_length=20, unique=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="+")
    headcount = models.PositiveIntegerField(help_text="workers insured under section 33 in the month")
    month = models.DateField(help_text="the first day of the month of which the filings count")
    months = models.PositiveSmallIntegerField(help_text="months of contributions in a row up to that month")
    size = models.CharField(max_length=6, choices=SizeBand.choices)
    terms_version = models.PositiveIntegerField()
    issued_on = models.DateField(help_text="in Bangkok")
    issued_at = models.DateTimeField()
    issued_to = models.BigIntegerField(null=True, help_text="id of the user who asked for it")
    valid_until = models.DateField(help_text="the last day")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.BigIntegerField(null=True)
    revoked_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "phase", "issued_on"],
                condition=Q(revoked_at=None),
                name="loans_certificate_one_a_day",
            ),
            models.CheckConstraint(condition=Q(valid_until__gte=F("issued_on")), name="loans_certificate_days_order"),
            models.CheckConstraint(condition=Q(month__day=1), name="loans_certificate_month_first"),
            models.CheckConstraint(condition=Q(size__in=SizeBand.values), name="loans_certificate_size_known"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | ~Q(revoked_why=""), name="loans_certificate_revoked_why"
            ),
        ]
        indexes = [models.Index(fields=["employer", "-issued_at"], name="loans_certificate_of_employer")]

    def __str__(self) -> str:
        return self.code
