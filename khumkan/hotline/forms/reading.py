"""What is filled in about looks at people."""

from django.utils.translation import gettext_lazy as _

from khumkan.ui import fields
from khumkan.ui.forms import Form

ALLOW, SETTLE = "allow", "settle"


class AlertForm(Form):
    """What somebody who looked into an alert decides, and why."""

    decision = fields.RadioField(
        label=_("What do you decide?"),
        choices=[(ALLOW, _("Let them go on for a while")), (SETTLE, _("Do not let them; I have looked into it"))],
    )
    why = fields.LongTextField(
        label=_("What did you find out?"),
        help_text=_("Talk with your colleague first. Do not write names of insured people here."),
        max_length=200,
        rows=3,
    )


class SettleForm(AlertForm):
    """The same for a decoy, which nobody is allowed to open."""

    decision = None  # type: ignore[assignment]


class DecoyForm(Form):
    """Who becomes a decoy."""

    reference = fields.TextField(
        label=_("Reference of the person"),
        help_text=_("Somebody made up in the register, or set apart. Nobody has a reason to open this person."),
        max_length=20,
        width=20,
    )
