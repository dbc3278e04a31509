"""Cases: opened in one step, routed to the least loaded, worked on, waiting, merged, closed, opened again."""

from datetime import timedelta

import pytest
import time_machine

from khumkan import policies
from khumkan.hotline.actions import bulk, closing, merging, opening, reviewing, routing, working
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.choices import Closed, Reason, Reply, Skill, Spoken, StepKind, Thing
from khumkan.hotline.models import Case, CaseStep
from khumkan.hotline.queries import callers, cases
from khumkan.hotline.rules import bulk as bulk_rules
from khumkan.hotline.states import CaseState
from khumkan.hotline.terms.cases import CaseTerms
from khumkan.hotline.tests.desk import SYSTEM, a_case, agent, at_desk, fresh, member
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.vaccination.tests.country import a_person, an_employer

pytestmark = pytest.mark.django_db


def kinds(case: Case) -> list[str]:
    return list(CaseStep.objects.filter(case=case).order_by("at", "pk").values_list("kind", flat=True))


def test_who_opens_a_case_keeps_it_with_the_time_of_the_terms() -> None:
    by, person = agent(), a_person()
    case = a_case(Reason.NO_BED, person=person, by=by)
    terms = policies.in_force(CaseTerms, on=clock.today())
    assert (case.state, case.owner_id, case.skill) == (CaseState.OPEN, by.id, Skill.CARE)
    assert case.due_at - case.opened_at == timedelta(minutes=terms.minutes[Reason.NO_BED])
    assert case.priority == terms.priorities[Reason.NO_BED]
    assert case.waits_for == Thing.BED
    assert kinds(case) == [StepKind.OPENED, StepKind.TAKEN]
    event = Event.objects.get(name="hotline.case_opened")
    assert (event.person_id, event.on_behalf_of, event.actor_id) == (person.pk, person.pk, by.id)


def test_who_calls_again_about_the_same_finds_the_same_case() -> None:
    by, person = agent(), a_person()
    first, again = a_case(person=person, by=by), a_case(person=person, by=agent())
    other = a_case(Reason.COMPLAINT, person=person, by=by)
    assert again == first != other
    assert kinds(first)[-1] == StepKind.CALLER_BACK
    assert fresh(first).owner_id == by.id


def test_a_note_is_sealed_and_stands_in_no_event() -> None:
    by = agent()
    case = a_case(by=by)
    working.write_note(case=case, text="สามีชื่อสมชายป่วยหนัก", by=by)
    step = CaseStep.objects.get(kind=StepKind.NOTE)
    assert "สมชาย".encode() not in bytes(step.note_sealed or b"")
    assert callers.note_of(step) == "สามีชื่อสมชายป่วยหนัก"
    assert not any("สมชาย" in str(event.data) for event in Event.objects.order_by("pk"))


def test_the_least_loaded_who_knows_about_it_gets_it() -> None:
    busy, free = at_desk(Skill.CARE), at_desk(Skill.CARE)
    at_desk(Skill.TESTING)
    at_desk(Skill.CARE, languages=(Spoken.ENGLISH,))
    a_case(by=busy)
    assert a_case(Reason.NO_BED).owner_id == free.id
    owners = {a_case(Reason.NO_BED).owner_id for _ in range(2)}
    assert owners == {busy.id, free.id}


def test_nobody_gets_more_than_the_terms_allow_and_the_queue_gives_out_later() -> None:
    most = policies.in_force(CaseTerms, on=clock.today()).most_open
    only = at_desk(Skill.GENERAL)
    made = [a_case() for _ in range(most + 1)]
    assert [case.state for case in made].count(CaseState.OPEN) == most
    left = next(case for case in made if case.state == CaseState.NEW)
    with pytest.raises(Refused) as refusal:
        working.take_next(by=only)
    assert refusal.value.code == "too_many"
    closing.close(case=made[0], because=Closed.SOLVED, by=only)
    assert routing.route_queues(by=SYSTEM) == 1
    assert fresh(left).owner_id == only.id


def test_who_went_home_gets_nothing() -> None:
    gone, elsewhere = at_desk(), at_desk(province="50")
    routing.leave(by=gone)
    assert a_case().state == CaseState.NEW
    assert elsewhere.id is not None
    hours = policies.in_force(CaseTerms, on=clock.today()).shift_hours
    late = at_desk()
    with time_machine.travel(clock.now() + timedelta(hours=hours, minutes=1), tick=False):
        assert a_case().state == CaseState.NEW
    assert a_case().owner_id == late.id


def test_the_most_urgent_comes_next_then_what_is_due_first() -> None:
    slow, urgent, sooner = a_case(Reason.LOAN), a_case(Reason.GOT_WORSE), a_case(Reason.STATUS)
    by = at_desk()
    taken = [working.take_next(by=by) for _ in range(4)]
    assert taken == [urgent, sooner, slow, None]


def test_a_case_of_somebody_else_is_left_alone() -> None:
    owner, other, boss = agent(), agent(), agent(Role.SUPERVISOR)
    case = a_case(by=owner)
    for act in (
        lambda: working.put_back(case=case, by=other),
        lambda: working.take(case=case, by=other),
        lambda: closing.close(case=case, because=Closed.SOLVED, by=other),
    ):
        with pytest.raises(Refused):
            act()
    working.write_note(case=case, text="caller sent a photograph", by=other)
    assert working.put_back(case=case, by=boss).state == CaseState.NEW
    assert working.take(case=case, by=other).owner_id == other.id


def test_a_case_of_another_province_does_not_exist() -> None:
    here, there = agent(province="10"), agent(province="50")
    case = a_case(by=here)
    assert cases.case_for(here, case.reference) == case
    with pytest.raises(Missing):
        cases.case_for(there, case.reference)
    with pytest.raises(Missing):
        working.write_note(case=case, text="x", by=there)
    with pytest.raises(Missing):
        opening.open_case(wanted=Wanted(reason=Reason.OTHER), keep=True, by=agent(Role.NURSE))


def test_handing_over_and_passing_up() -> None:
    by, colleague = agent(), member()
    case = a_case(by=by)
    assert working.hand_over(case=case, to=colleague.username, by=by).owner_id == colleague.pk
    with pytest.raises(Refused) as refusal:
        working.hand_over(case=case, to=member(Role.NURSE).username, by=agent(Role.SUPERVISOR))
    assert refusal.value.code == "no_colleague"
    boss = agent(Role.SUPERVISOR)
    raised = working.escalate(case=case, why="the caller threatens to hurt himself", by=boss)
    assert raised.priority > case.priority
    assert list(cases.escalated(boss)) == [case]
    with pytest.raises(Refused):
        working.escalate(case=case, why="again", by=boss)


def test_a_reply_goes_to_the_person_or_to_the_number_that_called() -> None:
    by = agent()
    case = a_case(by=by)
    working.reply(case=case, with_=Reply.WORKING, by=by)
    assert Message.objects.get(template="hotline.working").person_id == case.person_id
    wanted = Wanted(reason=Reason.EMPLOYER_LIST, employer=an_employer(), phone="+66812345678")
    firm = opening.open_case(wanted=wanted, keep=True, by=by)
    working.reply(case=firm, with_=Reply.CALL_US, by=by)
    assert Message.objects.get(template="hotline.call_us").person_id is None
    assert callers.phone_of(firm) == "+66812345678"
    nobody = opening.open_case(wanted=Wanted(reason=Reason.OTHER), keep=True, by=by)
    with pytest.raises(Refused) as refusal:
        working.reply(case=nobody, with_=Reply.WORKING, by=by)
    assert refusal.value.code == "nobody_to_tell"


def test_waiting_for_the_caller_makes_it_due_again() -> None:
    by = agent()
    case = working.wait(case=a_case(by=by), thing=Thing.CALLER, by=by)
    hours = policies.in_force(CaseTerms, on=clock.today()).caller_hours
    assert (case.state, case.owner_id) == (CaseState.WAITING, by.id)
    assert abs(case.due_at - clock.now() - timedelta(hours=hours)) < timedelta(minutes=1)
    assert working.take(case=case, by=by).state == CaseState.OPEN


def test_merging_keeps_both_histories_and_the_earlier_time() -> None:
    by, person = agent(), a_person()
    urgent, slow = a_case(Reason.GOT_WORSE, person=person, by=by), a_case(Reason.OTHER, person=person, by=by)
    kept = merging.merge(case=urgent, into=slow, by=by)
    gone = fresh(urgent)
    assert (gone.state, gone.merged_into_id, gone.closed_because) == (CaseState.MERGED, slow.pk, Closed.MERGED)
    assert (kept.due_at, kept.priority) == (urgent.due_at, urgent.priority)
    assert kinds(gone)[-1] == StepKind.MERGED
    assert kinds(kept)[-1] == StepKind.TOOK_IN
    with pytest.raises(Refused) as refusal:
        merging.merge(case=slow, into=a_case(by=by), by=by)
    assert refusal.value.code == "different_people"
    with pytest.raises(Refused):
        merging.merge(case=slow, into=slow, by=by)


def test_a_case_is_closed_once_and_opened_again_within_the_days_of_the_terms() -> None:
    by = agent()
    case = closing.close(case=a_case(by=by), because=Closed.SOLVED, by=by)
    with pytest.raises(Refused) as refusal:
        closing.close(case=case, because=Closed.SOLVED, by=by)
    assert refusal.value.code == "case_over"
    with pytest.raises(Refused):
        closing.close(case=a_case(by=by), because=Closed.HAPPENED, by=by)
    days = policies.in_force(CaseTerms, on=clock.today()).reopen_days
    with (
        time_machine.travel(clock.now() + timedelta(days=days, minutes=1), tick=False),
        pytest.raises(Refused) as late,
    ):
        closing.reopen(case=case, by=by)
    assert late.value.code == "closed_long_ago"
    again = closing.reopen(case=case, by=by)
    assert (again.state, again.closed_at, again.closed_because) == (CaseState.NEW, None, "")


def test_a_closed_case_is_not_opened_beside_another_about_the_same() -> None:
    by, person = agent(), a_person()
    first = closing.close(case=a_case(person=person, by=by), because=Closed.SOLVED, by=by)
    a_case(person=person, by=by)
    with pytest.raises(Refused) as refusal:
        closing.reopen(case=first, by=by)
    assert refusal.value.code == "another_is_open"


def test_many_cases_are_changed_as_they_were_shown_or_not_at_all() -> None:
    boss, by = agent(Role.SUPERVISOR), agent()
    made = [a_case(by=by) for _ in range(3)]
    act = f"close.{Closed.NOT_NEEDED.value}"
    shown = bulk_rules.fingerprint(act, [(case.pk, case.state) for case in made])
    with pytest.raises(Missing):
        bulk.close_many(cases=made, because=Closed.NOT_NEEDED, shown=shown, by=by)
    working.put_back(case=made[0], by=by)
    with pytest.raises(Refused) as refusal:
        bulk.close_many(cases=made, because=Closed.NOT_NEEDED, shown=shown, by=boss)
    assert refusal.value.code == "changed_meanwhile"
    assert Case.objects.live().count() == 3
    shown = bulk_rules.fingerprint(act, [(case.pk, fresh(case).state) for case in made])
    with pytest.raises(Refused):  # another act than the one shown
        bulk.close_many(cases=made, because=Closed.SOLVED, shown=shown, by=boss)
    assert bulk.close_many(cases=made, because=Closed.NOT_NEEDED, shown=shown, by=boss) == 3
    assert Case.objects.live().count() == 0


def test_many_cases_are_given_to_one_colleague() -> None:
    boss, colleague = agent(Role.SUPERVISOR), member()
    made = [a_case(), a_case(by=agent())]
    shown = bulk_rules.fingerprint(f"hand.{colleague.username}", [(case.pk, case.state) for case in made])
    assert bulk.hand_many(cases=made, to=colleague.username, shown=shown, by=boss) == 2
    assert {fresh(case).owner_id for case in made} == {colleague.pk}


def test_closed_cases_of_yesterday_are_drawn_for_a_supervisor_and_reviewed_once() -> None:
    boss, by = agent(Role.SUPERVISOR), agent()
    made = [closing.close(case=a_case(by=by), because=Closed.SOLVED, by=by) for _ in range(9)]
    closing.close(case=a_case(by=boss), because=Closed.SOLVED, by=boss)
    assert cases.to_review(boss) == []
    begins, _ends = clock.day_span(clock.today() - timedelta(days=1))
    Case.objects.filter(pk__in=[case.pk for case in made]).update(closed_at=begins + timedelta(hours=9))
    drawn = cases.to_review(boss)
    assert len(drawn) == policies.in_force(CaseTerms, on=clock.today()).reviewed_a_day
    assert drawn == cases.to_review(boss)
    marks = reviewing.Marks(5, 4, 5)
    reviewing.review(case=drawn[0], marks=marks, text="very kind", by=boss)
    with pytest.raises(Refused) as refusal:
        reviewing.review(case=drawn[0], marks=marks, text="", by=boss)
    assert refusal.value.code == "reviewed"
    with pytest.raises(Missing):
        reviewing.review(case=drawn[1], marks=marks, text="", by=by)
