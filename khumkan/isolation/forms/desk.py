"""What the hotline fills in for callers, and officers for those who wait."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.accounts.forms import OnBehalf
from khumkan.isolation.choices import Level, WaitingBecause
from khumkan.isolation.queries.by_hand import Choice, RoomChoice
from khumkan.ui import fields
from khumkan.ui.forms import Form


class DeskFamilyForm(OnBehalf):
    """Who stays together with a caller."""

    reference = fields.TextField(
        label=gettext_lazy("Care reference of the other person"),
        help_text=gettext_lazy("Only when you have heard from both that they want to stay together."),
        max_length=40,
        width=20,
        autocomplete="off",
    )
    field_order = ("reference", "because")


class WaitingFilter(Form):
    """Which part of the waiting list is shown."""

    province = fields.SelectField(label=gettext_lazy("Province"), choices=(), required=False)
    level = fields.SelectField(
        label=gettext_lazy("Level of care"), choices=Level.choices, prompt=gettext_lazy("All"), required=False
    )
    because = fields.SelectField(
        label=gettext_lazy("Waits because"),
        choices=WaitingBecause.choices,
        prompt=gettext_lazy("All"),
        required=False,
    )

    def __init__(self, *args: Any, provinces: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].choices = [("", _("All")), *provinces]  # type: ignore[attr-defined]


class SiteForm(Form):
    """At which site somebody is placed by hand."""

    site = fields.RadioField(label=gettext_lazy("Site"), choices=())

    def __init__(self, *args: Any, choices: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [(one.site.reference, _site_words(one)) for one in choices]  # type: ignore[attr-defined]


class RoomForm(Form):
    """In which room somebody is placed by hand."""

    room = fields.RadioField(label=gettext_lazy("Room"), choices=())

    def __init__(self, *args: Any, choices: Sequence[RoomChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].choices = [(str(one.room_id), _room_words(one)) for one in choices]  # type: ignore[attr-defined]


def _site_words(one: Choice) -> str:
    values = {"site": str(one.site), "beds": one.beds, "rooms": one.rooms}
    words = _("%(site)s. Free beds: %(beds)s, suitable rooms: %(rooms)s") % values
    if one.km is None:
        return words
    return _("%(place)s (about %(km)d km)") % {"place": words, "km": max(1, round(one.km))}


def _room_words(one: RoomChoice) -> str:
    values = {"floor": one.floor, "room": one.number, "free": one.free}
    return _("Floor %(floor)s, room %(room)s. Free beds: %(free)s") % values
