"""Examples for the site and its stock; see `addresses.py`."""

from collections.abc import Callable
from typing import Any

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import booking
from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.models import Dose
from khumkan.vaccination.states import DoseState
from tests.pages.example import Example
from tests.pages.lively import LivelyTown


def _site(town: LivelyTown) -> list[Any]:
    return [town.campaign.site.reference]


def _dose(name: str) -> Callable[[LivelyTown], list[Any]]:
    return lambda town: [town.campaign.doses[name].reference]


def _today(town: LivelyTown) -> list[Any]:
    return [town.campaign.site.reference, clock.today().isoformat()]


def _closed(town: LivelyTown) -> list[Any]:
    return [town.campaign.site.reference, town.campaign.closed_on.isoformat()]


def waits(town: LivelyTown) -> list[Any]:
    """Let the person wait once more for whom a plan on another page has found a date."""
    for dose in Dose.objects.filter(person=town.waits_for_dose.person, state=DoseState.BOOKED):
        booking.give_back(dose=dose, because=WaitingBecause.GAVE_BACK, by=Actor.system("office"))
    return []


#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {
    "minister": ("vaccination:office_days", "vaccination:office_doses", "vaccination:office_oddities"),
    "personnel": ("vaccination:employer_days",),
}
EXAMPLES: dict[str, list[Example]] = {
    "vaccination:field_vaccination": [Example("vaccinator", status=302)],
    "vaccination:field_day": [Example("vaccinator", _site)],
    "vaccination:field_door": [Example("vaccinator", _site)],
    "vaccination:field_stand_bys": [Example("vaccinator", _site)],
    "vaccination:field_doses": [Example("vaccinator", _site)],
    "vaccination:field_close": [Example("vaccinator", _today), Example("vaccinator", _closed)],
    "vaccination:field_person": [
        Example("vaccinator", _dose(name))
        for name in ("v_expected", "v_arrived", "v_measured", "v_high", "v_cleared", "v_given", "v_left", "v_back")
    ],
    "vaccination:stand_by": [Example("waits_for_dose", waits), Example("has_dose", status=404)],
    "vaccination:office_day": [Example("minister", _closed)],
}
FRAGMENTS: set[str] = set()
