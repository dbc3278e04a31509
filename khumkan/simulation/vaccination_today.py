"""Today in the made-up campaign: people at every step at one site, others turned back, notes at the door, stand-bys."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice

from khumkan.kernel import clock
from khumkan.kernel.errors import Refused
from khumkan.places.models import Site
from khumkan.record.inline import run_jobs
from khumkan.registry.models import Employer, Person
from khumkan.simulation import vaccination, vaccination_days, vaccination_lists, vaccination_visits
from khumkan.simulation.vaccination import BY, Campaign
from khumkan.vaccination.actions import booking, door, missing, reminding, standby, tallies
from khumkan.vaccination.choices import DoorOutcome, TurnedBack, Vaccine
from khumkan.vaccination.models import Dose, Enrolment, Lot, Plan, Roster, Session
from khumkan.vaccination.states import LIVE_PLANS, DoseState, EnrolmentState

#: What is seen today happened within so many hours before this moment, and never before the day began.
HOURS = 3
#: So many have a date at the main site today, at least, and so many are at each step.
COMING, AT_STEP, OBSERVED, GONE = 24, 2, 3, 5
TURNED = (TurnedBack.FEVER, TurnedBack.PRESSURE, TurnedBack.REFUSED, TurnedBack.UNWELL)
STAND_BYS = 3
#: After a longer pause only the last so many days are lived, with so many people at most on each.
MISSED_DAYS_LIVED, PEOPLE_A_DAY = 3, 40
#: Days from today that the sites of the second phase are opened, and that a plan which is looked at spans.
NEXT_FIRST, NEXT_LAST = 4, 14
#: The site whose refrigerator was too warm today, by its place.
WARM_SITE, WARM = 3, "9.4"


def make(campaign: Campaign, *, hr: Employer, generator: random.Random) -> None:
    """Make everything that is under way today."""
    with clock.set_to(_begins()):
        _hr_at_work(campaign, hr)
        vaccination.read_thermometer(campaign.main, "4.1")
        vaccination.read_thermometer(campaign.bangkok[WARM_SITE], WARM)
    refresh(campaign.bangkok, generator=generator)
    _look_at_a_plan(campaign)


def refresh(bangkok: Sequence[Site], *, generator: random.Random) -> None:
    """Bring people to the main site, whoever is booked there and some more, and ask those whose day has come."""
    main = bangkok[0]
    with clock.set_to(_begins()):
        _fill(main)
        vaccination_days.ask_how_people_feel(generator)
        vaccination_days.somebody_feels_worse()
        reminding.remind_of_dates()
        _stand_by(main)
    _steps(main)
    _at_the_door(main)
    run_jobs()
    tallies.count_waiting()
    vaccination_days.count(since=clock.today() + timedelta(days=vaccination.BEGAN))


def live_what_was_missed(bangkok: Sequence[Site], *, lively_on: date | None, generator: random.Random) -> None:
    """Live the last days since the one that was lively, beginning with what was left open on it."""
    yesterday = clock.today() - timedelta(days=1)
    if lively_on is not None:
        vaccination_visits.end(lively_on)
    first = max(lively_on or yesterday, yesterday - timedelta(days=MISSED_DAYS_LIVED - 1))
    for number in range((yesterday - first).days + 1):
        day = first + timedelta(days=number)
        vaccination_visits.live_a_day(day, generator, most=PEOPLE_A_DAY)
        with clock.set_to(clock.day_span(day)[1] + timedelta(minutes=20)):
            run_jobs()
            vaccination_days.close_days(bangkok, day)
    missing.note_missed(by=BY)


def _hr_at_work(campaign: Campaign, hr: Employer) -> None:
    """Let the HR office that one can look at have more time, and a list in progress."""
    roster = Roster.objects.filter(employer=hr).select_related("employer", "phase").first()
    if roster is None:
        return
    vaccination_lists.reopen(roster, days=14, by=campaign.one)
    fresh = Roster.objects.select_related("employer", "phase").get(pk=roster.pk)
    vaccination_lists.leave_in_progress(fresh, skipping=vaccination_days.LISTED_FIRST)


def _fill(site: Site) -> None:
    """Let there be people for today: where too few have a date, an officer gives one to some who wait."""
    today = clock.today()
    missing_people = COMING - len(vaccination_visits.booked_on(today, site_ids=[site.pk]))
    if missing_people <= 0:
        return
    sessions = _sessions_today(site, places=max(COMING * 2, 48))
    for dose in _waiting(missing_people * 2):
        if missing_people <= 0:
            break
        for session in sessions:
            try:
                booking.book(dose=dose, session=session, by=BY)
            except Refused:
                continue
            missing_people -= 1
            break


def _sessions_today(site: Site, *, places: int) -> list[Session]:
    """Return sessions of today, opened and given doses where there are none; those with room first."""
    today = clock.today()
    for vaccine in (Vaccine.ASTRAZENECA, Vaccine.SINOVAC):
        if not Session.objects.filter(site=site, day=today, vaccine=vaccine).exists():
            with clock.set_to(clock.day_span(today)[0] - timedelta(hours=1)):
                vaccination.open_days([site], first=today, last=today, vaccine=vaccine, places=places)
        _keep_doses(site, today, vaccine)
    return list(Session.objects.filter(site=site, day=today, cancelled_at=None, kept_doses__gt=0).order_by("starts_at"))


def _keep_doses(site: Site, day: date, vaccine: Vaccine) -> None:
    lot = Lot.objects.filter(vaccine=vaccine, arrives_on__lte=day, expires_on__gte=day, state="usable").first()
    if lot is None:
        return
    without = Session.objects.filter(site=site, day=day, vaccine=vaccine, kept_doses=0, supply__closed_at=None)
    vaccination.keep(without, lot)


def _waiting(most: int) -> list[Dose]:
    rows = Dose.objects.waiting(on=clock.today()).filter(
        enrolment__state=EnrolmentState.CONFIRMED, enrolment__province_code=vaccination.BANGKOK, misses=0
    )
    return list(rows.select_related("enrolment")[:most])


def _steps(site: Site) -> None:
    """Let people be at every step, in the hours before this moment."""
    people = iter(vaccination_visits.booked_on(clock.today(), site_ids=[site.pk]))
    for because in TURNED:
        for dose in _next(people, 1):
            vaccination_visits.sent_away(dose, at=_ago(100), because=because)
    for dose in _next(people, GONE):
        vaccination_visits.vaccinated(dose, at=_ago(90), leaves=_span() > timedelta(minutes=60))
    for dose in _next(people, OBSERVED):
        vaccination_visits.vaccinated(dose, at=_ago(25), leaves=False)
    for begin in (vaccination_visits.cleared, vaccination_visits.measured, vaccination_visits.arrived):
        for dose in _next(people, AT_STEP):
            begin(dose, at=_ago(14))


def _at_the_door(site: Site) -> None:
    """Let two people come whom the list does not have, and one on the wrong day."""
    strangers = Person.objects.exclude(pk__in=Enrolment.objects.values("person_id")).filter(section=33).order_by("pk")
    with clock.set_to(_ago(70)):
        for person in strangers[:2]:
            door.note(
                site=site,
                outcome=DoorOutcome.NOT_ON_LIST,
                sent=vaccination_visits.sent(),
                by=BY,
                person=person,
                words="มาพร้อมเพื่อนร่วมงาน",
            )
        later = Dose.objects.filter(state=DoseState.BOOKED, session__day__gt=clock.today()).order_by("pk").first()
        if later is not None:
            door.note(
                site=site, outcome=DoorOutcome.OTHER_DAY, sent=vaccination_visits.sent(), by=BY, dose=later,
                words="เข้าใจวันผิด",
            )  # fmt: skip


def _stand_by(site: Site) -> None:
    """Let some who wait say that they can come at short notice."""
    standing = 0
    for dose in _waiting(STAND_BYS * 4):
        if standing == STAND_BYS:
            return
        try:
            standby.ask(dose=dose, site=site, day=clock.today(), by=BY)
        except Refused:
            continue
        standing += 1


def _look_at_a_plan(campaign: Campaign) -> None:
    """Open the sites of the second phase, and have a plan of the whole country to be looked at."""
    today = clock.today()
    first, last = today + timedelta(days=NEXT_FIRST), today + timedelta(days=NEXT_LAST)
    vaccination.open_days(campaign.others, first=first, last=last, vaccine=Vaccine.ASTRAZENECA, places=24)
    if not Plan.objects.filter(province_code="", state__in=list(LIVE_PLANS)).exists():
        vaccination.propose(campaign, first=first, last=last, province_code="")


def _next(people: Iterator[Dose], count: int) -> list[Dose]:
    return list(islice(people, count))


def _begins() -> datetime:
    return max(clock.day_span(clock.today())[0], clock.now() - timedelta(hours=HOURS))


def _span() -> timedelta:
    """Return how much of today is lived."""
    return clock.now() - _begins()


def _ago(minutes: int) -> datetime:
    """Return a moment so long ago, but never before today."""
    return max(_begins(), clock.now() - timedelta(minutes=minutes))
