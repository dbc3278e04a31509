"""A town that is to be planned: people who wait at workplaces, sites with open sessions, and lots."""

from datetime import date, timedelta

from khumkan.kernel import clock
from khumkan.messages.models import Message
from khumkan.places.models import Site
from khumkan.registry.models import Employer
from khumkan.vaccination.actions import carrying, enrolling, plans, willing
from khumkan.vaccination.actions import sessions as session_actions
from khumkan.vaccination.choices import Decided, PlanCause, Vaccine
from khumkan.vaccination.models import Dose, Enrolment, Plan
from khumkan.vaccination.states import DoseState
from khumkan.vaccination.tests.country import OFFICE, OFFICER, OTHER_OFFICER, a_person, a_roster, a_site, an_employer


def first_day() -> date:
    """Return the first day that a plan of today can have."""
    return clock.today() + timedelta(days=2)


def people_wait(count: int, *, employer: Employer | None = None, born: date = date(1990, 1, 1)) -> list[Dose]:
    """Let so many workers of one employer wait for their first dose."""
    roster = a_roster(employer or an_employer())
    persons = [a_person(born=born) for _ in range(count)]
    enrolling.list_people(roster=roster, people=[(one.pk, "") for one in persons], by=OFFICE)
    for enrolment in Enrolment.objects.filter(person__in=persons).order_by("pk"):
        willing.confirm(enrolment=enrolment, how=Decided.LINK, by=OFFICE)
    return list(Dose.objects.filter(person__in=persons).order_by("pk"))


def open_site(*, places: int, days: int = 5, north: float = 0.01, vaccine: Vaccine = Vaccine.ASTRAZENECA) -> Site:
    """Open a site for some days from the first day of a plan, with so many places a day."""
    site = a_site(north=north)
    more_days(site, places=places, days=days, vaccine=vaccine)
    return site


def more_days(site: Site, *, places: int, days: int, vaccine: Vaccine = Vaccine.ASTRAZENECA) -> None:
    """Open the sessions of a site."""
    first = first_day()
    session_actions.open_days_at(
        site_ids=[site.pk],
        first=first,
        last=first + timedelta(days=days - 1),
        vaccine=vaccine,
        places=places,
        by=OFFICE,
    )


def a_plan(*, days: int = 5) -> Plan:
    """Ask for a plan of Bangkok, and let it be computed."""
    first = first_day()
    plan = plans.propose(province_code="10", first_day=first, last_day=first + timedelta(days=days - 1), by=OFFICER)
    return plans.compute(plan_id=plan.pk, by=OFFICE)


def carried_out(plan: Plan | None = None, *, days: int = 5) -> Plan:
    """Approve a plan and carry it out."""
    approved = plans.approve(plan=plan or a_plan(days=days), by=OTHER_OFFICER)
    carrying.carry_out(plan_id=approved.pk, by=OFFICE)
    return Plan.objects.get(pk=approved.pk)


def moved(plan: Plan) -> Plan:
    """Compute and carry out a plan that moves people, as the queue does."""
    assert plan.cause != PlanCause.REGULAR
    plans.compute(plan_id=plan.pk, by=OFFICE)
    carrying.carry_out(plan_id=plan.pk, by=OFFICE)
    return Plan.objects.get(pk=plan.pk)


def told(template: str) -> list[int]:
    """Return to whom a message was queued, in the order of the people."""
    rows = Message.objects.filter(template=f"vaccination.{template}").order_by("person_id")
    return list(rows.values_list("person_id", flat=True))


def booked() -> list[Dose]:
    """Return everybody who has a date."""
    rows = Dose.objects.filter(state=DoseState.BOOKED).select_related("session__site", "session__lot", "enrolment")
    return list(rows.order_by("pk"))
