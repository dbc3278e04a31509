"""The closed lists of the places layer."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SiteKind(TextChoices):
    """What a site is used for; one site may serve for several."""

    TESTING = "testing", _("Testing site")
    LABORATORY = "laboratory", _("Laboratory")
    HOSPITEL = "hospitel", _("Hospitel")
    HOSPITAL = "hospital", _("Hospital")
    VACCINATION = "vaccination", _("Vaccination site")
    OFFICE = "office", _("Social security office")


class HolidayOrigin(TextChoices):
    """Where a holiday comes from: a seeding never changes what staff have entered."""

    SEEDED = "seeded", _("From the published calendar")
    STAFF = "staff", _("Entered by the office")
