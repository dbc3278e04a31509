"""What nurses see on their rounds, and what is done when somebody gets worse."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from khumkan.isolation.choices import Decision, Level, Symptom, ToldBy
from khumkan.isolation.models.cares import Care
from khumkan.isolation.models.stays import Stay
from khumkan.isolation.states import EscalationState
from khumkan.places.models import Site
from khumkan.registry.models import Person


class Observation(models.Model):
    """What was measured and asked at one moment. Rows are only added."""

    care = models.ForeignKey(Care, on_delete=models.PROTECT, related_name="observations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, null=True, related_name="observations")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    told_by = models.CharField(max_length=8, choices=ToldBy.choices)
    temperature = models.DecimalField(max_digits=3, decimal_places=1, null=True, help_text="°C")
    spo2 = models.PositiveSmallIntegerField(null=True, help_text="percent, at rest")
    spo2_after = models.PositiveSmallIntegerField(null=True, help_text="percent, after a short exertion")
    breaths = models.PositiveSmallIntegerField(null=True, help_text="a minute")
    symptoms = ArrayField(models.CharField(max_length=12, choices=Symptom.choices), default=list)
    medicine_taken = models.BooleanField(null=True)
    level = models.PositiveSmallIntegerField(choices=Level.choices, help_text="what the thresholds in force say")
    reasons = models.JSONField(default=list, help_text="why: codes and values")
    terms_version = models.PositiveIntegerField()
    by_staff = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["care", "-at"], name="isolation_observation_latest"),
            models.Index(fields=["site", "-at"], name="isolation_observation_of_site"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(temperature=None) | Q(temperature__range=(30, 45)), name="isolation_observation_temperature"
            ),
            models.CheckConstraint(
                condition=Q(spo2=None) | Q(spo2__range=(40, 100)), name="isolation_observation_spo2"
            ),
        ]


class Escalation(models.Model):
    """Somebody got worse: a doctor is called and decides."""

    reference = models.CharField(max_length=20, unique=True)
    care = models.ForeignKey(Care, on_delete=models.PROTECT, related_name="escalations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in EscalationState])
    level_from = models.PositiveSmallIntegerField(choices=Level.choices)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    reasons = models.JSONField(default=list, help_text="why: codes and values")
    raised_at = models.DateTimeField()
    raised_by = models.BigIntegerField(null=True)
    called_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    decided_by = models.BigIntegerField(null=True)
    doctor = models.CharField(max_length=80, blank=True, help_text="who was called")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["site", "raised_at"], condition=~Q(state="closed"), name="isolation_escalation_open")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["care"], condition=~Q(state="closed"), name="isolation_escalation_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="raised") | Q(called_at__isnull=False) & ~Q(decision=""),
                name="isolation_escalation_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False), name="isolation_escalation_end_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
