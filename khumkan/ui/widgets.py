"""Controls that Django does not have, or not with hints: radios, checkboxes, a date in three boxes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy

from khumkan.kernel.dates import BUDDHIST_OFFSET


class Hinted:
    """Lets options carry a hint below their label; `hints` goes from the option's value to the words."""

    hints: Mapping[str, Any]

    def hint_of(self, value: object) -> object:
        """Return the hint of an option."""
        return self.hints.get(str(value), "")


class Radios(Hinted, forms.RadioSelect):
    """One of a few, all of them seen at once."""

    def __init__(self, hints: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hints = hints or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the hint to what the template knows of an option."""
        return super().create_option(name, value, *args, **kwargs) | {"hint": self.hint_of(value)}


class Checkboxes(Hinted, forms.CheckboxSelectMultiple):
    """Any of a few, all of them seen at once."""

    def __init__(self, hints: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hints = hints or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the hint to what the template knows of an option."""
        return super().create_option(name, value, *args, **kwargs) | {"hint": self.hint_of(value)}


PARTS = ("day", "month", "year")
LABELS = {"day": gettext_lazy("Day"), "month": gettext_lazy("Month"), "year": gettext_lazy("Year")}
BIRTHDAY = {"day": "bday-day", "month": "bday-month", "year": "bday-year"}


class DateBoxes(forms.Widget):
    """Day, month and year in three boxes: quicker than a calendar for a date that one knows.

    The year is shown in the era of the page's language; what is typed may be in either.
    A value under the field's own name (`2021-08-16`) is understood too.
    """

    template_name = "ui/widgets/date.html"
    use_fieldset = True

    def __init__(self, *, birthday: bool = False, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.birthday = birthday

    def format_value(self, value: Any) -> Any:
        """Return the texts of the three boxes."""
        if isinstance(value, date):
            era = BUDDHIST_OFFSET if (get_language() or "th").startswith("th") else 0
            return {"day": str(value.day), "month": str(value.month), "year": str(value.year + era)}
        return value if isinstance(value, Mapping) else dict.fromkeys(PARTS, "")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template needs of each box."""
        context = super().get_context(name, value, attrs)
        texts, final = self.format_value(value), context["widget"]["attrs"]
        context["widget"]["boxes"] = [
            {
                "name": f"{name}_{part}",
                "id": f"{final.get('id', name)}_{part}",
                "label": LABELS[part],
                "value": texts[part],
                "autocomplete": BIRTHDAY[part] if self.birthday else "",
                "digits": 4 if part == "year" else 2,
                "invalid": "aria-invalid" in final,
            }
            for part in PARTS
        ]
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return the texts of the boxes, or the text of the whole date."""
        if data.get(name):
            return data[name]
        return {part: str(data.get(f"{name}_{part}") or "").strip() for part in PARTS}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Say whether the form did not hold the field at all."""
        return name not in data and not any(f"{name}_{part}" in data for part in PARTS)

    def id_for_label(self, id_: str) -> str:
        """Return nothing: the legend names the group, each box has its own label."""
        return ""
