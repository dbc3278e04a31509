"""Cases, the contacts they name, and outbreaks at enterprises."""

from django.db import models

from khumkan.registry.models import Employer, Person
from khumkan.screening.models.choices import Certainty
from khumkan.screening.models.lab import Result
from khumkan.screening.models.registrations import Registration
from khumkan.screening.states import AlertState


class Case(models.Model):
    """A person found infected; later programmes take care of the person from here."""

    reference = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="case")
    certainty = models.CharField(max_length=10, choices=Certainty.choices)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, related_name="+")
    found_on = models.DateField(help_text="day of the specimen, in Bangkok")
    opened_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, help_text="when a corrected result took the case back")

    class Meta:
        indexes = [
            models.Index(fields=["person", "-opened_at"]),
            models.Index(fields=["employer", "found_on"]),
        ]

    def __str__(self) -> str:
        return self.reference


class Contact(models.Model):
    """Somebody whom a case named. Name and telephone are sealed; the invitation is a link by SMS that names no case."""

    reference = models.CharField(max_length=20, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contacts")
    name_sealed = models.BinaryField()
    phone_sealed = models.BinaryField()
    phone_index = models.BinaryField(max_length=32)
    last_met_on = models.DateField()
    named_at = models.DateTimeField()
    invited_at = models.DateTimeField(null=True)
    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, null=True, related_name="named_as")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "phone_index"], name="screening_contact_once_per_case"),
        ]


class OutbreakAlert(models.Model):
    """More than the policy's share of positives at an enterprise: disease control must hear of it within hours.

    The rule for large factories in August 2021: above 10 percent, within three hours (The Nation, 26 August 2021).
    """

    reference = models.CharField(max_length=20, unique=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in AlertState])
    positives = models.PositiveIntegerField()
    tested = models.PositiveIntegerField()
    terms_version = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True)
    notified_by = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True, help_text="whom the officer told, and what was agreed")
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employer"], condition=~models.Q(state="closed"), name="screening_alert_one_open_per_employer"
            ),
            models.CheckConstraint(
                condition=models.Q(positives__lte=models.F("tested")), name="screening_alert_positives_among_tested"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open") | models.Q(notified_at__isnull=False, notified_by__isnull=False),
                name="screening_alert_notified_by_somebody",
            ),
        ]
