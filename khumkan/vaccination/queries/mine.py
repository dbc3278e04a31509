"""One person's vaccination as the person reads it, and as the hotline reads it to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Missing
from khumkan.record import queries as record
from khumkan.vaccination.choices import ListedBy
from khumkan.vaccination.models import Dose, Enrolment, Injection, Listing, Session, Visit
from khumkan.vaccination.queries import reasons, waiting
from khumkan.vaccination.queries.reasons import Opened
from khumkan.vaccination.queries.waiting import Standing
from khumkan.vaccination.states import LIVE_VISITS, DoseState
from khumkan.vaccination.terms.planning import PlanningTerms
from khumkan.vaccination.terms.schedules import ScheduleTerms

#: Employers that are named; whoever works for more reads the first.
MOST_EMPLOYERS = 3
MOST_HAPPENED = 30
#: What a person reads of their vaccination in the record, besides having been listed.
HAPPENED = (
    *("vaccination.confirmed", "vaccination.declined", "vaccination.withdrawn", "vaccination.wish_changed"),
    *("vaccination.waiting", "vaccination.booked", "vaccination.moved", "vaccination.waits_again"),
    *("vaccination.missed", "vaccination.planned_again", "vaccination.arrived", "vaccination.turned_back"),
    *("vaccination.given", "vaccination.completed", "vaccination.injection_struck"),
)


@dataclass(frozen=True)
class Happened:
    """One thing that happened.

    :param session: the date that was given, changed to or missed.
    :param because: the code of a reason, where there is one.
    """

    name: str
    at: datetime
    session: Session | None = None
    because: str = ""
    number: int | None = None
    is_for_the_person: bool = False


@dataclass(frozen=True)
class MyPage:
    """What a page about one person's vaccination says.

    :param dose: the dose that is still to come.
    :param opened: by which rule the turn of the area has come, or why not yet.
    :param standing: which turn and how long, while the person waits for a plan.
    :param needs_officer: whether no plan gives a date until somebody decides.
    :param may_change: whether the person may still change the date themselves, and `change_until` until when.
    """

    enrolment: Enrolment
    dose: Dose | None
    doses_in_all: int
    given: Sequence[Injection]
    visit: Visit | None
    opened: Opened
    employers: Sequence[str]
    standing: Standing | None = None
    needs_officer: bool = False
    may_change: bool = False
    change_until: datetime | None = None
    happened: Sequence[Happened] = field(default_factory=tuple)


def enrolment_of(person_id: int) -> Enrolment | None:
    """Return the vaccination of a person, or None for somebody who was never listed. One query."""
    return Enrolment.objects.select_related("phase", "employer", "person").filter(person=person_id).first()


def own(by: Actor) -> Enrolment:
    """Return the vaccination of the person who is signed in.

    :raises Missing: for anybody who was never listed.
    """
    found = enrolment_of(by.id) if by.kind is ActorKind.PERSON and by.id is not None else None
    if found is None:
        raise Missing("this person is on no list")
    return found


def coming(person_id: int) -> Dose | None:
    """Return the dose of a person that is still to come, with its date and place. One query."""
    rows = Dose.objects.coming().filter(person=person_id)
    return rows.select_related("session__site__subdistrict__district__province", "enrolment").first()


def page_of(enrolment: Enrolment) -> MyPage:
    """Return what a page says of a vaccination. At most a dozen and a half queries, whatever happened before."""
    dose = coming(enrolment.person_id)
    terms = policies.in_force(PlanningTerms, on=clock.today())
    waits = dose is not None and dose.state == DoseState.WAITING
    needs_officer = dose is not None and waits and dose.misses >= terms.misses
    change = page_of_change(dose) if dose is not None else ChangePage(False, False, None)
    given = given_to(enrolment.person_id)
    return MyPage(
        enrolment=enrolment,
        dose=dose,
        doses_in_all=policies.in_force(ScheduleTerms, on=clock.today()).doses,
        given=given,
        visit=_visit(enrolment, dose, given),
        opened=reasons.reason_for(enrolment),
        employers=_employers(enrolment),
        standing=(
            waiting.standing_of(dose, province_code=enrolment.province_code)
            if dose is not None and waits and not needs_officer
            else None
        ),
        needs_officer=needs_officer,
        may_change=change.may_change,
        change_until=change.change_until,
        happened=happened_to(enrolment),
    )


@dataclass(frozen=True)
class ChangePage:
    """What a page about changing a date says; see `MyPage`."""

    is_booked: bool
    may_change: bool
    change_until: datetime | None


def page_of_change(dose: Dose) -> ChangePage:
    """Return whether a person may change a date themselves. One query."""
    until = change_until(dose, policies.in_force(PlanningTerms, on=clock.today()))
    may_change = until is not None and dose.changes_left > 0 and clock.now() <= until
    return ChangePage(until is not None, may_change, until)


def given_to(person_id: int) -> list[Injection]:
    """Return the doses that a person has had, the first one first. One query."""
    rows = Injection.objects.filter(person=person_id, struck_at=None).select_related("site")
    return list(rows.order_by("number"))


def change_until(dose: Dose | None, terms: PlanningTerms) -> datetime | None:
    """Return until when a person may change a date, or None without one."""
    if dose is None or dose.state != DoseState.BOOKED or dose.session is None:
        return None
    return dose.session.starts_at - timedelta(hours=terms.change_until_hours)


def happened_to(enrolment: Enrolment) -> list[Happened]:
    """Return what happened, the newest first. Two queries."""
    events = list(record.events_of_person(enrolment.person_id).filter(name__in=HAPPENED)[:MOST_HAPPENED])
    sessions = Session.objects.select_related("site").in_bulk(
        {event.data["session"] for event in events if "session" in event.data}
    )
    found = [
        Happened(
            name=event.name.removeprefix("vaccination."),
            at=event.at,
            session=sessions.get(event.data.get("session")),
            because=str(event.data.get("because", "")),
            number=event.data.get("number"),
            is_for_the_person=event.on_behalf_of is not None,
        )
        for event in events
    ]
    if enrolment.reminded_at is not None:
        found.append(Happened("asked_again", enrolment.reminded_at))
    found.append(Happened("invited", enrolment.invited_at))
    return sorted(found, key=lambda one: one.at, reverse=True)


def _visit(enrolment: Enrolment, dose: Dose | None, given: Sequence[Injection]) -> Visit | None:
    """Return the visit of somebody who is at a site, also of whoever had the dose and is observed."""
    if not given and (dose is None or dose.state != DoseState.AT_SITE):
        return None
    return Visit.objects.filter(dose__enrolment=enrolment, state__in=LIVE_VISITS).first()


def _employers(enrolment: Enrolment) -> list[str]:
    """Return the employers on whose lists the person is, or the one that was the first to list them."""
    rows = Listing.objects.filter(person=enrolment.person_id, state=ListedBy.LISTED).select_related("roster__employer")
    names = [str(one.roster.employer) for one in rows.order_by("listed_at", "pk")[:MOST_EMPLOYERS]]
    return names or ([str(enrolment.employer)] if enrolment.employer else [])
