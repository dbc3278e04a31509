"""What a reader of the situation narrows it to, and what an officer writes there."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.situation.choices import Part
from khumkan.ui import fields
from khumkan.ui.forms import Form

Choices = Sequence[tuple[str, str]]


class ProvinceForm(Form):
    """One province, or all."""

    province = fields.SelectField(label=_("Province"), required=False, choices=())

    def __init__(self, *args: Any, provinces: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["province"]
        assert isinstance(field, fields.SelectField)
        field.choices = [("", _("All provinces")), *provinces]

    def chosen(self) -> str:
        """Return the code of the province, or an empty text for all."""
        return str(self.cleaned_data["province"]) if self.is_bound and self.is_valid() else ""


class FigureForm(ProvinceForm):
    """Days, province, break-down, and the day on which it was known. Everything may be left as it is."""

    first = fields.DateField(label=_("From"), required=False)
    last = fields.DateField(label=_("To"), required=False)
    part = fields.SelectField(label=_("Broken down by"), required=False, choices=())
    known_on = fields.DateField(
        label=_("As it was known on"),
        help_text=_("Leave it empty to see what is known now."),
        required=False,
    )
    field_order = ("first", "last", "province", "part", "known_on")

    def __init__(self, *args: Any, parts: Sequence[Part] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["part"]
        assert isinstance(field, fields.SelectField)
        field.choices = [("", ""), *((part.value, part.label) for part in parts)]


class AlarmForm(Form):
    """What the officer does about an alarm."""

    note = fields.LongTextField(
        label=_("What you do about it"),
        help_text=_("For your colleagues. No names of persons."),
        max_length=300,
        rows=3,
    )


class ReportForm(ProvinceForm):
    """Of which day and where a report is made.

    :param nation: whether the officer may make one of the whole country.
    """

    day = fields.DateField(label=_("The day of which it tells"))
    field_order = ("day", "province")

    def __init__(self, *args: Any, provinces: Choices = (), nation: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, provinces=provinces, **kwargs)
        if not nation:
            field = self.fields["province"]
            assert isinstance(field, fields.SelectField)
            field.choices = provinces
            field.required = True
