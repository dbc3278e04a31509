"""The figures of all programmes with two clocks, and the alarms that they raise."""

from django.db import models
from django.db.models import F, Q

from khumkan.situation.choices import Part
from khumkan.situation.rules.targets import Target
from khumkan.situation.states import AlarmState


class Figure(models.Model):
    """One value of one cell: what was counted of a day and place, and from when to when that was held to be so.

    A row is added when the count of its cell has changed, and marked once when another takes its place; a trigger
    refuses everything else. The rows of each part of an indicator add up to the same sums in every province.
    """

    indicator = models.CharField(max_length=30)
    part = models.CharField(max_length=8, choices=Part.choices)
    province_code = models.CharField(max_length=2, blank=True, help_text="empty: unknown, or of the whole country")
    key = models.CharField(max_length=20, blank=True, help_text="district, section, id of the site or of the employer")
    happened_on = models.DateField(help_text="day in Bangkok; of a stock, the day at whose end it was so")
    value = models.BigIntegerField()
    reported_at = models.DateTimeField(help_text="from when it was held to be so")
    replaced_at = models.DateTimeField(null=True, help_text="since when another value is")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "part", "happened_on", "province_code", "key"],
                condition=Q(replaced_at=None),
                include=["value"],
                name="situation_figure_one_now",
            ),
            models.UniqueConstraint(
                fields=["indicator", "part", "happened_on", "province_code", "key", "reported_at"],
                name="situation_figure_once",
            ),
            models.CheckConstraint(
                condition=Q(replaced_at=None) | Q(replaced_at__gt=F("reported_at")), name="situation_figure_in_order"
            ),
        ]


class Counting(models.Model):
    """When an indicator was last counted, so that a page can say as of when its figures are."""

    indicator = models.CharField(max_length=30, unique=True)
    counted_at = models.DateTimeField()
    changed = models.PositiveIntegerField(help_text="cells that changed then")


class Alarm(models.Model):
    """A figure that passed its limit in an area, until it is within it again."""

    reference = models.CharField(max_length=20, unique=True)
    target = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Target])
    province_code = models.CharField(max_length=2, blank=True, help_text="empty: the whole country")
    state = models.CharField(max_length=8, choices=[(each.value, each.value) for each in AlarmState])
    value = models.DecimalField(max_digits=14, decimal_places=1, help_text="the latest; shares in percent")
    limit = models.DecimalField(max_digits=14, decimal_places=1)
    terms_version = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True, help_text="what the officer does about it")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target", "province_code"], condition=~Q(state="closed"), name="situation_alarm_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | ~Q(state="closed") & Q(closed_at=None),
                name="situation_alarm_closed_when",
            ),
        ]
        indexes = [models.Index(fields=["-opened_at"], name="situation_alarm_latest")]
