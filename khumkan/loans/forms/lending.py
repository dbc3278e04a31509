"""What an employer writes about a loan, and what somebody types who checks a certificate."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.loans.actions.applications import Wish
from khumkan.loans.choices import DocumentKind, Security
from khumkan.loans.models import Application, Bank
from khumkan.ui import fields
from khumkan.ui.forms import Form

#: Of one upload; how large a document may be stands in the terms.
LARGEST_BYTES = 50 * 1024 * 1024


class WishForm(Form):
    """What is asked for."""

    amount = fields.NumberField(label=_("Amount of the loan"), suffix=_("baht"), decimals=0)
    refinance = fields.NumberField(
        label=_("How much of it repays other loans?"),
        help_text=_("0 when none of it does."),
        suffix=_("baht"),
        decimals=0,
    )
    security = fields.RadioField(label=_("Security"), choices=Security.choices)
    purpose = fields.LongTextField(
        label=_("What is the money for?"),
        help_text=_("For example wages, rent, materials. Nothing about single employees."),
        max_length=500,
        rows=4,
    )
    borrower = fields.IdNumberField(
        label=_("Number of the juristic person"),
        help_text=_("13 digits, as in the company’s registration; of the owner, where the business is no company."),
    )

    @staticmethod
    def of(application: Application, data: Any = None) -> "WishForm":
        """Return the form with what an application says now."""
        return WishForm(
            data,
            initial={
                "amount": int(application.amount),
                "refinance": int(application.refinance),
                "security": application.security,
                "purpose": application.purpose,
                "borrower": application.borrower_number,
            },
        )

    @property
    def wish(self) -> Wish:
        """What is asked for, of a form that is valid."""
        given = self.cleaned_data
        return Wish(
            amount=Decimal(given["amount"]),
            refinance=Decimal(given["refinance"]),
            security=Security(given["security"]),
            purpose=given["purpose"],
            borrower=given["borrower"],
        )


class ApplyForm(WishForm):
    """A new application at one of the banks of a phase."""

    bank = fields.RadioField(label=_("Bank"), choices=())

    field_order = ("bank", "amount", "refinance", "security", "purpose", "borrower")

    def __init__(self, *args: Any, banks: Sequence[Bank], **kwargs: Any) -> None:
        """Offer these banks."""
        super().__init__(*args, **kwargs)
        self.banks = {each.reference: each for each in banks}
        self.fields["bank"].choices = [(each.reference, str(each)) for each in banks]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Bank:
        """The bank, of a form that is valid."""
        return self.banks[self.cleaned_data["bank"]]


class DocumentForm(Form):
    """A document that goes with an application."""

    kind = fields.SelectField(label=_("What is it?"), choices=DocumentKind.choices)
    file = fields.FileField(
        label=_("File"),
        help_text=_("A PDF, or a picture in JPEG or PNG."),
        accept=".pdf,.jpg,.jpeg,.png",
        largest=LARGEST_BYTES,
    )


class WithdrawForm(Form):
    """Why an application is withdrawn."""

    why = fields.TextField(
        label=_("Why do you withdraw it?"), help_text=_("The bank reads this."), max_length=300, autocomplete="off"
    )
