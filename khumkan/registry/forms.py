"""What is sent to the register."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from khumkan.kernel import clock, dates
from khumkan.kernel.errors import Refused
from khumkan.registry import rules
from khumkan.registry.actions.imports.kept import LARGEST_BYTES
from khumkan.ui import fields
from khumkan.ui.forms import Form

#: So many months back a filing can be sent.
MONTHS = 36


def months() -> Iterator[tuple[str, str]]:
    """Yield the months for which a filing can be sent, this one first, as first days and in words."""
    month = clock.today().replace(day=1)
    for _number in range(MONTHS):
        yield month.isoformat(), dates.show_month(month, get_language() or "th")
        month = (month - timedelta(days=1)).replace(day=1)


class FileForm(Form):
    """A file for the register."""

    file = fields.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8 or TIS-620, at most 500 MB. A larger one goes in by the console command."),
        accept=".csv,.txt",
        largest=LARGEST_BYTES,
    )


class FilingForm(FileForm):
    """A monthly filing: whose it is, and for which month."""

    account = fields.TextField(
        label=_("Account number of the employer"), help_text=_("Ten digits."), max_length=20, width=20
    )
    branch = fields.TextField(
        label=_("Branch"),
        help_text=_("Six digits. Leave empty for the head office."),
        max_length=6,
        width=10,
        required=False,
    )
    month = fields.SelectField(label=_("Month of the wages"), choices=[])
    field_order = ("account", "branch", "month", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = [("", fields.CHOOSE), *months()]  # type: ignore[attr-defined]

    def clean_account(self) -> str:
        """Return the ten digits."""
        return _checked(rules.account_number, self.cleaned_data["account"])

    def clean_branch(self) -> str:
        """Return the six digits."""
        return _checked(rules.branch_serial, self.cleaned_data["branch"])

    def clean_month(self) -> date:
        """Return the first day of the month."""
        return date.fromisoformat(self.cleaned_data["month"])


def _checked(parse: Callable[[str], str], text: str) -> str:
    """Return the stored form of what was written; a refusal stands beside the field."""
    try:
        return parse(text)
    except Refused as refusal:
        raise ValidationError(str(refusal)) from refusal
