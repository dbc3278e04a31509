"""A busy desk for the pages: cases in every state, somebody who is there, a caller who was verified."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from khumkan.accounts.testing import actor_of
from khumkan.hotline.actions import closing, merging, opening, routing, verifying, working
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.choices import Closed, Reason, Reply, Skill, Spoken, Thing
from khumkan.hotline.models import Case
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.registry.models import Person

if TYPE_CHECKING:
    from tests.pages.lively import LivelyTown

SYSTEM = Actor.system("desk")


@dataclass
class LivelyDesk:
    """Cases by how far they are, and the person whose file is open to the supervisor."""

    cases: dict[str, Case] = field(default_factory=dict)
    verified: Person | None = None


def fill(town: "LivelyTown") -> LivelyDesk:
    """Let the hotline have a busy morning."""
    made = LivelyDesk()
    agent, boss = actor_of(town.staff["agent"]), actor_of(town.staff["supervisor"])
    one, two, three = (town.given_a_person(last=f"สายด่วน{number}").person for number in range(1, 4))
    keep = {"keep": True, "by": agent}
    made.cases["new"] = opening.open_case(wanted=Wanted(Reason.LOAN, employer=town.factory), keep=False, by=SYSTEM)
    made.cases["open"] = opening.open_case(wanted=Wanted(Reason.NO_BED, one, note="อยู่กับแม่อายุ 74 ปี ไม่มีห้องแยก"), **keep)
    made.cases["other"] = opening.open_case(wanted=Wanted(Reason.COMPLAINT, one), **keep)
    made.cases["waiting"] = opening.open_case(wanted=Wanted(Reason.RESULT_LATE, two), **keep)
    working.wait(case=made.cases["waiting"], thing=Thing.CALLER, by=agent)
    working.reply(case=made.cases["waiting"], with_=Reply.CALL_US, by=agent)
    made.cases["passed_up"] = opening.open_case(wanted=Wanted(Reason.GOT_WORSE, two), **keep)
    working.escalate(case=made.cases["passed_up"], why="ผู้โทรหายใจลำบาก", by=agent)
    Case.objects.filter(pk=made.cases["passed_up"].pk).update(due_at=clock.now() - timedelta(hours=2))
    made.cases["merged"] = opening.open_case(wanted=Wanted(Reason.OTHER, two), **keep)
    merging.merge(case=made.cases["merged"], into=made.cases["waiting"], by=agent)
    made.cases["closed"] = opening.open_case(wanted=Wanted(Reason.STATUS, three), **keep)
    closing.close(case=made.cases["closed"], because=Closed.ANSWERED, by=agent, text="บอกวันนัดแล้ว")
    begins, _ends = clock.day_span(clock.today() - timedelta(days=1))
    Case.objects.filter(pk=made.cases["closed"].pk).update(closed_at=begins + timedelta(hours=10))
    made.cases["stuck"] = opening.open_case(
        wanted=Wanted(Reason.NO_TEST, three, chain="place.0"), keep=False, by=SYSTEM
    )
    routing.come(skills=[Skill.CARE, Skill.GENERAL], languages=[Spoken.THAI, Spoken.ENGLISH], by=agent)
    for person in (town.on_the_list["v_booked"].person, town.in_bed.person):
        verifying.vouch(person=person, because="daughter calls", by=boss)
    return made
