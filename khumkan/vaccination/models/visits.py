"""At the site: the steps of a visit, what happened at the door, and who stands by for doses that would be lost."""

from django.db import models
from django.db.models import Q

from khumkan.places.models import Site
from khumkan.registry.models import Person
from khumkan.vaccination.choices import DoorOutcome, TurnedBack
from khumkan.vaccination.models.enrolments import Dose, Session
from khumkan.vaccination.states import LIVE_VISITS, VisitState


class Visit(models.Model):
    """One person at the site for one dose. A dose may take several visits; one at a time."""

    dose = models.ForeignKey(Dose, on_delete=models.PROTECT, related_name="visits")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="visits")
    state = models.CharField(max_length=11, choices=[(s.value, s.value) for s in VisitState])
    turned_back = models.CharField(max_length=12, choices=TurnedBack.choices, blank=True)
    observe_until = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dose"],
                condition=Q(state__in=[str(state) for state in LIVE_VISITS]),
                name="vaccination_visit_one_live",
            ),
            models.CheckConstraint(
                condition=~Q(state="turned_back") | ~Q(turned_back=""), name="vaccination_visit_turned_back_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state="injected") | Q(observe_until__isnull=False), name="vaccination_visit_observed_until"
            ),
        ]
        indexes = [models.Index(fields=["session", "state"], name="vaccination_visit_of_session")]


class VisitStep(models.Model):
    """What was done at one step, as the device sent it; a row is added, never edited."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="steps")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=11, choices=[(s.value, s.value) for s in VisitState])
    sealed = models.BinaryField(null=True, help_text="measurements and answers of health, sealed")
    client_key = models.UUIDField(unique=True, help_text="made by the device: sent twice, it counts once")
    done_at = models.DateTimeField(help_text="by the clock of the device, where it was cut off")
    at = models.DateTimeField(help_text="when it arrived here")
    by_staff = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("visit", "at", "id")


class DoorNote(models.Model):
    """Something that happened at the door; a row is added, never edited."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, related_name="+")
    dose = models.ForeignKey(Dose, on_delete=models.PROTECT, null=True, related_name="door_notes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=11, choices=DoorOutcome.choices)
    note = models.CharField(max_length=200, blank=True)
    client_key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    by_staff = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "at"], name="vaccination_doornote_of_site")]


class StandBy(models.Model):
    """Somebody who can come at short notice for a dose that would be lost."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    dose = models.ForeignKey(Dose, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    asked_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    came = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dose", "day"], name="vaccination_standby_once_a_day")]
        indexes = [models.Index(fields=["site", "day"], name="vaccination_standby_of_site")]
