"""What was expected of beds, kept so that the error of the forecast can be shown."""

from django.db import models

from khumkan.isolation.choices import Level
from khumkan.places.models import Site


class BedForecast(models.Model):
    """How many beds of a level were expected to be free at a site on a day, as seen some days before."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    made_on = models.DateField()
    for_on = models.DateField()
    free = models.IntegerField(help_text="beds expected to be free at the end of that day")
    admissions = models.PositiveIntegerField()
    discharges = models.PositiveIntegerField()
    free_then = models.IntegerField(null=True, help_text="what it was in the end")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "level", "made_on", "for_on"], name="isolation_forecast_once"),
            models.CheckConstraint(
                condition=models.Q(for_on__gt=models.F("made_on")), name="isolation_forecast_looks_ahead"
            ),
        ]
        indexes = [models.Index(fields=["for_on", "site"], name="isolation_forecast_for")]
