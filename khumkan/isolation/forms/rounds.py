"""What a nurse types at the bedside, with one thumb and in seconds."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.isolation.choices import Decision, Level, Symptom
from khumkan.isolation.rules.answers import Vitals
from khumkan.kernel.errors import Refused
from khumkan.ui import fields
from khumkan.ui.forms import Form

#: Which field a refused value belongs to, by the code of the refusal.
FIELDS = {"temperature_range": "temperature", "spo2_range": "spo2", "breaths_range": "breaths"}
#: How long the name of a doctor may be.
LONGEST_NAME = 80


class ObservationForm(Form):
    """One look at one person. Nothing is chosen beforehand: what was not asked stays empty."""

    temperature = fields.NumberField(
        label=_("Temperature"), decimals=1, width=4, suffix="°C", required=False, help_text=_("For example 36.6")
    )
    spo2 = fields.NumberField(
        label=_("Oxygen in the blood, at rest"), width=3, suffix="%", required=False, help_text=_("For example 98")
    )
    spo2_after = fields.NumberField(label=_("Oxygen after a short walk"), width=3, suffix="%", required=False)
    breaths = fields.NumberField(label=_("Breaths a minute"), width=3, required=False)
    symptoms = fields.CheckboxesField(label=_("Symptoms now"), choices=Symptom.choices, required=False)
    medicine_taken = fields.YesNoField(label=_("Medicine taken as ordered?"), required=False)

    vitals: Vitals

    def clean(self) -> dict[str, Any]:
        """Read the values as those of a person, and ask for at least one of them."""
        cleaned = super().clean() or self.cleaned_data
        measured = {name: cleaned.get(name) for name in ("temperature", "spo2", "spo2_after", "breaths")}
        if self.errors:
            return cleaned
        try:
            self.vitals = Vitals(**measured)  # type: ignore[arg-type]
        except Refused as refusal:
            self.add_error(FIELDS.get(refusal.code), str(refusal))
            return cleaned
        if self.vitals.temperature is None and self.vitals.oxygen is None and not cleaned.get("symptoms"):
            self.add_error("temperature", str(_("Please enter the temperature or the oxygen at least.")))
        return cleaned

    @property
    def symptoms_told(self) -> tuple[Symptom, ...]:
        """What was ticked."""
        return tuple(Symptom(code) for code in self.cleaned_data["symptoms"])


class DecisionForm(Form):
    """What the doctor said who was called."""

    doctor = fields.TextField(
        label=_("Which doctor was called?"), max_length=LONGEST_NAME, width=20, autocomplete="off"
    )
    decision = fields.RadioField(
        label=_("What did the doctor decide?"),
        choices=[(each.value, each.label) for each in (Decision.STAYS, Decision.HOSPITAL)],
    )
    level = fields.RadioField(label=_("Colour from now on"), choices=[(str(each.value), each.label) for each in Level])


class DoctorForm(Form):
    """The name of a doctor who decided by telephone."""

    doctor = fields.TextField(label=_("Which doctor decided?"), max_length=LONGEST_NAME, width=20, autocomplete="off")
