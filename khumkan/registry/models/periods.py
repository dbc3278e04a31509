"""Cover and employment over time: periods that cannot overlap.

An exclusion constraint would be the usual means. Measured, its GiST index costs 27 seconds a million rows, the whole of
an import's budget and more. The same promise is kept by ordinary indexes: the periods of one person (with one employer)
form a chain. Each row but the first names the last day of the row before it (`previous_ended_on`), and

* a period ends no earlier than it starts, and starts after the end of the one before (checks);
* each end has one successor at most, and one row at most has no predecessor (unique, nulls not distinct);
* the named predecessor exists (foreign key to the same table, checked at commit, so that a chain can be re-linked).

So the rows of one person are in one line, each after the other: no two can overlap. An empty end means "until further
notice"; as an end is unique in the chain there is one open period at most, and as nothing can name an empty end as its
predecessor, it is the last.
"""

from datetime import date

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from khumkan.registry.models.employers import Branch, Employer
from khumkan.registry.models.persons import Person
from khumkan.registry.states import Section


class Period(models.Model):
    """From a day to a day, both included; an empty end is "until further notice"."""

    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    previous_ended_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Coverage(Period):
    """A time during which a person is insured under one section."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="coverage", db_constraint=False, db_index=False)
    section = models.PositiveSmallIntegerField(choices=Section.choices)

    class Meta:
        verbose_name = _("cover")
        ordering = ("person", "started_on")
        constraints = [
            CheckConstraint(condition=Q(ended_on__gte=F("started_on")), name="coverage_start_before_end"),
            CheckConstraint(condition=Q(previous_ended_on__lt=F("started_on")), name="coverage_after_previous"),
            CheckConstraint(condition=Q(section__in=Section.values), name="coverage_section_known"),
            UniqueConstraint(fields=["person", "ended_on"], nulls_distinct=False, name="coverage_end_once"),
            UniqueConstraint(fields=["person", "previous_ended_on"], nulls_distinct=False, name="coverage_chain"),
        ]


class Employment(Period):
    """A time during which a person works for an employer. A person may work for several at once."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="employment", db_constraint=False, db_index=False)
    employer = models.ForeignKey(
        Employer, models.PROTECT, related_name="employment", db_constraint=False, db_index=False
    )
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, db_constraint=False, db_index=False)

    class Meta:
        verbose_name = _("employment")
        ordering = ("person", "started_on", "id")
        indexes = [models.Index(fields=["employer", "person"], name="employment_employer")]
        constraints = [
            CheckConstraint(condition=Q(ended_on__gte=F("started_on")), name="employment_start_before_end"),
            CheckConstraint(condition=Q(previous_ended_on__lt=F("started_on")), name="employment_after_previous"),
            UniqueConstraint(
                fields=["person", "employer", "ended_on"], nulls_distinct=False, name="employment_end_once"
            ),
            UniqueConstraint(
                fields=["person", "employer", "previous_ended_on"], nulls_distinct=False, name="employment_chain"
            ),
        ]


def on_day(day: date, prefix: str = "") -> Q:
    """Return the condition that a period holds on a day.

    :param prefix: the relation to the periods with its double underscore, such as `employment__`.
    """
    started = Q(**{f"{prefix}started_on__lte": day})
    return started & (Q(**{f"{prefix}ended_on__isnull": True}) | Q(**{f"{prefix}ended_on__gte": day}))
