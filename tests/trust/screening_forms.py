"""What is made ready for the forms of testing, and what is filled into them beyond the usual; see `forms`."""

from collections.abc import Callable, Mapping
from datetime import time, timedelta
from typing import Any

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.screening.actions import alerts, results, rounds
from khumkan.screening.actions.rounds.announcing import Arrangement
from khumkan.screening.choices import Outcome
from khumkan.screening.models import Session
from khumkan.screening.tests.registering import a_session, as_contact
from tests.trust.world import Visitor, World

SYSTEM = Actor.system("test")


def _told(world: World, visitor: Visitor) -> list[object]:
    """Let disease control know of the outbreak."""
    alerts.notified(alert=world.here.alert, note="told the office of disease control", by=SYSTEM)
    return [world.here.alert.reference]


def _over(world: World, visitor: Visitor) -> list[object]:
    """Let a session be of yesterday, to which the only person on the list did not come."""
    session = a_session(world.here.site, places=5, starts=time(9), ends=time(15))
    as_contact(world.here.people["untested"].person, by=SYSTEM, session_id=session.pk)
    _put_back(session, days=2)
    return [session.reference]


def _misread(world: World, visitor: Visitor) -> list[object]:
    """Let a rapid test have a result that turns out wrong."""
    taken = world.here.specimens["rapid"]
    results.read_rapid(specimen=taken, first=Outcome.NEGATIVE, second=Outcome.NEGATIVE, by=SYSTEM)
    return [world.here.registrations["rapid"].reference]


def _case(world: World, visitor: Visitor) -> list[object]:
    return [world.here.people["positive"].person.reference]


def _arranged(world: World, visitor: Visitor) -> list[object]:
    """Give the enterprises of the drawn round place and day."""
    drawn = world.here.rounds["drawn"]
    where_and_when = Arrangement(
        site_id=world.here.site.pk, first_day=drawn.first_day, last_day=drawn.last_day, per_day=500
    )
    rounds.arrange(round=drawn, arrangement=where_and_when, by=SYSTEM)
    return [drawn.reference]


def _tested(world: World, visitor: Visitor) -> list[object]:
    """Let all sessions of the announced round be over."""
    announced = world.here.rounds["announced"]
    span = (announced.last_day - clock.today()).days + 1
    for session in Session.objects.filter(round=announced).order_by("pk"):
        _put_back(session, days=span)
    return [announced.reference]


def _put_back(session: Session, *, days: int) -> None:
    """Let a session have been some days earlier; nobody registers for one that is past."""
    span = timedelta(days=days)
    earlier = {name: getattr(session, name) - span for name in ("day", "starts_at", "ends_at")}
    Session.objects.filter(pk=session.pk).update(is_public=False, **earlier)


def _days(world: World) -> dict[str, Any]:
    drawn = world.here.rounds["drawn"]
    days = {"first_day": drawn.first_day.isoformat(), "last_day": drawn.last_day.isoformat()}
    return {"place": str(world.here.site.pk), **days, "per_day": "100"}


FILLED: Mapping[str, Callable[[World], dict[str, Any]]] = {
    "screening:correct_rapid": lambda _world: {"first": "positive", "second": "positive"},
    "screening:desk_contacts": lambda _world: {
        "name": "สมหมาย",
        "phone": "0898765432",
        "last_met_on": (clock.today() - timedelta(days=1)).isoformat(),
        "because": "caller has no phone",
    },
    "screening:round_arrange": _days,
}
PREPARED: Mapping[str, Callable[[World, Visitor], list[object]]] = {
    "screening:close_alert": _told,
    "screening:close_session": _over,
    "screening:correct_rapid": _misread,
    "screening:desk_contacts": _case,
    "screening:round_announce": _arranged,
    "screening:round_close": _tested,
}
