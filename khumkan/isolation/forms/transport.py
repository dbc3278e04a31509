"""What officers, drivers and the hotline enter about drives."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.isolation.rules.transport import MOST_SEATS
from khumkan.kernel import clock
from khumkan.ui import fields
from khumkan.ui.forms import Form

TODAY, TOMORROW = "today", "tomorrow"
DAYS = ((TODAY, _("Today")), (TOMORROW, _("Tomorrow")))
#: One person who can be chosen: the value, the name, and what is told about them.
Choice = tuple[str, str, str]


class SeatsForm(Form):
    """How large the vehicle is, by GET; what cannot be read counts as not given."""

    seats = fields.NumberField(label=_("Seats for people"), min_value=1, max_value=MOST_SEATS, width=3)

    def asked(self, usual: int) -> int:
        """Return the number of seats, or the usual one."""
        return int(self.cleaned_data["seats"]) if self.is_bound and self.is_valid() else usual


class PeopleForm(Form):
    """Whom a drive fetches."""

    people = fields.CheckboxesField(label=_("Whom to fetch"))

    def __init__(self, *args: Any, choices: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        assert isinstance(field, fields.CheckboxesField)
        field.choices = [(value, name) for value, name, _hint in choices]
        field.widget.hints = {value: hint for value, _name, hint in choices}

    def stay_ids(self) -> list[int]:
        """Return the stays that were chosen."""
        return [int(value) for value in self.cleaned_data["people"]]


class PlanForm(PeopleForm):
    """A drive: which vehicle, when, and whom it fetches."""

    vehicle = fields.TextField(
        label=_("Vehicle"), help_text=_("The plate, or how it is called."), width=20, max_length=30, autocomplete="off"
    )
    seats = fields.NumberField(label=_("Seats for people"), min_value=1, max_value=MOST_SEATS, width=3)
    day = fields.RadioField(label=_("Day of the drive"), choices=DAYS, initial=TODAY)
    time = fields.TimeField(label=_("Starts at"))
    field_order = ("vehicle", "seats", "day", "time", "people")

    def starts_at(self, today: date) -> datetime:
        """Return when the drive begins."""
        day = today + timedelta(days=self.cleaned_data["day"] == TOMORROW)
        begins: time = self.cleaned_data["time"]
        return clock.at(day, begins)


class CalledForm(Form):
    """Why staff act for somebody whom the driver did not find; the person can read it later."""

    because = fields.TextField(
        label=_("Why do you do this for the person?"),
        help_text=_("The person can read this. No names, no illness."),
        max_length=120,
        initial=_("The driver did not find the person"),
    )
