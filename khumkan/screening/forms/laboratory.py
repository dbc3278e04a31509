"""What is typed in a laboratory, and what a case and an officer say."""

from django.utils.translation import gettext_lazy as _

from khumkan.accounts.forms import OnBehalf
from khumkan.screening.actions.result_files import LARGEST_BYTES
from khumkan.screening.choices import Outcome
from khumkan.ui import fields
from khumkan.ui.forms import Form

OUTCOMES = [(each.value, each.label) for each in Outcome]


class CodeForm(Form):
    """The code of a specimen or of a box, scanned or typed."""

    code = fields.TextField(label=_("Code of a specimen or a box"), width=20, max_length=40, autocomplete="off")


class ReceiveForm(Form):
    """What differs between a box and its list; both fields are empty when nothing does."""

    missing = fields.LongTextField(
        label=_("On the list, but not in the box"),
        help_text=_("One code in each line. Leave empty when everything is there."),
        max_length=20_000,
        rows=3,
        required=False,
    )
    extra = fields.LongTextField(
        label=_("In the box, but not on the list"),
        help_text=_("One code in each line."),
        max_length=20_000,
        rows=3,
        required=False,
    )


class PoolForm(Form):
    """The specimens of a pool."""

    codes = fields.LongTextField(
        label=_("Codes of the specimens"), help_text=_("Scan one after the other, one in each line."), max_length=2_000
    )


class ReadingForm(Form):
    """What one person reads of a pool; a second person reads it on their own."""

    outcome = fields.RadioField(label=_("What the pool shows"), choices=OUTCOMES)


class UploadForm(Form):
    """A file of results."""

    file = fields.FileField(
        label=_("File with results"),
        help_text=_("CSV or Excel. The first row names the columns: specimen code, result, and the date if you like."),
        accept=".csv,.txt,.xlsx",
        largest=LARGEST_BYTES,
    )


class EnterForm(Form):
    """A result by hand."""

    outcome = fields.RadioField(label=_("Result"), choices=OUTCOMES)
    tested_on = fields.DateField(label=_("Day of the test"), required=False)


class ContactForm(Form):
    """Somebody whom a case met."""

    name = fields.TextField(label=_("Name"), max_length=100, width=30, autocomplete="off")
    phone = fields.PhoneField(label=_("Telephone number"), autocomplete="off")
    last_met_on = fields.DateField(label=_("When did you last meet?"))


class DeskContactForm(ContactForm, OnBehalf):
    """The same, told on the telephone."""

    field_order = ("name", "phone", "last_met_on", "because")


class NotifiedForm(Form):
    """Whom an officer told of an outbreak."""

    note = fields.LongTextField(
        label=_("Whom did you tell, and what was agreed?"),
        help_text=_("Name the office of disease control. No names of workers."),
        max_length=300,
        rows=3,
    )
