"""What an officer writes about a paper."""

from django.utils.translation import gettext_lazy as _

from khumkan.ui import fields
from khumkan.ui.forms import Form


class RevokeForm(Form):
    """Why a paper does not hold any more."""

    why = fields.TextField(
        label=_("Why is this paper revoked?"),
        help_text=_("For colleagues. Whoever checks the code reads only that it does not hold."),
        max_length=200,
    )
