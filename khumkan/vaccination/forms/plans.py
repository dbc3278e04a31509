"""What officers type about plans, sessions and lots."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.kernel import clock
from khumkan.ui import fields
from khumkan.ui.forms import Form
from khumkan.vaccination.actions.stock import LotDetails
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.queries.plans import Wanted
from khumkan.vaccination.states import LotState

#: Days that are shown to somebody who chose none.
DAYS = 14
#: What an officer may make of a lot, in the words of a choice.
LOT_MOVES = (
    (LotState.USABLE, gettext_lazy("Release it: it may be given again")),
    (LotState.HELD, gettext_lazy("Hold it back: nobody gets it until you decide")),
    (LotState.DISCARDED, gettext_lazy("Discard it: it is never given again")),
)
WHY = gettext_lazy("Why?")
NO_NAMES = gettext_lazy("It is kept in the record. No names of people.")


class PlanForm(Form):
    """For which area and days a plan is made."""

    province = fields.SelectField(label=gettext_lazy("Area"), choices=())
    first = fields.DateField(label=gettext_lazy("First day"))
    last = fields.DateField(label=gettext_lazy("Last day"))

    def __init__(self, *args: Any, provinces: Iterable[tuple[str, str]], is_national: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = [("all", _("The whole country"))] if is_national else []
        self.fields["province"].choices = [("", _("Choose")), *provinces, *country]  # type: ignore[attr-defined]

    def province_code(self) -> str:
        """Return the code of the province; empty for the whole country."""
        chosen = str(self.cleaned_data["province"])
        return "" if chosen == "all" else chosen


class WantedForm(Form):
    """A search by GET; what cannot be read counts as not chosen."""

    site = fields.SelectField(label=gettext_lazy("Site"), choices=(), required=False)
    first = fields.DateField(label=gettext_lazy("From"), required=False)
    last = fields.DateField(label=gettext_lazy("To"), required=False)

    def __init__(self, *args: Any, sites: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [("", _("All")), *sites]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """Return what is looked for: by default everything in the next days."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else {}
        first = asked.get("first") or clock.today()
        last = asked.get("last") or first + timedelta(days=DAYS)
        return Wanted(min(first, last), max(first, last), asked.get("site", ""))


class OpenDaysForm(Form):
    """Sessions to be opened on the opening days of sites."""

    sites = fields.CheckboxesField(label=gettext_lazy("Sites"), choices=())
    vaccine = fields.RadioField(label=gettext_lazy("Vaccine"), choices=Vaccine.choices)
    first = fields.DateField(label=gettext_lazy("First day"))
    last = fields.DateField(label=gettext_lazy("Last day"))
    places = fields.NumberField(
        label=gettext_lazy("Places of each site a day"),
        help_text=gettext_lazy("Leave empty to take what each site can serve."),
        min_value=1,
        max_value=20_000,
        width=5,
        required=False,
    )

    def __init__(self, *args: Any, sites: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sites"].choices = list(sites)  # type: ignore[attr-defined]


class DosesForm(Form):
    """Doses that are kept for a session."""

    lot = fields.RadioField(label=gettext_lazy("Lot"), choices=())
    doses = fields.NumberField(label=gettext_lazy("Doses"), min_value=0, max_value=20_000, width=5)

    def __init__(self, *args: Any, lots: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lot"].choices = list(lots)  # type: ignore[attr-defined]


class WhyForm(Form):
    """Why something is called off."""

    why = fields.TextField(label=WHY, help_text=NO_NAMES, max_length=200)


class CloseSiteForm(Form):
    """On which days a site is closed, and why."""

    first = fields.DateField(label=gettext_lazy("First closed day"))
    last = fields.DateField(label=gettext_lazy("Last closed day"))
    why = fields.TextField(label=WHY, help_text=gettext_lazy("Such as heat, flood or a power cut."), max_length=200)


class LotForm(Form):
    """A lot that is announced or was delivered."""

    number = fields.TextField(
        label=gettext_lazy("Number of the lot"), help_text=gettext_lazy("As on the box."), max_length=30, width=20
    )
    vaccine = fields.RadioField(label=gettext_lazy("Vaccine"), choices=Vaccine.choices)
    doses = fields.NumberField(label=gettext_lazy("Doses"), min_value=1, max_value=10_000_000, width=10)
    arrives = fields.DateField(label=gettext_lazy("Arrives on"))
    expires = fields.DateField(label=gettext_lazy("Last day on which it may be given"))

    def details(self) -> LotDetails:
        """Return what was typed."""
        given = self.cleaned_data
        return LotDetails(
            number=given["number"],
            vaccine=Vaccine(given["vaccine"]),
            doses=int(given["doses"]),
            arrives_on=given["arrives"],
            expires_on=given["expires"],
        )


class LotStateForm(Form):
    """What becomes of a lot, and why."""

    to = fields.RadioField(label=gettext_lazy("What becomes of the lot?"), choices=())
    why = fields.TextField(label=WHY, help_text=NO_NAMES, max_length=200)

    def __init__(self, *args: Any, moves: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = set(moves)
        choices = [(state.value, words) for state, words in LOT_MOVES if state in possible]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class DelayForm(Form):
    """When a lot arrives now."""

    arrives = fields.DateField(label=gettext_lazy("Arrives on"))
    why = fields.TextField(label=WHY, help_text=NO_NAMES, max_length=200)
