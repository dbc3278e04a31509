"""What comes after the doses of the busy town: certificates, reactions and corrections of every kind."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from khumkan.accounts.testing import actor_of
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import aftercare, certificates, corrections
from khumkan.vaccination.actions.aftercare import Told
from khumkan.vaccination.actions.corrections import Truth
from khumkan.vaccination.choices import Reaction, ToldBy, Vaccine
from khumkan.vaccination.models import AdverseEvent, Certificate, Correction, FollowUp, Injection

OFFICE = Actor.system("town")


@dataclass
class After:
    """What there is.

    :param asked: a correction that the officer asked for and somebody else decides about.
    :param struck: a record that was corrected.
    """

    struck: Injection
    asked: Correction
    revoked: Certificate
    events: dict[str, AdverseEvent] = field(default_factory=dict)


def fill(town: Any) -> After:
    """Let the days after some doses pass, and something be corrected."""
    town.v_corrected = town.given_a_person("มาลี", "เคยฉีดที่อื่น")
    for name in ("v_given", "v_invited"):
        setattr(town, name, town.on_the_list[name])
    person = town.v_corrected.person
    first = corrections.enter(person=person, truth=_elsewhere(1, days=90), by=OFFICE)
    corrections.correct(injection=first, truth=_elsewhere(1, days=91), why="อ่านวันที่ผิด", by=OFFICE)
    second = corrections.enter(person=person, truth=_elsewhere(2, days=40), by=OFFICE)
    officer = actor_of(town.staff["officer"])
    other = town.given_a_person("มานี", "ได้เข็มนี้จริง").person
    asked = corrections.give_to(injection=second, person=other, why="สลับบัตรกันที่โต๊ะลงทะเบียน", by=officer)
    revoked = Certificate.objects.filter(injection=second).earliest("pk")
    certificates.revoke(certificate=revoked, why="ชื่อสะกดผิด", by=OFFICE)
    given = town.campaign.injection
    FollowUp.objects.filter(injection=given, day=1).update(due_on=clock.today())
    first.refresh_from_db()
    return After(first, asked, revoked, _events(given))


def _elsewhere(number: int, *, days: int) -> Truth:
    return Truth(
        number=number, vaccine=Vaccine.SINOVAC, lot_number=f"S20210{number}",
        given_on=clock.today() - timedelta(days=days), elsewhere="โรงพยาบาลศิริราช",
        evidence="สมุดวัคซีนเล่มเหลือง เลขที่ 12/2564",
    )  # fmt: skip


def _events(given: Injection) -> dict[str, AdverseEvent]:
    told = {
        "severe": (Reaction.CHEST, Reaction.WEAKNESS),
        "passed": (Reaction.HIGH_FEVER,),
        "closed": (Reaction.RASH,),
    }
    made = {
        name: aftercare.report(
            injection=given, told=Told(reactions=signs, words="เป็นหลังฉีด 2 ชั่วโมง", told_by=ToldBy.PERSON), by=OFFICE
        )
        for name, signs in told.items()
    }
    made["passed"] = aftercare.route(event=made["passed"], to="รพ.ราชวิถี นพ.สุรชัย 02 206 2900", by=OFFICE)
    made["closed"] = aftercare.close(event=made["closed"], outcome="หายเป็นปกติใน 2 วัน", by=OFFICE)
    return made
