"""Every read of announcements: what everybody may read, what officers see, and the words of messages."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import get_language

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Missing
from khumkan.situation.choices import SendingKind
from khumkan.situation.models import Announcement, AnnouncementStep, AnnouncementText, Reached, Sending
from khumkan.situation.rules.segments import Segment
from khumkan.situation.states import OUT, AnnouncementState

NEWS, WITHDRAWN = "situation.announcement", "situation.announcement_withdrawn"
#: Names that `message_words` returns.
NAMES = ("title", "words", "where")
#: Seconds for which a process remembers the banners: so much later one appears, or is gone.
BANNERS_KEPT = 10.0
MOST_BANNERS = 3
MOST_IN_FEED = 50
_with_texts = Prefetch("texts", AnnouncementText.objects.order_by("language"))


@dataclass(frozen=True, slots=True)
class Told:
    """An announcement in the words of one language."""

    announcement: Announcement
    title: str
    body: str
    language: str

    @property
    def paragraphs(self) -> list[str]:
        """What stands between empty lines."""
        parts = self.body.replace("\r\n", "\n").split("\n\n")
        return [part.strip() for part in parts if part.strip()]

    @property
    def is_withdrawn(self) -> bool:
        """Whether it no longer holds."""
        return self.announcement.state == AnnouncementState.WITHDRAWN

    @property
    def why(self) -> str:
        """Why it no longer holds."""
        return self.announcement.ended_why_en if get_language() == "en" else self.announcement.ended_why_th


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands above every page. Plain words, so that pages can keep it."""

    title: str
    reference: str
    is_urgent: bool


def all_announcements() -> QuerySet[Announcement]:
    """Return every announcement for officers, the newest first; two queries whatever the number."""
    return Announcement.objects.prefetch_related(_with_texts).order_by("-drafted_at", "-id")


def announcement_called(reference: str) -> Announcement:
    """Return an announcement with its texts.

    :raises Missing: when there is none.
    """
    found = all_announcements().filter(reference=references.read(reference) or "").first()
    if found is None:
        raise Missing("no such announcement")
    return found


def steps_of(announcement: Announcement) -> QuerySet[AnnouncementStep]:
    """Return what became of an announcement, the first first."""
    return AnnouncementStep.objects.filter(announcement=announcement).order_by("at", "id")


def sendings_of(announcement: Announcement) -> dict[SendingKind, Sending]:
    """Return the sendings of an announcement by what they tell."""
    rows = Sending.objects.filter(announcement=announcement).order_by("id")
    return {SendingKind(row.kind): row for row in rows}


def segment_of(announcement: Announcement) -> Segment:
    """Return whom an announcement concerns."""
    return Segment.of_data(announcement.segment)


def told(announcement: Announcement, language: str = "") -> Told:
    """Return an announcement in a language, by default that of the request."""
    wanted = "en" if (language or get_language()) == "en" else "th"
    text = next((each for each in announcement.texts.all() if each.language == wanted), None)
    return Told(announcement, text.title if text else "", text.body if text else "", wanted)


def news() -> QuerySet[Announcement]:
    """Return what everybody may read today, the newest first; what is over or withdrawn is not there."""
    return (
        Announcement.objects.filter(is_public=True, state__in=[state.value for state in OUT])
        .filter(_not_over())
        .prefetch_related(_with_texts)
        .order_by("-published_at", "-id")
    )


def news_called(reference: str) -> Told:
    """Return what everybody may read under a reference, also when it is over or withdrawn.

    :raises Missing: when there is none, or it was never public.
    """
    found = announcement_called(reference)
    if not found.is_public or found.published_at is None:
        raise Missing("no such news")
    return told(found)


def sent_to(by: Actor) -> list[Told]:
    """Return what was sent to a person, the newest first; three queries whatever the number.

    :raises Missing: for anybody but an insured person.
    """
    if by.kind is not ActorKind.PERSON or by.id is None:
        raise Missing("what was sent to somebody is for that person")
    mine = Reached.objects.filter(person_id=by.id, sending__kind=SendingKind.NEWS.value)
    found = (
        Announcement.objects.filter(pk__in=mine.order_by().values("sending__announcement"))
        .prefetch_related(_with_texts)
        .order_by("-published_at", "-id")
    )
    return [told(each) for each in found[:MOST_IN_FEED]]


def due() -> list[int]:
    """Return the ids of approved announcements whose time has come."""
    rows = Announcement.objects.filter(state=AnnouncementState.SCHEDULED.value)
    arrived = rows.filter(Q(publish_at=None) | Q(publish_at__lte=clock.now()))
    return list(arrived.order_by("publish_at", "pk").values_list("pk", flat=True))


def live_sendings() -> list[Sending]:
    """Return the sendings of which something may still move."""
    return list(Sending.objects.filter(settled_at=None).order_by("pk"))


def withdrawals_of(sending_id: int) -> list[int]:
    """Return the ids of the sendings that tell of the withdrawal of what a sending told."""
    rows = Sending.objects.filter(announcement__sendings=sending_id, kind=SendingKind.WITHDRAWAL.value)
    return list(rows.exclude(pk=sending_id).order_by("pk").values_list("pk", flat=True))


def words_of(announcement: Announcement, language: str) -> Mapping[str, str]:
    """Return the words of the message of an announcement as they stand now, for showing a draft."""
    text = next(each for each in announcement.texts.all() if each.language == language)
    where = f"news/{announcement.reference}/" if announcement.is_public else "my/news/"
    return {"title": text.title, "words": text.sms, "where": where}


def message_words(language: str, params: Mapping[str, object]) -> Mapping[str, str]:
    """Return the words of the message of an announcement, remembered: they stay as they were approved."""
    return _words(str(params["reference"]), language)


def withdrawal_words(language: str, params: Mapping[str, object]) -> Mapping[str, str]:
    """Return the words of the message that says that an announcement no longer holds."""
    words = _words(str(params["reference"]), language)
    return {**words, "words": _why(str(params["reference"]), language)}


def banners() -> tuple[Banner, ...]:
    """Return what stands above every page in the language of the request; asked for once in some seconds."""
    return _kept_banners.of("en" if get_language() == "en" else "th")


def forget_banners() -> None:
    """Let this process ask for the banners anew."""
    _kept_banners.forget()


class _KeptBanners:
    """The banners by language, and until when they are believed."""

    def __init__(self) -> None:
        self._until = 0.0
        self._by_language: dict[str, tuple[Banner, ...]] = {}

    def of(self, language: str) -> tuple[Banner, ...]:
        """Return the banners of a language. Two threads that ask at once both get them right."""
        kept = self._by_language
        if time.monotonic() >= self._until or not kept:
            found = list(news().filter(is_banner=True).order_by("-is_urgent", "-published_at", "-id")[:MOST_BANNERS])
            kept = {
                each: tuple(Banner(told(row, each).title, row.reference, row.is_urgent) for row in found)
                for each in ("th", "en")
            }
            self._by_language, self._until = kept, time.monotonic() + BANNERS_KEPT
        return kept[language]

    def forget(self) -> None:
        """Believe nothing any more."""
        self._until, self._by_language = 0.0, {}


_kept_banners = _KeptBanners()


def _not_over() -> Q:
    return Q(until_at=None) | Q(until_at__gt=clock.now())


@lru_cache(maxsize=256)
def _words(reference: str, language: str) -> Mapping[str, str]:
    return words_of(Announcement.objects.prefetch_related(_with_texts).get(reference=reference), language)


@lru_cache(maxsize=256)
def _why(reference: str, language: str) -> str:
    found = Announcement.objects.get(reference=reference)
    return found.ended_why_en if language == "en" else found.ended_why_th
