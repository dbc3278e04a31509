"""The walks of trust: the site and its stock."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import booking, standby, visits
from khumkan.vaccination.actions.presence import Sent
from khumkan.vaccination.choices import TurnedBack, WaitingBecause
from khumkan.vaccination.models import Dose, Session, SiteLot, Visit
from khumkan.vaccination.states import LIVE_VISITS, DoseState
from tests.trust.marks import E, O, P, Page, X, button, form, look

SYSTEM = Actor.system("test")


def _doses(corner: Any) -> tuple[object, ...]:
    return (corner.campaign.site.reference,)


def _today(corner: Any) -> tuple[object, ...]:
    return (corner.campaign.site.reference, clock.today().isoformat())


def _closed(corner: Any) -> tuple[object, ...]:
    return (corner.campaign.site.reference, corner.campaign.closed_on.isoformat())


def _held(corner: Any) -> tuple[object, ...]:
    return (SiteLot.objects.get(site=corner.campaign.site, lot=corner.campaign.held).pk,)


PAGES: dict[str, Page] = {
    # a vaccinator of one site is led to it, one of several chooses
    "field_vaccination": Page((X,), get=frozenset({200, 302})),
    "field_sync": Page((X,), get=frozenset({405}), post=frozenset({200, 400})),
    "field_day": form(X, thing="doses", within="doses"),
    "field_door": form(X, thing="doses", within="doses"),
    "field_stand_bys": form(X, thing="doses", within="doses"),
    "field_doses": form(X, thing="doses", within="doses"),
    "field_warmth": button(X, thing="doses", within="doses"),
    "field_close": form(X, thing="doses_today", within="doses"),
    "field_person": look(X, thing="dose_here", within="doses"),
    "field_step": button(X, thing="step_here", within="doses"),
    "office_days": look(O),
    "office_day": look(O, thing="doses_closed", within="province"),
    "office_doses": look(O),
    "office_held": button(O, thing="doses_held", within="province"),
    "office_oddities": look(O),
    "employer_days": look(E),
    # a person who waits for no date finds nothing here
    "stand_by": Page((P,), get=frozenset({200, 404}), post=frozenset({302, 404, 422})),
}
FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "vaccination:field_day": lambda world: {"wanted": world.here.campaign.doses["v_arrived"].reference},
    "vaccination:field_door": lambda _world: {"act": "note", "wanted": "", "outcome": "not_on_list"},
    "vaccination:field_doses": lambda world: {
        "what": "broken", "lot": str(world.here.campaign.lot.pk), "doses": "1", "to_site": "", "note": "",
    },
    "vaccination:field_warmth": lambda _world: {"celsius": "5.0"},
    "vaccination:field_step": lambda _world: {
        "temperature": "36.6", "systolic": "120", "diastolic": "80", "client_key": str(uuid4()),
    },
    "vaccination:office_held": lambda _world: {"decision": "release", "why": "the maker says so"},
}  # fmt: skip


def _stand_by(world: Any, visitor: Any) -> list[object]:
    """Put who waits on today's list of stand-bys."""
    campaign = world.here.campaign
    standby.ask(dose=campaign.doses["v_waits"], site=campaign.site, day=clock.today(), by=SYSTEM)
    return [campaign.site.reference]


def _day_is_over(world: Any, visitor: Any) -> list[object]:
    """Let everybody leave and the last session end."""
    campaign = world.here.campaign
    for visit in Visit.objects.filter(session__site=campaign.site, state__in=LIVE_VISITS).order_by("pk"):
        sent = Sent(client_key=uuid4(), done_at=clock.now())
        if visit.state == "injected":
            Visit.objects.filter(pk=visit.pk).update(observe_until=sent.done_at)
            visits.leave(visit=visit, sent=sent, by=SYSTEM)
        else:
            visits.turn_back(visit=visit, because=TurnedBack.WENT_AWAY, sent=sent, by=SYSTEM)
    Session.objects.filter(site=campaign.site, day=clock.today()).update(ends_at=clock.now())
    return [campaign.site.reference, clock.today().isoformat()]


def _waits(world: Any, visitor: Any) -> list[object]:
    """Let who has a date give it back: only who waits for one stands by."""
    for dose in Dose.objects.filter(person=visitor.person, state=DoseState.BOOKED):
        booking.give_back(dose=dose, because=WaitingBecause.GAVE_BACK, by=visitor.actor)
    return []


PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "vaccination:stand_by": _waits,
    "vaccination:field_stand_bys": _stand_by,
    "vaccination:field_close": _day_is_over,
}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "doses": (_doses, lambda: (references.new("L"),)),
    "doses_today": (_today, lambda: (references.new("L"), clock.today().isoformat())),
    "doses_closed": (_closed, lambda: (references.new("L"), clock.today().isoformat())),
    "doses_held": (_held, lambda: (999_999_999,)),
    "dose_here": (lambda c: (c.campaign.doses["v_arrived"].reference,), lambda: (references.new("V"),)),
    "step_here": (
        lambda c: (c.campaign.doses["v_arrived"].reference, "measure"),
        lambda: (references.new("V"), "measure"),
    ),
}
