"""Sites that care for people, their rooms and beds."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from khumkan.isolation.choices import FacilityKind, Level, RoomFor
from khumkan.isolation.states import FacilityState
from khumkan.places.models import Site


class Facility(models.Model):
    """What a site is as a place of care: a hospitel, a ward, or a team that looks after people at home."""

    site = models.OneToOneField(Site, on_delete=models.PROTECT, primary_key=True, related_name="+")
    kind = models.CharField(max_length=10, choices=FacilityKind.choices)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in FacilityState])
    state_why = models.CharField(max_length=200, blank=True, help_text="for the office, such as a broken lift")
    state_at = models.DateTimeField()
    nurses = models.PositiveSmallIntegerField(help_text="on a shift; one looks after so many people as the terms say")
    home_places = models.PositiveIntegerField(default=0, help_text="people at home whom the team can look after")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="home") | Q(home_places=0), name="isolation_facility_home_places_of_teams"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in FacilityState]), name="isolation_facility_state_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.site)


class Room(models.Model):
    """A room with one bed or several."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="rooms", db_column="site_id")
    floor = models.CharField(max_length=6)
    number = models.CharField(max_length=12)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    room_for = models.CharField(max_length=8, choices=RoomFor.choices, default=RoomFor.ANYBODY)
    is_accessible = models.BooleanField(default=False, help_text="can be reached and used with a wheelchair")

    class Meta:
        ordering = ("facility", "floor", "number")
        constraints = [
            models.UniqueConstraint(fields=["facility", "number"], name="isolation_room_once"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="isolation_room_level_known"),
            models.CheckConstraint(condition=Q(room_for__in=RoomFor.values), name="isolation_room_for_known"),
        ]

    def __str__(self) -> str:
        return self.number


class BedQuerySet(models.QuerySet["Bed"]):
    """The words for beds."""

    def offered_on(self, day: date) -> Self:
        """Keep those that belong to the programme on a day."""
        return self.filter(Q(offered_until=None) | Q(offered_until__gt=day), offered_from__lte=day)


class Bed(models.Model):
    """One bed. Whether it is free follows from its stays; it is offered from a day up to, not including, another."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="beds")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    label = models.CharField(max_length=16)
    offered_from = models.DateField()
    offered_until = models.DateField(null=True, help_text="the first day on which it is no longer offered")
    out_of_order_since = models.DateTimeField(null=True)
    out_of_order_why = models.CharField(max_length=200, blank=True)

    objects = BedQuerySet.as_manager()

    class Meta:
        ordering = ("site", "label")
        indexes = [models.Index(fields=["site", "offered_from"], name="isolation_bed_of_site")]
        constraints = [
            models.UniqueConstraint(fields=["site", "label"], name="isolation_bed_once"),
            models.CheckConstraint(
                condition=Q(offered_until=None) | Q(offered_until__gte=F("offered_from")),
                name="isolation_bed_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(out_of_order_since=None) | ~Q(out_of_order_why=""),
                name="isolation_bed_out_of_order_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.label
