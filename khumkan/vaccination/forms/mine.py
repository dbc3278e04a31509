"""What a person fills in about their own vaccination, and staff on their behalf."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from khumkan.accounts.forms import OnBehalf
from khumkan.kernel.dates import show_date, show_hours
from khumkan.ui import fields
from khumkan.ui.forms import Form
from khumkan.vaccination.queries.offers import Offer

NEAR = [
    ("work", gettext_lazy("Near my workplace")),
    ("home", gettext_lazy("Near my home")),
]


class WishForm(Form):
    """Near which place somebody wants to be vaccinated."""

    near = fields.RadioField(
        label=gettext_lazy("Where does it suit you better?"),
        choices=NEAR,
        initial="work",
        error_messages={"required": gettext_lazy("Please choose: near the workplace or near the home.")},
    )

    @property
    def near_home(self) -> bool:
        """Whether the home was chosen."""
        return bool(self.cleaned_data["near"] == "home")


class OnBehalfWishForm(WishForm, OnBehalf):
    """The same for staff who act for a person."""

    field_order = ("near", "because")


class DayForm(Form):
    """Of which day all hours are shown."""

    day = fields.SelectField(
        label=gettext_lazy("Only one day"),
        choices=(),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This day is not offered. Please choose another.")},
    )

    def __init__(self, *args: Any, days: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "th"
        self.fields["day"].choices = [  # type: ignore[attr-defined]
            ("", _("The nearest and soonest")),
            *((day.isoformat(), show_date(day, language, weekday=True)) for day in days),
        ]

    def chosen(self) -> date | None:
        """Return the day of which all hours are asked for, if there is one."""
        day = self.cleaned_data["day"] if self.is_bound and self.is_valid() else ""
        return date.fromisoformat(day) if day else None


class DateChoiceForm(Form):
    """One of the dates and places offered. The one chosen is judged when it is taken, not by this list."""

    session = fields.RadioField(
        label=gettext_lazy("Day, hour and place"),
        choices=(),
        error_messages={
            "required": gettext_lazy("Please choose a day and a place."),
            "invalid_choice": gettext_lazy("This date is no longer free. Please choose another."),
        },
    )

    def __init__(self, *args: Any, offers: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["session"]
        choice.choices = [(offer.reference, offer_words(offer)) for offer in offers]  # type: ignore[attr-defined]


class OnBehalfDateForm(DateChoiceForm, OnBehalf):
    """The same for staff who act for a person."""

    field_order = ("session", "because")


def offer_words(offer: Offer) -> str:
    """Return a date and place as one line to choose."""
    language = get_language() or "th"
    hours = show_hours(offer.starts_at, offer.ends_at, language)
    words = f"{show_date(offer.day, language, weekday=True)}, {hours}, {offer.site_name}"
    if offer.km is None:
        return words
    return _("%(place)s (about %(km)d km)") % {"place": words, "km": max(1, round(offer.km))}
