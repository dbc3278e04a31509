"""What an officer narrows the list of late answers to."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.screening.queries.late import Stage
from khumkan.ui import fields
from khumkan.ui.forms import Form


class LateForm(Form):
    """Province and stage, by GET; what cannot be read counts as not chosen."""

    province = fields.SelectField(label=_("Province"), required=False, choices=())
    stage = fields.SelectField(
        label=_("Where it stands still"),
        required=False,
        choices=[
            ("", _("Everywhere")),
            (Stage.AT_SITE.value, _("Taken, not sent")),
            (Stage.ON_THE_WAY.value, _("Sent, not received")),
            (Stage.IN_LABORATORY.value, _("Received, no result")),
        ],
    )

    def __init__(self, *args: Any, provinces: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["province"]
        assert isinstance(field, fields.SelectField)
        field.choices = [("", _("All provinces")), *provinces]

    def chosen(self) -> tuple[str, Stage | None]:
        """Return the code of the province, empty for all, and the stage, None for all."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else {}
        stage = asked.get("stage")
        return asked.get("province", ""), Stage(stage) if stage else None
