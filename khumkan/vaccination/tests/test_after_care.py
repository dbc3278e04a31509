"""The days after a dose: asked, answered, reported, passed on, closed."""

from datetime import date, timedelta

import pytest
import time_machine

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.vaccination.actions import aftercare, records
from khumkan.vaccination.actions.aftercare import Told
from khumkan.vaccination.choices import Reaction, Struck, ToldBy
from khumkan.vaccination.models import AdverseEvent, FollowUp, Injection
from khumkan.vaccination.queries import aftercare as queries
from khumkan.vaccination.states import AdverseState, FollowUpState
from khumkan.vaccination.tasks import after as tasks
from khumkan.vaccination.tests.country import OFFICE, OFFICER, a_person, a_site, herself, vaccinated, vaccinator_at

pytestmark = pytest.mark.django_db
AGENT = Actor(ActorKind.STAFF, 11, frozenset({Grant(Role.AGENT)}))
ELSEWHERE = Actor(ActorKind.STAFF, 9, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "50")}))


def told(*reactions: Reaction, words: str = "", by: ToldBy = ToldBy.PERSON, began_on: date | None = None) -> Told:
    return Told(reactions=reactions, words=words, told_by=by, began_on=began_on)


def in_days(days: int) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(days=days))


def question(given: Injection, day: int = 1) -> FollowUp:
    return FollowUp.objects.get(injection=given, day=day)


def asked_by_message() -> int:
    return Message.objects.filter(template="vaccination.follow_up").count()


def test_people_are_asked_once_on_each_day_and_silence_is_noted() -> None:
    given = vaccinated()
    for day, expected in ((0, 0), (1, 1), (2, 1), (7, 2), (30, 3), (31, 3)):
        with in_days(day):
            tasks.ask_how_they_feel(0)
            tasks.ask_how_they_feel(0)
        assert asked_by_message() == expected, f"day {day}"
    with in_days(40):
        tasks.ask_how_they_feel(0)
    assert set(FollowUp.objects.filter(injection=given).values_list("state", flat=True)) == {FollowUpState.MISSED}


def test_nobody_is_asked_about_a_dose_that_never_was() -> None:
    given = vaccinated()
    records.strike(injection=given, because=Struck.NEVER_GIVEN, why="empty syringe", by=OFFICER)
    with in_days(1):
        tasks.ask_how_they_feel(0)
    assert asked_by_message() == 0


def test_nothing_is_said_of_a_record_that_was_struck_meanwhile() -> None:
    given = vaccinated()
    records.strike(injection=given, because=Struck.NEVER_GIVEN, why="empty syringe", by=OFFICER)
    given.refresh_from_db()
    told = Told(reactions=(), words="ปวดหัว", told_by=ToldBy.PERSON)
    with pytest.raises(Refused, match="was corrected"):
        aftercare.report(injection=given, told=told, by=herself(given.person))
    with in_days(1):
        for follow_up in FollowUp.objects.filter(injection=given, day=1):
            with pytest.raises(Refused, match="was corrected"):
                aftercare.answer(follow_up=follow_up, told=told, by=herself(given.person))
    assert not AdverseEvent.objects.exists()


def test_an_answer_is_taken_once_and_sealed() -> None:
    given = vaccinated()
    with in_days(1):
        event = aftercare.answer(
            follow_up=question(given), told=told(Reaction.PAIN, words="เจ็บแขน"), by=herself(given.person)
        )
        assert event is None
        with pytest.raises(Refused, match="answered already"):
            aftercare.answer(follow_up=question(given), told=told(), by=herself(given.person))
    answered = question(given)
    assert answered.state == FollowUpState.ANSWERED
    assert answered.sealed is not None
    assert "เจ็บแขน".encode() not in bytes(answered.sealed)
    assert b"pain" not in bytes(answered.sealed)


def test_a_question_is_not_answered_before_its_day_and_may_be_late() -> None:
    given = vaccinated()
    with pytest.raises(Refused, match="asked later"):
        aftercare.answer(follow_up=question(given, 7), told=told(), by=herself(given.person))
    with in_days(40):
        tasks.ask_how_they_feel(0)
        aftercare.answer(follow_up=question(given), told=told(), by=herself(given.person))
    assert question(given).state == FollowUpState.ANSWERED


def test_nobody_else_answers_and_the_hotline_says_why() -> None:
    given = vaccinated()
    with in_days(1):
        for stranger in (herself(a_person()), ELSEWHERE, ELSEWHERE.acting_for(given.person_id, because="called")):
            with pytest.raises(Missing):
                aftercare.answer(follow_up=question(given), told=told(), by=stranger)
        with pytest.raises(Refused, match="say why"):
            aftercare.answer(follow_up=question(given), told=told(), by=AGENT)
        agent = AGENT.acting_for(given.person_id, because="caller has no phone")
        aftercare.answer(follow_up=question(given), told=told(by=ToldBy.HOTLINE), by=agent)


@pytest.mark.parametrize("reaction", list(Reaction))
def test_what_is_severe_is_reported_by_itself(reaction: Reaction) -> None:
    severe = {
        Reaction.HIGH_FEVER, Reaction.SEVERE_HEADACHE, Reaction.VOMITING, Reaction.CHEST, Reaction.FACE,
        Reaction.WEAKNESS, Reaction.UNCONSCIOUS,
    }  # fmt: skip
    given = vaccinated()
    with in_days(1):
        event = aftercare.answer(follow_up=question(given), told=told(reaction), by=herself(given.person))
    assert (event is not None) == (reaction in severe)
    assert AdverseEvent.objects.count() == (reaction in severe)
    if event is not None:
        assert event.is_serious
        assert event.due_at - event.reported_at == timedelta(hours=24)
        assert list(queries.words_of(event).reactions) == [reaction]


def test_a_report_says_something_and_began_after_the_dose() -> None:
    given = vaccinated()
    by = herself(given.person)
    with pytest.raises(Refused, match="what happened"):
        aftercare.report(injection=given, told=told(words=" "), by=by)
    for wrong in (given.given_on - timedelta(days=1), clock.today() + timedelta(days=1)):
        with pytest.raises(Refused, match="cannot have begun"):
            aftercare.report(injection=given, told=told(Reaction.RASH, began_on=wrong), by=by)
    event = aftercare.report(injection=given, told=told(Reaction.RASH, began_on=given.given_on), by=by)
    assert (event.is_serious, event.due_at - event.reported_at) == (False, timedelta(days=7))


def test_the_site_reports_what_it_saw_and_no_other_site_does() -> None:
    given = vaccinated()
    assert given.site is not None
    seen = told(Reaction.UNCONSCIOUS, by=ToldBy.SITE)
    with pytest.raises(Missing):
        aftercare.report(injection=given, told=seen, by=vaccinator_at(a_site()))
    assert aftercare.report(injection=given, told=seen, by=vaccinator_at(given.site)).is_serious


def test_a_serious_event_reaches_a_doctor_before_it_is_closed() -> None:
    given = vaccinated()
    event = aftercare.report(injection=given, told=told(Reaction.CHEST), by=herself(given.person))
    with pytest.raises(Refused, match="passed on to a doctor"):
        aftercare.close(event=event, outcome="well again", by=OFFICER)
    with pytest.raises(Missing):
        aftercare.route(event=event, to="Rajavithi Hospital", by=ELSEWHERE)
    with pytest.raises(Refused, match="who has it"):
        aftercare.route(event=event, to=" ", by=OFFICER)
    aftercare.route(event=event, to="Rajavithi Hospital", by=OFFICER)
    with pytest.raises(Refused, match="what came of it"):
        aftercare.close(event=event, outcome="", by=OFFICER)
    closed = aftercare.close(event=event, outcome="well again", by=OFFICER)
    assert closed.state == AdverseState.CLOSED
    worse = aftercare.route(event=event, to="Siriraj Hospital", by=OFFICER)
    assert (worse.state, worse.closed_at) == (AdverseState.ROUTED, None)


def test_the_latest_stands_at_the_top_and_the_closed_at_the_end() -> None:
    mild, severe, passed = (vaccinated() for _ in range(3))
    first = aftercare.report(injection=mild, told=told(Reaction.RASH), by=OFFICE)
    second = aftercare.report(injection=severe, told=told(Reaction.FACE), by=OFFICE)
    third = aftercare.report(injection=passed, told=told(Reaction.CHEST), by=OFFICE)
    aftercare.route(event=third, to="a doctor", by=OFFICER)
    assert list(queries.events_for(OFFICER, still=True)) == [second, first, third]
    assert queries.late(OFFICER, now=clock.now()) == 0
    with in_days(2):
        assert queries.late(OFFICER, now=clock.now()) == 1
    assert list(queries.events_for(ELSEWHERE)) == []
    with pytest.raises(Missing):
        queries.event_for(ELSEWHERE, first.reference)
