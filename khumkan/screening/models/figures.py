"""Counters for the officers' pages."""

from django.db import models

from khumkan.screening.models.choices import Method


class DailyFigure(models.Model):
    """What happened on a day, by province, district, site, section and method.

    Kept up to date from events, so that no page counts millions of rows. A day is a day in Bangkok; the province and
    district are those where the person lived when the specimen was taken. `reported_on` is the day on which the figure
    became known: a later correction is a row of its own (and may be negative), so that past figures never change
    silently.
    """

    day = models.DateField()
    reported_on = models.DateField()
    province_code = models.CharField(max_length=2, blank=True)
    district_code = models.CharField(max_length=4, blank=True)
    site_id = models.BigIntegerField(default=0)
    section = models.PositiveSmallIntegerField(default=0)
    method = models.CharField(max_length=8, choices=Method.choices)
    sampled = models.IntegerField(default=0)
    negative = models.IntegerField(default=0)
    positive = models.IntegerField(default=0)
    invalid = models.IntegerField(default=0)
    cases = models.IntegerField(default=0, help_text="cases opened less cases taken back")
    answered = models.IntegerField(default=0, help_text="first answers, corrections not counted again")
    hours_to_answer = models.DecimalField(
        max_digits=14, decimal_places=2, default=0, help_text="from specimen to answer, summed over the answered"
    )
    within_24 = models.IntegerField(default=0, help_text="first answers within 24 hours of the specimen")
    within_48 = models.IntegerField(default=0, help_text="first answers within 48 hours of the specimen")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "reported_on", "province_code", "district_code", "site_id", "section", "method"],
                name="screening_daily_figure_once",
            ),
        ]
        indexes = [models.Index(fields=["province_code", "day"])]
