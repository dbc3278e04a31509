"""The closed lists around how many people members of staff may look at."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AlertKind(TextChoices):
    """What somebody did that another person looks into."""

    HOUR = "hour", _("Too many people within an hour")
    DAY = "day", _("Too many people within a day")
    DECOY = "decoy", _("Opened a decoy")
