"""Which sessions an officer looks for."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.kernel import clock
from khumkan.screening.choices import Method
from khumkan.screening.queries.sessions import Wanted
from khumkan.ui import fields
from khumkan.ui.forms import Form

#: Days that are shown to somebody who chose none.
DAYS = 14


class WantedForm(Form):
    """A search by GET; what cannot be read counts as not chosen."""

    province = fields.SelectField(label=gettext_lazy("Province"), choices=(), required=False)
    method = fields.SelectField(label=gettext_lazy("Method"), choices=Method.choices, required=False)
    first = fields.DateField(label=gettext_lazy("From"), required=False)
    last = fields.DateField(label=gettext_lazy("To"), required=False)

    def __init__(self, *args: Any, provinces: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].choices = [("", _("All")), *provinces]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """Return what is looked for: by default everything in the next days."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else {}
        first = asked.get("first") or clock.today()
        last = asked.get("last") or first + timedelta(days=DAYS)
        return Wanted(min(first, last), last, asked.get("province", ""), asked.get("method", ""))
