"""On which days to come many of an employer’s people are vaccinated: only numbers so large that they name nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.vaccination.models import Dose, Listing
from khumkan.vaccination.rules.lists import LEAST_FOR_NUMBERS
from khumkan.vaccination.states import DoseState

#: So many days are told.
MOST_DAYS = 5


@dataclass(frozen=True, slots=True)
class ComingDay:
    """A day on which people of the actor's employers have dates."""

    day: date
    people: int


def coming_days(by: Actor) -> Sequence[ComingDay]:
    """Return the next days on which people of the actor's employers have dates, the first one first. One query.

    Of days with so few that a number would tell about one of them nothing is said. Everybody who was ever on a list is
    counted: taking one person off and putting them back changes no number.
    """
    own = [int(key) for key in by.keys(Role.EMPLOYER, ScopeKind.EMPLOYER) if key.isdigit()]
    listed = Listing.objects.filter(roster__employer__in=own).order_by().values("person")
    rows = Dose.objects.filter(state=DoseState.BOOKED, person__in=listed, session__cancelled_at=None)
    counted = rows.filter(session__day__gte=clock.today()).values("session__day").annotate(people=Count("person"))
    enough = counted.filter(people__gte=LEAST_FOR_NUMBERS).order_by("session__day")[:MOST_DAYS]
    return [ComingDay(each["session__day"], each["people"]) for each in enough]
