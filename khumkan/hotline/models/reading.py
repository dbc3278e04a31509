"""How many people each member of staff looks at; alerts when it is too many, and decoys nobody has reason to open."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from khumkan.hotline.reading_choices import AlertKind
from khumkan.hotline.states import AlertState
from khumkan.registry.models import Person


class Reading(models.Model):
    """When a member of staff last looked at a person. Kept for a day: it counts, the record remembers."""

    staff_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff_id", "person_id"], name="hotline_reading_once")]
        indexes = [models.Index(fields=["at"], name="hotline_reading_at")]

    def __str__(self) -> str:
        return f"reading of {self.staff_id}"


class AlertQuerySet(models.QuerySet["ReadingAlert"]):
    """The words for alerts."""

    def of_budgets(self) -> Self:
        """Keep those about too many people."""
        return self.exclude(kind=AlertKind.DECOY)

    def open(self) -> Self:
        """Keep those that nobody has looked into."""
        return self.filter(state=AlertState.OPEN)


class ReadingAlert(models.Model):
    """A member of staff looked at more people than their work asks for, or at a decoy.

    While one about too many people is open, more looks are refused and counted here as tries.
    """

    kind = models.CharField(max_length=5, choices=AlertKind.choices)
    state = models.CharField(max_length=7, choices=[(s.value, s.value) for s in AlertState], default=AlertState.OPEN)
    staff_id = models.BigIntegerField(help_text="who looked")
    at = models.DateTimeField()
    last_at = models.DateTimeField(help_text="of the newest try")
    tries = models.PositiveIntegerField(default=1)
    people = models.PositiveIntegerField(help_text="how many people it would have been with this look")
    page = models.CharField(max_length=80)
    origin = models.CharField(max_length=64, blank=True, help_text="the network address")
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)
    more = models.PositiveIntegerField(default=0, help_text="so many people more")
    until = models.DateTimeField(null=True, help_text="until when they may look at more")

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff_id", "kind"], condition=Q(state="open"), name="hotline_alert_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("staff_id")), name="hotline_alert_second_person"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None, decided_at=None)
                | ~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(why=""),
                name="hotline_alert_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="allowed", until__isnull=False, more__gt=0)
                | ~Q(state="allowed") & Q(until=None, more=0),
                name="hotline_alert_allowed_until",
            ),
            models.CheckConstraint(condition=~Q(kind="decoy") | ~Q(state="allowed"), name="hotline_alert_no_decoy"),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="hotline_alert_at"),
            models.Index(fields=["staff_id", "until"], condition=Q(state="allowed"), name="hotline_alert_allowed"),
        ]

    def __str__(self) -> str:
        return f"alert {self.pk} ({self.kind})"


class Decoy(models.Model):
    """A person made up, or set apart, whose data nobody has reason to open: whoever does is noticed at once."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_by = models.BigIntegerField()
    set_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(withdrawn_at=None), name="hotline_decoy_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("set_at")), name="hotline_decoy_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"decoy {self.pk}"
