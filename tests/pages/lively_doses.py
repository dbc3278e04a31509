"""More people at the vaccination site of the busy town: at every step, turned back, called; and a busy day."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import closing, door, enrolling, standby, visits, willing
from khumkan.vaccination.actions.presence import Sent
from khumkan.vaccination.actions.records import Needle
from khumkan.vaccination.choices import Decided, DoorOutcome, InjectedIn, TurnedBack
from khumkan.vaccination.models import Dose, Enrolment, Session, Visit
from khumkan.vaccination.rules.visits import Vitals
from tests.trust.campaign import Campaign

if TYPE_CHECKING:
    from tests.pages.lively import LivelyTown

OFFICE = Actor.system("demo")
WELL = Vitals(weight=Decimal("62.5"), temperature=Decimal("36.5"), systolic=121, diastolic=78)
HIGH = Vitals(weight=Decimal("91.0"), temperature=Decimal("36.9"), systolic=171, diastolic=104)
#: Everybody of this file, by how far they are, with the name they have.
NAMES = {
    "v_measured": "ปรีชา", "v_high": "สมศักดิ์", "v_cleared": "จินตนา", "v_watched": "อารีย์", "v_left": "กิตติ",
    "v_back": "ละเอียด", "v_called": "นิพนธ์",
}  # fmt: skip
#: Who was booked on a day that is closed, and whether they came.
PAST = {"ทวี": True, "สายสมร": True, "บุญมี": True, "ดวงใจ": False, "อำนวย": True, "ชูศรี": True}


def fill(town: "LivelyTown") -> None:
    """Bring each of the people as far as their name says, and close a busy day."""
    made = town.campaign
    for attribute, name in (("waits_for_dose", "v_waits"), ("has_dose", "v_booked")):
        setattr(town, attribute, town.on_the_list[name])
    _closed_day(town, made)
    for name, first in NAMES.items():
        dose = made.doses[name] = _waiting(town, made, first)
        if name == "v_called":
            standby.ask(dose=dose, site=made.site, day=clock.today(), by=OFFICE)
            standby.call_next(site_id=made.site.pk, by=OFFICE)
            continue
        visit = visits.check_in(dose=dose, session=made.today, sent=_sent(), by=OFFICE)
        _bring(made, visit, name)
    door.note(site=made.site, outcome=DoorOutcome.NOT_ON_LIST, sent=_sent(), words="บริษัทบอกว่าส่งชื่อแล้ว", by=OFFICE)


def _bring(made: Campaign, visit: Visit, name: str) -> None:
    if name == "v_back":
        visits.turn_back(visit=visit, because=TurnedBack.FEVER, sent=_sent(), by=OFFICE)
        return
    visits.measure(visit=visit, vitals=HIGH if name == "v_high" else WELL, sent=_sent(), by=OFFICE)
    if name in ("v_measured", "v_high"):
        return
    visits.clear(visit=visit, answers={"consent": "yes"}, sent=_sent(), by=OFFICE)
    if name == "v_cleared":
        return
    _inject(made, visit)
    if name == "v_left":
        Visit.objects.filter(pk=visit.pk).update(observe_until=clock.now())
        visits.leave(visit=visit, sent=_sent(), by=OFFICE)


def _inject(made: Campaign, visit: Visit) -> None:
    needle = Needle(
        lot=made.lot, injected_in=InjectedIn.LEFT_ARM, licence="4511200731", given_at=clock.now(), client_key=uuid4()
    )
    visits.inject(visit=visit, needle=needle, by=OFFICE)


def _closed_day(town: "LivelyTown", made: Campaign) -> None:
    """Let people of the factory be booked on a day two days ago, come or not, and close it."""
    doses = [(_waiting(town, made, first), came) for first, came in PAST.items()]
    day = clock.today() - timedelta(days=2)
    session = Session.objects.filter(site=made.site, kept_doses=0, closed_at=None).latest("starts_at")
    begins, ends = clock.day_span(day)
    Session.objects.filter(pk=session.pk).update(day=day, starts_at=begins, ends_at=ends - timedelta(hours=1))
    Dose.objects.filter(pk__in=[dose.pk for dose, _ in doses]).update(
        state="booked", session=session, booked_at=clock.now(), waiting_because=""
    )
    session.refresh_from_db()
    for number, (dose, came) in enumerate(doses):
        if not came:
            continue
        visit = visits.check_in(dose=Dose.objects.get(pk=dose.pk), session=session, sent=_sent(), by=OFFICE)
        if number == 0:
            visits.turn_back(visit=visit, because=TurnedBack.PRESSURE, sent=_sent(), by=OFFICE)
            continue
        visits.measure(visit=visit, vitals=WELL, sent=_sent(), by=OFFICE)
        visits.clear(visit=visit, answers={"consent": "yes"}, sent=_sent(), by=OFFICE)
        _inject(made, visit)
        Visit.objects.filter(pk=visit.pk).update(observe_until=clock.now())
        visits.leave(visit=visit, sent=_sent(), by=OFFICE)
    closing.close_day(site=made.site, day=day, by=OFFICE)
    made.closed_on = day


def _waiting(town: "LivelyTown", made: Campaign, first: str) -> Dose:
    somebody = town.given_a_person(first, "วัคซีนดี")
    enrolling.list_people(roster=made.roster, people=[(somebody.id, "")], by=OFFICE)
    enrolment = Enrolment.objects.get(person_id=somebody.id)
    willing.confirm(enrolment=enrolment, how=Decided.LINK, by=OFFICE)
    return enrolment.doses.get()


def _sent() -> Sent:
    return Sent(client_key=uuid4(), done_at=clock.now())
