"""Plans: who gets which date and place, computed on groups, spread over persons, shown, and then carried out."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from khumkan.places.models import Site
from khumkan.vaccination.choices import Group, PlanCause, Vaccine, WaitingBecause
from khumkan.vaccination.models.enrolments import Session
from khumkan.vaccination.models.stock import Lot
from khumkan.vaccination.states import LIVE_PLANS, PlanState


class Plan(models.Model):
    """One plan for an area. What it would do is shown before anybody is booked; carrying it out can be resumed."""

    reference = models.CharField(max_length=20, unique=True)
    province_code = models.CharField(max_length=2, blank=True, help_text="empty: the whole country")
    cause = models.CharField(max_length=13, choices=PlanCause.choices, default=PlanCause.REGULAR)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in PlanState])
    first_day = models.DateField()
    last_day = models.DateField()
    closed_sites = ArrayField(models.BigIntegerField(), default=list, help_text="sites that it must not use")
    terms_version = models.PositiveIntegerField()
    seed = models.CharField(max_length=32, help_text="orders who are equal")
    figures = models.JSONField(
        default=dict, help_text="served, left, distance, days waited, doses unused, and the bound"
    )
    persons = models.PositiveIntegerField(default=0, help_text="to be placed")
    booked = models.PositiveIntegerField(default=0, help_text="so far")
    failed_why = models.CharField(max_length=400, blank=True)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="vaccination_plan_days_in_order"),
            models.CheckConstraint(
                condition=~Q(state__in=["carrying_out", "done"]) | Q(approved_at__isnull=False),
                name="vaccination_plan_approved_first",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(made_by=None) | ~Q(approved_by=F("made_by")),
                name="vaccination_plan_two_officers",
            ),
            # a site can be closed while a plan of the area is looked at or carried out
            models.UniqueConstraint(
                fields=["province_code"],
                condition=Q(state__in=[str(state) for state in LIVE_PLANS], cause=PlanCause.REGULAR),
                name="vaccination_plan_one_live",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class PlanGroup(models.Model):
    """People who are alike for a plan: same area, group, vaccines and days."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="groups")
    number = models.PositiveIntegerField()
    area_code = models.CharField(max_length=6)
    group = models.PositiveSmallIntegerField(choices=Group.choices)
    is_first = models.BooleanField(default=False, help_text="whether a date was taken away from them")
    vaccines = ArrayField(models.CharField(max_length=12, choices=Vaccine.choices), help_text="any of them")
    due_from = models.DateField()
    due_until = models.DateField(null=True)
    is_shared_out = models.BooleanField(
        help_text="whether workplaces in it are so large that they are spread over days"
    )
    persons = models.PositiveIntegerField()
    served = models.PositiveIntegerField(default=0)
    left_because = models.CharField(max_length=20, choices=WaitingBecause.choices, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="vaccination_plangroup_once")]


class PlannedPlace(models.Model):
    """So many people of a group go to a site on a day."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="places")
    group = models.ForeignKey(PlanGroup, on_delete=models.CASCADE, related_name="places")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    vaccine = models.CharField(max_length=12, choices=Vaccine.choices)
    persons = models.PositiveIntegerField()
    km = models.DecimalField(max_digits=6, decimal_places=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "site", "day", "vaccine"], name="vaccination_plannedplace_once"),
            models.CheckConstraint(condition=Q(persons__gte=1), name="vaccination_plannedplace_somebody"),
        ]


class PlannedSession(models.Model):
    """What a plan puts into one session; sessions are carried out one after the other, and each only once."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="sessions", db_index=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+", db_index=False)
    turn = models.PositiveIntegerField(help_text="in which order they are carried out")
    persons = models.PositiveIntegerField()
    doses = models.PositiveIntegerField(help_text="to be kept, those for people who are booked already included")
    is_done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "session"], name="vaccination_plansession_once"),
            models.CheckConstraint(condition=Q(persons__gte=1), name="vaccination_plansession_people"),
        ]
        indexes = [
            models.Index(fields=["plan", "turn"], condition=Q(is_done=False), name="vaccination_plansession_next")
        ]


class PlannedDose(models.Model):
    """Where and when one person would go, or why not. Millions of rows: no database foreign keys.

    `is_booked` says that this was done and the person told; what was done is not done again.
    """

    pk = models.CompositePrimaryKey("plan_id", "dose_id")
    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="planned", db_constraint=False, db_index=False
    )
    dose = models.ForeignKey(
        "vaccination.Dose", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    session_id = models.BigIntegerField(null=True)
    left_because = models.CharField(max_length=20, choices=WaitingBecause.choices, blank=True)
    is_booked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(session_id__isnull=False) | ~Q(left_because=""), name="vaccination_planneddose_says_why"
            )
        ]
        indexes = [models.Index(fields=["plan", "session_id"], name="vaccination_planneddose_at")]


class WaitingTally(models.Model):
    """How many people of a district wait for which reason, counted anew every few minutes."""

    area_code = models.CharField(max_length=4, help_text="district of the workplace, or of the home; empty: not known")
    province_code = models.CharField(max_length=2, blank=True)
    because = models.CharField(max_length=20, choices=WaitingBecause.choices)
    people = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province_code", "area_code", "because"], name="vaccination_waitingtally_once"
            )
        ]
