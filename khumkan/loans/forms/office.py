"""What officers of the office write: phases with their envelope, banks, certificates and deposits."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.kernel import clock
from khumkan.loans.actions.phases import Draft, Tranche
from khumkan.loans.choices import SizeBand
from khumkan.policies.states import PhaseState
from khumkan.ui import fields
from khumkan.ui.forms import Form

#: The most baht of a part of the envelope: three times the first phase.
MOST_BAHT = 100_000_000_000


def _money(label: Any) -> fields.NumberField:
    return fields.NumberField(
        label=label, suffix=_("baht"), min_value=0, max_value=MOST_BAHT, width=20, required=False,
    )  # fmt: skip


def _notices() -> fields.EmailField:
    return fields.EmailField(
        label=_("E-mail address for notices"),
        help_text=_("Who decides about breaches there is told once a day. Empty: the bank finds them on its page."),
        required=False,
    )


class PhaseForm(Form):
    """A phase as an officer drafts it, with the money for each size of employer."""

    number = fields.NumberField(label=_("Number of the phase"), min_value=1, max_value=99, width=3)
    years = fields.TextField(
        label=_("Year"), help_text=_("In the common era, such as 2021, or 2021-2022."), max_length=9, width=10
    )
    title_th = fields.TextField(label=_("Name in Thai"), max_length=200)
    title_en = fields.TextField(label=_("Name in English"), max_length=200)
    opens_on = fields.DateField(label=_("First day"))
    closes_on = fields.DateField(label=_("Last day"), help_text=_("Empty: until further notice."), required=False)
    sign_until = fields.DateField(
        label=_("Last day on which a loan can be signed"), help_text=_("Empty: no such day."), required=False
    )
    small_budget = _money(_("Money for small employers"))
    small_cap = _money(_("For one small employer, at most"))
    medium_budget = _money(_("Money for medium employers"))
    medium_cap = _money(_("For one medium employer, at most"))
    large_budget = _money(_("Money for large employers"))
    large_cap = _money(_("For one large employer, at most"))

    def draft(self) -> Draft:
        """Return what was written; a size without money is left out."""
        given = self.cleaned_data
        return Draft(
            number=given["number"],
            years=given["years"],
            title_th=given["title_th"],
            title_en=given["title_en"],
            opens_on=given["opens_on"],
            closes_on=given["closes_on"],
            sign_until=given["sign_until"],
            tranches=[
                Tranche(size, Decimal(budget), Decimal(given[f"{size.value}_cap"] or 0))
                for size in SizeBand
                if (budget := given[f"{size.value}_budget"])
            ],
        )


#: What an officer may make of a phase, in the words of a choice.
MOVES = (
    (PhaseState.PAUSED, _("Pause it: nothing new is reserved")),
    (PhaseState.OPEN, _("Open it again")),
    (PhaseState.CLOSED, _("Close it for good: nothing can be signed any more")),
)


class MoveForm(Form):
    """What becomes of a phase, and why."""

    to = fields.RadioField(label=_("What becomes of the phase?"), choices=())
    why = fields.LongTextField(
        label=_("Why?"), help_text=_("Everybody in the office reads this. No names of people."), max_length=200, rows=2
    )

    def __init__(self, *args: Any, moves: Iterable[PhaseState], **kwargs: Any) -> None:
        """Offer these moves."""
        super().__init__(*args, **kwargs)
        possible = set(moves)
        choices = [(state.value, words) for state, words in MOVES if state in possible]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class BudgetForm(Form):
    """Another amount for employers of one size."""

    size = fields.RadioField(label=_("For employers of which size?"), choices=SizeBand.choices)
    budget = fields.NumberField(
        label=_("Money for them in all"), suffix=_("baht"), min_value=1, max_value=MOST_BAHT, width=20
    )


class BankForm(Form):
    """A bank."""

    code = fields.TextField(
        label=_("Code"), help_text=_("Three digits, as banks are numbered in Thailand."), max_length=3, width=3,
        autocomplete="off",
    )  # fmt: skip
    name_th = fields.TextField(label=_("Name in Thai"), max_length=120)
    name_en = fields.TextField(label=_("Name in English"), max_length=120)
    notices_to = _notices()


class NoticesForm(Form):
    """Where a bank is told of breaches."""

    address = _notices()


class FindForm(Form):
    """The code of a certificate."""

    code = fields.TextField(label=_("Code of the certificate"), max_length=20, width=20, autocomplete="off")


class DepositForm(Form):
    """Money of the fund that was moved to a bank or back."""

    way = fields.RadioField(
        label=_("What was done?"),
        choices=[("deposit", _("Deposited at the bank")), ("withdraw", _("Taken from the deposit"))],
    )
    amount = fields.NumberField(label=_("Amount"), suffix=_("baht"), decimals=2, width=20)
    on = fields.DateField(label=_("On which day?"))
    number = fields.TextField(
        label=_("Number of the transfer"), help_text=_("The same number twice counts once."), max_length=40,
        autocomplete="off",
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        """Begin with today."""
        super().__init__(data, initial={"on": clock.today()})

    @property
    def movement(self) -> dict[str, Any]:
        """Amount, day and number as the actions take them, of a form that is valid."""
        given = self.cleaned_data
        return {"amount": Decimal(given["amount"]), "on": given["on"], "number": given["number"]}
