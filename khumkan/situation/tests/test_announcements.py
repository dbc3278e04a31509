"""Announcements: two officers, both languages, the right people once, stopped, withdrawn, and told."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from khumkan.accounts.testing import actor
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.identifiers import thai_check_digit
from khumkan.messages import State, sending
from khumkan.messages.models import Message, Shown
from khumkan.messages.queries import messages_of
from khumkan.record.inline import run_jobs
from khumkan.record.models import Event
from khumkan.screening.tests.registering import BANGKOK, CHIANG_MAI
from khumkan.situation.actions import announcements
from khumkan.situation.actions import sending as announcing
from khumkan.situation.actions.announcements import Words
from khumkan.situation.choices import SendingKind
from khumkan.situation.models import Announcement, AnnouncementText, Reached, Sending
from khumkan.situation.queries import announcements as queries
from khumkan.situation.queries import segments
from khumkan.situation.rules.segments import Group, Segment
from khumkan.situation.rules.sms import length_of
from khumkan.situation.states import AnnouncementState
from khumkan.situation.tasks import announcing as tasks
from khumkan.situation.tests.announcing import (
    ENGLISH,
    SECOND,
    SYSTEM,
    THAI,
    WRITER,
    a_draft,
    approved,
    fresh,
    insured,
    published,
    submitted,
    written,
)

pytestmark = pytest.mark.django_db
HERE = Segment(provinces=(BANGKOK,))
DISTRICT = Segment(districts=("1026",))
NUMBER = f"110170023070{thai_check_digit('110170023070')}"


def of_news(announcement: Announcement) -> Sending:
    return Sending.objects.get(announcement=announcement, kind=SendingKind.NEWS)


def states() -> dict[str, int]:
    rows = Message.objects.order_by("state").values_list("state", flat=True)
    return {state: list(rows).count(state) for state in rows}


def test_an_announcement_reaches_everybody_of_one_district_once() -> None:
    here, there = insured(3, BANGKOK), insured(2, CHIANG_MAI)
    made = published(segment=DISTRICT, is_urgent=True)
    assert made.state == AnnouncementState.PUBLISHED
    assert {each.person_id for each in Message.objects.all()} == {person.pk for person in here}
    assert [messages_of(person.pk).count() for person in [*here, *there]] == [1, 1, 1, 0, 0]
    assert Event.objects.filter(name="situation.announcement_sent").get().data == {"people": 3}
    assert states() == {"delivered": 3}
    tasks.watch(0)
    assert of_news(made).delivered == 3


def test_each_reads_it_in_their_own_language() -> None:
    thai, english = insured(2)
    english.language = "en"
    english.save()
    made = published(is_urgent=True)
    bodies = {each.reference: each for each in Shown.objects.all()}
    assert len(bodies) == 2
    link = f"/news/{made.reference}/"
    for person, words in ((thai, THAI), (english, ENGLISH)):
        language = person.language
        found = queries.message_words(language, {"reference": made.reference})
        assert found["words"] == words.sms
        assert f"/{found['where']}" == link


def test_the_outbox_holds_a_reference_and_no_text() -> None:
    insured(1)
    made = published(is_urgent=True)
    assert Message.objects.get().params == {"reference": made.reference}


def test_nobody_approves_what_they_wrote() -> None:
    made = submitted()
    with pytest.raises(Refused, match="another officer"):
        announcements.approve(announcement=made, by=WRITER)
    announcements.approve(announcement=made, by=SECOND)
    assert fresh(made).state == AnnouncementState.SCHEDULED


def test_control_the_database_too_wants_a_second_officer() -> None:
    made = submitted()
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Announcement.objects.filter(pk=made.pk).update(
            state=AnnouncementState.SCHEDULED, approved_at=clock.now(), approved_by=WRITER.id
        )


def test_who_changed_the_words_cannot_approve_them_either() -> None:
    made = written()
    announcements.change(announcement=made, draft=a_draft(), by=SECOND)
    announcements.submit(announcement=made, by=SECOND)
    for who in (WRITER, SECOND):
        with pytest.raises(Refused, match="another officer"):
            announcements.approve(announcement=made, by=who)


@pytest.mark.parametrize(
    "who",
    [
        actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key=BANGKOK),
        actor(Role.SUPERVISOR),
        actor(Role.AUDITOR),
        actor(Role.PERSON, person_id=1),
        Actor.system("test"),
    ],
    ids=lambda who: f"{who.kind}",
)
def test_only_officers_of_the_whole_country_announce(who: Actor) -> None:
    made = submitted()
    with pytest.raises(Missing):
        announcements.write(draft=a_draft(), by=who)
    with pytest.raises(Missing):
        announcements.approve(announcement=made, by=who)
    with pytest.raises(Missing):
        announcements.withdraw(announcement=made, why_th="ผิด", why_en="wrong", by=who)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"en": Words("", "", "")}, "announcement_one_language"),
        ({"th": Words("หัวข้อ", "เนื้อหา", "")}, "announcement_no_message"),
        ({"by_message": False, "is_public": False}, "announcement_unheard"),
        ({"is_public": False, "is_banner": True}, "announcement_banner"),
        ({"segment": Segment(group=Group.BOOKED_AT_SITE)}, "announcement_site"),
        ({"segment": Segment(employers=("9999999999",))}, "announcement_employer"),
        ({"en": Words("Call", f"{NUMBER} may call", "x")}, "announcement_identity_number"),
    ],
)
def test_what_does_not_fit_together_is_refused(more: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        written(**more)
    assert refusal.value.code == code


def test_times_that_make_no_sense_are_refused() -> None:
    now = clock.now()
    with pytest.raises(Refused, match="end before"):
        written(until_at=now - timedelta(hours=1))
    with pytest.raises(Refused, match="three months"):
        written(publish_at=now + timedelta(days=200))


def test_a_draft_is_changed_and_what_waits_for_approval_is_not() -> None:
    made = written()
    announcements.change(announcement=made, draft=a_draft(en=Words("Other", "words", "sms")), by=WRITER)
    assert AnnouncementText.objects.get(announcement=made, language="en").title == "Other"
    announcements.submit(announcement=made, by=WRITER)
    with pytest.raises(Refused, match="Only a draft"):
        announcements.change(announcement=made, draft=a_draft(), by=WRITER)
    announcements.send_back(announcement=made, why="the date is wrong", by=SECOND)
    announcements.change(announcement=made, draft=a_draft(), by=WRITER)


def test_it_waits_for_its_time() -> None:
    with clock.set_to(clock.at(clock.today(), clock.now().time().min) + timedelta(hours=10)):
        made = approved(by_message=False, publish_at=clock.now() + timedelta(hours=2))
        tasks.watch(0)
        assert fresh(made).state == AnnouncementState.SCHEDULED
        with clock.set_to(clock.now() + timedelta(hours=3)):
            tasks.watch(0)
            assert fresh(made).state == AnnouncementState.PUBLISHED


def test_people_are_counted_for_those_who_decide() -> None:
    insured(3, BANGKOK)
    insured(2, CHIANG_MAI)
    made = written(segment=HERE)
    run_jobs()
    assert fresh(made).people == 3
    assert segments.count(Segment()) == 5


def test_the_dead_are_not_written_to() -> None:
    alive, dead = insured(2)
    dead.died_on = clock.today()
    dead.save()
    published(is_urgent=True)
    assert Message.objects.get().person_id == alive.pk


def test_part_after_part_nobody_is_left_out_or_told_twice() -> None:
    everybody = insured(7)
    made = approved()
    announcements.publish(announcement_id=made.pk, by=SYSTEM)
    sending_id = of_news(made).pk
    counts = [announcing.send_part(sending_id=sending_id, by=SYSTEM, most=3) for _ in range(5)]
    assert counts == [3, 3, 1, 0, 0]
    assert sorted(Message.objects.values_list("person_id", flat=True)) == sorted(each.pk for each in everybody)


def test_control_a_lost_mark_is_caught_by_the_key() -> None:
    insured(2)
    made = approved()
    announcements.publish(announcement_id=made.pk, by=SYSTEM)
    sending_id = of_news(made).pk
    announcing.send_part(sending_id=sending_id, by=SYSTEM)
    Sending.objects.filter(pk=sending_id).update(after_person_id=0)
    with pytest.raises(IntegrityError, match="reached_once"), transaction.atomic():
        announcing.send_part(sending_id=sending_id, by=SYSTEM)
    assert Message.objects.count() == 2


def test_at_night_it_waits_in_the_queue_and_an_urgent_one_does_not(settings: LazySettings) -> None:
    insured(1)
    with clock.set_to(clock.at(clock.today(), clock.now().time().min) + timedelta(hours=23)):
        quiet = approved()
        urgent = approved(is_urgent=True)
        for made in (quiet, urgent):
            announcements.publish(announcement_id=made.pk, by=SYSTEM)
            announcing.send_part(sending_id=of_news(made).pk, by=SYSTEM)
        sending.send_due()
    found = dict(Message.objects.order_by("id").values_list("is_urgent", "state"))
    assert found == {False: State.QUEUED, True: State.DELIVERED}


def test_what_is_stopped_stays_here_and_can_be_read() -> None:
    insured(3)
    made = approved()
    announcements.publish(announcement_id=made.pk, by=SYSTEM)
    announcing.send_part(sending_id=of_news(made).pk, by=SYSTEM, most=2)
    announcements.stop(announcement=made, why="wrong day", by=WRITER)
    with clock.set_to(clock.at(clock.today(), clock.now().time().min) + timedelta(hours=23)):
        run_jobs()
    assert fresh(made).state == AnnouncementState.STOPPED
    assert states() == {"stopped": 2}
    assert of_news(made).stopped == 2
    assert [each.reference for each in queries.news()] == [made.reference]


def test_control_what_a_provider_may_have_is_not_stopped() -> None:
    insured(1)
    made = approved()
    announcements.publish(announcement_id=made.pk, by=SYSTEM)
    announcing.send_part(sending_id=of_news(made).pk, by=SYSTEM)
    Message.objects.update(provider="one")
    announcements.stop(announcement=made, why="wrong day", by=WRITER)
    assert announcing.stop_part(sending_id=of_news(made).pk) == 0


def test_a_withdrawal_tells_those_who_were_told_and_nobody_else() -> None:
    told, untold, silent = insured(3)
    made = approved(is_urgent=True)
    announcements.publish(announcement_id=made.pk, by=SYSTEM)
    announcing.send_part(sending_id=of_news(made).pk, by=SYSTEM, most=2)
    Message.objects.filter(person_id=told.pk).update(state=State.DELIVERED, provider="one")
    announcements.withdraw(announcement=made, why_th="วันผิด", why_en="The day was wrong.", by=WRITER)
    run_jobs()
    tasks.watch(0)
    run_jobs()
    second = Sending.objects.get(announcement=made, kind=SendingKind.WITHDRAWAL)
    assert list(Reached.objects.filter(sending=second).values_list("person_id", flat=True)) == [told.pk]
    assert messages_of(untold.pk).get().state == State.STOPPED
    assert not messages_of(silent.pk).exists()
    found = queries.withdrawal_words("en", {"reference": made.reference})
    assert found["words"] == "The day was wrong."
    assert list(queries.news()) == []
    assert queries.news_called(made.reference).is_withdrawn


def test_a_withdrawal_says_why_in_both_languages() -> None:
    made = published()
    with pytest.raises(Refused, match="in Thai and in English"):
        announcements.withdraw(announcement=made, why_th="วันผิด", why_en=" ", by=WRITER)


def test_everybody_reads_what_is_public_and_not_over() -> None:
    hidden = published(is_public=False)
    shown = published(by_message=False, until_at=clock.now() + timedelta(hours=1))
    draft = written()
    assert [each.reference for each in queries.news()] == [shown.reference]
    for unseen in (hidden, draft):
        with pytest.raises(Missing):
            queries.news_called(unseen.reference)
    with clock.set_to(clock.now() + timedelta(hours=2)):
        assert list(queries.news()) == []


def test_a_person_finds_what_was_sent_to_them() -> None:
    mine, other = insured(1, BANGKOK)[0], insured(1, CHIANG_MAI)[0]
    made = published(segment=HERE, is_public=False)
    assert [each.announcement for each in queries.sent_to(Actor.person(mine.pk))] == [made]
    assert queries.sent_to(Actor.person(other.pk)) == []
    with pytest.raises(Missing):
        queries.sent_to(WRITER)


def test_texts_of_messages_stand_in_files() -> None:
    folder = Path(announcing.__file__).parents[1] / "templates" / "situation" / "messages"
    assert {file.name for file in folder.iterdir()} == {
        f"{name}.{language}.txt"
        for name in ("alarm_raised", "announcement", "announcement_withdrawn")
        for language in ("th", "en")
    }


@pytest.mark.parametrize(
    ("text", "characters", "parts"),
    [("a" * 160, 160, 1), ("a" * 161, 161, 2), ("ก" * 70, 70, 1), ("ก" * 71, 71, 2), ("€" * 80, 160, 1), ("🙂", 2, 1)],
)
def test_an_sms_is_as_long_as_its_alphabet_makes_it(text: str, characters: int, parts: int) -> None:
    found = length_of(text)
    assert (found.characters, found.parts) == (characters, parts)
