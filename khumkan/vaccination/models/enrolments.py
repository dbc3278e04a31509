"""Who wants to be vaccinated, their doses, and the sessions at which doses are given."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from khumkan.capacity.models import Supply
from khumkan.places.models import Site
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer, Person
from khumkan.vaccination.choices import Decided, Group, Vaccine, WaitingBecause
from khumkan.vaccination.states import COMING_DOSES, DoseState, EnrolmentState


class Enrolment(models.Model):
    """One person's vaccination. There is one for each person, however many employers list them."""

    reference = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=9, choices=[(s.value, s.value) for s in EnrolmentState])
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="+", db_index=False)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, related_name="+", help_text="the first that listed the person"
    )
    #: Where a place is looked for; follow from workplace and home when the person is listed.
    work_area = models.CharField(max_length=6, blank=True, help_text="subdistrict or district of the workplace")
    home_area = models.CharField(max_length=6, blank=True)
    province_code = models.CharField(max_length=2, blank=True)
    near_home = models.BooleanField(default=False, help_text="whether the person asked for a place near the home")
    group = models.PositiveSmallIntegerField(choices=Group.choices)
    opened_because = models.CharField(max_length=40, blank=True, help_text="code of the rule that chose the person")
    decided_by = models.CharField(max_length=7, choices=Decided.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    invited_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="vaccination_enrolment_reference_once"),
            models.UniqueConstraint(fields=["person"], name="vaccination_enrolment_person_once"),
            models.CheckConstraint(
                condition=Q(state__in=["invited", "ended"]) | Q(decided_at__isnull=False) & ~Q(decided_by=""),
                name="vaccination_enrolment_own_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_at__isnull=False) & ~Q(ended_why=""),
                name="vaccination_enrolment_end_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["employer", "state"], name="vaccination_enrolment_at_work"),
            models.Index(
                fields=["invited_at"],
                condition=Q(state=EnrolmentState.INVITED, reminded_at=None),
                name="vaccination_enrolment_silent",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class SessionQuerySet(models.QuerySet["Session"]):
    """The words for sessions."""

    def bookable(self, *, now: datetime) -> Self:
        """Keep those that have room and have not begun."""
        return self.filter(
            cancelled_at=None, starts_at__gt=now, supply__closed_at=None, supply__taken__lt=F("supply__total")
        )


class Session(models.Model):
    """An hour or so at a site in which one vaccine is given, with counted places.

    A place is backed by a dose: `kept_doses` of `lot` are kept for the session, and never more than the lot has. The
    supply counts what can be booked, which is no more than the doses and those who are expected to stay away.
    """

    reference = models.CharField(max_length=20, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    supply = models.OneToOneField(Supply, on_delete=models.PROTECT, related_name="+")
    vaccine = models.CharField(max_length=12, choices=Vaccine.choices)
    lot = models.ForeignKey("vaccination.Lot", on_delete=models.PROTECT, null=True, related_name="sessions")
    kept_doses = models.PositiveIntegerField(default=0)
    lacks_doses = models.BooleanField(
        default=False, help_text="its lot was taken from it; whoever is booked has to be moved"
    )
    places = models.PositiveIntegerField(help_text="people whom the site can serve in it")
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancelled_why = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, help_text="when the day was reconciled")

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "starts_at", "vaccine"], name="vaccination_session_once"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="vaccination_session_hours_in_order"),
            models.CheckConstraint(
                condition=Q(kept_doses=0) | Q(lot__isnull=False), name="vaccination_session_doses_of_lot"
            ),
        ]
        indexes = [models.Index(fields=["day", "site"], name="vaccination_session_of_day")]

    def __str__(self) -> str:
        return self.reference


class DoseQuerySet(models.QuerySet["Dose"]):
    """The words for doses."""

    def coming(self) -> Self:
        """Keep those that are still to be given; a person has at most one."""
        return self.filter(state__in=COMING_DOSES)

    def to_call(self, *, now: datetime) -> Self:
        """Keep those who wait and whom the hotline calls, the longest overdue first."""
        return self.filter(state=DoseState.WAITING, call_after__lte=now).order_by("call_after", "pk")

    def waiting(self, *, on: date) -> Self:
        """Keep those that may have a date from a day on, the first to be served first."""
        return self.filter(state=DoseState.WAITING, due_from__lte=on).order_by("-group", "waiting_since", "pk")


class Dose(models.Model):
    """One dose of one person, from the wish to the needle. A person has each number once."""

    reference = models.CharField(max_length=20)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="doses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=[(s.value, s.value) for s in DoseState])
    vaccine = models.CharField(max_length=12, choices=Vaccine.choices, blank=True, help_text="empty: any that suits")
    due_from = models.DateField(help_text="the first day on which it may be given")
    due_until = models.DateField(null=True, help_text="the last day of the interval")
    group = models.PositiveSmallIntegerField(choices=Group.choices)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, related_name="doses", db_index=False)
    waiting_since = models.DateTimeField(help_text="kept when a date falls away")
    waiting_because = models.CharField(max_length=20, choices=WaitingBecause.choices, blank=True)
    changes_left = models.PositiveSmallIntegerField(default=2)
    misses = models.PositiveSmallIntegerField(default=0)
    fell_away = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="dates that the office had to take back"
    )
    call_after = models.DateTimeField(null=True, help_text="from when the hotline calls; none: nobody has to")
    booked_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True, help_text="of the date; one given or changed later is another date")
    given_on = models.DateField(null=True)
    terms_version = models.PositiveIntegerField()

    objects = DoseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="vaccination_dose_reference_once"),
            models.UniqueConstraint(fields=["person", "number"], name="vaccination_dose_number_once"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=[str(state) for state in COMING_DOSES]),
                name="vaccination_dose_one_coming",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="vaccination_dose_number_from_1"),
            models.CheckConstraint(
                condition=~Q(state="booked") | Q(session__isnull=False), name="vaccination_dose_booked_has_session"
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(session=None) & ~Q(waiting_because=""),
                name="vaccination_dose_waiting_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="given") | Q(given_on__isnull=False), name="vaccination_dose_given_dated"
            ),
            models.CheckConstraint(
                condition=Q(due_until=None) | Q(due_until__gte=F("due_from")), name="vaccination_dose_interval_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["session", "state"], name="vaccination_dose_of_session"),
            models.Index(
                fields=["-group", "waiting_since", "id"], condition=Q(state="waiting"), name="vaccination_dose_queue"
            ),
            models.Index(fields=["call_after"], condition=Q(call_after__isnull=False), name="vaccination_dose_to_call"),
        ]

    def __str__(self) -> str:
        return self.reference
