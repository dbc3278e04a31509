"""What officers of the office and of a bank say about too few workers."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from khumkan.kernel import dates
from khumkan.loans.actions.breaches import Decision
from khumkan.loans.actions.waivers import MOST_MONTHS
from khumkan.loans.choices import BankDecision
from khumkan.registry.rules import month_after
from khumkan.ui import fields
from khumkan.ui.forms import Form

LONGEST_WHY = 400


class AskWaiverForm(Form):
    """How long too few workers shall not count, and why."""

    until = fields.SelectField(label=_("Last month that is waived"), choices=[])
    why = fields.LongTextField(
        label=_("Why?"), help_text=_("A second officer reads this and decides."), max_length=LONGEST_WHY, rows=3
    )

    def __init__(self, *args: Any, began: date, **kwargs: Any) -> None:
        """Ask for a month from the first one of the case on."""
        super().__init__(*args, **kwargs)
        self.fields["until"].choices = list(_months(began))  # type: ignore[attr-defined]

    def clean_until(self) -> date:
        """Return the first day of the month."""
        return date.fromisoformat(self.cleaned_data["until"])


class DecideWaiverForm(Form):
    """What the second officer says."""

    decision = fields.RadioField(
        label=_("Your decision"), choices=[("give", _("Give the waiver")), ("refuse", _("Refuse it"))]
    )
    why = fields.TextField(
        label=_("Why?"), help_text=_("Needed when you refuse."), max_length=LONGEST_WHY, required=False
    )


class BreachForm(Form):
    """What an officer of the bank proposes."""

    what = fields.RadioField(label=_("What does the bank do?"), choices=BankDecision.choices)
    step = fields.NumberField(
        label=_("Percent a year that are added to the rate"),
        help_text=_("Only when the rate is stepped up."),
        decimals=2,
        required=False,
        suffix="%",
    )
    from_on = fields.DateField(label=_("From which day on?"))
    why = fields.LongTextField(
        label=_("Why?"), help_text=_("A second officer of your bank reads this."), max_length=LONGEST_WHY, rows=3
    )

    def decision(self) -> Decision:
        """Return what was filled in, of a valid form."""
        given = self.cleaned_data
        return Decision(
            what=BankDecision(given["what"]),
            from_on=given["from_on"],
            why=given["why"],
            step=Decimal(given["step"] or 0),
        )


def _months(month: date) -> Iterator[tuple[str, str]]:
    for _number in range(MOST_MONTHS):
        yield month.isoformat(), dates.show_month(month, get_language() or "th")
        month = month_after(month)
