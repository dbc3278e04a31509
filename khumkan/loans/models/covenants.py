"""The covenant of each loan: its months, its runs of months with too few workers, and what people decided.

Months are added and never changed: a later filing adds a revision, and the highest one counts. Of a hundred thousand
loans there are millions of months, so that they carry no foreign key in the database; `loans_covenantmonth` has no
sequence either.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from khumkan.loans.choices import BankDecision, Standing
from khumkan.loans.models.loans import Loan
from khumkan.loans.models.schedules import Schedule
from khumkan.loans.states import CaseState, WaiverState


class CovenantMonth(models.Model):
    """How one month of a loan stood when it was looked at; see `rules.covenant`."""

    pk = models.CompositePrimaryKey("loan_id", "month", "revision")
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="months", db_constraint=False, db_index=False)
    month = models.DateField(help_text="its first day")
    revision = models.PositiveSmallIntegerField(help_text="from 1; the highest counts")
    standing = models.CharField(max_length=8, choices=Standing.choices)
    insured = models.PositiveIntegerField(null=True, help_text="none while a branch has not filed")
    joined = models.PositiveIntegerField(null=True)
    left = models.PositiveIntegerField(null=True)
    below = models.PositiveSmallIntegerField(help_text="months below the line in a row, this one included")
    filing_id = models.BigIntegerField(null=True, help_text="the highest filing that was counted")
    terms_version = models.PositiveIntegerField(help_text="of loans.covenant, that of the day of signing")
    computed_at = models.DateTimeField()

    class Meta:
        # Months come one after the other, so that those of a month lie together: what the index keeps is a few pages,
        # and millions of months that are added cost next to nothing.
        indexes = [BrinIndex(fields=["month"], name="loans_covenantmonth_month", autosummarize=True)]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="loans_covenantmonth_first_day"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="loans_covenantmonth_from_1"),
            models.CheckConstraint(
                condition=~Q(standing__in=["kept", "warning", "cure", "breached"]) | Q(insured__isnull=False),
                name="loans_covenantmonth_judged_known",
            ),
            models.CheckConstraint(
                condition=~Q(standing__in=["cure", "breached"]) | Q(below__gte=1), name="loans_covenantmonth_below"
            ),
        ]


class CovenantCase(models.Model):
    """A run of months with too few workers."""

    reference = models.CharField(max_length=20, unique=True)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="cases")
    began = models.DateField(help_text="the first day of the first month below the line")
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in CaseState], default=CaseState.CURE)
    below = models.PositiveSmallIntegerField(help_text="months below the line")
    breached_at = models.DateTimeField(null=True, help_text="since when the bank sees it on its page")
    told_at = models.DateTimeField(null=True, help_text="when the bank was last sent word of it")
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loan", "began"], name="loans_case_once"),
            models.CheckConstraint(condition=Q(began__day=1), name="loans_case_first_day"),
            models.CheckConstraint(
                condition=~Q(state__in=["breached", "decided", "recalled"]) | Q(breached_at__isnull=False),
                name="loans_case_breach_dated",
            ),
        ]
        indexes = [models.Index(fields=["state", "-changed_at"], name="loans_case_state")]

    def __str__(self) -> str:
        return self.reference


class CovenantStep(models.Model):
    """What a case became, by whom and when. Added and never changed."""

    case = models.ForeignKey(CovenantCase, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in CaseState])
    because = models.CharField(max_length=400, blank=True, help_text="what somebody wrote; empty when figures decided")
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("case", "at", "id")


class Waiver(models.Model):
    """Months in which too few workers do not count, because two of the office say so."""

    case = models.ForeignKey(CovenantCase, on_delete=models.PROTECT, related_name="waivers")
    state = models.CharField(max_length=7, choices=[(s.value, s.value) for s in WaiverState], default=WaiverState.ASKED)
    until = models.DateField(help_text="the first day of the last month that is waived; the first is that of the case")
    why = models.CharField(max_length=400)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="asked"), name="loans_waiver_one_open"),
            models.CheckConstraint(condition=~Q(asked_by=F("decided_by")), name="loans_waiver_two_people"),
            models.CheckConstraint(condition=~Q(why=""), name="loans_waiver_says_why"),
            models.CheckConstraint(condition=Q(until__day=1), name="loans_waiver_first_day"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by=None, decided_at=None)
                | ~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="loans_waiver_decided",
            ),
        ]


class BreachDecision(models.Model):
    """What the bank decided about a breach: one officer proposes, another one confirms."""

    case = models.ForeignKey(CovenantCase, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=7, choices=BankDecision.choices)
    step = models.DecimalField(max_digits=5, decimal_places=2, default=0, help_text="percent a year that are added")
    from_on = models.DateField(help_text="since when it holds")
    why = models.CharField(max_length=400)
    proposed_by = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text="the second officer did not agree, or figures changed")
    schedule = models.OneToOneField(
        Schedule, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="that came of it; none when the rate is kept, and until the day of a step has come",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(dropped_at=None), name="loans_breachdecision_one"),
            models.CheckConstraint(condition=~Q(proposed_by=F("confirmed_by")), name="loans_breachdecision_two_people"),
            models.CheckConstraint(condition=~Q(why=""), name="loans_breachdecision_says_why"),
            models.CheckConstraint(
                condition=Q(decision="step_up", step__gt=0) | ~Q(decision="step_up") & Q(step=0),
                name="loans_breachdecision_step",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, dropped_at=None),
                name="loans_breachdecision_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(schedule=None) | Q(decision__in=["step_up", "recall"], confirmed_at__isnull=False),
                name="loans_breachdecision_schedule",
            ),
            models.CheckConstraint(
                condition=~Q(decision="recall") | Q(confirmed_at=None) | Q(schedule__isnull=False),
                name="loans_breachdecision_recalled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["from_on"],
                condition=Q(decision="step_up", schedule=None, confirmed_at__isnull=False),
                name="loans_breachdecision_step_due",
            ),
        ]


class CovenantNotice(models.Model):
    """An employer was told of a month; told once."""

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="notices")
    month = models.DateField()
    standing = models.CharField(max_length=8, choices=Standing.choices)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loan", "month", "standing"], name="loans_covenantnotice_once"),
        ]
