"""What a day at a site came to, stored when it is closed: booked, came, given, and the doses."""

from django.db import models
from django.db.models import F, Q

from khumkan.places.models import Site
from khumkan.registry.models import Employer


class SiteDay(models.Model):
    """One closed day of one site. Whoever was booked or let in as a stand-by is accounted for."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    booked = models.PositiveIntegerField(help_text="people with a date on this day")
    stood_by = models.PositiveIntegerField(help_text="let in for doses that would have been lost")
    vaccinated = models.PositiveIntegerField()
    turned_back = models.PositiveIntegerField()
    no_show = models.PositiveIntegerField()
    reasons = models.JSONField(default=dict, help_text="why people were turned back, and how many for each reason")
    not_on_list = models.PositiveIntegerField()
    other_day = models.PositiveIntegerField(help_text="came on another day than theirs")
    other_site = models.PositiveIntegerField(help_text="came to another site than theirs")
    mismatch = models.PositiveIntegerField(help_text="came with the document of somebody else")
    received = models.IntegerField(help_text="doses that came, less those sent on")
    given = models.PositiveIntegerField()
    wasted = models.PositiveIntegerField(help_text="broken, left over, expired, too warm")
    left = models.IntegerField(help_text="doses at the site when the day was closed")
    closed_at = models.DateTimeField()
    closed_by = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-day", "site")
        constraints = [
            models.UniqueConstraint(fields=["site", "day"], name="vaccination_siteday_once"),
            models.CheckConstraint(
                condition=Q(booked=F("vaccinated") + F("turned_back") + F("no_show") - F("stood_by")),
                name="vaccination_siteday_everybody_accounted_for",
            ),
        ]
        indexes = [models.Index(fields=["-day"], name="vaccination_siteday_newest")]

    @property
    def came(self) -> int:
        """How many were let in: those who were booked and those who stood by."""
        return self.vaccinated + self.turned_back


class EmployerDay(models.Model):
    """What a closed day came to for the people of one employer; none stands for people without one."""

    site_day = models.ForeignKey(SiteDay, on_delete=models.CASCADE, related_name="employers")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, related_name="+")
    listed = models.PositiveIntegerField(help_text="people on its list when the day was closed")
    booked = models.PositiveIntegerField()
    stood_by = models.PositiveIntegerField()
    vaccinated = models.PositiveIntegerField()
    turned_back = models.PositiveIntegerField()
    no_show = models.PositiveIntegerField()
    not_on_list = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site_day", "employer"], nulls_distinct=False, name="vaccination_employerday_once"
            ),
            models.CheckConstraint(
                condition=Q(booked=F("vaccinated") + F("turned_back") + F("no_show") - F("stood_by")),
                name="vaccination_employerday_everybody_accounted_for",
            ),
        ]

    @property
    def came(self) -> int:
        """How many of the employer's people were let in."""
        return self.vaccinated + self.turned_back
