"""Tables of the situation centre, by subject."""

from khumkan.situation.models.announcements import (
    Announcement,
    AnnouncementStep,
    AnnouncementText,
    Reached,
    Sending,
)
from khumkan.situation.models.figures import Alarm, Counting, Figure
from khumkan.situation.models.reports import SituationReport

__all__ = [
    "Alarm",
    "Announcement",
    "AnnouncementStep",
    "AnnouncementText",
    "Counting",
    "Figure",
    "Reached",
    "Sending",
    "SituationReport",
]
