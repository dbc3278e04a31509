"""Schedules of loans, each a version that stands as it was made, and the book in which the newest is filled."""

from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q

from khumkan.kernel.actors import ActorKind
from khumkan.loans.models.loans import Loan
from khumkan.loans.money_choices import DayCount, Repaying, ScheduleReason
from khumkan.loans.rules import schedules
from khumkan.loans.rules.schedules import Plan


class Schedule(models.Model):
    """One version of what is paid when, with everything from which it follows. Rows are added and never changed."""

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="schedules", db_index=False)
    version = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=12, choices=ScheduleReason.choices)
    principal = models.DecimalField(max_digits=14, decimal_places=2, help_text="baht owed when it begins")
    rate = models.DecimalField(max_digits=6, decimal_places=3, help_text="percent a year")
    kind = models.CharField(max_length=11, choices=Repaying.choices)
    day_count = models.CharField(max_length=9, choices=DayCount.choices)
    from_on = models.DateField(help_text="the day from which interest runs")
    interest_only = models.PositiveSmallIntegerField(help_text="instalments at first that pay interest only")
    carried = models.DecimalField(max_digits=14, decimal_places=2, help_text="interest due with the first instalment")
    spread = models.DecimalField(max_digits=14, decimal_places=2, help_text="interest of a pause, on all instalments")
    level = models.DecimalField(max_digits=14, decimal_places=2, null=True, help_text="the instalment that was kept")
    total = models.DecimalField(max_digits=15, decimal_places=2, help_text="baht of all its instalments")
    terms_version = models.PositiveIntegerField(help_text="of loans.servicing")
    why = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind])
    made_by = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("loan", "version")
        constraints = [
            models.UniqueConstraint(fields=["loan", "version"], name="loans_schedule_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="loans_schedule_version_from_1"),
            models.CheckConstraint(
                condition=Q(principal__gt=0, rate__gte=0, carried__gte=0, spread__gte=0)
                & Q(total__gte=F("principal") + F("carried") + F("spread")),
                name="loans_schedule_amounts",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["drawn", "prepaid"]) | ~Q(why=""), name="loans_schedule_says_why"
            ),
            models.CheckConstraint(condition=Q(kind__in=Repaying.values), name="loans_schedule_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id}/{self.version}"

    def rows(self) -> tuple[schedules.Instalment, ...]:
        """Return the instalments as the rules know them; one query."""
        return tuple(
            schedules.Instalment(row.number, row.due_on, row.principal, row.interest, row.balance)
            for row in self.instalments.order_by("number")
        )

    def plan(self, rows: Sequence[schedules.Instalment]) -> Plan:
        """Return what the schedule follows from, as the rules know it."""
        return Plan(
            principal=self.principal,
            rate=self.rate,
            from_on=self.from_on,
            due_on=tuple(row.due_on for row in rows),
            kind=Repaying(self.kind),
            day_count=DayCount(self.day_count),
            interest_only=self.interest_only,
            carried=self.carried,
            spread=self.spread,
            level=self.level,
        )


class Instalment(models.Model):
    """One line of a schedule. What is paid of it follows from how far the schedule is filled."""

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="instalments", db_index=False)
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    principal = models.DecimalField(max_digits=14, decimal_places=2)
    interest = models.DecimalField(max_digits=14, decimal_places=2)
    balance = models.DecimalField(max_digits=14, decimal_places=2, help_text="principal that is owed after it")
    reached = models.DecimalField(max_digits=15, decimal_places=2, help_text="baht of this and all earlier ones")

    class Meta:
        ordering = ("schedule", "number")
        constraints = [
            models.UniqueConstraint(fields=["schedule", "number"], name="loans_instalment_once"),
            models.UniqueConstraint(fields=["schedule", "due_on"], name="loans_instalment_one_a_day"),
            models.CheckConstraint(
                condition=Q(number__gte=1, principal__gte=0, interest__gte=0, balance__gte=0, reached__gte=0),
                name="loans_instalment_not_below_0",
            ),
        ]


class LoanBook(models.Model):
    """The money of one loan now. It is written only under the lock of the loan’s row."""

    loan = models.OneToOneField(Loan, on_delete=models.PROTECT, primary_key=True, related_name="book")
    kind = models.CharField(max_length=11, choices=Repaying.choices, default=Repaying.EQUAL_INSTALMENTS)
    interest_only = models.PositiveSmallIntegerField(default=0)
    due_day = models.PositiveSmallIntegerField(default=0, help_text="of the month; 0 until money was drawn")
    limit = models.DecimalField(max_digits=14, decimal_places=2, help_text="baht of the contract")
    drawn = models.DecimalField(max_digits=14, decimal_places=2, default=0, help_text="baht, of all drawings")
    schedule = models.OneToOneField(Schedule, on_delete=models.PROTECT, null=True, related_name="+")
    scheduled = models.DecimalField(max_digits=15, decimal_places=2, default=0, help_text="baht of its instalments")
    filled = models.DecimalField(max_digits=15, decimal_places=2, default=0, help_text="baht of them that are paid")
    paused_months = models.PositiveSmallIntegerField(default=0, help_text="of all pauses")
    restructured = models.PositiveSmallIntegerField(default=0, help_text="times")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(drawn__gte=0) & Q(drawn__lte=F("limit")), name="loans_book_drawn_within_limit"
            ),
            models.CheckConstraint(
                condition=Q(filled__gte=0) & Q(filled__lte=F("scheduled")), name="loans_book_filled_within_total"
            ),
            models.CheckConstraint(
                condition=Q(schedule=None, drawn=0) | Q(schedule__isnull=False, drawn__gt=0, due_day__gte=1),
                name="loans_book_drawn_has_a_schedule",
            ),
        ]
