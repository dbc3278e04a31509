"""What the country of the demonstration in this database was made with."""

from django.db import models
from django.db.models import F, Q


class Country(models.Model):
    """The country of this database: at most one row, written before anything else of the country.

    A row without `made_at` is a country whose making was broken off.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    persons = models.PositiveIntegerField(help_text="insured persons that it was made with")
    seed = models.BigIntegerField(help_text="the same seed makes the same country")
    begun_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    lively_on = models.DateField(null=True, help_text="the day whose sessions were last filled with people")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="simulation_country_is_one"),
            models.CheckConstraint(
                condition=Q(made_at=None) | (Q(lively_on__isnull=False) & Q(made_at__gte=F("begun_at"))),
                name="simulation_country_made_is_lively",
            ),
        ]
