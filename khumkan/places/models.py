"""Areas, sites with their days, and holidays."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, F, GeneratedField, Q, UniqueConstraint
from django.db.models.functions import Left
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from khumkan.places.states import HolidayOrigin, SiteKind

#: All of Thailand, with a margin; a coordinate outside is a slip of the pen (often latitude and longitude swapped).
LATITUDES = (5.5, 20.6)
LONGITUDES = (97.2, 105.8)


def in_language(name_th: str, name_en: str) -> str:
    """Return the name for the language of this request, or the other one when it is missing."""
    thai_first = (get_language() or "th").startswith("th")
    return (name_th or name_en) if thai_first else (name_en or name_th)


class Area(models.Model):
    """What provinces, districts and subdistricts have in common."""

    name_th = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    #: Orders Thai names as a dictionary does, on any server: see `sorting.thai_sort_key`.
    sort_key = models.CharField(max_length=150, db_collation="C")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    abolished_on = models.DateField(null=True, blank=True)
    #: Codes of the areas that took the place of an abolished one; empty when nobody published any.
    successors = ArrayField(models.CharField(max_length=6), default=list, blank=True)

    class Meta:
        abstract = True
        ordering = ("sort_key",)

    def __str__(self) -> str:
        return in_language(self.name_th, self.name_en)


class Province(Area):
    """A province (จังหวัด), or Bangkok."""

    code = models.CharField(max_length=2, primary_key=True)

    class Meta(Area.Meta):
        verbose_name = _("province")


class District(Area):
    """A district (อำเภอ, in Bangkok เขต)."""

    code = models.CharField(max_length=4, primary_key=True)
    province = models.ForeignKey(Province, models.PROTECT, related_name="districts")

    class Meta(Area.Meta):
        verbose_name = _("district")


class Subdistrict(Area):
    """A subdistrict (ตำบล, in Bangkok แขวง)."""

    code = models.CharField(max_length=6, primary_key=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="subdistricts")
    province = models.ForeignKey(Province, models.PROTECT, related_name="subdistricts")
    postal_codes = ArrayField(models.CharField(max_length=5), default=list, blank=True)

    class Meta(Area.Meta):
        verbose_name = _("subdistrict")


class Site(models.Model):
    """A place where people come: a sports hall, a laboratory, a hotel turned hospital."""

    reference = models.CharField(max_length=16, unique=True)
    name_th = models.CharField(max_length=150)
    name_en = models.CharField(max_length=150, blank=True)
    kinds = ArrayField(models.CharField(max_length=12, choices=SiteKind.choices))
    subdistrict = models.ForeignKey(Subdistrict, models.PROTECT, related_name="sites")
    #: Follow from the subdistrict; here because scopes and figures ask by province and district.
    province_code = GeneratedField(
        expression=Left("subdistrict_id", 2), output_field=models.CharField(max_length=2), db_persist=True
    )
    district_code = GeneratedField(
        expression=Left("subdistrict_id", 4), output_field=models.CharField(max_length=4), db_persist=True
    )
    address = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    phone = models.CharField(max_length=20, blank=True)
    is_open = models.BooleanField(default=True)
    works_on_holidays = models.BooleanField(default=False)

    class Meta:
        ordering = ("name_th", "id")
        indexes = [
            models.Index(fields=["province_code"], name="site_province"),
            GinIndex(fields=["kinds"], name="site_kinds"),
        ]
        constraints = [
            CheckConstraint(condition=Q(kinds__len__gte=1), name="site_has_a_kind"),
            CheckConstraint(
                condition=Q(latitude__range=LATITUDES) & Q(longitude__range=LONGITUDES), name="site_is_in_thailand"
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name_th, self.name_en)


class SiteHours(models.Model):
    """When a site is open on one weekday; a weekday without a row is closed."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="hours")
    #: 0 is Monday, as in Python.
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ("site", "weekday")
        constraints = [
            UniqueConstraint(fields=["site", "weekday"], name="hours_once_a_weekday"),
            CheckConstraint(condition=Q(weekday__lte=6), name="hours_weekday"),
            CheckConstraint(condition=Q(opens__lt=F("closes")), name="hours_open_before_close"),
        ]


class SiteCapacity(models.Model):
    """How many people a site can serve a day, for one kind of service."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="capacities")
    kind = models.CharField(max_length=12, choices=SiteKind.choices)
    places_per_day = models.PositiveIntegerField()

    class Meta:
        ordering = ("site", "kind")
        constraints = [UniqueConstraint(fields=["site", "kind"], name="capacity_once_a_kind")]


class SiteClosure(models.Model):
    """Days on which a site is closed, both ends included."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="closures")
    closed_from = models.DateField()
    closed_to = models.DateField()
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ("site", "closed_from", "id")
        constraints = [
            CheckConstraint(condition=Q(closed_from__lte=F("closed_to")), name="closure_from_before_to"),
        ]


class Holiday(models.Model):
    """A day with a name. Only with `is_closed` does it close the sites that do not work on holidays."""

    on = models.DateField(unique=True)
    name_th = models.CharField(max_length=250)
    name_en = models.CharField(max_length=250, blank=True)
    is_closed = models.BooleanField(default=True)
    origin = models.CharField(max_length=8, choices=HolidayOrigin.choices, default=HolidayOrigin.STAFF)

    class Meta:
        ordering = ("on",)

    def __str__(self) -> str:
        return in_language(self.name_th, self.name_en)
