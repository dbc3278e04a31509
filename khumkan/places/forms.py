"""Forms of sites and holidays."""

from collections.abc import Iterator
from datetime import time
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khumkan.places import matching
from khumkan.places.actions import SiteDetails
from khumkan.places.states import SiteKind
from khumkan.ui import fields
from khumkan.ui.forms import Form

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class SiteForm(Form):
    """Everything that is said of a site."""

    name_th = fields.TextField(label=_("Name in Thai"), max_length=150)
    name_en = fields.TextField(label=_("Name in English"), max_length=150, required=False)
    kinds = fields.CheckboxesField(label=_("What the site is for"), choices=SiteKind.choices)
    address = fields.TextField(label=_("House number, road"), max_length=200, required=False)
    province = fields.SelectField(label=_("Province"), choices=[])
    district = fields.TextField(label=_("District"), help_text=_("In Thai or English."))
    subdistrict = fields.TextField(label=_("Subdistrict"), help_text=_("In Thai or English."))
    latitude = fields.NumberField(label=_("Latitude"), help_text=_("For example 13.7563."), decimals=6)
    longitude = fields.NumberField(label=_("Longitude"), help_text=_("For example 100.5018."), decimals=6)
    phone = fields.TextField(label=_("Telephone"), max_length=20, required=False)
    works_on_holidays = fields.TickField(label=_("Open on public holidays too"), required=False)

    def __init__(self, data: Any = None, *, provinces: list[tuple[str, str]], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["province"].choices = [("", gettext("Choose")), *provinces]  # type: ignore[attr-defined]
        for weekday, name in enumerate(WEEKDAYS):
            self.fields[f"opens_{weekday}"] = fields.TimeField(label=_("%(day)s, from") % {"day": name}, required=False)
            self.fields[f"closes_{weekday}"] = fields.TimeField(label=_("%(day)s, to") % {"day": name}, required=False)
        for kind in SiteKind:
            label = _("%(kind)s: people a day") % {"kind": kind.label}
            self.fields[f"capacity_{kind}"] = fields.NumberField(label=label, required=False, min_value=0)

    def hours(self) -> Iterator[tuple[BoundField, BoundField]]:
        """Yield the opening and closing field of each weekday."""
        for weekday in range(len(WEEKDAYS)):
            yield self[f"opens_{weekday}"], self[f"closes_{weekday}"]

    def capacities(self) -> Iterator[BoundField]:
        """Yield the field of each kind of service."""
        for kind in SiteKind:
            yield self[f"capacity_{kind}"]

    def clean(self) -> dict[str, Any]:
        """Find the subdistrict that was written, and check that hours are whole."""
        given = super().clean() or self.cleaned_data
        if given.get("province") and given.get("district") and given.get("subdistrict"):
            given["subdistrict_code"] = self._subdistrict(given)
        for weekday in range(len(WEEKDAYS)):
            opens, closes = given.get(f"opens_{weekday}"), given.get(f"closes_{weekday}")
            if (opens is None) != (closes is None):
                self.add_error(f"closes_{weekday}", _("Give both times, or neither for a closed day."))
            elif opens is not None and closes is not None and closes <= opens:
                self.add_error(f"closes_{weekday}", _("A site closes after it opens."))
        return given

    def details(self) -> SiteDetails:
        """Return what was filled in, of a valid form."""
        given = self.cleaned_data
        hours: dict[int, tuple[time, time]] = {
            weekday: (given[f"opens_{weekday}"], given[f"closes_{weekday}"])
            for weekday in range(len(WEEKDAYS))
            if given.get(f"opens_{weekday}")
        }
        return SiteDetails(
            name_th=given["name_th"],
            name_en=given["name_en"],
            kinds=[SiteKind(kind) for kind in given["kinds"]],
            subdistrict_code=given["subdistrict_code"],
            address=given["address"],
            latitude=float(given["latitude"]),
            longitude=float(given["longitude"]),
            phone=given["phone"],
            works_on_holidays=given["works_on_holidays"],
            hours=hours,
            capacities={
                kind: int(given[f"capacity_{kind}"]) for kind in SiteKind if given.get(f"capacity_{kind}") is not None
            },
        )

    def _subdistrict(self, given: dict[str, Any]) -> str:
        district = matching.match_district(given["district"], province_code=given["province"])
        if district is None:
            self.add_error("district", _("This province has no such district. Write it as on a map."))
            return ""
        subdistrict = matching.match_subdistrict(given["subdistrict"], district_code=district.code)
        if subdistrict is None:
            self.add_error("subdistrict", _("This district has no such subdistrict. Write it as on a map."))
            return ""
        return subdistrict.code


class ClosureForm(Form):
    """Days on which a site is closed."""

    first = fields.DateField(label=_("First closed day"))
    last = fields.DateField(label=_("Last closed day"))
    why = fields.TextField(
        label=_("Why"), help_text=_("People who had come on these days will read it."), max_length=200
    )

    def clean(self) -> dict[str, Any]:
        """Check that the days are in order."""
        given = super().clean() or self.cleaned_data
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            self.add_error("last", _("The last closed day is before the first."))
        return given


class HolidayForm(Form):
    """A day with a name."""

    on = fields.DateField(label=_("Day"))
    name_th = fields.TextField(label=_("Name in Thai"), max_length=250)
    name_en = fields.TextField(label=_("Name in English"), max_length=250, required=False)
    is_closed = fields.TickField(label=_("Sites are closed"), required=False)

    def __init__(self, data: Any = None, *, is_known: bool = False, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        if is_known:
            self.fields["on"].widget = forms.HiddenInput()
            self.fields["on"].disabled = True
