"""Where and when somebody would come at short notice."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from khumkan.kernel.dates import show_date
from khumkan.ui import fields
from khumkan.ui.filters import language
from khumkan.ui.forms import Form
from khumkan.vaccination.queries.standing_by import Offer


class StandByForm(Form):
    """One of the sites near the person, today or tomorrow."""

    where = fields.RadioField(label=_("Where and when could you come?"), choices=())

    def __init__(self, *args: Any, offers: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = {one.code: one for one in offers}
        self.fields["where"].choices = [(one.code, _words(one)) for one in offers]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Offer:
        """The site and the day."""
        return self.offers[self.cleaned_data["where"]]


def _words(one: Offer) -> str:
    day = show_date(one.day, language(), weekday=True)
    if one.km is None:
        return f"{day} · {one.site}"
    return f"{day} · {one.site} · " + _now("%(km)s km") % {"km": f"{one.km:.0f}"}
