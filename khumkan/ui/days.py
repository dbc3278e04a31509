"""A day of the recent past, chosen from a list in words: easier on a phone than three boxes."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khumkan.kernel import clock
from khumkan.kernel.dates import show_date
from khumkan.ui.fields import SelectField

#: Days back among which a person chooses; earlier days have a line of their own.
DAYS_BACK = 21


def _days_back() -> Iterable[tuple[str, str]]:
    today, language = clock.today(), get_language() or "th"
    yield "", _("Choose a day")
    names = {0: _("Today"), 1: _("Yesterday")}
    for back in range(DAYS_BACK + 1):
        day = today - timedelta(days=back)
        words = show_date(day, language, weekday=True)
        yield day.isoformat(), f"{names[back]}, {words}" if back in names else words
    yield (today - timedelta(days=DAYS_BACK + 1)).isoformat(), _("Earlier")


class DayBackField(SelectField):
    """One of the last days, in words; cleans to a date, or None where it is optional and empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=(), **kwargs)
        self.choices = _days_back

    def clean(self, value: Any) -> date | None:
        """Return the chosen day."""
        chosen = super().clean(value)
        return date.fromisoformat(chosen) if chosen else None

    def valid_value(self, value: object) -> bool:
        """Tell whether it is one of the days, without putting them all into words."""
        today = clock.today()
        return any(value == (today - timedelta(days=back)).isoformat() for back in range(DAYS_BACK + 2))
