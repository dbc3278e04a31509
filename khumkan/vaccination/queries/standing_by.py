"""Where somebody who waits for a date may stand by, and for which days they asked."""

from dataclasses import dataclass
from datetime import date, timedelta

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.places import queries as place_queries
from khumkan.places import rules as place_rules
from khumkan.places.models import Site
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import Dose, Session, StandBy
from khumkan.vaccination.queries.points import Point, points_of
from khumkan.vaccination.rules import schedule
from khumkan.vaccination.states import DoseState
from khumkan.vaccination.terms.planning import PlanningTerms
from khumkan.vaccination.terms.schedules import ScheduleTerms

#: For so many days ahead somebody can ask, today included.
DAYS_AHEAD = 2
#: So many choices are shown; the nearest.
MOST_OFFERS = 12


@dataclass(frozen=True)
class Offer:
    """A site and a day for which somebody can ask.

    :param km: from home or workplace, whichever is nearer; none where neither is known.
    """

    site: Site
    day: date
    km: float | None

    @property
    def code(self) -> str:
        """How it is called in a form."""
        return f"{self.site.reference}/{self.day.isoformat()}"


def own_waiting(by: Actor) -> Dose:
    """Return the dose for which a person waits for a date.

    :raises Missing: when they wait for none.
    """
    rows = Dose.objects.filter(person=by.id, state=DoseState.WAITING).select_related("enrolment", "person")
    found = rows.first()
    if found is None:
        raise Missing("waits for no date")
    return found


def offers_for(dose: Dose) -> list[Offer]:
    """Return the sites within reach whose vaccine suits, today and tomorrow: the soonest, then the nearest, first."""
    today = clock.today()
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    open_now = Session.objects.filter(day__in=days, cancelled_at=None, closed_at=None, ends_at__gt=clock.now())
    terms = policies.in_force(ScheduleTerms, on=today)
    given_there = open_now.values_list("site", "day", "vaccine").distinct()
    found = {(site, day) for site, day, vaccine in given_there if _suits(dose, day, vaccine, terms)}
    sites = place_queries.sites({site for site, _ in found})
    farthest = policies.in_force(PlanningTerms, on=today).farthest_km
    where = _points(dose)
    kms = {site_id: _km(where, site) for site_id, site in sites.items()}
    near = [Offer(sites[site], day, kms[site]) for site, day in found if (kms[site] or 0) <= farthest]
    return sorted(near, key=lambda one: (one.day, one.km or 0, one.site.pk))[:MOST_OFFERS]


def asked_by(dose: Dose) -> list[StandBy]:
    """Return the days from today on for which somebody asked to stand by, the first on top."""
    rows = StandBy.objects.filter(dose=dose, day__gte=clock.today()).select_related("site")
    return list(rows.order_by("day", "pk"))


def distance_to(dose: Dose, site: Site) -> float | None:
    """Return the kilometres from home or workplace, whichever is nearer, to a site; None where neither is known."""
    return _km(_points(dose), site)


def _points(dose: Dose) -> list[Point]:
    return list(points_of([dose.enrolment.home_area, dose.enrolment.work_area]).values())


def _km(where: list[Point], site: Site) -> float | None:
    return min((place_rules.distance_km(*point, site.latitude, site.longitude) for point in where), default=None)


def _suits(dose: Dose, day: date, vaccine: str, terms: ScheduleTerms) -> bool:
    if dose.due_from > day or dose.vaccine not in ("", vaccine):
        return False
    return schedule.suits(Vaccine(vaccine), age=dose.person.age_on(day), terms=terms)
