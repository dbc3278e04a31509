"""What made-up people tell at triage, and what is measured of them.

The shares are rough and made up. They are chosen so that about four of five suit a hospitel or their home, as green
patients did in 2021.
"""

import random
from datetime import date, timedelta
from decimal import Decimal

from khumkan.isolation.choices import Condition, Need, Symptom
from khumkan.isolation.rules.answers import Answers, Vitals
from khumkan.registry.models import Person
from khumkan.registry.states import Sex

SEVERE, BREATHLESS, RISK, PREGNANT, WITHOUT_SYMPTOMS = 0.02, 0.05, 0.09, 0.02, 0.4
MEASURED, OWN_ROOM, WANTS_HOME, WHEELCHAIR, HALAL, VEGETARIAN = 0.6, 0.6, 0.3, 0.02, 0.05, 0.04
OTHERS_AT_HOME = (0, 0, 1, 1, 2, 3, 4, 5)
MILD = (Symptom.FEVER, Symptom.COUGH, Symptom.SMELL, Symptom.RASH, Symptom.DIARRHOEA)
RISKS = (Condition.DIABETES, Condition.HEART, Condition.LUNG, Condition.KIDNEY)
MEDICINES = ("ยาเบาหวาน", "ยาความดัน", "ยาพ่นหอบหืด", "ยาละลายลิ่มเลือด")
BELONGINGS = ("", "", "กระเป๋าเดินทางหนึ่งใบ", "เป้หนึ่งใบ โน้ตบุ๊กหนึ่งเครื่อง", "ถุงเสื้อผ้าสองถุง")
DOCTORS = ("นพ. กิตติ พูลสวัสดิ์", "พญ. ทิพวรรณ ไชยเดช", "นพ. อนุชา เรืองศรี")


def answers_of(person: Person, *, found_on: date, generator: random.Random) -> tuple[Answers, str]:
    """Return what somebody answers at triage, and the medicines that they name."""
    severe, breathless, pregnant = (generator.random() < share for share in (SEVERE, BREATHLESS, PREGNANT))
    symptoms = _symptoms(generator, severe=severe, breathless=breathless)
    conditions = (generator.choice(RISKS),) if generator.random() < RISK else ()
    answers = Answers(
        symptoms=symptoms,
        since=found_on - timedelta(days=generator.randrange(5)) if symptoms else None,
        conditions=conditions,
        controlled=generator.choice((True, True, False, None)) if conditions else None,
        takes_medicine=bool(conditions),
        pregnant=pregnant and person.sex == Sex.FEMALE,
        weight_kg=generator.randrange(45, 96),
        height_cm=generator.randrange(150, 181),
        lives_with=generator.choice(OTHERS_AT_HOME),
        own_room=generator.random() < OWN_ROOM,
        wants_home=generator.random() < WANTS_HOME,
        needs=_needs(person, generator),
        vitals=_told(generator, severe=severe, breathless=breathless),
    )
    return answers, generator.choice(MEDICINES) if conditions else ""


def well(generator: random.Random) -> Vitals:
    """Return what is measured of somebody who is well."""
    return Vitals(temperature=_degrees(generator, 363, 373), spo2=generator.randrange(96, 100))


def worse(generator: random.Random) -> tuple[Vitals, tuple[Symptom, ...]]:
    """Return what is measured of, and told by, somebody who got worse; one in eight severely."""
    if generator.random() < 0.125:
        return Vitals(temperature=_degrees(generator, 385, 393), spo2=91, breaths=27), (Symptom.GASPING,)
    vitals = Vitals(temperature=_degrees(generator, 380, 389), spo2=generator.randrange(94, 96), breaths=22)
    return vitals, (Symptom.BREATHLESS, Symptom.FEVER)


def _symptoms(generator: random.Random, *, severe: bool, breathless: bool) -> tuple[Symptom, ...]:
    if severe:
        return Symptom.FEVER, Symptom.GASPING
    if breathless:
        return Symptom.COUGH, Symptom.BREATHLESS
    if generator.random() < WITHOUT_SYMPTOMS:
        return ()
    return tuple(sorted(generator.sample(MILD, generator.randrange(1, 3))))


def _needs(person: Person, generator: random.Random) -> tuple[Need, ...]:
    wanted = (
        (Need.WHEELCHAIR, generator.random() < WHEELCHAIR),
        (Need.HALAL, generator.random() < HALAL),
        (Need.VEGETARIAN, generator.random() < VEGETARIAN),
        (Need.INTERPRETER, person.language != "th"),
    )
    return tuple(need for need, is_wanted in wanted if is_wanted)


def _told(generator: random.Random, *, severe: bool, breathless: bool) -> Vitals:
    if severe:
        return Vitals(temperature=_degrees(generator, 388, 398), spo2=generator.randrange(88, 92))
    if breathless:
        return Vitals(temperature=_degrees(generator, 372, 386), spo2=95)
    if generator.random() > MEASURED:
        return Vitals()
    measured = well(generator)
    return Vitals(temperature=measured.temperature, spo2=measured.spo2, measured_by_self=True)


def _degrees(generator: random.Random, least: int, most: int) -> Decimal:
    return Decimal(generator.randrange(least, most)) / 10
