"""Monthly contribution filings (สปส. 1-10): who was employed in a month, as the employer reported it."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from khumkan.registry.models.employers import Branch, Employer
from khumkan.registry.models.persons import Person
from khumkan.registry.states import FilingKind


class Filing(models.Model):
    """One report of an employer for one branch and month.

    A correction is a filing of its own; the highest number counts.
    """

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="filings")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="filings")
    #: The first day of the month.
    month = models.DateField()
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=FilingKind.choices)
    headcount = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("monthly filing")
        ordering = ("employer", "month", "branch", "number")
        indexes = [models.Index(fields=["month", "employer"], name="filing_month")]
        constraints = [
            UniqueConstraint(fields=["branch", "month", "number"], name="filing_number_once"),
            CheckConstraint(condition=Q(month__day=1), name="filing_month_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.branch} {self.month:%Y-%m} {self.number}"


class FilingLine(models.Model):
    """One employee in one filing. Partitioned by month."""

    pk = models.CompositePrimaryKey("month", "person_id", "filing_id")
    month = models.DateField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="filing_lines", db_constraint=False, db_index=False)
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="lines", db_constraint=False, db_index=False)
    #: Baht in the month, before the ceiling for contributions.
    wage = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("line of a filing")
        ordering = ("month", "filing_id", "person_id")
        indexes = [models.Index(fields=["filing"], name="filingline_filing")]


class EmployerMonth(models.Model):
    """How many people worked for an employer in a month, counted when a filing is taken over.

    All branches together, the highest number of each; nobody is counted twice. Whoever needs a headcount reads it here
    instead of counting tens of millions of lines. A row is written anew by whatever changes it, and never by hand.
    """

    pk = models.CompositePrimaryKey("employer_id", "month")
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="months", db_constraint=False, db_index=False)
    month = models.DateField()
    #: People insured under section 33 on some day of the month; the others in the filings are not.
    employees = models.PositiveIntegerField()
    others = models.PositiveIntegerField(default=0)
    #: Against the month before that was filed: who came and who went, of the employees; nothing when there is none.
    joined = models.PositiveIntegerField(null=True)
    left = models.PositiveIntegerField(null=True)
    #: Branches that have filed, and those that had people in the month before and have not.
    branches = models.PositiveSmallIntegerField()
    awaited = models.PositiveSmallIntegerField(default=0)
    #: Highest filing that was counted: who reads an older row knows.
    filing_id = models.BigIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("month of an employer")
        ordering = ("employer", "month")
        indexes = [models.Index(fields=["month", "employer"], name="employermonth_month")]
        constraints = [
            CheckConstraint(condition=Q(month__day=1), name="employermonth_first_day"),
            CheckConstraint(
                condition=Q(joined__isnull=True, left__isnull=True) | Q(joined__isnull=False, left__isnull=False),
                name="employermonth_moves_together",
            ),
        ]

    @property
    def is_whole(self) -> bool:
        """Whether every branch that is expected has filed."""
        return not self.awaited
