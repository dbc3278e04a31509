"""Drives that bring people to their beds."""

from django.db import models
from django.db.models import Q

from khumkan.isolation.models.stays import Stay
from khumkan.isolation.states import PickupState, RunState
from khumkan.places.models import Site


class Run(models.Model):
    """One drive of one vehicle to one site."""

    reference = models.CharField(max_length=20, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", help_text="where people are brought")
    vehicle = models.CharField(max_length=30, help_text="the plate, or the name of the vehicle")
    seats = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in RunState])
    starts_at = models.DateTimeField(help_text="when the drive is planned to begin")
    driver_id = models.BigIntegerField(null=True, help_text="the member of staff who drives; empty until somebody does")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "starts_at"], name="isolation_run_of_site")]
        constraints = [
            models.CheckConstraint(condition=Q(seats__range=(1, 60)), name="isolation_run_has_seats"),
            models.CheckConstraint(
                condition=~Q(state__in=["started", "finished"]) | Q(started_at__isnull=False, driver_id__isnull=False),
                name="isolation_run_started_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Pickup(models.Model):
    """One person on one drive. Who was not found gets a new row on a later drive."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="pickups")
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="pickups")
    position = models.PositiveSmallIntegerField(help_text="in the order of the drive, from 1")
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in PickupState])
    at = models.DateTimeField(null=True, help_text="when that became known")

    class Meta:
        ordering = ("run", "position")
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="isolation_pickup_in_order"),
            models.UniqueConstraint(
                fields=["stay"], condition=Q(state__in=["planned", "picked_up"]), name="isolation_pickup_one_live"
            ),
        ]
