"""Care: one person from the positive test to the discharge."""

from typing import Self

from django.db import models
from django.db.models import Q

from khumkan.isolation.choices import CareEnd, Level, Setting, ToldBy, WaitingBecause
from khumkan.isolation.states import LIVE_CARES, CareState
from khumkan.places.models import Site
from khumkan.registry.models import Person


class Party(models.Model):
    """People who stay together: a household of which several are infected."""

    reference = models.CharField(max_length=20, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference


class CareQuerySet(models.QuerySet["Care"]):
    """The words for cares."""

    def under_way(self) -> Self:
        """Keep those that have not ended."""
        return self.filter(state__in=LIVE_CARES)

    def waiting(self) -> Self:
        """Keep those who need a bed and have none, the first to be served first."""
        return self.filter(state=CareState.WAITING).order_by("-points", "waiting_since", "pk")


class Care(models.Model):
    """One person's care, from the positive test to the discharge."""

    reference = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    case_id = models.BigIntegerField(unique=True, help_text="the case of the testing programme that opened it")
    found_on = models.DateField(help_text="day of the positive specimen, in Bangkok")
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in CareState])
    level = models.PositiveSmallIntegerField(choices=Level.choices, null=True)
    setting = models.CharField(max_length=8, choices=Setting.choices, blank=True)
    symptom_on = models.DateField(null=True, help_text="day of the first symptom, where there was one")
    points = models.IntegerField(default=0, help_text="how urgent, without the waiting; higher is sooner")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="cares")
    province_code = models.CharField(max_length=2, blank=True, help_text="where the person lived at the start")
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, related_name="+", help_text="who looks after the person now"
    )
    waiting_since = models.DateTimeField(null=True, help_text="since when a bed is needed; kept when a hold lapses")
    waiting_because = models.CharField(max_length=16, choices=WaitingBecause.choices, blank=True)
    opened_at = models.DateTimeField()
    answers_due_at = models.DateTimeField(help_text="from then on the hotline calls")
    called_at = models.DateTimeField(
        null=True, help_text="when the hotline last tried to reach a person without answers"
    )
    result_corrected_at = models.DateTimeField(
        null=True, help_text="when the result was corrected while the person lay in a bed: they may go at once"
    )
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=10, choices=CareEnd.choices, blank=True)

    objects = CareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=[str(state) for state in LIVE_CARES]),
                name="isolation_care_one_live",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting")
                | Q(waiting_since__isnull=False, level__isnull=False) & ~Q(waiting_because=""),
                name="isolation_care_waiting_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="asked")
                | Q(state__in=["declined", "withdrawn", "discharged"])
                | Q(level__isnull=False),
                name="isolation_care_was_triaged",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in LIVE_CARES], ended_at=None)
                | Q(state__in=["discharged", "declined", "withdrawn"], ended_at__isnull=False) & ~Q(ended_because=""),
                name="isolation_care_end_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-opened_at"], name="isolation_care_of_person"),
            models.Index(
                fields=["-points", "waiting_since", "id"], condition=Q(state="waiting"), name="isolation_care_queue"
            ),
            models.Index(fields=["site", "state"], name="isolation_care_of_site"),
            models.Index(fields=["answers_due_at"], condition=Q(state="asked"), name="isolation_care_unanswered"),
        ]

    def __str__(self) -> str:
        return self.reference


class Triage(models.Model):
    """One look at how ill somebody is. A new look is a new row; the latest holds."""

    care = models.ForeignKey(Care, on_delete=models.PROTECT, related_name="triages")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    told_by = models.CharField(max_length=8, choices=ToldBy.choices)
    answers = models.JSONField(help_text="codes, numbers and dates only")
    medicines_sealed = models.BinaryField(null=True, help_text="names of medicines as told, sealed")
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    setting = models.CharField(max_length=8, choices=Setting.choices)
    reasons = models.JSONField(default=list, help_text="why: codes and values")
    terms_version = models.PositiveIntegerField()
    by_staff = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["care", "-at"], name="isolation_triage_latest")]


class PartyRequest(models.Model):
    """One person in care asks to stay together with another one; the other one agrees, or does not."""

    asking = models.ForeignKey(Care, on_delete=models.PROTECT, related_name="requests_made")
    asked = models.ForeignKey(Care, on_delete=models.PROTECT, related_name="requests_got")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    class Meta:
        ordering = ("at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["asking", "asked"], condition=Q(answered_at=None), name="isolation_partyrequest_once"
            ),
            models.CheckConstraint(condition=~Q(asking=models.F("asked")), name="isolation_partyrequest_of_two"),
            models.CheckConstraint(
                condition=Q(answered_at=None, agreed=None) | Q(answered_at__isnull=False, agreed__isnull=False),
                name="isolation_partyrequest_answered",
            ),
        ]
