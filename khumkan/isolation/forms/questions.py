"""The questions of triage in plain words, and the values that people report: on a cheap phone, or by the hotline.

Warning signs come first. Whoever feels well says so: an empty answer is no answer.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.isolation.choices import Condition, Need, Symptom
from khumkan.isolation.rules.answers import Answers, Vitals
from khumkan.ui import fields
from khumkan.ui.days import DayBackField
from khumkan.ui.forms import Form

NONE = "none"
NONE_OF_THESE = (NONE, gettext_lazy("None of these"))
#: Signs with which nobody waits for a bed; they are asked for before everything else.
WARNING = (Symptom.GASPING, Symptom.CHEST_PAIN, Symptom.DROWSY)
OTHER = tuple(symptom for symptom in Symptom if symptom not in WARNING)
UNKNOWN = "unknown"
#: Asked only where people are looked after at home at all.
FOR_HOME = ("wants_home", "weight_kg", "height_cm")


def _choices(symptoms: Iterable[Symptom]) -> list[tuple[str, Any]]:
    return [(symptom.value, symptom.label) for symptom in symptoms]


class AnyOrNone(fields.CheckboxesField):
    """Some of a few, or expressly none of them; cleans to the codes of what applies."""

    def __init__(self, *, choices: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(choices=[*choices, NONE_OF_THESE], **kwargs)

    def clean(self, value: Any) -> list[str]:
        """Return what applies.

        :raises ValidationError: when something is ticked together with “None of these”.
        """
        told = super().clean(value)
        if NONE in told and len(told) > 1:
            raise ValidationError(_("Tick either “None of these”, or what applies to you."), code="none_and_some")
        return [code for code in told if code != NONE]


class VitalsForm(Form):
    """What people measure themselves; what cannot be measured stays empty."""

    temperature = fields.NumberField(
        label=gettext_lazy("Temperature"), suffix="°C", decimals=1, width=4, required=False, min_value=34, max_value=43
    )
    spo2 = fields.NumberField(
        label=gettext_lazy("Oxygen in the blood, at rest"),
        help_text=gettext_lazy("The large number on the clip for the finger, often called SpO2."),
        suffix="%",
        width=3,
        required=False,
        min_value=50,
        max_value=100,
    )
    breaths = fields.NumberField(
        label=gettext_lazy("Breaths in one minute"),
        help_text=gettext_lazy("Sit still and count how often your chest rises in one minute."),
        width=3,
        required=False,
        min_value=5,
        max_value=80,
    )

    def vitals(self) -> Vitals:
        """Return what was measured, of a valid form."""
        told = self.cleaned_data
        return Vitals(
            temperature=told["temperature"], spo2=told["spo2"], breaths=told["breaths"], measured_by_self=True
        )


class QuestionsForm(VitalsForm):
    """What triage asks.

    :param asks_pregnancy: nobody is asked of whom the register says that it cannot be.
    :param asks_home: whether anybody is looked after at home by the terms in force.
    """

    warning = AnyOrNone(
        label=gettext_lazy("Do you have one of these now?"),
        help_text=gettext_lazy("If you do, call 1669 at once and do not wait for our answer."),
        choices=_choices(WARNING),
    )
    symptoms = AnyOrNone(label=gettext_lazy("What else do you feel?"), choices=_choices(OTHER))
    since = DayBackField(
        label=gettext_lazy("When did it begin?"),
        help_text=gettext_lazy("Leave it empty if you feel well or do not know."),
        required=False,
    )
    conditions = AnyOrNone(label=gettext_lazy("Do you have one of these illnesses?"), choices=Condition.choices)
    controlled = fields.RadioField(
        label=gettext_lazy("Is your illness under control?"),
        help_text=gettext_lazy("Only if you have one: for example, your doctor is content with your values."),
        choices=(
            ("yes", gettext_lazy("Yes")),
            ("no", gettext_lazy("No")),
            (UNKNOWN, gettext_lazy("I do not know")),
        ),
        required=False,
    )
    medicines = fields.TextField(
        label=gettext_lazy("Which medicines do you take every day?"),
        help_text=gettext_lazy("Names as on the packet. Only the nurse who looks after you can read this."),
        max_length=200,
        required=False,
    )
    pregnant = fields.YesNoField(label=gettext_lazy("Are you pregnant?"))
    weight_kg = fields.NumberField(
        label=gettext_lazy("Weight"), suffix=gettext_lazy("kg"), width=3, required=False, min_value=2, max_value=350
    )
    height_cm = fields.NumberField(
        label=gettext_lazy("Height"), suffix=gettext_lazy("cm"), width=3, required=False, min_value=40, max_value=250
    )
    lives_with = fields.NumberField(
        label=gettext_lazy("How many others live in your home?"),
        help_text=gettext_lazy("0 if you live alone."),
        width=3,
        min_value=0,
        max_value=200,
    )
    own_room = fields.YesNoField(label=gettext_lazy("Do you have a room that only you use?"))
    wants_home = fields.YesNoField(
        label=gettext_lazy("If your health allows it: do you agree to be looked after at home?"),
        help_text=gettext_lazy("A team calls you twice a day. If you get worse, you are brought to a hospital."),
    )
    needs = fields.CheckboxesField(
        label=gettext_lazy("What do you need at the place?"),
        help_text=gettext_lazy("Leave it empty if you need nothing of this."),
        choices=Need.choices,
        required=False,
    )

    def __init__(self, *args: Any, asks_pregnancy: bool, asks_home: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_pregnancy:
            del self.fields["pregnant"]
        if not asks_home:
            for name in FOR_HOME:
                del self.fields[name]

    def answers(self) -> Answers:
        """Return the answers of a valid form."""
        told = self.cleaned_data
        return Answers(
            symptoms=tuple(Symptom(code) for code in (*told["symptoms"], *told["warning"])),
            since=told["since"],
            conditions=tuple(Condition(code) for code in told["conditions"]),
            controlled={"yes": True, "no": False}.get(told["controlled"]),
            takes_medicine=bool(told["medicines"].strip()),
            pregnant=told.get("pregnant") is True,
            weight_kg=told.get("weight_kg"),
            height_cm=told.get("height_cm"),
            lives_with=told["lives_with"],
            own_room=told["own_room"],
            wants_home=told.get("wants_home") is True,
            needs=tuple(Need(code) for code in told["needs"]),
            vitals=self.vitals(),
        )


def told_before(answers: Answers | None) -> dict[str, Any]:
    """Return what a form begins with that was answered before; symptoms and values are asked for anew."""
    if answers is None:
        return {}
    return {
        "since": answers.since.isoformat() if answers.since else "",
        "conditions": [condition.value for condition in answers.conditions] or [NONE],
        "controlled": {True: "yes", False: "no", None: ""}[answers.controlled],
        "pregnant": answers.pregnant,
        "weight_kg": answers.weight_kg,
        "height_cm": answers.height_cm,
        "lives_with": answers.lives_with,
        "own_room": answers.own_room,
        "wants_home": answers.wants_home,
        "needs": [need.value for need in answers.needs],
    }


class ReportForm(VitalsForm):
    """How somebody in care is, told by themselves twice a day."""

    symptoms = fields.CheckboxesField(
        label=gettext_lazy("What do you feel?"),
        help_text=gettext_lazy("Leave it empty if you feel well."),
        choices=_choices((*WARNING, *OTHER)),
        required=False,
    )
    medicine_taken = fields.YesNoField(label=gettext_lazy("Have you taken your medicine?"), required=False)
    field_order = ("symptoms", "temperature", "spo2", "breaths", "medicine_taken")

    def told(self) -> tuple[Symptom, ...]:
        """Return the symptoms of a valid form."""
        return tuple(Symptom(code) for code in self.cleaned_data["symptoms"])


class FamilyForm(Form):
    """Who in the same home is in care, too: shown by what only people know who know each other."""

    reference = fields.TextField(
        label=gettext_lazy("Care reference of the other person"),
        help_text=gettext_lazy("It stands in their SMS and on their page “My care”, such as H-7K4M9-2QXC3."),
        max_length=40,
        width=20,
        autocomplete="off",
    )
    phone_end = fields.CodeField(label=gettext_lazy("Last four digits of their telephone number"), length=4)
