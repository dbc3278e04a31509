"""The hospitel of the busy town: somebody in every state of care, everything through the actions."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from khumkan.isolation.actions import cares, discharges, parties, placing, rounds, stays, transfers, triage
from khumkan.isolation.actions.cares import Found
from khumkan.isolation.choices import CareEnd, CertificateKind, Condition, Decision, Level, Need, Symptom, ToldBy
from khumkan.isolation.models import Care, Certificate, Escalation, Observation, Stay
from khumkan.isolation.rules.answers import Answers, Vitals
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.registry.models import Person

OFFICE = Actor.system("town")
WELL = Vitals(temperature=Decimal("36.6"), spo2=98)
ILL = Vitals(temperature=Decimal("38.6"), spo2=93)
GASPING = Vitals(temperature=Decimal("37.8"), spo2=88)
IN_BED = ("in_bed", "worse", "moving", "at_ward", "recovered", "corrected", "leaving", "gone")
#: Who was found so long ago that they may go home.
LONG_AGO = ("recovered", "leaving", "gone")
_cases = itertools.count(8_000_001)


@dataclass
class InCare:
    """The care of each person by name, the latest stay of those who have one, and the papers of who is gone."""

    cares: dict[str, Care] = field(default_factory=dict)
    stays: dict[str, Stay] = field(default_factory=dict)
    papers: dict[str, Certificate] = field(default_factory=dict)


def fill(people: Mapping[str, Person]) -> InCare:
    """Bring each of the people as far as their name says."""
    made = InCare()
    for name, person in people.items():
        _bring(made, name, person)
        if name in LATER:
            LATER[name](made, name)
    return made


def _bring(made: InCare, name: str, person: Person) -> None:
    days = 20 if name in LONG_AGO else 2
    found = Found(next(_cases), person.pk, clock.today() - timedelta(days=days))
    (care,) = cares.open_cares([found], by=OFFICE)
    if name == "declined":
        cares.decline(care=care, by=OFFICE)
    elif name != "asked":
        told = _told(name)
        triage.answer(care=care, answers=told, medicines="เมทฟอร์มิน", told_by=ToldBy.PERSON, by=OFFICE)
    if name in ("held", *IN_BED):
        (made.stays[name],) = placing.place(care_id=care.pk, by=OFFICE)
    if name in IN_BED:
        made.stays[name] = stays.arrive(stay=made.stays[name], by=OFFICE, belongings="กระเป๋าหนึ่งใบ")
        _observed(care, name)
    made.cares[name] = Care.objects.select_related("person").get(pk=care.pk)


def _told(name: str) -> Answers:
    """Return what each of them answers; no room of the town can be reached with a wheelchair."""
    if name == "gasps":
        return Answers(
            lives_with=2, symptoms=(Symptom.FEVER, Symptom.GASPING), since=clock.today(), needs=(Need.HALAL,)
        )
    at_home = name == "at_home"
    needs = {"waits": (Need.WHEELCHAIR,), "worse": (Need.HALAL,)}
    return Answers(
        lives_with=0 if at_home else 3,
        own_room=at_home,
        wants_home=at_home,
        vitals=GASPING if name == "at_ward" else WELL,
        weight_kg=60,
        conditions=(Condition.DIABETES,) if name == "worse" else (),
        controlled=True,
        needs=needs.get(name, ()),
    )


def ask_to_stay_together(asking: Care, asked: Care, phone: str) -> None:
    """Let one ask the other one, who has not answered yet."""
    parties.ask(care=asking, reference=asked.reference, phone_end=phone[-4:], by=OFFICE)


def let_be_overdue(care: Care) -> None:
    """Let the time for the answers have passed; a browser cannot wait for half a day."""
    Care.objects.filter(pk=care.pk).update(answers_due_at=clock.now() - timedelta(hours=3))


def _observed(care: Care, name: str) -> None:
    """Let a nurse have measured: who got worse or is to be moved many times, and badly at last."""
    care.refresh_from_db()
    is_ill = name in ("worse", "moving")
    if is_ill:
        for hours, temperature in ((52, "36.8"), (40, "37.2"), (28, "37.4"), (14, "37.9")):
            vitals = Vitals(temperature=Decimal(temperature), spo2=97)
            seen = rounds.observe(care=care, vitals=vitals, medicine_taken=True, by=OFFICE)
            Observation.objects.filter(pk=seen.pk).update(at=clock.now() - timedelta(hours=hours))
    symptoms = (Symptom.BREATHLESS,) if is_ill else ()
    rounds.observe(care=care, vitals=ILL if is_ill else WELL, symptoms=symptoms, medicine_taken=True, by=OFFICE)


def _reports(made: InCare, name: str) -> None:
    by = Actor.person(made.cares[name].person_id)
    rounds.observe(care=made.cares[name], vitals=WELL, symptoms=(Symptom.COUGH,), by=by)


def _is_to_be_moved(made: InCare, name: str) -> None:
    care = made.cares[name]
    transfers.decide(
        escalation=Escalation.objects.get(care=care),
        decision=Decision.HOSPITAL,
        doctor="นพ. สุรชัย",
        level=Level.YELLOW,
        by=OFFICE,
    )
    placing.place(care_id=care.pk, by=OFFICE)


def _is_corrected(made: InCare, name: str) -> None:
    cares.withdraw([made.cares[name].case_id], by=OFFICE)


def _may_leave(made: InCare, name: str) -> None:
    discharges.confirm(care=made.cares[name], because=CareEnd.RECOVERED, by=OFFICE)


def _has_left(made: InCare, name: str) -> None:
    _may_leave(made, name)
    stays.leave(stay=made.stays[name], by=OFFICE)
    made.papers = {paper.kind: paper for paper in Certificate.objects.filter(care=made.cares[name]).order_by("pk")}
    revoked = made.papers[CertificateKind.EMPLOYER]
    discharges.revoke(certificate=revoked, why="วันที่ผิด", by=OFFICE)
    made.papers["revoked"] = revoked
    made.papers[CertificateKind.EMPLOYER] = discharges.issue_again(
        certificate=Certificate.objects.get(pk=revoked.pk), by=OFFICE
    )


#: What happens to some of them afterwards.
LATER: Mapping[str, Callable[[InCare, str], None]] = {
    "in_bed": _reports,
    "moving": _is_to_be_moved,
    "corrected": _is_corrected,
    "leaving": _may_leave,
    "gone": _has_left,
}
