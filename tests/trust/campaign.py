"""A vaccination campaign in a corner of the hostile country: somebody in every state, all through the actions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import uuid4

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.places.models import Site
from khumkan.policies.actions import seed_phase
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer, Person
from khumkan.registry.queries.persons import documents_of
from khumkan.screening.tests.registering import a_site
from khumkan.vaccination.actions import booking, closing, enrolling, sessions, site_stock, stock, visits, willing
from khumkan.vaccination.actions.lists import requests, sending
from khumkan.vaccination.actions.records import Needle
from khumkan.vaccination.actions.stock import LotDetails
from khumkan.vaccination.actions.visits import Sent
from khumkan.vaccination.choices import Decided, InjectedIn, Vaccine, WaitingBecause
from khumkan.vaccination.models import (
    Dose,
    Enrolment,
    Injection,
    ListFile,
    ListRequest,
    Lot,
    PhaseDetail,
    Roster,
    Session,
    Visit,
)
from khumkan.vaccination.rules.visits import Vitals
from tests.trust.chosen import Chosen, chosen

SYSTEM = Actor.system("world")
#: Who is listed, by how far they are.
LISTED = ("v_invited", "v_declined", "v_waits", "v_missed", "v_booked", "v_expected", "v_arrived", "v_given")


@dataclass
class Campaign:
    """A site with its people.

    :param today: the session of this day at which somebody is expected; `tomorrow` has places left.
    :param held: a lot whose doses here were too warm; an officer decides.
    :param closed_on: a day that was closed.
    """

    site: Site
    roster: Roster
    lot: Lot
    today: Session
    tomorrow: Session
    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    doses: dict[str, Dose] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    injection: Injection = None  # type: ignore[assignment]
    sent_list: ListFile = None  # type: ignore[assignment]
    list_request: ListRequest = None  # type: ignore[assignment]
    chosen: Chosen = None  # type: ignore[assignment]
    held: Lot = None  # type: ignore[assignment]
    closed_on: date = None  # type: ignore[assignment]


def a_campaign(province: str, people: Mapping[str, Person], employer: Employer) -> Campaign:
    """Make a campaign with somebody in every state."""
    site = a_site(province, kinds=["vaccination"], name_th=f"จุดฉีด {province}", name_en=f"Doses {province}")
    site.refresh_from_db()
    return campaign_at(site, people, employer)


def campaign_at(site: Site, people: Mapping[str, Person], employer: Employer) -> Campaign:
    """Make a campaign at a site with somebody in every state: see `LISTED`."""
    for weekday in range(7):
        site.hours.update_or_create(weekday=weekday, defaults={"opens": time(0), "closes": time(23, 59)})
    now = clock.now()
    roster = Roster.objects.create(employer=employer, phase=_phase(), opened_at=now, changed_at=now)
    held = _too_warm(site)
    lot = stock.receive_lot(details=_lot(site), by=SYSTEM)
    made = Campaign(site, roster, lot, *_sessions(site, lot))
    made.held, made.closed_on = held, _closed(site)
    for name in LISTED:
        _bring(made, name, people[name])
    made.list_request = _asked_to_change(roster, people["v_declined"])
    made.sent_list = _sent_list(roster, near=people["v_booked"], known=people["v_given"])
    made.chosen = chosen()
    return made


def _asked_to_change(roster: Roster, person: Person) -> ListRequest:
    """Let the employer ask for a change while its list is locked for a moment."""
    Roster.objects.filter(pk=roster.pk).update(state="locked", locked_at=clock.now())
    locked = Roster.objects.get(pk=roster.pk)
    made = requests.ask_to_remove(roster=locked, person=person, why="left the enterprise", by=SYSTEM)
    Roster.objects.filter(pk=roster.pk).update(state="open")
    return made


def _sent_list(roster: Roster, *, near: Person, known: Person) -> ListFile:
    """Let the employer send a list: somebody to look at, somebody known, and a row with a fault."""
    rows = [(near, f"{near.last_name}ย์"), (known, known.last_name)]
    lines = [f"{documents_of(each.pk)[0].number},{each.first_name},{last},{each.birth_date}" for each, last in rows]
    content = "\n".join(("เลขประจำตัว,ชื่อ,นามสกุล,วันเกิด", *lines, "1,ใคร,ไม่รู้,1/1/2530", ""))
    sent = sending.Sent(content=content.encode(), name="list.csv")
    return sending.send_list(roster=roster, sent=sent, by=SYSTEM, at_once=True)[0]


def more_dates(made: Campaign, count: int = 6) -> list[Session]:
    """Keep doses for the last sessions, and let who is booked have one of them: that date can be changed."""
    later = Session.objects.filter(site=made.site, kept_doses=0, starts_at__gt=clock.now()).order_by("-starts_at")
    kept = [stock.keep_doses(session=session, lot=made.lot, doses=5, by=SYSTEM) for session in later[:count]]
    made.doses["v_booked"] = booking.change_date(dose=made.doses["v_booked"], session=kept[0], by=SYSTEM)
    return kept


def _phase() -> Phase:
    """Return the phase of the provinces in which people are, opened once."""
    today = clock.today()
    phase = seed_phase(
        programme="vaccination", number=1, years="2021", title_th="ระยะที่ 1", title_en="Phase 1",
        opens_on=today - timedelta(days=7), area_codes=["10", "50"], by=SYSTEM,
    )  # fmt: skip
    detail = {"vaccines": [Vaccine.ASTRAZENECA], "sections": [33], "doses": 1_000}
    PhaseDetail.objects.get_or_create(phase=phase, defaults={**detail, "lists_lock_on": today + timedelta(days=30)})
    return phase


def _lot(site: Site) -> LotDetails:
    today = clock.today()
    return LotDetails(
        number=f"A{site.pk:04}", vaccine=Vaccine.ASTRAZENECA, doses=500, arrives_on=today,
        expires_on=today + timedelta(days=120),
    )  # fmt: skip


def _sessions(site: Site, lot: Lot) -> tuple[Session, Session]:
    """Open a session that goes on all day today, and some of tomorrow."""
    first, last = (clock.today() + timedelta(days=days) for days in (1, 2))
    sessions.open_days_at(
        site_ids=[site.pk], first=first, last=last, vaccine=Vaccine.ASTRAZENECA, places=480, by=SYSTEM
    )
    today, tomorrow = (Session.objects.filter(site=site, day=day).earliest("starts_at") for day in (last, first))
    for session in (today, tomorrow):
        stock.keep_doses(session=session, lot=lot, doses=20, by=SYSTEM)
    site_stock.receive(lot=lot, site_id=site.pk, doses=200, client_key=uuid4(), by=SYSTEM)
    today.refresh_from_db()
    return today, tomorrow


def _too_warm(site: Site) -> Lot:
    """Receive doses that were then kept too warm."""
    lot = stock.receive_lot(details=replace(_lot(site), number=f"W{site.pk:04}"), by=SYSTEM)
    site_stock.receive(lot=lot, site_id=site.pk, doses=30, client_key=uuid4(), by=SYSTEM)
    site_stock.read_thermometer(site_id=site.pk, celsius=Decimal("12.4"), client_key=uuid4(), by=SYSTEM)
    return lot


def _closed(site: Site) -> date:
    """Close yesterday, on which nobody came."""
    yesterday = clock.today() - timedelta(days=1)
    session = Session.objects.filter(site=site).latest("starts_at")
    begins, ends = clock.day_span(yesterday)
    Session.objects.filter(pk=session.pk).update(day=yesterday, starts_at=begins, ends_at=ends - timedelta(hours=1))
    closing.close_day(site=site, day=yesterday, by=SYSTEM)
    return yesterday


def _is_today(session: Session) -> None:
    """Let a session of another day be the one of this day: nobody is booked for one that has begun."""
    begins, ends = clock.day_span(clock.today())
    Session.objects.filter(pk=session.pk).update(day=clock.today(), starts_at=begins, ends_at=ends)
    session.refresh_from_db()


def _bring(made: Campaign, name: str, person: Person) -> None:
    enrolling.list_people(roster=made.roster, people=[(person.pk, "")], by=SYSTEM)
    enrolment = Enrolment.objects.get(person=person)
    made.enrolments[name] = enrolment
    if name == "v_invited":
        return
    if name == "v_declined":
        willing.refuse(enrolment=enrolment, how=Decided.LINK, by=SYSTEM)
        return
    willing.confirm(enrolment=enrolment, how=Decided.LINK, by=SYSTEM)
    made.doses[name] = enrolment.doses.get()
    if name == "v_missed":
        missed = {"misses": 2, "waiting_because": WaitingBecause.MISSED, "call_after": clock.now()}
        Dose.objects.filter(pk=made.doses[name].pk).update(**missed)
        made.doses[name].refresh_from_db()
    if name in ("v_waits", "v_missed"):
        return
    session = made.tomorrow if name == "v_booked" else made.today
    made.doses[name] = booking.book(dose=made.doses[name], session=session, by=SYSTEM)
    if name in ("v_expected", "v_booked"):
        return
    _is_today(made.today)
    made.visits[name] = visit = visits.check_in(dose=made.doses[name], session=made.today, sent=_sent(), by=SYSTEM)
    if name == "v_given":
        visits.measure(visit=visit, vitals=Vitals(systolic=120, diastolic=80), sent=_sent(), by=SYSTEM)
        visits.clear(visit=visit, answers={"consent": "yes"}, sent=_sent(), by=SYSTEM)
        needle = Needle(
            lot=made.lot, injected_in=InjectedIn.LEFT_ARM, licence="ว12345", given_at=clock.now(), client_key=uuid4()
        )
        made.injection = visits.inject(visit=visit, needle=needle, by=SYSTEM)


def _sent() -> Sent:
    return Sent(client_key=uuid4(), done_at=clock.now())
