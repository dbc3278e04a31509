"""The hotline's cases in a corner of the hostile country: one that nobody has, one that waits, one that is over."""

from collections.abc import Mapping

from khumkan.hotline.actions import closing, opening
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.choices import Closed, Reason
from khumkan.hotline.models import Case
from khumkan.kernel.actors import Actor
from khumkan.registry.models import Person

SYSTEM = Actor.system("world")


def cases_of(people: Mapping[str, Person]) -> dict[str, Case]:
    """Open cases for people of a corner."""
    made = {
        "live": opening.open_case(wanted=Wanted(Reason.CANNOT_COME, people["booked"]), keep=False, by=SYSTEM),
        "other": opening.open_case(wanted=Wanted(Reason.STATUS, people["booked"]), keep=False, by=SYSTEM),
        "closed": opening.open_case(wanted=Wanted(Reason.COMPLAINT, people["free"]), keep=False, by=SYSTEM),
    }
    closing.close(case=made["closed"], because=Closed.SOLVED, by=SYSTEM)
    return made
