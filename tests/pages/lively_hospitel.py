"""The hospitel of the busy town: somebody in every state of care, everything through the actions."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from khumkan.isolation.actions import cares, parties, placing, rounds, stays, triage
from khumkan.isolation.actions.cares import Found
from khumkan.isolation.choices import Need, Symptom, ToldBy
from khumkan.isolation.models import Care, Stay
from khumkan.isolation.rules.answers import Answers, Vitals
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.registry.models import Person

OFFICE = Actor.system("town")
WELL = Vitals(temperature=Decimal("36.6"), spo2=98)
ILL = Vitals(temperature=Decimal("38.6"), spo2=93)
_cases = itertools.count(8_000_001)


@dataclass
class InCare:
    """The care of each person by name, and the latest stay of those who have one."""

    cares: dict[str, Care] = field(default_factory=dict)
    stays: dict[str, Stay] = field(default_factory=dict)


def fill(people: Mapping[str, Person]) -> InCare:
    """Bring each of the people as far as their name says."""
    made = InCare()
    for name, person in people.items():
        _bring(made, name, person)
    return made


def _bring(made: InCare, name: str, person: Person) -> None:
    days = 20 if name == "recovered" else 2
    found = Found(next(_cases), person.pk, clock.today() - timedelta(days=days))
    (care,) = cares.open_cares([found], by=OFFICE)
    at_home = name == "at_home"
    needs = (Need.WHEELCHAIR,) if name == "waits" else ()  # no room of the town can be reached with one
    told = Answers(
        lives_with=0 if at_home else 3, own_room=at_home, wants_home=at_home, vitals=WELL, weight_kg=60, needs=needs
    )
    if name == "gasps":
        told = Answers(
            lives_with=2, symptoms=(Symptom.FEVER, Symptom.GASPING), since=clock.today(), needs=(Need.HALAL,)
        )
    if name == "declined":
        cares.decline(care=care, by=OFFICE)
    elif name != "asked":
        triage.answer(care=care, answers=told, told_by=ToldBy.PERSON, by=OFFICE)
    if name in ("held", "in_bed", "worse", "recovered"):
        (made.stays[name],) = placing.place(care_id=care.pk, by=OFFICE)
    if name in ("in_bed", "worse", "recovered"):
        made.stays[name] = stays.arrive(stay=made.stays[name], by=OFFICE, belongings="กระเป๋าหนึ่งใบ")
        care.refresh_from_db()
        ill = name == "worse"
        symptoms = (Symptom.BREATHLESS,) if ill else ()
        rounds.observe(care=care, vitals=ILL if ill else WELL, symptoms=symptoms, medicine_taken=True, by=OFFICE)
    made.cares[name] = Care.objects.select_related("person").get(pk=care.pk)


def ask_to_stay_together(asking: Care, asked: Care, phone: str) -> None:
    """Let one ask the other one, who has not answered yet."""
    parties.ask(care=asking, reference=asked.reference, phone_end=phone[-4:], by=OFFICE)
