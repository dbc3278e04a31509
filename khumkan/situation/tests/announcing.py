"""Announcements for tests: words, officers, people with telephones, and the way from a draft to the news."""

from typing import Any

from khumkan.accounts.testing import actor
from khumkan.kernel.actors import Actor, Role
from khumkan.record.inline import run_jobs
from khumkan.registry.actions import set_contact
from khumkan.registry.models import Person
from khumkan.registry.states import ContactKind
from khumkan.screening.tests.registering import people
from khumkan.situation.actions import announcements
from khumkan.situation.actions import sending as sending_parts
from khumkan.situation.actions.announcements import Draft, Words
from khumkan.situation.models import Announcement
from khumkan.situation.states import AnnouncementState

WRITER = actor(Role.OFFICER, user_id=701)
SECOND = actor(Role.OFFICER, user_id=702)
SYSTEM = Actor.system("test")
THAI = Words("ปิดจุดตรวจวันจันทร์", "จุดตรวจปิดวันจันทร์\n\nโปรดเลือกวันอื่น", "จุดตรวจปิดวันจันทร์ โปรดเลือกวันอื่น")
ENGLISH = Words(
    "Testing closed on Monday", "Testing is closed on Monday.\n\nPlease choose another day.", "No tests on Monday."
)


def a_draft(**more: Any) -> Draft:
    """Return words in both languages, sent to everybody unless more is said."""
    return Draft(**{"th": THAI, "en": ENGLISH, "by_message": True, **more})


def written(**more: Any) -> Announcement:
    """Return an announcement that was just written."""
    return announcements.write(draft=a_draft(**more), by=WRITER)


def submitted(**more: Any) -> Announcement:
    """Return an announcement that waits for a second officer."""
    made = written(**more)
    announcements.submit(announcement=made, by=WRITER)
    return fresh(made)


def approved(**more: Any) -> Announcement:
    """Return an announcement that a second officer has approved; nothing has run yet."""
    made = submitted(**more)
    announcements.approve(announcement=made, by=SECOND)
    return fresh(made)


def published(**more: Any) -> Announcement:
    """Return an announcement that is out, everything that follows done."""
    made = approved(**more)
    run_jobs()
    return fresh(made)


def fresh(announcement: Announcement) -> Announcement:
    """Return the announcement as it stands in the database."""
    return Announcement.objects.get(pk=announcement.pk)


def with_phones(found: list[Person]) -> list[Person]:
    """Give each of some persons a telephone."""
    for person in found:
        number = f"+6681{person.pk % 10_000_000:07}"
        set_contact(person_id=person.pk, kind=ContactKind.PHONE, address=number, by=SYSTEM)
    return found


def insured(count: int, province: str = "10") -> list[Person]:
    """Make insured persons with a telephone in a province."""
    return with_phones(people(count, province))


def made_in_state(state: AnnouncementState, **more: Any) -> Announcement:
    """Return an announcement in a state, written and approved by two other officers; messages wait in the queue."""
    if state in UNAPPROVED:
        return UNAPPROVED[state](**more)
    made = approved(**more)
    if state is AnnouncementState.SCHEDULED:
        return made
    announcements.publish(announcement_id=made.pk, by=SYSTEM)
    if state is not AnnouncementState.SENDING:
        _all_queued(made)
    if state is AnnouncementState.STOPPED:
        announcements.stop(announcement=made, why="วันที่ผิด", by=WRITER)
    if state is AnnouncementState.WITHDRAWN:
        announcements.withdraw(announcement=made, why_th="วันที่ผิด", why_en="The date was wrong.", by=WRITER)
    return fresh(made)


def dropped(**more: Any) -> Announcement:
    """Return a draft that was put aside."""
    made = written(**more)
    announcements.drop(announcement=made, by=WRITER)
    return fresh(made)


UNAPPROVED = {
    AnnouncementState.DRAFT: written,
    AnnouncementState.DROPPED: dropped,
    AnnouncementState.SUBMITTED: submitted,
}


def _all_queued(made: Announcement) -> None:
    for sending in made.sendings.order_by("pk"):
        while sending_parts.send_part(sending_id=sending.pk, by=SYSTEM):
            pass
        sending_parts.keep_figures(sending_id=sending.pk)
