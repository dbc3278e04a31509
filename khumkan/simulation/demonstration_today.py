"""Today in the demonstration: people at the door, boxes on their way, a drawn round, an outbreak with its clock."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from itertools import islice

from khumkan import capacity
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.places.models import Site
from khumkan.record.inline import run_jobs
from khumkan.registry.models import Employer, Person
from khumkan.registry.queries.employment import workers_of
from khumkan.screening.actions import manifests, pools, result_files, results, sessions, visits
from khumkan.screening.actions.registrations import registering
from khumkan.screening.actions.rounds import announcing, drawing, freezing, planning
from khumkan.screening.choices import Channel, Ground, Method, Outcome
from khumkan.screening.models import OutbreakAlert, Registration, Round, Session, Specimen
from khumkan.screening.queries import risk
from khumkan.screening.rules.answers import Answers
from khumkan.screening.rules.sampling import Design, StratumKey
from khumkan.screening.states import RegistrationState
from khumkan.simulation.sites import BY

OPENS, MORNING, CLOSES = time(8, 30), time(9), time(16, 30)
#: A province without sessions to come: whoever registers there waits.
FAR_PROVINCE = "96"
DAYS_AHEAD = 10
#: So many come on a day, and so few at one enterprise are no outbreak to speak of.
COME, FEWEST_WORKERS = 36, 8


def make(bangkok: Sequence[Site], laboratory: Site, *, seed: int) -> None:
    """Make everything that is under way today."""
    generator = random.Random(seed)  # noqa: S311 a demonstration, not a draw
    in_bangkok = _bring_people(bangkok, laboratory, generator)
    _register(in_bangkok, 30)
    _register(_people(FAR_PROVINCE, generator), 6)
    _rounds()


def refresh(bangkok: Sequence[Site], laboratory: Site, *, seed: int) -> None:
    """Bring people to the sites on a later day: those who booked, and some more."""
    in_bangkok = _bring_people(bangkok, laboratory, random.Random(seed))  # noqa: S311 a demonstration, not a draw
    _register(in_bangkok, 15)


def _bring_people(bangkok: Sequence[Site], laboratory: Site, generator: random.Random) -> Iterator[int]:
    """Fill yesterday and today with people; return those of Bangkok who stayed at home."""
    _outbreak(bangkok[1], laboratory)
    people = _people("10", generator)
    _open_the_coming_days(bangkok)
    with clock.set_to(min(clock.now(), clock.at(clock.today(), MORNING))):
        today = _at_the_door(bangkok[0], people)
        _in_the_laboratory(today, laboratory)
    return people


def _open_the_coming_days(bangkok: Sequence[Site]) -> None:
    first, last = clock.today() + timedelta(days=1), clock.today() + timedelta(days=DAYS_AHEAD)
    sessions.open_days(
        site_ids=[site.pk for site in bangkok], first=first, last=last, method=Method.PCR, by=BY, places=60
    )
    sessions.open_days(site_ids=[bangkok[0].pk], first=first, last=last, method=Method.RAPID, by=BY, places=40)


def _at_the_door(site: Site, people: Iterator[int]) -> Session:
    """Fill today's session: some have been swabbed, some are inside, most are still to come."""
    session = _session(site, clock.today(), places=60)
    for person_id in islice(people, min(COME, _free(session))):
        _booked(person_id, session)
    booked = session.registrations.filter(state=RegistrationState.BOOKED).order_by("pk")
    inside = list(booked.values_list("pk", flat=True)[:20])
    visits.check_in_many(session=session, registration_ids=inside, by=BY)
    visits.take_specimens(session=session, registration_ids=inside[:14], by=BY)
    return session


def _in_the_laboratory(session: Session, laboratory: Site) -> None:
    """Send a box, open it, and leave the laboratory something to do."""
    box = manifests.close_box(session=session, laboratory=laboratory, by=BY)
    manifests.receive(manifest=box, by=BY)
    received = list(Specimen.objects.filter(manifest=box).order_by("pk"))
    pools.make_pool(laboratory_id=laboratory.pk, codes=[each.code for each in received[:4]], by=BY)
    for specimen, outcome in zip(received[4:6], (Outcome.NEGATIVE, Outcome.POSITIVE), strict=True):
        results.enter_by_hand(specimen=specimen, outcome=outcome, by=BY)
    inside = session.registrations.filter(state="checked_in").order_by("pk").values_list("pk", flat=True)
    visits.take_specimens(session=session, registration_ids=list(inside[:3]), by=BY)
    manifests.close_box(session=session, laboratory=laboratory, by=BY)


def _outbreak(site: Site, laboratory: Site) -> None:
    """Find so many infected workers at one enterprise yesterday that the alert is raised."""
    known = OutbreakAlert.objects.values("employer_id")
    suited = Employer.objects.filter(size__range=(30, 400)).exclude(pk__in=known)
    employer = suited.order_by("-has_housing", "-size", "pk").first()
    if employer is None:
        return
    workers = list(workers_of(employer.pk, on=clock.today()).order_by("pk").values_list("pk", flat=True))
    with clock.set_to(clock.at(clock.today() - timedelta(days=1), MORNING)):
        session = _session(site, clock.today(), places=60)
        registered = [each for each in (_try(worker, session, employer.pk) for worker in workers[:24]) if each]
        if len(registered) < FEWEST_WORKERS:
            return
        ids = [each.pk for each in registered]
        visits.check_in_many(session=session, registration_ids=ids, by=BY)
        specimens = visits.take_specimens(session=session, registration_ids=ids, by=BY)
        manifests.receive(manifest=manifests.close_box(session=session, laboratory=laboratory, by=BY), by=BY)
    lines = [
        f"{each.code},{(Outcome.POSITIVE if number % 4 == 0 else Outcome.NEGATIVE).value}"
        for number, each in enumerate(specimens)
    ]
    file = "\n".join(["specimen,result", *lines]).encode()
    result_files.import_file(laboratory_id=laboratory.pk, file=file, name="results-factory.csv", by=BY)
    run_jobs()


def _rounds() -> None:
    """Draw and announce one round of the riskiest enterprises, and plan the next one of those that follow."""
    today = clock.today()
    design = Design(keys=(StratumKey.INDUSTRY,), minimum=2)
    chosen = [each.employer_id for each in risk.riskiest(BY, province_code="", on=today, most=40)]
    first = len(chosen) * 3 // 5
    if not first:
        return  # a country too small for a round
    drawn = _plan("สุ่มตรวจโรงงานเสี่ยงสูง รอบที่ 1", chosen[:first], design, today + timedelta(days=4))
    freezing.freeze(round=drawn, by=BY)
    drawing.draw(round=drawn, by=BY)
    announcing.arrange(
        round=drawn,
        arrangement=announcing.Arrangement(
            site_id=None, first_day=drawn.first_day, last_day=drawn.last_day, per_day=200
        ),
        by=BY,
    )
    announcing.announce(round=drawn, by=BY)
    _plan("สุ่มตรวจโรงงานเสี่ยงสูง รอบที่ 2", chosen[first:], design, today + timedelta(days=18))


def _plan(title: str, employer_ids: Sequence[int], design: Design, first_day: date) -> Round:
    plan = planning.Plan(
        title=title,
        province_code="",
        method=Method.PCR,
        first_day=first_day,
        last_day=first_day + timedelta(days=6),
    )
    return planning.plan(plan=plan, design=design, employer_ids=employer_ids, by=BY)


def _session(site: Site, day: date, *, places: int) -> Session:
    """Return the session of a site on a day, opening it when the coming days of the past did not."""
    there = Session.objects.filter(site=site, starts_at=clock.at(day, OPENS), method=Method.PCR).first()
    return there or sessions.open_session(
        site_id=site.pk, day=day, starts=OPENS, ends=CLOSES, places=places, method=Method.PCR, by=BY
    )


def _free(session: Session) -> int:
    room = capacity.room_of([session.supply_id])[session.supply_id]
    return room.free


def _booked(person_id: int, session: Session, employer_id: int | None = None) -> Registration:
    return registering.register(
        person_id=person_id,
        ground=Ground.CONTACT,
        answers=Answers(met_on=clock.today() - timedelta(days=4)),
        channel=Channel.SELF,
        method=Method.PCR,
        session_id=session.pk,
        employer_id=employer_id,
        by=Actor.person(person_id),
    )


def _try(person_id: int, session: Session, employer_id: int) -> Registration | None:
    """Register somebody, unless they were tested a few days ago."""
    try:
        return _booked(person_id, session, employer_id)
    except Refused:
        return None


def _register(people: Iterator[int], count: int) -> None:
    """Register persons who take what they are offered."""
    for person_id in islice(people, count):
        registering.register(
            person_id=person_id,
            ground=Ground.CONTACT,
            answers=Answers(met_on=clock.today() - timedelta(days=3)),
            channel=Channel.SELF,
            by=Actor.person(person_id),
        )


def _people(province_code: str, generator: random.Random) -> Iterator[int]:
    """Yield persons of a province who never registered, in a random order."""
    known = Registration.objects.values("person_id")
    ids = list(
        Person.objects.filter(province_code=province_code)
        .exclude(pk__in=known)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    generator.shuffle(ids)
    return iter(ids)
