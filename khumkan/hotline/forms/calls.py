"""What the hotline and callers fill in about calls: what came of one, when to call back, a surge."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from khumkan import capacity
from khumkan.hotline.call_choices import CallOutcome, Tried
from khumkan.hotline.choices import Reason
from khumkan.hotline.forms.cases import LONGEST_NOTE
from khumkan.kernel import clock
from khumkan.kernel.dates import show_date, show_hours
from khumkan.ui import fields
from khumkan.ui.forms import Form

SOON = _("As soon as somebody is free")
NOBODY = _("Somebody else, or not sure")


class OutcomeForm(Form):
    """What came of a call."""

    outcome = fields.RadioField(label=_("What came of the call?"), choices=CallOutcome.choices)
    reason = fields.SelectField(label=_("Why did the person call?"), choices=Reason.choices, required=False)
    who = fields.RadioField(
        label=_("Who was it?"),
        help_text=_("Choose a person only when you made sure who it was."),
        choices=(),
        required=False,
    )
    note = fields.LongTextField(
        label=_("Note"), help_text=_("Kept when a case goes on."), max_length=LONGEST_NOTE, rows=3, required=False
    )

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(people)
        if offered:
            self.fields["who"].choices = [*offered, ("", NOBODY)]  # type: ignore[attr-defined]
        else:
            del self.fields["who"]


class TriedForm(Form):
    """What came of one try to call somebody back."""

    outcome = fields.RadioField(label=_("What came of your call?"), choices=Tried.choices)


class HourForm(Form):
    """Within which hour somebody is called back."""

    hour = fields.SelectField(label=_("When shall we call?"), choices=(), prompt=SOON, required=False)

    def __init__(self, *args: Any, rooms: Iterable[capacity.Room], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(room.supply_id), hour_words(room.starts_at, room.ends_at)) for room in rooms]
        self.fields["hour"].choices = [("", SOON), *choices]  # type: ignore[attr-defined]

    @property
    def supply_id(self) -> int | None:
        """The chosen hour of a valid form; None: as soon as somebody is free."""
        chosen = self.cleaned_data["hour"]
        return int(chosen) if chosen else None


class PromiseForm(HourForm):
    """About what somebody is called back, and when."""

    reason = fields.SelectField(label=_("What is it about?"), choices=Reason.choices)
    field_order = ("reason", "hour")


class LaterHourForm(HourForm):
    """Another hour for a call that is promised already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hour = self.fields["hour"]
        hour.required = True
        hour.choices = [("", _("Choose an hour")), *hour.choices[1:]]  # type: ignore[attr-defined]


class SurgeForm(Form):
    """A surge."""

    message = fields.TextField(
        label=_("Recorded message"),
        help_text=_("Its name at the telephone exchange, such as long-wait-1. Letters, digits, - and _."),
        max_length=40,
        width=20,
        autocomplete="off",
    )
    hours = fields.NumberField(label=_("For how many hours?"), initial=2)
    why = fields.LongTextField(label=_("Why?"), help_text=_("No names."), max_length=200, rows=2)


def hour_words(begin: datetime, end: datetime) -> str:
    """Return an hour in words, such as Saturday 28 November 2026, 14:00–15:00."""
    language = get_language() or "th"
    return f"{show_date(clock.bangkok(begin).date(), language, weekday=True)}, {show_hours(begin, end, language)}"
