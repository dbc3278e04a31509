"""The closed lists of the situation centre."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Part(TextChoices):
    """By what a figure is broken down. The rows of each part add up to the same."""

    COUNTRY = "country", _("Whole country")
    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")
    SECTION = "section", _("Section")
    SITE = "site", _("Site")
    EMPLOYER = "employer", _("Enterprise")


class Kind(StrEnum):
    """What adding up means."""

    FLOW = "flow"  # what happened on a day: days add up
    STOCK = "stock"  # what there is at a moment: days do not add up, the latest counts


class SendingKind(StrEnum):
    """What a sending tells."""

    NEWS = "news"
    WITHDRAWAL = "withdrawal"
