"""What people tell after a dose, what is checked, and what officers write about records and events."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.accounts.forms import OnBehalf
from khumkan.ui import fields
from khumkan.ui.forms import Form
from khumkan.vaccination.actions.aftercare import Told
from khumkan.vaccination.actions.corrections import Truth
from khumkan.vaccination.choices import Reaction, ToldBy, Vaccine
from khumkan.vaccination.rules.certificates import LONGEST


class FeelingForm(Form):
    """How somebody feels some days after a dose."""

    reactions = fields.CheckboxesField(
        label=_("What do you feel?"),
        help_text=_("Leave it empty if you feel well."),
        choices=Reaction.choices,
        required=False,
    )
    words = fields.LongTextField(
        label=_("In your own words"),
        help_text=_("If you like. Only those who look after you can read this."),
        max_length=500,
        rows=3,
        required=False,
    )

    def told(self, by: ToldBy) -> Told:
        """Return what a valid form says."""
        said = self.cleaned_data
        return Told(
            reactions=[Reaction(each) for each in said["reactions"]],
            words=said["words"],
            told_by=by,
            began_on=said.get("began_on"),
        )


class ReactionForm(FeelingForm):
    """Something that happened after a dose."""

    field_order = ("reactions", "began_on", "words")
    began_on = fields.DateField(
        label=_("When did it begin?"), help_text=_("Leave it empty if it was today."), required=False
    )


class SomebodysFeelingForm(FeelingForm):
    """The same, written down by staff for somebody else."""

    reactions = fields.CheckboxesField(
        label=_("Signs"),
        help_text=_("Leave it empty if the person feels well."),
        choices=Reaction.choices,
        required=False,
    )
    words = fields.LongTextField(
        label=_("In their own words"),
        help_text=_("Only those who look after the person can read this."),
        max_length=500,
        rows=3,
        required=False,
    )


class SomebodysReactionForm(SomebodysFeelingForm, ReactionForm):
    """Something that happened to somebody after a dose, written down by staff."""

    field_order = ("reactions", "began_on", "words")


class DeskFeelingForm(SomebodysFeelingForm, OnBehalf):
    """The same, told on the telephone."""

    field_order = ("reactions", "words", "because")


class DeskReactionForm(SomebodysReactionForm, OnBehalf):
    """The same, told on the telephone."""

    field_order = ("reactions", "began_on", "words", "because")  # type: ignore[assignment]  # one name more


class VerifyForm(Form):
    """The text of a certificate's QR code."""

    text = fields.LongTextField(
        label=_("Text of the QR code"),
        help_text=_("Scan the code with an app that shows its text, and copy the text here. It begins with KHK1:"),
        max_length=LONGEST,
        rows=6,
    )


class WhyForm(Form):
    """Why something on a record does not hold."""

    why = fields.TextField(
        label=_("Why?"), help_text=_("For colleagues. The person reads only that it was corrected."), max_length=200
    )


class RouteForm(Form):
    """Who looks after an event now."""

    to = fields.TextField(
        label=_("Who has it now?"),
        help_text=_("Hospital and doctor, or the office of disease control, with a telephone number."),
        max_length=100,
    )


class CloseForm(Form):
    """What came of an event."""

    outcome = fields.TextField(
        label=_("What came of it?"), help_text=_("For example: well again after two days."), max_length=200
    )


class DoseForm(Form):
    """A dose as it really was given."""

    number = fields.NumberField(label=_("Which dose is it?"), width=3, min_value=1, max_value=9)
    vaccine = fields.SelectField(label=_("Vaccine"), choices=Vaccine.choices)
    lot_number = fields.TextField(
        label=_("Lot number"), help_text=_("As it stands on the vial or the card."), max_length=40, width=20
    )
    given_on = fields.DateField(label=_("Day on which it was given"))

    def truth(self, **more: str) -> Truth:
        """Return what a valid form says."""
        said = self.cleaned_data
        return Truth(
            number=int(said["number"]),
            vaccine=Vaccine(said["vaccine"]),
            lot_number=said["lot_number"],
            given_on=said["given_on"],
            elsewhere=said.get("elsewhere", more.get("elsewhere", "")),
            evidence=said.get("evidence", more.get("evidence", "")),
        )


class DetailsForm(DoseForm, WhyForm):
    """What is true of a dose of which something else is written, and why."""

    field_order = ("number", "vaccine", "lot_number", "given_on", "why")


class ElsewhereForm(DoseForm):
    """A dose that was given at no site of the programme."""

    field_order = ("number", "vaccine", "lot_number", "given_on", "elsewhere", "evidence")
    elsewhere = fields.TextField(label=_("Where was it given?"), help_text=_("Hospital or country."), max_length=150)
    evidence = fields.TextField(
        label=_("What did you see as evidence?"),
        help_text=_("For example: certificate of a hospital, with its number."),
        max_length=200,
    )


class OtherPersonForm(WhyForm):
    """Who really had a dose."""

    field_order = ("reference", "why")
    reference = fields.TextField(
        label=_("Reference of the person who had this dose"),
        help_text=_("It begins with P and stands on the person’s page in the register."),
        max_length=20,
        width=20,
        autocomplete="off",
    )


class FindForm(Form):
    """Whose record is looked for."""

    what = fields.TextField(
        label=_("Identity number, telephone number or reference"),
        help_text=_("The code of a certificate leads to the certificate."),
        max_length=60,
        width=20,
        autocomplete="off",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].widget.attrs["autocapitalize"] = "characters"
