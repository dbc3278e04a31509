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
