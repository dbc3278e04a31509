"""What an officer narrows the figures to."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.screening.choices import Method
from khumkan.screening.queries.figures import Clock
from khumkan.ui import fields
from khumkan.ui.forms import Form


class LensForm(Form):
    """Days, clock, province and method. Everything may be left as it is."""

    first = fields.DateField(label=_("From"), required=False)
    last = fields.DateField(label=_("To"), required=False)
    province = fields.SelectField(label=_("Province"), required=False, choices=())
    method = fields.SelectField(label=_("Method"), required=False, choices=[("", _("All methods")), *Method.choices])
    clock = fields.RadioField(
        label=_("Lay out by"),
        required=False,
        choices=[(Clock.HAPPENED.value, _("day of the specimen")), (Clock.REPORTED.value, _("day reported"))],
    )

    def __init__(self, *args: Any, provinces: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["province"]
        assert isinstance(field, fields.SelectField)
        field.choices = [("", _("All provinces")), *provinces]
