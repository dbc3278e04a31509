"""Sessions with places, registrations for them, and what happened at the door."""

from datetime import datetime
from typing import Self

from django.db import models

from khumkan.capacity.models import Supply
from khumkan.places.models import Site
from khumkan.registry.models import Employer, Person
from khumkan.screening.choices import Channel, DoorOutcome, EndedBecause, Ground, Method, WaitingBecause
from khumkan.screening.models.rounds import Round
from khumkan.screening.states import LIVE_REGISTRATIONS, RegistrationState


class SessionQuerySet(models.QuerySet["Session"]):
    """The words for sessions."""

    def open_to_all(self, *, now: datetime) -> Self:
        """Keep the public ones that have room and are not over."""
        return self.filter(
            is_public=True,
            cancelled_at__isnull=True,
            ends_at__gt=now,
            supply__closed_at__isnull=True,
            supply__taken__lt=models.F("supply__total"),
        )


class Session(models.Model):
    """Some hours of testing at a site, with counted places."""

    reference = models.CharField(max_length=20, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    supply = models.OneToOneField(Supply, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="sessions")
    method = models.CharField(max_length=8, choices=Method.choices)
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_public = models.BooleanField(default=True, help_text="whether persons who register are offered a place here")
    cancelled_at = models.DateTimeField(null=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "starts_at", "method"], name="screening_session_once"),
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")), name="screening_session_hours_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(round__isnull=True) | models.Q(is_public=False),
                name="screening_session_round_is_closed",
            ),
        ]
        indexes = [models.Index(fields=["day", "site"])]

    def __str__(self) -> str:
        return self.reference


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """The words for registrations."""

    def under_way(self) -> Self:
        """Keep those that lead to an answer; a person has at most one."""
        return self.filter(state__in=LIVE_REGISTRATIONS)

    def waiting(self) -> Self:
        """Keep those without a place, the first to be served first."""
        return self.filter(state=RegistrationState.WAITING).order_by("-priority", "registered_at", "pk")


class Registration(models.Model):
    """One person's way to one test: from the wish or the draw to the answer."""

    reference = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in RegistrationState])
    ground = models.CharField(max_length=10, choices=Ground.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    method = models.CharField(max_length=8, choices=Method.choices)
    priority = models.PositiveSmallIntegerField(help_text="higher is sooner")
    answers = models.JSONField(default=dict, help_text="what the person said: codes and dates only")
    reasons = models.JSONField(default=list, help_text="why eligible and why this priority: codes and values")
    terms_version = models.PositiveIntegerField()
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, related_name="registrations", db_index=False
    )
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="registrations", db_index=False)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by", db_index=False)
    province_code = models.CharField(max_length=2, blank=True, help_text="where the person lived when registering")
    waiting_because = models.CharField(max_length=16, blank=True, choices=WaitingBecause.choices)
    ended_because = models.CharField(max_length=16, blank=True, choices=EndedBecause.choices)
    changes_left = models.PositiveSmallIntegerField(default=2)
    registered_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True)
    checked_in_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="screening_registration_reference_once"),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state__in=[str(state) for state in LIVE_REGISTRATIONS]),
                name="screening_registration_one_live",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["booked", "checked_in"]) | models.Q(session__isnull=False),
                name="screening_registration_booked_has_session",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="waiting") | models.Q(session__isnull=True) & ~models.Q(waiting_because=""),
                name="screening_registration_waiting_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-registered_at"]),
            models.Index(fields=["session", "state"]),
            # each change of state writes every index anew, so that rows without a value are left out of these
            models.Index(
                fields=["round"], condition=models.Q(round__isnull=False), name="screening_registration_round"
            ),
            models.Index(
                fields=["employer"], condition=models.Q(employer__isnull=False), name="screening_registration_at_work"
            ),
            models.Index(
                fields=["follows"], condition=models.Q(follows__isnull=False), name="screening_registration_follows"
            ),
            models.Index(
                fields=["province_code", "method", "-priority", "registered_at", "id"],
                condition=models.Q(state="waiting"),
                name="screening_registration_queue",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Attendance(models.Model):
    """Something that happened at the door; a row is added, never edited.

    Somebody who was not on the list has no registration.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, null=True, related_name="attendances")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=20, choices=DoorOutcome.choices)
    note = models.CharField(max_length=200, blank=True)
    by_staff = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["session", "at"])]
