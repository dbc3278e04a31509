"""A busy telephone for the pages: calls that ring, were answered and missed, people to call back, an earlier surge."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from khumkan.accounts.testing import actor_of
from khumkan.hotline.actions import call_backs, calling, calls, missed, surging
from khumkan.hotline.actions.calls import Heard
from khumkan.hotline.call_choices import CallOutcome, Told, Tried
from khumkan.hotline.choices import Reason, Skill, Spoken
from khumkan.hotline.models import Call, CallBack
from khumkan.hotline.queries import call_backs as queries
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.registry.queries import persons
from tests.trust.calls import EXCHANGE

if TYPE_CHECKING:
    from tests.pages.lively import LivelyTown

SYSTEM = Actor.system("desk")


@dataclass
class LivelyCalls:
    """Calls and call-backs by how far they are."""

    calls: dict[str, Call] = field(default_factory=dict)
    promised: dict[str, CallBack] = field(default_factory=dict)


def fill(town: "LivelyTown") -> LivelyCalls:
    """Let the telephone ring all morning."""
    made = LivelyCalls()
    call_backs.offer_hours(by=SYSTEM)
    _calls(town, made)
    _promises(town, made)
    _surge(town)
    return made


def _told(name: str, *told: Told, number: str = "", agent: str = "", seconds: int = 90) -> Call:
    then = clock.now() - timedelta(seconds=seconds)
    for late, what in enumerate(told):
        at = then + timedelta(seconds=15 * late)
        heard = Heard("main", name, what, at, number, agent, Skill.CARE, Spoken.THAI)
        call = calls.hear(heard=heard, by=EXCHANGE)
    return call


def _calls(town: "LivelyTown", made: LivelyCalls) -> None:
    agent = town.staff["agent"]
    known = persons.phone_of(town.booked.person.pk)
    answered = (Told.RINGING, Told.ANSWERED)
    made.calls["answered"] = _told("lively-1", *answered, number=known, agent=agent.username)
    made.calls["noted"] = _told("lively-2", *answered, Told.ENDED, number="0898765432", agent=agent.username)
    calls.note_outcome(call=made.calls["noted"], outcome=CallOutcome.SOLVED, reason=Reason.STATUS, by=actor_of(agent))
    made.calls["missed"] = _told("lively-3", Told.RINGING, Told.ABANDONED, number="0898765432", seconds=400)
    missed.settle(by=SYSTEM)
    made.calls["withheld"] = _told("lively-4", Told.RINGING, Told.ABANDONED)
    made.calls["rings"] = _told("lively-5", Told.RINGING, number=known, agent=agent.username, seconds=20)


def _promises(town: "LivelyTown", made: LivelyCalls) -> None:
    agent = actor_of(town.staff["agent"])
    people = [town.given_a_person(last=f"โทรกลับ{number}").person for number in range(1, 6)]
    hours = queries.free_hours()
    for name, person in zip(("due", "mine", "tried", "reached", "later"), people, strict=True):
        hour = hours[-1].supply_id if name == "later" and hours else None
        made.promised[name] = call_backs.ask_for(person=person, reason=Reason.NO_BED, supply_id=hour, by=SYSTEM)
        if name != "later":
            CallBack.objects.filter(pk=made.promised[name].pk).update(due_at=clock.now() - timedelta(minutes=9))
    for name, outcome in (("tried", Tried.NO_ANSWER), ("reached", Tried.REACHED), ("mine", None)):
        taken = calling.take(call_back=_fresh(made.promised[name]), by=agent)
        if outcome is not None:
            calling.tried(call_back=taken, outcome=outcome, by=agent)
    call_backs.ask_for(
        person=town.waiting.person,
        reason=Reason.VACCINATION_DATE,
        supply_id=hours[0].supply_id if hours else None,
        by=Actor.person(town.waiting.person.pk),
    )


def _fresh(row: CallBack) -> CallBack:
    return CallBack.objects.select_related("case").get(pk=row.pk)


def _surge(town: "LivelyTown") -> None:
    boss = actor_of(town.staff["supervisor"])
    surging.begin(message="long-wait-1", hours=2, why="ผลตรวจออกพร้อมกันหลายโรงงาน", by=boss)
    surging.end(by=boss)
