"""The walks of trust: plans, sessions and the officer's lists."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import plans, stock
from khumkan.vaccination.actions.stock import LotDetails
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import Lot, Plan
from khumkan.vaccination.states import LIVE_PLANS, PlanState
from tests.trust.marks import O, Page, button, form, look

SYSTEM = Actor.system("test")
NO_ID = 999_999_999
PAGES: dict[str, Page] = {
    "overview": look(O),
    "plans": look(O),
    "new_plan": form(O),
    "plan": look(O, thing="plan_of_dates", within="province"),
    "approve_plan": button(O, thing="plan_of_dates", within="province"),
    "stop_plan": button(O, thing="plan_of_dates", within="province"),
    "resume_plan": button(O, thing="plan_of_dates", within="province"),
    "days": look(O),
    "open_days": form(O),
    "close_site": form(O, thing="dose_site", within="province"),
    "site_day": look(O, thing="dose_site_day", within="province"),
    "office_session": look(O, thing="dose_session", within="province"),
    "session_doses": button(O, thing="dose_session", within="province"),
    "call_off_session": button(O, thing="dose_session", within="province"),
    "lots": look(O),
    "receive_lot": form(O, within="nation"),
    # how many doses there are is no secret among officers; who decides over them is the head office
    "lot": look(O, thing="lot"),
    "change_lot": button(O, thing="lot", within="nation"),
    "delay_lot": button(O, thing="lot", within="nation"),
}


def _day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def _plan_of(province: str) -> Plan:
    """Return a live plan of a province that waits for somebody else's approval."""
    found = Plan.objects.filter(province_code=province, state__in=list(LIVE_PLANS)).first()
    if found is not None:
        return found
    first = clock.today() + timedelta(days=2)
    plan = plans.propose(province_code=province, first_day=first, last_day=first, by=SYSTEM)
    return plans.compute(plan_id=plan.pk, by=SYSTEM)


def _proposed(world: Any, visitor: Any) -> list[object]:
    return [_plan_of(world.here.province).reference]


def _stopped(world: Any, visitor: Any) -> list[object]:
    plan = _plan_of(world.here.province)
    if plan.state == PlanState.PROPOSED:
        plans.approve(plan=plan, by=SYSTEM)
    plans.cancel(plan=plan, by=SYSTEM)
    return [plan.reference]


def _without_plan(world: Any, visitor: Any) -> list[object]:
    for plan in Plan.objects.filter(state__in=list(LIVE_PLANS)):
        plans.cancel(plan=plan, by=SYSTEM)
    return []


def _spare_lot(world: Any, visitor: Any) -> list[object]:
    """Return a lot that nobody is to have yet."""
    number = f"A9{Lot.objects.count():03}"
    details = LotDetails(
        number=number, vaccine=Vaccine.ASTRAZENECA, doses=50, arrives_on=clock.today(),
        expires_on=clock.today() + timedelta(days=60),
    )  # fmt: skip
    return [stock.receive_lot(details=details, by=SYSTEM).pk]


FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "vaccination:new_plan": lambda world: {
        "province": world.here.province, "first": _day(3), "last": _day(5),
    },
    "vaccination:open_days": lambda world: {
        "sites": world.here.campaign.site.reference, "vaccine": "astrazeneca", "places": "40",
    },
    "vaccination:close_site": lambda _world: {"first": _day(1), "last": _day(1), "why": "too hot"},
    "vaccination:session_doses": lambda world: {"lot": str(world.here.campaign.lot.pk), "doses": "15"},
    "vaccination:call_off_session": lambda _world: {"why": "no doctor"},
    "vaccination:receive_lot": lambda _world: {
        "number": "B1234", "vaccine": "pfizer", "doses": "500", "arrives": _day(0), "expires": _day(60),
    },
    "vaccination:change_lot": lambda _world: {"to": "held", "why": "too warm"},
    "vaccination:delay_lot": lambda _world: {"arrives": _day(9), "why": "late flight"},
}  # fmt: skip
PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "vaccination:approve_plan": _proposed,
    "vaccination:stop_plan": _proposed,
    "vaccination:resume_plan": _stopped,
    "vaccination:new_plan": _without_plan,
    "vaccination:change_lot": _spare_lot,
    "vaccination:delay_lot": _spare_lot,
}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "plan_of_dates": (lambda corner: (_plan_of(corner.province).reference,), lambda: ("X-0000-0000",)),
    "dose_site": (lambda corner: (corner.campaign.site.reference,), lambda: ("S-0000-0000",)),
    "dose_site_day": (
        lambda corner: (corner.campaign.site.reference, corner.campaign.tomorrow.day.isoformat()),
        lambda: ("S-0000-0000", "2026-01-01"),
    ),
    "dose_session": (lambda corner: (corner.campaign.tomorrow.reference,), lambda: ("J-0000-0000",)),
    "lot": (lambda corner: (corner.campaign.lot.pk,), lambda: (NO_ID,)),
}
