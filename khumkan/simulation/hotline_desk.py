"""The hotline of the demonstration: two agents at the desk, cases in every state, articles to search in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import cycle
from typing import Any

from django.db.models import QuerySet

from khumkan.accounts.models import User
from khumkan.hotline.actions import closing, content, gaps, merging, opening, routing, working
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.choices import Closed, Reason, Reply, Skill, Spoken, Thing
from khumkan.hotline.models import Case
from khumkan.hotline.states import CaseState
from khumkan.isolation.models import Care
from khumkan.isolation.states import CareState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.registry.models import Employer, Person
from khumkan.screening.models import Registration
from khumkan.screening.states import RegistrationState
from khumkan.vaccination.models import Dose
from khumkan.vaccination.states import DoseState

BY = Actor.system("simulation")
#: Who sits at the desk, and what they know; nobody there knows about employers, so that those cases wait.
AGENTS: Mapping[str, tuple[Skill, ...]] = {
    "agent": (Skill.GENERAL, Skill.TESTING, Skill.CARE),
    "agent2": (Skill.GENERAL, Skill.VACCINATION),
}
#: Calls within the hours before this moment; the first one is the longest ago.
HOURS, CALLS, CALLS_NEXT_DAY = 7, 40, 16
#: What people call about, as often as they do.
REASONS = (
    *(Reason.STATUS, Reason.NO_BED, Reason.STATUS, Reason.RESULT_LATE, Reason.VACCINATION_DATE),
    *(Reason.STATUS, Reason.NO_TEST, Reason.CANNOT_COME, Reason.EMPLOYER_LIST, Reason.SIDE_EFFECT),
    *(Reason.STATUS, Reason.NO_BED, Reason.CERTIFICATE, Reason.WRONG_NAME, Reason.COMPLAINT),
    *(Reason.RESULT_LATE, Reason.LOAN, Reason.VACCINATION_DATE, Reason.GOT_WORSE, Reason.OTHER),
)
NOTES: Mapping[Reason, str] = {
    Reason.NO_BED: "อยู่กับแม่อายุ 74 ปี ไม่มีห้องแยก ไข้ 38 องศา",
    Reason.RESULT_LATE: "ตรวจมาสามวันแล้ว ที่ทำงานถามหาผล",
    Reason.SIDE_EFFECT: "ปวดแขนและมีไข้ตั้งแต่เมื่อคืน",
    Reason.GOT_WORSE: "เหนื่อยกว่าเมื่อวาน วัดออกซิเจนได้ 95",
    Reason.COMPLAINT: "รอสายนานและไม่มีใครโทรกลับ",
    Reason.WRONG_NAME: "นามสกุลในข้อความสะกดผิด",
    Reason.EMPLOYER_LIST: "ส่งไฟล์แล้ว แต่มีแถวที่ไม่ผ่าน",
}
#: What became of the calls, one after the other.
FATES = ("open", "answered", "queue", "caller", "open", "passed_up", "solved", "thing", "queue", "merged")
#: What people searched for in vain.
IN_VAIN = (["เงินชดเชย", "หยุดงาน"], ["ค่าทำศพ"], ["ที่จอดรถ"])


def make() -> None:
    """Put the articles there, and let a busy morning pass."""
    content.put_all(by=BY)
    for words in IN_VAIN:
        gaps.note_search(words=words, has_result=False)
    refresh(calls=CALLS)


def refresh(*, calls: int = CALLS_NEXT_DAY) -> None:
    """Let people call today, and the agents come to the desk."""
    agents = [_actor(name, Role.AGENT) for name in AGENTS]
    callers = {reason: iter(_people(reason)) for reason in set(REASONS)}
    begins, _ends = clock.day_span(clock.today())
    first = max(begins, clock.now() - timedelta(hours=HOURS))
    step = (clock.now() - first) / calls
    turns = zip(range(calls), cycle(REASONS), cycle(FATES), cycle(agents), strict=False)
    for number, reason, fate, agent in turns:
        with clock.set_to(first + step * number):
            wanted = _wanted(reason, callers[reason], in_english=number % 9 == 8)
            if wanted is not None:
                _call(wanted, fate, agent)
    for name, agent in zip(AGENTS, agents, strict=True):
        routing.come(skills=AGENTS[name], languages=[Spoken.THAI], by=agent)
    routing.route_queues(by=BY)


def _call(wanted: Wanted, fate: str, agent: Actor) -> None:
    case = opening.open_case(wanted=wanted, keep=fate != "queue", by=BY if fate == "queue" else agent)
    if case.state != CaseState.OPEN or case.owner_id != agent.id:
        return  # waits in the queue, or goes on with whoever has it
    match fate:
        case "answered" | "solved":
            closing.close(case=case, because=Closed(fate), by=agent)
        case "caller" if case.person_id is not None:
            working.reply(case=case, with_=Reply.BRING_PAPERS, by=agent)
            working.wait(case=case, thing=Thing.CALLER, by=agent)
        case "thing" if case.waits_for:
            working.reply(case=case, with_=Reply.WORKING, by=agent)
            working.wait(case=case, thing=Thing(case.waits_for), by=agent)
        case "passed_up":
            working.escalate(case=case, why="ผู้โทรกังวลมาก ขอให้หัวหน้าโทรกลับ", by=agent)
        case "merged":
            _merge(case, agent)


def _merge(case: Case, agent: Actor) -> None:
    """Let the same person have called about another thing that turns out to be the same."""
    other = opening.open_case(wanted=Wanted(Reason.OTHER, case.person, case.employer), keep=True, by=agent)
    if other.pk != case.pk and other.owner_id == agent.id:
        merging.merge(case=other, into=case, by=agent)


def _wanted(reason: Reason, callers: Iterator[Person | Employer], *, in_english: bool) -> Wanted | None:
    caller = next(callers, None)
    if caller is None:
        return None
    language = Spoken.ENGLISH if in_english else Spoken.THAI
    note = NOTES.get(reason, "")
    if isinstance(caller, Employer):
        return Wanted(reason, employer=caller, language=language, note=note)
    return Wanted(reason, caller, language=language, note=note)


def _people(reason: Reason) -> Sequence[Person | Employer]:
    """Return who has a reason to call about this, and no live case about it; others where nobody has."""
    if reason in (Reason.EMPLOYER_LIST, Reason.LOAN):
        return list(Employer.objects.order_by("-size", "pk")[:CALLS])
    having = Case.objects.live().filter(reason=reason, person__isnull=False).values("person")
    people = Person.objects.exclude(pk__in=having).order_by("pk")
    concerned = _concerned(reason)
    found = list(people.filter(pk__in=concerned)[:CALLS]) if concerned is not None else []
    return found or list(people[len(REASONS) * REASONS.index(reason) :][:CALLS])


def _concerned(reason: Reason) -> "QuerySet[Any, Any] | None":
    """Return the persons in the state about which one calls; None where any state will do."""
    rows = CONCERNED.get(reason)
    return rows().order_by("pk").values("person") if rows else None


#: In which state somebody is who calls about this.
CONCERNED: Mapping[Reason, Callable[[], "QuerySet[Any]"]] = {
    Reason.NO_BED: lambda: Care.objects.filter(state=CareState.WAITING),
    Reason.GOT_WORSE: lambda: Care.objects.filter(state=CareState.ADMITTED),
    Reason.CERTIFICATE: lambda: Care.objects.filter(state=CareState.ADMITTED),
    Reason.NO_TEST: lambda: Registration.objects.filter(state=RegistrationState.WAITING),
    Reason.STATUS: lambda: Registration.objects.filter(state=RegistrationState.BOOKED),
    Reason.CANNOT_COME: lambda: Registration.objects.filter(state=RegistrationState.BOOKED),
    Reason.VACCINATION_DATE: lambda: Dose.objects.filter(state=DoseState.WAITING),
}


def _actor(username: str, role: Role) -> Actor:
    found = User.objects.get(username=username)
    return Actor(ActorKind.STAFF, found.pk, frozenset({Grant(role)}), name=found.name)
