"""What is typed at the door and at the swab, mostly with one thumb."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.kernel import identifiers
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.places.models import Site
from khumkan.screening.choices import DoorOutcome, Ground, Outcome
from khumkan.ui import fields
from khumkan.ui.forms import Form

KINDS = (
    (IdentifierKind.THAI.value, _("Thai identity number (13 digits)")),
    (IdentifierKind.PASSPORT.value, _("Passport")),
    (IdentifierKind.FOREIGN.value, _("Number of a foreign worker")),
)
#: What a swab team may choose for somebody without a place; the other grounds come from the system.
WALK_IN_GROUNDS = (Ground.CONTACT, Ground.SYMPTOMS, Ground.HIGH_RISK)


class FindForm(Form):
    """A scanned or typed code, a name, or an identity number; never sent in an address."""

    wanted = fields.TextField(
        label=_("Code, name or identity number"),
        help_text=_("Scan the QR code with the phone's camera, or type what stands below it."),
        width=20,
        max_length=80,
        autocomplete="off",
    )


class WalkInForm(Form):
    """Somebody without a place."""

    kind = fields.RadioField(label=_("Which document?"), choices=KINDS, initial=IdentifierKind.THAI.value)
    number = fields.IdNumberField(label=_("Number"), kind=None)
    ground = fields.RadioField(
        label=_("Why is the person to be tested?"), choices=[(each.value, each.label) for each in WALK_IN_GROUNDS]
    )

    def clean(self) -> dict[str, Any]:
        """Check the number by the rule of its document."""
        cleaned = super().clean() or self.cleaned_data
        kind, number = cleaned.get("kind"), cleaned.get("number")
        if kind and number:
            if wrong := identifiers.problem(IdentifierKind(kind), number):
                self.add_error("number", str(wrong))
            cleaned["number"] = identifiers.normalise(IdentifierKind(kind), number)
        return cleaned


class DoorForm(Form):
    """What happened to somebody on the list who is not tested."""

    outcome = fields.RadioField(
        label=_("What happened?"),
        choices=[
            (each.value, each.label)
            for each in (DoorOutcome.REFUSED, DoorOutcome.SENT_HOME, DoorOutcome.IDENTITY_MISMATCH)
        ],
    )
    note = fields.TextField(label=_("Note for colleagues"), help_text=_("No illness and no result."), required=False)


class LabelForm(Form):
    """The code on a label that was printed beforehand."""

    code = fields.TextField(
        label=_("Code on the label"),
        help_text=_("Leave empty to print a label afterwards."),
        required=False,
        width=20,
        max_length=40,
        autocomplete="off",
    )


class RapidForm(Form):
    """The result of a rapid test, read twice."""

    first = fields.RadioField(label=_("First reading"), choices=Outcome.choices)
    second = fields.RadioField(label=_("Second reading: look at the test again"), choices=Outcome.choices)


class BoxForm(Form):
    """Where a box goes."""

    laboratory = fields.SelectField(label=_("Laboratory"), choices=())

    def __init__(self, *args: Any, laboratories: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["laboratory"]
        field.choices = [*field.choices, *((site.reference, str(site)) for site in laboratories)]  # type: ignore[attr-defined]
