"""What officers of a bank write: about applications, contracts, money that moved, and files."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khumkan.kernel import clock
from khumkan.loans.actions.bank_files import LARGEST_BYTES
from khumkan.loans.actions.signing import Contract
from khumkan.loans.choices import Proposal
from khumkan.loans.models import Application, Bank
from khumkan.loans.money_choices import BankFileKind, Prepaying, Repaying
from khumkan.loans.rules.moratorium import Pause
from khumkan.loans.rules.restructuring import NewTerms
from khumkan.ui import fields
from khumkan.ui.forms import Form

LONGEST_WHY = 200
LONGEST_NUMBER = 60


class WhyForm(Form):
    """A reason, and nothing else."""

    why = fields.LongTextField(label=_("Why?"), max_length=LONGEST_WHY, rows=3)


class ReturnForm(Form):
    """What the bank asks for."""

    why = fields.LongTextField(
        label=_("What is missing or wrong?"), help_text=_("The employer reads this."), max_length=400, rows=4
    )


class ProposeForm(Form):
    """What the first officer proposes."""

    proposal = fields.RadioField(label=_("What do you propose?"), choices=Proposal.choices)
    amount = fields.NumberField(
        label=_("Amount to approve"), help_text=_("Never more than was asked for."), suffix=_("baht"), decimals=0
    )
    refinance = fields.NumberField(label=_("How much of it repays other loans?"), suffix=_("baht"), decimals=0)
    why = fields.LongTextField(
        label=_("Why?"), help_text=_("A second officer of your bank reads this, and the employer."), max_length=400,
        rows=3,
    )  # fmt: skip

    @staticmethod
    def of(application: Application, data: Any = None) -> "ProposeForm":
        """Return the form with what was asked for."""
        initial = {"amount": int(application.amount), "refinance": int(application.refinance)}
        return ProposeForm(data, initial=initial)


class DecideForm(Form):
    """What the second officer says."""

    agrees = fields.RadioField(
        label=_("Do you agree?"), choices=[("yes", _("Yes, as proposed")), ("no", _("No, back to my colleague"))]
    )
    why = fields.LongTextField(
        label=_("Why?"), help_text=_("Needed when you do not agree."), max_length=400, rows=3, required=False
    )


class SignForm(Form):
    """What stands in the contract."""

    number = fields.TextField(
        label=_("Number of the contract"), help_text=_("As your bank numbers it."), max_length=40, autocomplete="off"
    )
    rate = fields.NumberField(label=_("Rate in percent a year"), suffix="%", decimals=3, min_value=0, width=5)
    term_months = fields.NumberField(label=_("Months of the loan"), min_value=1, width=3)
    kind = fields.RadioField(label=_("How is it paid back?"), choices=Repaying.choices)
    interest_only = fields.NumberField(
        label=_("Months at first in which only interest is paid"), help_text=_("Only where interest comes first."),
        required=False, min_value=0, width=3,
    )  # fmt: skip

    @property
    def contract(self) -> Contract:
        """The contract, of a form that is valid."""
        given = self.cleaned_data
        return Contract(rate=Decimal(given["rate"]), term_months=given["term_months"], number=given["number"])


class MoneyForm(Form):
    """Money that moved."""

    amount = fields.NumberField(label=_("Amount"), suffix=_("baht"), decimals=2)
    on = fields.DateField(label=_("On which day?"))
    number = fields.TextField(
        label=_("Number of the booking at your bank"), help_text=_("The same number twice counts once."),
        max_length=LONGEST_NUMBER, autocomplete="off",
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        """Begin with today."""
        super().__init__(data, initial={"on": clock.today()})

    @property
    def movement(self) -> dict[str, Any]:
        """Amount, day and number as the actions take them, of a form that is valid."""
        given = self.cleaned_data
        return {"amount": Decimal(given["amount"]), "on": given["on"], "number": given["number"]}


class PrepayForm(MoneyForm):
    """Money that was paid back ahead of time."""

    way = fields.RadioField(label=_("What changes?"), choices=Prepaying.choices)


class ChangeForm(Form):
    """A change of the schedule from a day on, made while looking at one version of it."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    on = fields.DateField(label=_("From which day on?"))
    interest = fields.RadioField(
        label=_("What becomes of the unpaid interest?"),
        choices=[("apart", _("It is paid apart, and bears no interest")), ("joins", _("It joins the principal"))],
    )
    why = fields.LongTextField(label=_("Why?"), max_length=LONGEST_WHY, rows=3)

    def __init__(self, data: Any = None, *, version: int) -> None:
        """Begin with the version that is being filled."""
        super().__init__(data, initial={"on": clock.today(), "version": version})

    @property
    def is_capitalised(self) -> bool:
        """Whether unpaid interest joins the principal."""
        return bool(self.cleaned_data["interest"] == "joins")


class PauseForm(ChangeForm):
    """A pause of payments."""

    months = fields.NumberField(label=_("For how many months?"), min_value=1, width=3)
    last_date = fields.RadioField(
        label=_("What becomes of the last date?"),
        choices=[("moves", _("It moves by as many months")), ("stays", _("It stays, and the instalments grow"))],
    )
    field_order = ("on", "months", "interest", "last_date", "why")

    @property
    def pause(self) -> Pause:
        """The pause, of a form that is valid."""
        given = self.cleaned_data
        extends = given["last_date"] == "moves"
        return Pause(months=given["months"], is_capitalised=self.is_capitalised, extends=extends)


class NewTermsForm(ChangeForm):
    """New terms."""

    rate = fields.NumberField(label=_("Rate in percent a year"), suffix="%", decimals=3, min_value=0, width=5)
    months = fields.NumberField(label=_("Instalments from then on"), min_value=1, width=3)
    first_due_on = fields.DateField(label=_("First instalment due on"))
    kind = fields.RadioField(label=_("How is it paid back?"), choices=Repaying.choices)
    interest_only = fields.NumberField(
        label=_("Months at first in which only interest is paid"), help_text=_("Only where interest comes first."),
        required=False, min_value=0, width=3,
    )  # fmt: skip
    field_order = ("on", "rate", "months", "first_due_on", "kind", "interest_only", "interest", "why")

    @property
    def new(self) -> NewTerms:
        """The terms, of a form that is valid."""
        given = self.cleaned_data
        return NewTerms(
            rate=Decimal(given["rate"]),
            months=given["months"],
            first_due_on=given["first_due_on"],
            kind=Repaying(given["kind"]),
            interest_only=given["interest_only"] or 0,
            is_capitalised=self.is_capitalised,
        )


class BankFileForm(Form):
    """A file of drawings or payments; whoever works for several banks says for which."""

    bank = fields.SelectField(label=_("Bank"), choices=[])
    kind = fields.RadioField(label=_("What does it report?"), choices=BankFileKind.choices)
    file = fields.FileField(
        label=_("File"), help_text=_("CSV or XLSX, with a row of headings."), accept=".csv,.xlsx", largest=LARGEST_BYTES
    )

    def __init__(self, *args: Any, banks: Sequence[Bank], **kwargs: Any) -> None:
        """Ask for the bank where there is a choice."""
        super().__init__(*args, **kwargs)
        self.banks = {each.reference: each for each in banks}
        self.fields["bank"].choices = [(each.reference, str(each)) for each in banks]  # type: ignore[attr-defined]
        if len(banks) == 1:
            del self.fields["bank"]

    @property
    def chosen(self) -> Bank:
        """The bank, of a form that is valid."""
        return self.banks[self.cleaned_data["bank"]] if "bank" in self.fields else next(iter(self.banks.values()))
