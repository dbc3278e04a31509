"""Going home, and what is given along."""

from django.db import models
from django.db.models import Q

from khumkan.isolation.choices import CareEnd, CertificateKind
from khumkan.isolation.models.cares import Care
from khumkan.registry.models import Person


class Discharge(models.Model):
    """A nurse confirmed that somebody may go. Taken back, it stays as a row."""

    care = models.ForeignKey(Care, on_delete=models.PROTECT, related_name="discharges")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    because = models.CharField(max_length=10, choices=CareEnd.choices)
    earliest_on = models.DateField(help_text="the first day on which the terms let the person go")
    rest_until = models.DateField(null=True, help_text="the last day of rest at home")
    doctor = models.CharField(
        max_length=80, blank=True, help_text="who decided, where oxygen or a fever spoke against it"
    )
    terms_version = models.PositiveIntegerField()
    confirmed_at = models.DateTimeField()
    confirmed_by = models.BigIntegerField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["care"], condition=Q(taken_back_at=None), name="isolation_discharge_once")
        ]


class Certificate(models.Model):
    """A paper that anybody can check by its code, and that the office can revoke."""

    code = models.CharField(max_length=20, unique=True)
    care = models.ForeignKey(Care, on_delete=models.PROTECT, related_name="certificates")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=CertificateKind.choices)
    from_on = models.DateField()
    to_on = models.DateField()
    rest_until = models.DateField(null=True)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.BigIntegerField(null=True)
    revoked_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["care", "kind"], condition=Q(revoked_at=None), name="isolation_certificate_one_valid"
            ),
            models.CheckConstraint(condition=Q(to_on__gte=models.F("from_on")), name="isolation_certificate_days"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | ~Q(revoked_why=""), name="isolation_certificate_revoked_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.code
