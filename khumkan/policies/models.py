"""Tables of terms and phases. Proposals, decisions and versions are added and never changed; the database refuses."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from khumkan.policies.states import WORDS, PhaseState


class Proposal(models.Model):
    """New terms that an officer proposes. Its decision is a row of its own."""

    kind = models.CharField(max_length=60)
    effective_from = models.DateField()
    values = models.JSONField()
    why = models.TextField()
    source = models.TextField()
    proposed_by = models.BigIntegerField(help_text="id of the officer")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "-id"], name="policies_proposal_by_kind")]


class Decision(models.Model):
    """What a second officer decided on a proposal: at most one row each."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="decision")
    is_approved = models.BooleanField()
    why = models.TextField(blank=True)
    decided_by = models.BigIntegerField(help_text="id of the officer")
    created_at = models.DateTimeField(auto_now_add=True)


class TermsVersion(models.Model):
    """A version of terms that holds from a day on. Seeded versions have no officers: their source is public."""

    kind = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    effective_from = models.DateField()
    values = models.JSONField()
    why = models.TextField()
    source = models.TextField()
    proposal = models.OneToOneField(Proposal, null=True, on_delete=models.PROTECT, related_name="version")
    proposed_by = models.BigIntegerField(null=True)
    approved_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "-effective_from", "-number"], name="policies_terms_in_force")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="policies_terms_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="policies_terms_number_from_1"),
            models.CheckConstraint(
                condition=Q(proposal=None, proposed_by=None, approved_by=None)
                | (
                    Q(proposal__isnull=False, proposed_by__isnull=False, approved_by__isnull=False)
                    & ~Q(proposed_by=F("approved_by"))
                ),
                name="policies_terms_two_officers",
            ),
        ]


class PhaseQuerySet(models.QuerySet["Phase"]):
    """The words for phases."""

    def running(self, on: date) -> Self:
        """Keep the phases that are open on a day."""
        return self.filter(Q(closes_on=None) | Q(closes_on__gte=on), state=PhaseState.OPEN, opens_on__lte=on)

    def covering(self, area_code: str) -> Self:
        """Keep the phases whose areas contain this province, district or subdistrict, or that have no areas."""
        inside = [area_code[:length] for length in (2, 4, 6) if len(area_code) >= length]
        return self.filter(Q(area_codes=[]) | Q(area_codes__overlap=inside))


class Phase(models.Model):
    """When, where and with what budget a programme runs.

    The key is programme, years and number: two programmes of one name had a "phase 2" in different years.
    """

    programme = models.CharField(max_length=30)
    number = models.PositiveSmallIntegerField()
    years = models.CharField(max_length=9, help_text="common era, such as 2021 or 2020-2021")
    title_th = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    area_codes = ArrayField(models.CharField(max_length=6), default=list, help_text="empty means the whole country")
    opens_on = models.DateField()
    closes_on = models.DateField(null=True, help_text="the last day; none means until further notice")
    budget = models.DecimalField(max_digits=15, decimal_places=2, null=True, help_text="baht; none means no ceiling")
    state = models.CharField(max_length=10, default=PhaseState.PLANNED, choices=list(WORDS.items()))
    drafted_by = models.BigIntegerField(null=True)
    signed_by = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)

    objects = PhaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["programme", "state", "opens_on"], name="policies_phase_running"),
            GinIndex(fields=["area_codes"], name="policies_phase_areas"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["programme", "years", "number"], name="policies_phase_once"),
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")), name="policies_phase_days_in_order"
            ),
            models.CheckConstraint(condition=Q(budget=None) | Q(budget__gte=0), name="policies_phase_budget_from_0"),
            models.CheckConstraint(
                condition=Q(state=PhaseState.PLANNED) | Q(state=PhaseState.CLOSED) | Q(signed_at__isnull=False),
                name="policies_phase_open_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | Q(drafted_by=None) | ~Q(signed_by=F("drafted_by")),
                name="policies_phase_two_officers",
            ),
            models.CheckConstraint(condition=Q(state__in=list(PhaseState)), name="policies_phase_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.years}/{self.number}"


class PhaseStep(models.Model):
    """A move of a phase from one state to the next, with who and why: added, never edited."""

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10)
    why = models.TextField()
    moved_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
