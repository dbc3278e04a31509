"""What is sent to the register."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from khumkan.kernel import clock, dates
from khumkan.kernel.errors import Refused
from khumkan.registry import rules
from khumkan.registry.actions import Correction
from khumkan.registry.actions.imports.kept import LARGEST_BYTES
from khumkan.registry.models import Branch, IdentityDocument
from khumkan.registry.states import ChangeReason, DocumentKind
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


class BranchMonthForm(Form):
    """A branch of the employer, and a month."""

    branch = fields.SelectField(label=_("Branch"), choices=[])
    month = fields.SelectField(label=_("Month of the wages"), choices=[])

    def __init__(self, *args: Any, branches: Iterable[Branch], **kwargs: Any) -> None:
        """Ask for a branch among these and a month that has begun; the one before this is there already.

        :param branches: of the employer, the head office first.
        """
        super().__init__(*args, **kwargs)
        self.fields["branch"].choices = [(each.serial, _branch_words(each)) for each in branches]  # type: ignore[attr-defined]
        self.fields["month"].choices = list(months())  # type: ignore[attr-defined]
        self.fields["month"].initial = rules.month_before(clock.today()).isoformat()

    def clean_month(self) -> date:
        """Return the first day of the month."""
        return date.fromisoformat(self.cleaned_data["month"])


class OwnFilingForm(BranchMonthForm):
    """The filing of a month as a file."""

    file = fields.FileField(
        label=_("File"),
        help_text=_("The text file of your payroll program (สปส. 1-10, TIS-620), or CSV."),
        accept=".csv,.txt",
        largest=LARGEST_BYTES,
    )


class EmployerForm(Form):
    """Which employer is looked for."""

    account = fields.TextField(
        label=_("Account number of the employer"), help_text=_("Ten digits."), max_length=20, width=20
    )


class PersonForm(Form):
    """Who is looked for: never by name, so that nobody can browse."""

    what = fields.TextField(
        label=_("Number, telephone or reference"),
        help_text=_("The whole identity number, passport or telephone number, or a reference such as P-7K4M9-2QXC3."),
        max_length=40,
        width=20,
        autocomplete="off",
    )


class ProvenForm(Form):
    """What proves that a change is right; the person can read it later."""

    because = fields.TextField(
        label=_("What proves it?"),
        help_text=_("For example: saw the identity card. The person can read this. No numbers, no names."),
        max_length=120,
    )


class CorrectionForm(ProvenForm):
    """How a person is called and when they were born."""

    title = fields.TextField(label=_("Title"), max_length=40, width=10, required=False)
    first_name = fields.TextField(label=_("First name"), max_length=100)
    last_name = fields.TextField(label=_("Last name"), max_length=100, required=False)
    birth_date = fields.DateField(label=_("Date of birth"), required=False)
    why = fields.RadioField(label=_("Why is it changed?"), choices=ChangeReason.choices)
    field_order = ("title", "first_name", "last_name", "birth_date", "why", "because")

    def correction(self) -> Correction:
        """Return what was filled in, of a valid form."""
        return Correction(
            **{name: self.cleaned_data[name] for name in ("title", "first_name", "last_name", "birth_date")}
        )


class DocumentForm(ProvenForm):
    """A document that a person holds besides those known."""

    kind = fields.RadioField(label=_("Kind of document"), choices=DocumentKind.choices)
    number = fields.TextField(label=_("Number"), max_length=30, width=20, autocomplete="off")
    field_order = ("kind", "number", "because")


class WithdrawForm(ProvenForm):
    """Which of a person's documents turned out wrong."""

    document = fields.RadioField(label=_("Which number is wrong?"), choices=())
    field_order = ("document", "because")

    def __init__(self, *args: Any, documents: Sequence[IdentityDocument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # not by their place in the list: somebody else may have changed it meanwhile
        self._documents = {bytes(each.blind_index).hex()[:16]: each for each in documents}
        words = [(key, f"{each.get_kind_display()} {each.masked}") for key, each in self._documents.items()]
        self.fields["document"].choices = words  # type: ignore[attr-defined]

    def document_meant(self) -> IdentityDocument:
        """Return the document that was chosen, of a valid form."""
        return self._documents[self.cleaned_data["document"]]


def _branch_words(branch: Branch) -> str:
    if branch.is_head_office:
        return str(_("Head office (%(serial)s)") % {"serial": branch.serial})
    return f"{branch.name_th} ({branch.serial})" if branch.name_th else branch.serial


def _checked(parse: Callable[[str], str], text: str) -> str:
    """Return the stored form of what was written; a refusal stands beside the field."""
    try:
        return parse(text)
    except Refused as refusal:
        raise ValidationError(str(refusal)) from refusal
