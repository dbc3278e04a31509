"""A hospitel in a corner of the hostile country: somebody in every state of care, everything through the actions."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from khumkan.isolation.actions import cares, discharges, parties, placing, rounds, sites, stays, transport, triage
from khumkan.isolation.actions.cares import Found
from khumkan.isolation.actions.sites import RoomPlan
from khumkan.isolation.choices import CareEnd, CertificateKind, FacilityKind, Level, Need, Symptom, ToldBy
from khumkan.isolation.models import Bed, Care, Certificate, Escalation, Facility, PartyRequest, Run, Stay
from khumkan.isolation.queries import door
from khumkan.isolation.rules.answers import Answers, Vitals
from khumkan.isolation.states import RunState, StayState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.registry.models import Person
from khumkan.registry.queries.persons import phone_of
from khumkan.screening.tests.registering import a_site

SYSTEM = Actor.system("world")
WELL = Vitals(temperature=Decimal("36.6"), spo2=98)
ILL = Vitals(temperature=Decimal("38.6"), spo2=93)
#: Who is in care, by how far it is.
IN_CARE = ("asked", "waits", "held", "in_bed", "worse", "recovered", "leaving", "gone", "fetched", "sought")
#: Who is held a bed and has not come.
HELD = ("held", "fetched", "sought")
#: Who was found so long ago that they may go home.
LONG_AGO = ("recovered", "leaving", "gone")
_cases = itertools.count(9_000_001)


@dataclass
class Hospitel:
    """A site with its people.

    :param cares: the care of each person by name, and `stays` the latest stay of those who have one.
    :param papers: those of who is gone, by kind, and one that was `revoked`.
    """

    facility: Facility
    cares: dict[str, Care] = field(default_factory=dict)
    stays: dict[str, Stay] = field(default_factory=dict)
    papers: dict[str, Certificate] = field(default_factory=dict)

    @property
    def run(self) -> Run:
        """The drive that is to fetch somebody."""
        return Run.objects.get(site=self.facility.pk, state=RunState.PLANNED)

    @property
    def left(self) -> Stay:
        """The stay whose bed is being cleaned."""
        return Stay.objects.filter(site=self.facility.pk, state=StayState.LEFT).order_by("pk")[0]

    @property
    def bed(self) -> Bed:
        """The last bed of the house, which nobody has."""
        return Bed.objects.filter(site=self.facility.pk).order_by("-label")[0]

    @property
    def request(self) -> PartyRequest:
        """What who waits asked of who has not answered yet: to stay together."""
        return PartyRequest.objects.get(asking=self.cares["waits"])

    @property
    def escalation(self) -> Escalation:
        """The escalation of who got worse."""
        return Escalation.objects.get(care=self.cares["worse"])


def a_hospitel(province: str, people: Mapping[str, Person]) -> Hospitel:
    """Make a hospitel with somebody in every state."""
    site = a_site(province, kinds=["hospitel"], name_th=f"โรงแรม {province}", name_en=f"Hotel {province}")
    site.refresh_from_db()
    facility = sites.join(site=site, kind=FacilityKind.HOSPITEL, nurses=5, by=SYSTEM)
    first = clock.today() - timedelta(days=40)
    plan = [RoomPlan(floor="1", number=f"1{number:02}", beds=1) for number in range(1, 17)]
    sites.make_rooms(facility=facility, rooms=plan, offered_from=first, by=SYSTEM)
    ward = RoomPlan(floor="2", number="201", beds=2, level=Level.YELLOW)
    sites.make_rooms(facility=facility, rooms=[ward], offered_from=first, by=SYSTEM)
    made = Hospitel(facility)
    for name in IN_CARE:
        _bring(made, name, people[name])
    phone_end = phone_of(people["asked"].pk)[-4:]
    parties.ask(care=made.cares["waits"], reference=made.cares["asked"].reference, phone_end=phone_end, by=SYSTEM)
    _drive(made)
    _let_go(made)
    return made


def _drive(made: Hospitel) -> None:
    """Let one person be on the list of a drive, another one be looked for in vain, and one change beds."""
    driver = Actor(ActorKind.STAFF, 1, frozenset({Grant(Role.DRIVER)}))
    plan = {"site": made.facility.site, "vehicle": "1กก 1234", "seats": 4, "starts_at": clock.now(), "by": SYSTEM}
    transport.plan_run(**plan, stay_ids=[made.stays["fetched"].pk])
    in_vain = transport.start(run=transport.plan_run(**plan, stay_ids=[made.stays["sought"].pk]), by=driver)
    transport.not_found(pickup=in_vain.pickups.get(), by=driver)
    transport.finish(run=in_vain, by=driver)
    free = [bed.pk for bed in door.beds_for(made.cares["in_bed"], site_ids=[made.facility.pk])]
    made.stays["in_bed"] = stays.change_bed(stay=made.stays["in_bed"], bed_ids=free, by=SYSTEM)


def _let_go(made: Hospitel) -> None:
    """Confirm that two may go home; one of them has left and has papers, of which one was revoked."""
    for name in ("leaving", "gone"):
        discharges.confirm(care=made.cares[name], because=CareEnd.RECOVERED, by=SYSTEM)
    stays.leave(stay=made.stays["gone"], by=SYSTEM)
    made.papers = {paper.kind: paper for paper in Certificate.objects.filter(care=made.cares["gone"]).order_by("pk")}
    made.papers["revoked"] = made.papers[CertificateKind.EMPLOYER]
    discharges.revoke(certificate=made.papers["revoked"], why="a wrong day", by=SYSTEM)


def _bring(made: Hospitel, name: str, person: Person) -> None:
    found = Found(next(_cases), person.pk, clock.today() - timedelta(days=20 if name in LONG_AGO else 1))
    (care,) = cares.open_cares([found], by=SYSTEM)
    if name != "asked":
        # no room of the house can be reached with a wheelchair
        needs = (Need.WHEELCHAIR,) if name == "waits" else ()
        told = Answers(lives_with=3, vitals=WELL, needs=needs)
        triage.answer(care=care, answers=told, told_by=ToldBy.PERSON, by=SYSTEM)
    if name not in ("asked", "waits"):
        (stay,) = placing.place(care_id=care.pk, by=SYSTEM)
        assert stay.site_id == made.facility.pk
        made.stays[name] = stay
    if name not in ("asked", "waits", *HELD):
        made.stays[name] = stays.arrive(stay=made.stays[name], by=SYSTEM)
        care.refresh_from_db()
        seen = ILL if name == "worse" else WELL
        symptoms = (Symptom.BREATHLESS,) if name == "worse" else ()
        rounds.observe(care=care, vitals=seen, symptoms=symptoms, medicine_taken=True, by=SYSTEM)
    made.cares[name] = Care.objects.select_related("person").get(pk=care.pk)
