"""What is typed about a site that cares for people, its rooms and its beds."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.isolation.actions.room_files import LIMITS
from khumkan.isolation.choices import FacilityKind, Level, Numbering, RoomFor
from khumkan.isolation.rules.rooms import Block
from khumkan.isolation.states import FacilityState
from khumkan.isolation.words import LEVELS
from khumkan.ui import fields
from khumkan.ui.forms import Form

LEVEL_CHOICES = [(level.value, shown.words) for level, shown in LEVELS.items()]
#: What an officer may make of a site, in the words of a choice.
STATES = (
    (FacilityState.OPEN, gettext_lazy("Open it: it takes people")),
    (FacilityState.SUSPENDED, gettext_lazy("Suspend it: nobody new comes, who lies there stays")),
    (FacilityState.CLOSED, gettext_lazy("Close it: everybody is moved")),
)


class JoinForm(Form):
    """A site that is to care for people."""

    site = fields.SelectField(label=gettext_lazy("Site"), choices=())
    kind = fields.RadioField(label=gettext_lazy("Kind of site"), choices=FacilityKind.choices)
    nurses = fields.NumberField(
        label=gettext_lazy("Nurses on a shift"), min_value=0, max_value=1_000, width=4, initial=1
    )
    home_places = fields.NumberField(
        label=gettext_lazy("People at home whom the team can look after"),
        help_text=gettext_lazy("Only for a team for home isolation."),
        min_value=0,
        max_value=5_000,
        width=4,
        required=False,
    )

    def __init__(self, *args: Any, sites: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [("", _("Choose")), *sites]  # type: ignore[attr-defined]


class ChangeForm(Form):
    """How many nurses a site has, and how many people at home a team can look after."""

    nurses = fields.NumberField(label=gettext_lazy("Nurses on a shift"), min_value=0, max_value=1_000, width=4)
    home_places = fields.NumberField(
        label=gettext_lazy("People at home whom the team can look after"), min_value=0, max_value=5_000, width=4
    )

    def __init__(self, *args: Any, is_team: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_team:
            del self.fields["home_places"]


class StateForm(Form):
    """What becomes of a site, and why."""

    to = fields.RadioField(label=gettext_lazy("What becomes of the site?"), choices=())
    why = fields.LongTextField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Needed to suspend or close, such as a broken lift. No names of people."),
        max_length=200,
        rows=2,
        required=False,
    )

    def __init__(self, *args: Any, moves: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = set(moves)
        choices = [(state.value, words) for state, words in STATES if state in possible]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class RoomsForm(Form):
    """Equal rooms on several floors."""

    first_floor = fields.NumberField(label=gettext_lazy("From floor"), min_value=0, max_value=99, width=3)
    last_floor = fields.NumberField(label=gettext_lazy("To floor"), min_value=0, max_value=99, width=3)
    rooms = fields.NumberField(label=gettext_lazy("Rooms on each floor"), min_value=1, max_value=200, width=3)
    first_room = fields.NumberField(
        label=gettext_lazy("Number of the first room"), min_value=0, max_value=900, width=3, initial=1
    )
    beds = fields.NumberField(label=gettext_lazy("Beds in each room"), min_value=1, max_value=26, width=3, initial=2)
    letters = fields.TextField(
        label=gettext_lazy("Letters before the number"),
        help_text=gettext_lazy("Such as A for a wing. Leave empty when there are none."),
        max_length=4,
        width=4,
        required=False,
        autocomplete="off",
    )
    numbering = fields.RadioField(
        label=gettext_lazy("How rooms are numbered"), choices=Numbering.choices, initial=Numbering.TWO
    )
    level = fields.RadioField(label=gettext_lazy("Level"), choices=LEVEL_CHOICES, initial=1)
    room_for = fields.RadioField(label=gettext_lazy("Whom the rooms take"), choices=RoomFor.choices, initial="any")
    is_accessible = fields.TickField(label=gettext_lazy("Can be reached and used with a wheelchair"), required=False)
    offered_from = fields.DateField(label=gettext_lazy("Offered from"))

    def block(self) -> Block:
        """Return what was typed; the form is valid."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "offered_from"}
        level, room_for = int(given.pop("level")), RoomFor(given.pop("room_for"))
        numbering, prefix = Numbering(given.pop("numbering")), given.pop("letters")
        return Block(**given, prefix=prefix, level=Level(level), room_for=room_for, numbering=numbering)


class RoomsFileForm(Form):
    """A file with rooms."""

    file = fields.FileField(
        label=gettext_lazy("File with rooms"),
        help_text=gettext_lazy("CSV or Excel. The first row names the columns."),
        accept=".csv,.txt,.xlsx",
        largest=LIMITS.file_bytes,
    )
    offered_from = fields.DateField(label=gettext_lazy("Offered from"))


class WithdrawForm(Form):
    """Beds that leave the programme on a day."""

    floors = fields.CheckboxesField(
        label=gettext_lazy("Which floors?"),
        help_text=gettext_lazy("Tick none for the whole site."),
        choices=(),
        required=False,
    )
    until = fields.DateField(
        label=gettext_lazy("First day on which the beds are no longer offered"),
    )

    def __init__(self, *args: Any, floors: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["floors"].choices = [(name, name) for name in floors]  # type: ignore[attr-defined]


class BrokenForm(Form):
    """What is wrong with a bed."""

    why = fields.TextField(
        label=gettext_lazy("What is wrong with the bed?"),
        help_text=gettext_lazy("Such as: no hot water, the oxygen outlet is broken. No names of people."),
        max_length=200,
    )
