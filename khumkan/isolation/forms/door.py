"""What is typed at the front desk, mostly with one thumb."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.isolation.choices import NotLetIn
from khumkan.ui import fields
from khumkan.ui.forms import Form

#: One bed that can be chosen: its number, and how it is called.
Choice = tuple[str, str]


class FindForm(Form):
    """A scanned or typed code, a name, or an identity number; never sent in an address."""

    wanted = fields.TextField(
        label=_("Code, name or identity number"),
        help_text=_("Scan the QR code with the phone's camera, or type what stands below it."),
        width=20,
        max_length=200,
        autocomplete="off",
    )


class WalkInForm(Form):
    """Somebody who stands at the door and has no bed here."""

    wanted = fields.TextField(
        label=_("Code of the care, or identity number"),
        help_text=_("The code begins with H. Otherwise the number of the document that the person shows."),
        width=20,
        max_length=200,
        autocomplete="off",
    )


class BelongingsForm(Form):
    """What the front desk keeps for the person."""

    belongings = fields.TextField(
        label=_("Belongings kept at the desk"),
        help_text=_("For example: one bag, one envelope. Leave empty when there are none."),
        required=False,
        max_length=200,
        autocomplete="off",
    )


class BedForm(Form):
    """A free bed that suits the person."""

    bed = fields.SelectField(
        label=_("Free bed"),
        choices=(),
        error_messages={"invalid_choice": _("This bed is not free any more. Please choose another one.")},
    )

    def __init__(self, *args: Any, beds: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bed"]
        field.choices = [*field.choices, *beds]  # type: ignore[attr-defined]

    def bed_ids(self) -> list[int]:
        """Return the bed that was chosen."""
        return [int(self.cleaned_data["bed"])]


class OtherBedForm(BedForm, BelongingsForm):
    """A bed for somebody who stands at the door, and what the desk keeps."""

    field_order = ("bed", "belongings")


class NotLetInForm(Form):
    """Why somebody was not let in."""

    why = fields.RadioField(label=_("What happened?"), choices=NotLetIn.choices)
    note = fields.TextField(
        label=_("Note for colleagues"), help_text=_("No illness."), required=False, max_length=200, autocomplete="off"
    )
