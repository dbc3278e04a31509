"""Counters for the pages of coverage, so that no page counts millions of rows."""

from django.db import models

from khumkan.vaccination.choices import Group, Vaccine


class CoverageFigure(models.Model):
    """How far the people of one employer, district and group are, now.

    What an event touches is counted anew, never added to: told twice, or in another order, it stays right.
    """

    employer_id = models.BigIntegerField(default=0, help_text="0: listed by no employer")
    province_code = models.CharField(max_length=2, blank=True)
    district_code = models.CharField(max_length=4, blank=True, help_text="of the workplace; of the home without one")
    group = models.PositiveSmallIntegerField(choices=Group.choices)
    listed = models.PositiveIntegerField(help_text="whose enrolment did not end")
    confirmed = models.PositiveIntegerField(help_text="who want it, or have had it")
    declined = models.PositiveIntegerField(help_text="declined or withdrew")
    booked = models.PositiveIntegerField(help_text="have a date, or are at the site")
    first = models.PositiveIntegerField(help_text="had a first dose, here or elsewhere")
    second = models.PositiveIntegerField(help_text="had a second dose, here or elsewhere")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employer_id", "province_code", "district_code", "group"], name="vaccination_coverage_once"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed__lte=models.F("listed")), name="vaccination_coverage_confirmed_are_listed"
            ),
        ]
        indexes = [models.Index(fields=["province_code", "district_code"], name="vaccination_coverage_area")]


class CoverageDay(models.Model):
    """How far the people of a district were at the end of a day; of today, at the last full hour. Kept for good."""

    day = models.DateField()
    province_code = models.CharField(max_length=2, blank=True)
    district_code = models.CharField(max_length=4, blank=True)
    listed = models.PositiveIntegerField()
    confirmed = models.PositiveIntegerField()
    booked = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    second = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "province_code", "district_code"], name="vaccination_coverageday_once"
            ),
        ]


class DailyDose(models.Model):
    """Doses given on a day at a site, by where the people work, their group, the number and the vaccine."""

    day = models.DateField()
    site_id = models.BigIntegerField(default=0, help_text="0: elsewhere than at a site of the office")
    province_code = models.CharField(max_length=2, blank=True)
    district_code = models.CharField(max_length=4, blank=True)
    group = models.PositiveSmallIntegerField(choices=Group.choices, null=True)
    number = models.PositiveSmallIntegerField()
    vaccine = models.CharField(max_length=12, choices=Vaccine.choices)
    given = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "site_id", "province_code", "district_code", "group", "number", "vaccine"],
                nulls_distinct=False,
                name="vaccination_dailydose_once",
            ),
        ]
        indexes = [models.Index(fields=["province_code", "day"], name="vaccination_dailydose_area")]
