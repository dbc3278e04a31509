"""What persons type in at the door."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khumkan.accounts.codes import CAREFUL_DIGITS
from khumkan.kernel import identifiers
from khumkan.kernel.digits import only_digits
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.ui import fields
from khumkan.ui.forms import Form

KINDS = [
    (IdentifierKind.THAI.value, _("Thai identity card (13 digits)")),
    (IdentifierKind.FOREIGN.value, _("Card of a foreign worker")),
    (IdentifierKind.PASSPORT.value, _("Passport")),
]


class SignInCodeField(fields.CodeField):
    """A code by SMS. It is longer when the service is under attack, so its length is not checked here."""

    def to_python(self, value: Any) -> str:
        """Return the digits."""
        return only_digits(forms.CharField.to_python(self, value) or "")[: CAREFUL_DIGITS + 1]


class NumberForm(Form):
    """The identity number."""

    kind = fields.RadioField(label=_("Which document do you have?"), choices=KINDS, initial=IdentifierKind.THAI.value)
    number = fields.IdNumberField(
        kind=None, label=_("Number"), help_text=_("As it stands on the document. Blanks do not matter.")
    )

    def clean(self) -> dict[str, Any]:
        """Check that such a number is possible; whether it is insured is not looked up."""
        cleaned = super().clean() or {}
        if "kind" in cleaned and cleaned.get("number"):
            kind = IdentifierKind(cleaned["kind"])
            cleaned["kind"], cleaned["number"] = kind, identifiers.normalise(kind, cleaned["number"])
            if problem := identifiers.problem(kind, cleaned["number"]):
                self.add_error("number", str(problem))
        return cleaned


class LetterForm(NumberForm):
    """The identity number and the code from a letter."""

    code = fields.TextField(
        label=_("Code in the letter"), help_text=_("It begins with L."), max_length=20, width=20, autocomplete="off"
    )


class CodeForm(Form):
    """The code by SMS."""

    code = SignInCodeField(label=_("Code"))


class PhoneForm(Form):
    """A new phone."""

    phone = fields.PhoneField(label=_("New telephone number"))


class StaffLetterForm(Form):
    """Why a person gets a letter."""

    why = fields.LongTextField(
        label=_("How you know who it is"),
        help_text=_("For example: was here in person with the identity card, or the employer confirmed it."),
        max_length=300,
        rows=3,
    )


class StaffPhoneForm(PhoneForm, StaffLetterForm):
    """A new phone that staff ask for on behalf of a person."""

    field_order = ["phone", "why"]
