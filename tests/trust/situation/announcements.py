"""The walks of trust: announcements, and the news that everybody reads."""

from collections.abc import Callable
from typing import Any

from khumkan.kernel import clock
from khumkan.situation.models import Announcement
from khumkan.situation.states import AnnouncementState
from khumkan.situation.tests.announcing import made_in_state
from tests.trust.marks import O, P, Page, U, V, button, form, look

NO_SUCH = "Y-00000-00000"
PAGES: dict[str, Page] = {
    "news": look(),
    "feed": look(thing="feed"),
    "news_one": look(thing="news"),
    "my_news": look(P),
    "announcements": look(O, V, U),
    "new_announcement": form(O, within="nation"),
    "announcement": look(O, V, U, thing="announcement"),
    "change_announcement": form(O, thing="announcement", within="nation"),
    "submit_announcement": button(O, thing="announcement", within="nation"),
    "send_back_announcement": button(O, thing="announcement", within="nation"),
    "approve_announcement": button(O, thing="announcement", within="nation"),
    "drop_announcement": button(O, thing="announcement", within="nation"),
    "stop_announcement": button(O, thing="announcement", within="nation"),
    "withdraw_announcement": button(O, thing="announcement", within="nation"),
}
WORDS = {
    "title_th": "ปิดจุดตรวจ", "body_th": "จุดตรวจปิดวันจันทร์", "title_en": "Closed", "body_en": "Closed on Monday.",
    "ways": "public", "group": "everybody",
}  # fmt: skip


def _in(state: AnnouncementState) -> Callable[[Any, Any], list[object]]:
    return lambda _world, _visitor: [made_in_state(state).reference]


def _one(state: AnnouncementState) -> str:
    """Return an announcement in a state; the walk opens the same one again and again."""
    found = Announcement.objects.filter(state=state, drafted_at__lte=clock.now()).order_by("pk").first()
    return (found or made_in_state(state)).reference


FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "situation:new_announcement": lambda _world: WORDS,
    "situation:change_announcement": lambda _world: WORDS,
    "situation:send_back_announcement": lambda _world: {"why": "the date is wrong"},
    "situation:stop_announcement": lambda _world: {"stop-why": "the date is wrong"},
    "situation:withdraw_announcement": lambda _world: {"withdraw-why_th": "วันผิด", "withdraw-why_en": "wrong day"},
}
PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "situation:change_announcement": _in(AnnouncementState.DRAFT),
    "situation:submit_announcement": _in(AnnouncementState.DRAFT),
    "situation:drop_announcement": _in(AnnouncementState.DRAFT),
    "situation:send_back_announcement": _in(AnnouncementState.SUBMITTED),
    "situation:approve_announcement": _in(AnnouncementState.SUBMITTED),
    "situation:stop_announcement": _in(AnnouncementState.PUBLISHED),
    "situation:withdraw_announcement": _in(AnnouncementState.PUBLISHED),
}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "announcement": (lambda _corner: (_one(AnnouncementState.DRAFT),), lambda: (NO_SUCH,)),
    "news": (lambda _corner: (_one(AnnouncementState.PUBLISHED),), lambda: (NO_SUCH,)),
    "feed": (lambda _corner: ("th",), lambda: ("xx",)),
}
