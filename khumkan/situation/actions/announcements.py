"""Announcements: one officer writes in both languages, another approves, and from then on the words stay."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused, check
from khumkan.kernel.moves import may_move
from khumkan.kernel.words import N_
from khumkan.messages.safety import holds_identity_number
from khumkan.record import queue
from khumkan.situation.choices import SendingKind
from khumkan.situation.models import Announcement, AnnouncementStep, AnnouncementText, Sending
from khumkan.situation.permissions import announcements as permissions
from khumkan.situation.queries import announcements as queries
from khumkan.situation.queries import segments
from khumkan.situation.rules.segments import Group, Segment
from khumkan.situation.states import MOVES, AnnouncementState

PREFIX = "Y"
PUBLISH, SEND, STOP, COUNT = (
    "situation.publish_announcement",
    "situation.send_announcement",
    "situation.stop_announcement",
    "situation.count_people",
)
#: Before the sending of anything, also of what is urgent.
STOP_PRIORITY = 20
LONGEST_WAIT = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said in one language.

    :param sms: goes before the link; empty when nothing is sent.
    """

    title: str
    body: str
    sms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an officer writes of an announcement.

    :param publish_at: not before; none: as soon as it is approved.
    :param until_at: from then on it is no news and no banner any more.
    """

    th: Words
    en: Words
    segment: Segment = field(default_factory=Segment)
    is_public: bool = True
    is_banner: bool = False
    by_message: bool = False
    is_urgent: bool = False
    publish_at: datetime | None = None
    until_at: datetime | None = None


@transaction.atomic
def write(*, draft: Draft, by: Actor) -> Announcement:
    """Write a new announcement; nobody sees it before another officer has approved it.

    :raises Refused: when words, people or times do not fit together.
    :raises Missing: for everybody but officers of the whole country.
    """
    permissions.check_may_announce(by)
    _check(draft)
    now = clock.now()
    announcement = Announcement.objects.create(
        reference=references.new(PREFIX),
        state=AnnouncementState.DRAFT,
        drafted_at=now,
        drafted_by=by.id,
        changed_by=by.id,
        **_columns(draft),
    )
    _put_texts(announcement, draft)
    _step(announcement, "announcement_drafted", by=by)
    queue.put(COUNT, announcement_id=announcement.pk)
    return announcement


@transaction.atomic
def change(*, announcement: Announcement, draft: Draft, by: Actor) -> None:
    """Write the words, people or times of a draft anew.

    :raises Refused: when it is not a draft any more, or something does not fit together.
    """
    permissions.check_may_announce(by)
    row = _locked(announcement)
    if row.state != AnnouncementState.DRAFT:
        raise Refused(N_("Only a draft can be changed. Take it back first."), "announcement_no_draft")
    _check(draft)
    for name, value in _columns(draft).items():
        setattr(row, name, value)
    row.changed_by, row.people, row.counted_at = by.id, None, None
    row.save()
    AnnouncementText.objects.filter(announcement=row).delete()
    _put_texts(row, draft)
    record.write("situation.announcement_changed", by=by, about=row)
    queue.put(COUNT, announcement_id=row.pk)


@transaction.atomic
def submit(*, announcement: Announcement, by: Actor) -> None:
    """Ask for the approval of another officer.

    :raises Refused: when it is not a draft any more.
    """
    permissions.check_may_announce(by)
    _move(_locked(announcement), AnnouncementState.SUBMITTED, "announcement_submitted", by=by)


@transaction.atomic
def send_back(*, announcement: Announcement, why: str, by: Actor) -> None:
    """Make a draft of it again, with what is to be changed: by the officer who reads it, or by the one who wrote it.

    :raises Refused: when it does not wait for approval any more.
    """
    permissions.check_may_announce(by)
    _move(_locked(announcement), AnnouncementState.DRAFT, "announcement_sent_back", by=by, why=why)


@transaction.atomic
def approve(*, announcement: Announcement, by: Actor) -> None:
    """Approve an announcement: at its time it is published and sent.

    :raises Refused: for those who wrote it, when it does not wait for approval, or its end has passed.
    """
    row = _locked(announcement)
    permissions.check_may_approve(by, row)
    if row.until_at is not None and row.until_at <= clock.now():
        raise Refused(N_("The time until which it holds has passed. Send it back to be changed."), "announcement_over")
    row.approved_at, row.approved_by = clock.now(), by.id
    _move(row, AnnouncementState.SCHEDULED, "announcement_approved", by=by)
    queue.put(PUBLISH, at=row.publish_at, announcement_id=row.pk)


@transaction.atomic
def drop(*, announcement: Announcement, by: Actor) -> None:
    """Put a draft aside for good.

    :raises Refused: when it is not a draft any more.
    """
    permissions.check_may_announce(by)
    row = _locked(announcement)
    row.ended_at = clock.now()
    _move(row, AnnouncementState.DROPPED, "announcement_dropped", by=by)


@transaction.atomic
def publish(*, announcement_id: int, by: Actor) -> bool:
    """Publish an approved announcement whose time has come, and begin to send it; say whether it was so.

    Doing it twice does nothing the second time.
    """
    row = Announcement.objects.select_for_update().filter(pk=announcement_id).first()
    now = clock.now()
    if row is None or row.state != AnnouncementState.SCHEDULED or (row.publish_at is not None and row.publish_at > now):
        return False
    row.published_at = now
    if row.by_message:
        sending = Sending.objects.create(announcement=row, kind=SendingKind.NEWS, started_at=now)
        _move(row, AnnouncementState.SENDING, "announcement_published", by=by)
        queue.put(SEND, sending_id=sending.pk)
    else:
        _move(row, AnnouncementState.PUBLISHED, "announcement_published", by=by)
    transaction.on_commit(queries.forget_banners)
    return True


@transaction.atomic
def stop(*, announcement: Announcement, why: str, by: Actor) -> None:
    """Send no more: what no provider has yet stays here. What was published can still be read.

    :raises Refused: when it is not out, or is not sent at all.
    """
    permissions.check_may_announce(by)
    row = _locked(announcement)
    if not row.by_message:
        raise Refused(N_("It is not sent to anybody, so there is nothing to stop."), "announcement_not_sent")
    _move(row, AnnouncementState.STOPPED, "announcement_stopped", by=by, why=why)
    _stop_sendings(row)


@transaction.atomic
def withdraw(*, announcement: Announcement, why_th: str, why_en: str, by: Actor) -> None:
    """Take an announcement back: its page says so, sending stops, and those who were told are told.

    :param why_th: what everybody reads, as in `why_en` in the other language.
    :raises Refused: when it was never approved or is withdrawn already, or nobody says why in both languages.
    """
    permissions.check_may_announce(by)
    if not why_th.strip() or not why_en.strip():
        raise Refused(N_("Say why, in Thai and in English: everybody who was told reads it."), "announcement_no_reason")
    _check_words([why_th, why_en])
    row = _locked(announcement)
    row.ended_at, row.ended_why_th, row.ended_why_en = clock.now(), why_th.strip(), why_en.strip()
    _move(row, AnnouncementState.WITHDRAWN, "announcement_withdrawn", by=by)
    if _stop_sendings(row):
        sending = Sending.objects.create(announcement=row, kind=SendingKind.WITHDRAWAL, started_at=clock.now())
        queue.put(SEND, sending_id=sending.pk)
    transaction.on_commit(queries.forget_banners)


@transaction.atomic
def count_people(*, announcement_id: int) -> int | None:
    """Count the people of an announcement's segment, for those who write and approve it."""
    row = Announcement.objects.filter(pk=announcement_id).first()
    if row is None:
        return None
    people, now = segments.count(queries.segment_of(row)), clock.now()
    same = Announcement.objects.filter(pk=row.pk, segment=row.segment)
    same.update(people=people, counted_at=now)
    return people


def _locked(announcement: Announcement) -> Announcement:
    row = Announcement.objects.select_for_update().filter(pk=announcement.pk).first()
    if row is None:
        raise Missing("no such announcement")
    return row


def _move(row: Announcement, to: AnnouncementState, event: str, *, by: Actor, why: str = "") -> None:
    check(may_move(MOVES, AnnouncementState(row.state), to))
    row.state = to
    row.save()
    _step(row, event, by=by, why=why)


def _step(row: Announcement, event: str, *, by: Actor, why: str = "") -> None:
    AnnouncementStep.objects.create(
        announcement=row, state=row.state, at=clock.now(), by_id=by.id, why=why.strip()[:200]
    )
    record.write(f"situation.{event}", by=by, about=row)


def _stop_sendings(row: Announcement) -> bool:
    """Mark the sendings of an announcement as stopped and have their messages stopped; say whether there were any."""
    live = list(Sending.objects.filter(announcement=row, kind=SendingKind.NEWS).order_by("pk"))
    for sending in live:
        Sending.objects.filter(pk=sending.pk, stopped_at=None).update(stopped_at=clock.now(), settled_at=None)
        queue.put(STOP, priority=STOP_PRIORITY, sending_id=sending.pk)
    return bool(live)


def _columns(draft: Draft) -> dict[str, object]:
    return {
        "segment": draft.segment.as_data(),
        "is_public": draft.is_public,
        "is_banner": draft.is_banner,
        "by_message": draft.by_message,
        "is_urgent": draft.is_urgent,
        "publish_at": draft.publish_at,
        "until_at": draft.until_at,
    }


def _put_texts(announcement: Announcement, draft: Draft) -> None:
    AnnouncementText.objects.bulk_create(
        AnnouncementText(
            announcement=announcement,
            language=language,
            title=words.title.strip(),
            body=words.body.strip(),
            sms=words.sms.strip(),
        )
        for language, words in (("th", draft.th), ("en", draft.en))
    )


def _check(draft: Draft) -> None:
    _check_both_languages(draft)
    _check_times(draft)
    if not draft.is_public and not draft.by_message:
        raise Refused(N_("It would reach nobody: publish it, send it, or both."), "announcement_unheard")
    if draft.is_banner and not draft.is_public:
        raise Refused(N_("A banner leads to the news: publish it as well."), "announcement_banner")
    if draft.segment.group is Group.BOOKED_AT_SITE and not draft.segment.site:
        raise Refused(N_("Name the site at which they have a date."), "announcement_site")
    if unknown := segments.unknown_employers(draft.segment):
        raise Refused(N_("No employer has the account number %(number)s."), "announcement_employer", number=unknown[0])


def _check_both_languages(draft: Draft) -> None:
    if not all(each.title.strip() and each.body.strip() for each in (draft.th, draft.en)):
        raise Refused(N_("Write it in both languages: Thai and English."), "announcement_one_language")
    if draft.by_message and not (draft.th.sms.strip() and draft.en.sms.strip()):
        raise Refused(N_("Write the message in both languages, or do not send it."), "announcement_no_message")
    _check_words(part for each in (draft.th, draft.en) for part in (each.title, each.body, each.sms))


def _check_words(parts: Iterable[str]) -> None:
    if any(holds_identity_number(part) for part in parts):
        raise Refused(N_("An identity number does not belong here."), "announcement_identity_number")


def _check_times(draft: Draft) -> None:
    now = clock.now()
    if draft.publish_at is not None and draft.publish_at > now + LONGEST_WAIT:
        raise Refused(N_("It can wait for three months at most."), "announcement_far")
    if draft.until_at is not None and draft.until_at <= max(now, draft.publish_at or now):
        raise Refused(N_("It would end before it begins."), "announcement_ends_early")
