"""Examples for announcements and the news; see `addresses.py`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from khumkan.kernel import clock
from khumkan.situation.models import Announcement
from khumkan.situation.queries import announcements as queries
from khumkan.situation.rules.segments import Segment
from khumkan.situation.states import AnnouncementState
from khumkan.situation.tests.announcing import made_in_state
from tests.pages.example import Example
from tests.pages.lively import LivelyTown

HERE = Segment(provinces=("10",), sections=(33, 39))
#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {
    "minister": ("situation:new_announcement",),
}


def _in(state: AnnouncementState, **more: Any) -> Callable[[LivelyTown], list[Any]]:
    """Return the reference of an announcement in a state."""
    return lambda _town: [_made(state, **more).reference]


def _made(state: AnnouncementState, **more: Any) -> Announcement:
    return made_in_state(state, **{"segment": HERE, "until_at": clock.now() + timedelta(days=2), **more})


def _nothing(_town: LivelyTown) -> list[Any]:
    Announcement.objects.update(until_at=clock.now() - timedelta(minutes=1), publish_at=None)
    queries.forget_banners()
    return []


def _some(town: LivelyTown) -> list[Any]:
    """Put a piece of news up, with a banner above every page, and one that was sent to a district only."""
    _nothing(town)
    _made(AnnouncementState.PUBLISHED, is_banner=True, is_urgent=True)
    _made(AnnouncementState.PUBLISHED, is_banner=True, by_message=False)
    _made(AnnouncementState.PUBLISHED, is_public=False)
    queries.forget_banners()
    return []


EXAMPLES: dict[str, list[Example]] = {
    "situation:news": [Example("", _nothing), Example("", _some)],
    "situation:feed": [Example("", lambda town: [*_some(town), "th"])],
    "situation:news_one": [
        Example("", _in(AnnouncementState.PUBLISHED)),
        Example("", _in(AnnouncementState.WITHDRAWN)),
    ],
    "situation:my_news": [Example("untouched", _some)],
    "situation:announcements": [Example("minister", _some), Example("auditor")],
    "situation:announcement": [
        *(Example("minister", _in(state)) for state in AnnouncementState),
        Example("supervisor", _in(AnnouncementState.PUBLISHED, by_message=False, is_banner=True)),
        Example("officer", _in(AnnouncementState.SUBMITTED)),
    ],
    "situation:change_announcement": [Example("minister", _in(AnnouncementState.DRAFT))],
}
FRAGMENTS: set[str] = set()
