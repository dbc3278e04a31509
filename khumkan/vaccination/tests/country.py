"""A small campaign for the tests: a phase, an employer with a list, people, a site with sessions, a lot of vaccine."""

import itertools
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.places.models import District, Province, Site, Subdistrict
from khumkan.places.states import SiteKind
from khumkan.policies.actions import seed_phase
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer, Person
from khumkan.registry.states import Sex
from khumkan.vaccination.actions import booking, enrolling, site_stock, stock, visits, willing
from khumkan.vaccination.actions import sessions as session_actions
from khumkan.vaccination.actions.records import Needle
from khumkan.vaccination.actions.stock import LotDetails
from khumkan.vaccination.actions.visits import Sent
from khumkan.vaccination.choices import Decided, InjectedIn, Vaccine
from khumkan.vaccination.models import Dose, Enrolment, Injection, Lot, PhaseDetail, Roster, Session
from khumkan.vaccination.rules.visits import Vitals

OFFICE = Actor.system("test")
OFFICER = Actor(ActorKind.STAFF, 7, frozenset({Grant(Role.OFFICER)}))
OTHER_OFFICER = Actor(ActorKind.STAFF, 8, frozenset({Grant(Role.OFFICER)}))
_count = itertools.count(1)


def subdistrict() -> Subdistrict:
    """Make sure that Bangkok has a district and a subdistrict with coordinates."""
    where = {"latitude": 13.765, "longitude": 100.553, "sort_key": "10"}
    Province.objects.update_or_create(code="10", defaults={"name_th": "กรุงเทพมหานคร", **where})
    District.objects.update_or_create(code="1026", defaults={"name_th": "ดินแดง", "province_id": "10", **where})
    parents = {"province_id": "10", "district_id": "1026"}
    return Subdistrict.objects.update_or_create(code="102601", defaults={"name_th": "ดินแดง", **parents, **where})[0]


def a_phase(*, vaccine: Vaccine = Vaccine.ASTRAZENECA, **fields: object) -> Phase:
    """Open a phase of vaccination for Bangkok, or return the one there is."""
    found = Phase.objects.filter(programme="vaccination").first()
    if found is not None:
        return found
    today = clock.today()
    phase = seed_phase(
        programme="vaccination", number=1, years="2021", title_th="ระยะที่ 1", title_en="Phase 1",
        opens_on=today - timedelta(days=7), area_codes=["10"], by=OFFICE,
    )  # fmt: skip
    details = {"vaccines": [vaccine], "sections": [33], "doses": 1_000, "lists_lock_on": today + timedelta(days=30)}
    PhaseDetail.objects.create(phase=phase, **{**details, **fields})
    return phase


def an_employer(**fields: object) -> Employer:
    """Make an employer in the middle of the town."""
    subdistrict()
    number, now = next(_count), clock.now()
    values = {
        "reference": references.new("E"),
        "account_number": f"10{number:08}",
        "name_th": f"บริษัท {number} จำกัด",
        "subdistrict_code": "102601",
        "district_code": "1026",
        "province_code": "10",
        "created_at": now,
        "updated_at": now,
    }
    return Employer.objects.create(**{**values, **fields})


def hr_of(employer: Employer) -> Actor:
    """Return the HR office of an employer."""
    return Actor(
        ActorKind.STAFF, 90 + employer.pk, frozenset({Grant(Role.EMPLOYER, ScopeKind.EMPLOYER, str(employer.pk))})
    )


def a_roster(employer: Employer | None = None) -> Roster:
    """Open the list of an employer for the phase."""
    now = clock.now()
    return Roster.objects.create(employer=employer or an_employer(), phase=a_phase(), opened_at=now, changed_at=now)


def a_person(*, born: date | None = date(1990, 1, 1), **fields: object) -> Person:
    """Make an insured person who lives in the middle of the town."""
    subdistrict()
    number, now = next(_count), clock.now()
    values = {
        "reference": references.new("P"),
        "first_name": f"สมหญิง{number}",
        "last_name": "ใจดี",
        "name_key": f"สมหญิง{number} ใจดี",
        "sex": Sex.FEMALE,
        "birth_date": born,
        "section": 33,
        "subdistrict_code": "102601",
        "district_code": "1026",
        "province_code": "10",
        "created_at": now,
        "updated_at": now,
    }
    return Person.objects.create(**{**values, **fields})


def herself(person: Person) -> Actor:
    """Return the person as somebody who acts."""
    return Actor(ActorKind.PERSON, person.pk, frozenset({Grant(Role.PERSON)}))


def invited(person: Person | None = None, *, roster: Roster | None = None) -> Enrolment:
    """Put somebody on an employer's list."""
    somebody = person or a_person()
    enrolling.list_people(roster=roster or a_roster(), people=[(somebody.pk, "")], by=OFFICE)
    return Enrolment.objects.get(person=somebody)


def waiting(person: Person | None = None, *, roster: Roster | None = None) -> Dose:
    """Let somebody on a list confirm: the first dose waits for a date."""
    enrolment = invited(person, roster=roster)
    willing.confirm(enrolment=enrolment, how=Decided.LINK, by=herself(enrolment.person))
    return enrolment.doses.get()


def a_site(*, north: float = 0.01, opens: time = time(8), closes: time = time(16)) -> Site:
    """Make a vaccination site some degrees north of the middle of the town, open every day."""
    number, area = next(_count), subdistrict()
    site = Site.objects.create(
        reference=references.new("S"), name_th=f"จุดฉีด {number}", name_en=f"Site {number}",
        kinds=[SiteKind.VACCINATION], subdistrict=area, latitude=(area.latitude or 0) + north,
        longitude=area.longitude, works_on_holidays=True,
    )  # fmt: skip
    for weekday in range(7):
        site.hours.create(weekday=weekday, opens=opens, closes=closes)
    site.capacities.create(kind=SiteKind.VACCINATION, places_per_day=80)
    site.refresh_from_db()
    return site


def a_lot(*, doses: int = 100, vaccine: Vaccine = Vaccine.ASTRAZENECA, days: int = 120) -> Lot:
    """Receive a lot today that expires after some days."""
    today = clock.today()
    details = LotDetails(
        number=f"A{next(_count):04}", vaccine=vaccine, doses=doses, arrives_on=today,
        expires_on=today + timedelta(days=days),
    )  # fmt: skip
    return stock.receive_lot(details=details, by=OFFICE)


def a_session(
    *, site: Site | None = None, day: date | None = None, places: int = 2, vaccine: Vaccine = Vaccine.ASTRAZENECA
) -> Session:
    """Return a session of an hour, by default tomorrow, with doses for its places."""
    where, on = site or a_site(), day or clock.today() + timedelta(days=1)
    session_actions.open_days_at(site_ids=[where.pk], first=on, last=on, vaccine=vaccine, places=places * 8, by=OFFICE)
    session = Session.objects.filter(site=where, day=on, vaccine=vaccine, kept_doses=0).earliest("starts_at")
    lot = a_lot(vaccine=vaccine)
    site_stock.receive(lot=lot, site_id=where.pk, doses=places, client_key=uuid4(), by=OFFICE)
    return stock.keep_doses(session=session, lot=lot, doses=places, by=OFFICE)


def goes_on(session: Session) -> Session:
    """Let a session of another day be the one that goes on now: nobody is booked for one that has begun."""
    now = clock.now()
    hours = {"starts_at": now - timedelta(minutes=20), "ends_at": now + timedelta(minutes=40)}
    Session.objects.filter(pk=session.pk).update(day=clock.today(), **hours)
    session.refresh_from_db()
    return session


def booked(dose: Dose | None = None, *, session: Session | None = None) -> Dose:
    """Give somebody who waits a date."""
    return booking.book(dose=dose or waiting(), session=session or a_session(), by=OFFICE)


def vaccinator_at(site: Site) -> Actor:
    """Return a vaccinator of a site."""
    return Actor(ActorKind.STAFF, 500 + site.pk, frozenset({Grant(Role.VACCINATOR, ScopeKind.SITE, str(site.pk))}))


def sent(at: datetime | None = None) -> Sent:
    """Return a step as a device sends it."""
    return Sent(client_key=uuid4(), done_at=at or clock.now())


def a_needle(lot: Lot) -> Needle:
    """Return what a vaccinator writes down."""
    return Needle(lot=lot, injected_in=InjectedIn.LEFT_ARM, licence="ว12345", given_at=clock.now(), client_key=uuid4())


def vaccinated(dose: Dose | None = None) -> Injection:
    """Let somebody who is booked for the present hour go through all the steps up to the needle."""
    fresh = dose or booked()
    assert fresh.session is not None
    goes_on(fresh.session)
    assert fresh.session.lot is not None
    by = vaccinator_at(fresh.session.site)
    visit = visits.check_in(dose=fresh, session=fresh.session, sent=sent(), by=by)
    visits.measure(visit=visit, vitals=Vitals(systolic=120, diastolic=80), sent=sent(), by=by)
    visits.clear(visit=visit, answers={"consent": "yes"}, sent=sent(), by=by)
    return visits.inject(visit=visit, needle=a_needle(fresh.session.lot), by=by)


def a_lot_beside(given: Injection, *, vaccine: Vaccine = Vaccine.ASTRAZENECA) -> Lot:
    """Return another lot of which the site of a dose has one dose too."""
    assert given.site_id is not None
    made = a_lot(vaccine=vaccine)
    site_stock.receive(lot=made, site_id=given.site_id, doses=1, client_key=uuid4(), by=OFFICE)
    return made
