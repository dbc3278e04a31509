"""The daily situation report with its frozen figures."""

from django.db import models


class SituationReport(models.Model):
    """The figures as they stood when an officer made the report. Added, never changed: a trigger refuses it."""

    reference = models.CharField(max_length=20, unique=True)
    day = models.DateField(help_text="the last day of which it tells")
    province_code = models.CharField(max_length=2, blank=True, help_text="empty: the whole country")
    content = models.JSONField(help_text="indicators, days and areas with their figures; codes and numbers only")
    sha256 = models.CharField(max_length=64, help_text="of the content, so that a copy can be compared")
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="situation_report_latest")]
