"""What an employer's HR office sends and types, and what an officer decides about it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.kernel import identifiers
from khumkan.kernel.errors import Refused
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.registry import rules
from khumkan.registry.states import DocumentKind
from khumkan.ui import fields
from khumkan.ui.forms import Form
from khumkan.vaccination.actions.lists.checking import LARGEST_BYTES
from khumkan.vaccination.actions.lists.sending import Worker

#: Rows that are pasted; more come as a file.
MOST_PASTED = 1_000_000


class Replaces(Form):
    """Whether a list takes the place of the former one."""

    replaces = fields.TickField(
        label=_("This list replaces the former one"),
        help_text=_("Whoever is missing in it is taken off your list. Their own wish and their date stay as they are."),
        required=False,
    )


class SendForm(Replaces):
    """A list as a file."""

    file = fields.FileField(
        label=_("File with your list"),
        help_text=_("Excel (XLSX) or CSV. The first row names the columns, as in the template."),
        accept=".xlsx,.csv,.txt",
        largest=LARGEST_BYTES,
    )


class PasteForm(Replaces):
    """A list copied from a spreadsheet."""

    rows = fields.LongTextField(
        label=_("Copied rows"),
        help_text=_("Mark the cells in your spreadsheet, copy them, and paste them here. One person in each line."),
        max_length=MOST_PASTED,
        rows=12,
        strip=False,  # the first cell of the first row may be empty
    )


class WorkerForm(Form):
    """One employee."""

    id_kind = fields.RadioField(
        label=_("Document"), choices=DocumentKind.choices, initial=DocumentKind.THAI, required=True
    )
    id_number = fields.IdNumberField(label=_("Number of the document"), kind=None)
    first_name = fields.TextField(
        label=_("First name"), help_text=_("With or without title."), max_length=100, width=20, autocomplete="off"
    )
    last_name = fields.TextField(
        label=_("Last name"),
        help_text=_("Leave empty for somebody who has a single name."),
        max_length=100,
        width=20,
        required=False,
        autocomplete="off",
    )
    birth_date = fields.DateField(label=_("Date of birth"))
    branch = fields.TextField(
        label=_("Branch"),
        help_text=_("Its number, up to 6 digits. Leave empty for the head office."),
        max_length=6,
        width=10,
        required=False,
        autocomplete="off",
    )

    def clean(self) -> dict[str, Any]:
        """Check the number by the kind of its document, and the branch."""
        given = super().clean() or self.cleaned_data
        kind, number = given.get("id_kind"), given.get("id_number")
        if kind and number and (wrong := identifiers.problem(IdentifierKind(kind), number)):
            self.add_error("id_number", str(wrong))
        try:
            rules.branch_serial(given.get("branch") or "")
        except Refused as refusal:
            self.add_error("branch", str(refusal))
        return given

    @property
    def worker(self) -> Worker:
        """The employee, of a form that is valid."""
        given = self.cleaned_data
        return Worker(
            id_kind=IdentifierKind(given["id_kind"]),
            id_number=given["id_number"],
            first_name=given["first_name"],
            last_name=given["last_name"],
            birth_date=given["birth_date"],
            branch=given["branch"],
        )


class WhyForm(Form):
    """Why an employer asks for a change in a locked list."""

    why = fields.TextField(
        label=_("Why?"),
        help_text=_("For example: started work after the list was locked. No names, nothing about health."),
        max_length=200,
        autocomplete="off",
    )


class AskForm(WorkerForm, WhyForm):
    """Somebody to be put on a locked list."""

    field_order = ("id_kind", "id_number", "first_name", "last_name", "birth_date", "branch", "why")


class RowForm(Form):
    """A row of a list, written anew: the cells as they stood. What is wrong with them, the check says."""

    id_kind = fields.TextField(label=_("Document"), width=20, max_length=40, required=False, autocomplete="off")
    id_number = fields.TextField(label=_("Number of the document"), width=20, max_length=40, autocomplete="off")
    title = fields.TextField(label=_("Title"), width=10, max_length=40, required=False, autocomplete="off")
    first_name = fields.TextField(label=_("First name"), width=20, max_length=100, autocomplete="off")
    last_name = fields.TextField(label=_("Last name"), width=20, max_length=100, required=False, autocomplete="off")
    birth_date = fields.TextField(
        label=_("Date of birth"),
        help_text=_("For example 16/08/2530 or 1987-08-16."),
        width=20,
        max_length=40,
        autocomplete="off",
    )
    branch = fields.TextField(label=_("Branch"), width=10, max_length=10, required=False, autocomplete="off")

    def __init__(self, *args: Any, there: frozenset[str], **kwargs: Any) -> None:
        """Ask only for what the list has a column for.

        :param there: the names of those fields.
        """
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if name not in there]:
            del self.fields[name]


class DecideForm(Form):
    """What an officer says about a request."""

    decision = fields.RadioField(
        label=_("Your decision"), choices=[("accept", _("Change the list")), ("refuse", _("Leave it as it is"))]
    )
    why = fields.TextField(
        label=_("What shall the employer know?"),
        help_text=_("Needed when you leave the list as it is. Nothing about health."),
        max_length=200,
        required=False,
        autocomplete="off",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason when the list stays as it is."""
        given = super().clean() or self.cleaned_data
        if given.get("decision") == "refuse" and not given.get("why"):
            self.add_error("why", _("Please say why."))
        return given


class ReopenForm(Form):
    """More time for an employer."""

    until = fields.DateField(label=_("Last day on which the employer can change the list"))
