"""The two tables of counted supply and the constraints that make overbooking and doubles impossible."""

from django.db import models
from django.db.models import F, Q

from khumkan.capacity.states import ACTIVE, ClaimState


class Supply(models.Model):
    """So many of one thing at one place and time.

    `taken` counts the amounts of all active claims, lapsed holds included until they are swept.
    """

    kind = models.CharField(max_length=40, help_text="what is counted, such as screening.place or isolation.bed")
    site_id = models.BigIntegerField(null=True, help_text="none for what belongs to no site, such as a budget")
    part = models.CharField(max_length=40, default="", help_text="a share kept for a purpose, such as walk_in")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    opens_at = models.DateTimeField(null=True, help_text="before this moment nobody can take")
    total = models.BigIntegerField()
    taken = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_why = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["kind", "site_id", "starts_at"], name="capacity_supply_by_site")]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__gte=0) & Q(taken__lte=F("total")), name="capacity_supply_never_oversold"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="capacity_supply_times_in_order"),
            models.UniqueConstraint(
                fields=["kind", "site_id", "starts_at", "part"],
                nulls_distinct=False,
                name="capacity_supply_once",
            ),
        ]


class Claim(models.Model):
    """What somebody holds or has taken of a supply; moving adds a claim, so a claim keeps its supply.

    The holder is a person, an employer, or a site that keeps some for its own people.
    """

    supply = models.ForeignKey(Supply, on_delete=models.PROTECT, related_name="claims", db_index=False)
    purpose = models.CharField(max_length=60, help_text="one active claim for each person and purpose")
    person_id = models.BigIntegerField(null=True)
    employer_id = models.BigIntegerField(null=True)
    site_id = models.BigIntegerField(null=True)
    amount = models.BigIntegerField(default=1)
    state = models.CharField(max_length=8)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=12, default="")

    class Meta:
        indexes = [
            models.Index(fields=["supply"], condition=Q(state__in=ACTIVE), name="capacity_claim_active"),
            models.Index(
                fields=["supply", "expires_at"], condition=Q(state=ClaimState.HELD), name="capacity_claim_held"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "person_id"],
                condition=Q(state__in=ACTIVE, person_id__isnull=False),
                name="capacity_claim_person_once",
            ),
            models.UniqueConstraint(
                fields=["purpose", "employer_id"],
                condition=Q(state__in=ACTIVE, employer_id__isnull=False),
                name="capacity_claim_employer_once",
            ),
            models.UniqueConstraint(
                fields=["purpose", "site_id"],
                condition=Q(state__in=ACTIVE, site_id__isnull=False),
                name="capacity_claim_site_once",
            ),
            models.CheckConstraint(
                condition=Q(person_id__isnull=False, employer_id=None, site_id=None)
                | Q(person_id=None, employer_id__isnull=False, site_id=None)
                | Q(person_id=None, employer_id=None, site_id__isnull=False),
                name="capacity_claim_one_holder",
            ),
            models.CheckConstraint(condition=Q(amount__gte=1), name="capacity_claim_amount_from_1"),
            models.CheckConstraint(condition=Q(state__in=list(ClaimState)), name="capacity_claim_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.HELD) | Q(expires_at__isnull=False), name="capacity_claim_hold_lapses"
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.RELEASED) | Q(ended_at__isnull=False), name="capacity_claim_end_dated"
            ),
        ]
