"""Examples for plans, sessions and the officer's lists; see `addresses.py`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import carrying, plans, replanning, stock, tallies
from khumkan.vaccination.actions.stock import LotDetails
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import Lot, Plan, Session
from khumkan.vaccination.states import LIVE_PLANS, LotState, PlanState
from tests.pages.example import Example
from tests.pages.lively import LivelyTown

SYSTEM = Actor.system("office")
#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {
    "officer": ("vaccination:open_days",),
    "minister": ("vaccination:receive_lot",),
}


def _plan(state: PlanState, *, own: bool = False) -> Callable[[LivelyTown], list[Any]]:
    """Return the reference of a plan in some state."""
    return lambda town: [_made(town, state, own=own).reference]


def _made(town: LivelyTown, state: PlanState, *, own: bool = False) -> Plan:
    first, site = clock.today() + timedelta(days=2), town.campaign.site
    for live in Plan.objects.filter(state__in=list(LIVE_PLANS)):  # an area has one that is not finished
        plans.cancel(plan=live, by=SYSTEM)
    plan = plans.propose(
        province_code=site.province_code, first_day=first, last_day=first + timedelta(days=6), by=SYSTEM
    )
    if own:
        Plan.objects.filter(pk=plan.pk).update(made_by=town.staff["officer"].pk)
    if state is PlanState.COMPUTING:
        Plan.objects.filter(pk=plan.pk).update(figures={"step": "solving"})
        return plan
    if state is PlanState.FAILED:
        Plan.objects.filter(pk=plan.pk).update(state=state, failed_why="the solver ended", ended_at=clock.now())
        return plan
    plans.compute(plan_id=plan.pk, by=SYSTEM)
    if state is PlanState.PROPOSED:
        return plan
    plans.approve(plan=plan, by=SYSTEM)
    if state is PlanState.DONE:
        carrying.carry_out(plan_id=plan.pk, by=SYSTEM)
    if state is PlanState.CANCELLED:
        plans.cancel(plan=plan, by=SYSTEM)
    return plan


def _counted(town: LivelyTown) -> list[Any]:
    tallies.count_waiting()
    _made(town, PlanState.PROPOSED)
    return []


def _with_plans(town: LivelyTown) -> list[Any]:
    for state in (PlanState.DONE, PlanState.CANCELLED, PlanState.PROPOSED):
        _made(town, state)
    return []


def _site(town: LivelyTown) -> list[Any]:
    return [town.campaign.site.reference]


def _day(town: LivelyTown) -> list[Any]:
    return [town.campaign.site.reference, town.campaign.tomorrow.day.isoformat()]


def _called_off(town: LivelyTown) -> list[Any]:
    rows = Session.objects.filter(site=town.campaign.site, kept_doses=0, cancelled_at=None)
    session = rows.latest("starts_at")
    replanning.cancel_session(session=session, why="no doctor", by=SYSTEM)
    return [session.reference]


def _held(town: LivelyTown) -> list[Any]:
    details = LotDetails(
        number=f"HELD-{Lot.objects.count()}", vaccine=Vaccine.PFIZER, doses=100, arrives_on=clock.today(),
        expires_on=clock.today() + timedelta(days=30),
    )  # fmt: skip
    lot = stock.receive_lot(details=details, by=SYSTEM)
    stock.set_lot_state(lot=lot, to=LotState.HELD, why="9 °C for two hours", by=SYSTEM)
    return [lot.pk]


def _lot(town: LivelyTown) -> list[Any]:
    return [Lot.objects.get(pk=town.campaign.lot.pk).pk]


EXAMPLES: dict[str, list[Example]] = {
    "vaccination:overview": [Example("officer"), Example("officer", _counted)],
    "vaccination:plans": [Example("officer"), Example("minister", _with_plans)],
    "vaccination:new_plan": [Example("officer"), Example("minister")],
    "vaccination:plan": [
        *(Example("officer", _plan(state)) for state in PlanState),
        Example("officer", _plan(PlanState.PROPOSED, own=True)),
    ],
    "vaccination:days": [Example("officer"), Example("officer", query="first=2020-01-01&last=2020-01-02")],
    "vaccination:close_site": [
        Example("officer", _site),
        Example("officer", _site, query=f"first={clock.today().isoformat()}&last=2099-01-01&why=heat"),
        Example("officer", _site, query="first=2099-01-01&last=2099-01-01&why=", status=422),
    ],
    "vaccination:site_day": [Example("officer", _day)],
    "vaccination:office_session": [
        Example("officer", lambda town: [town.campaign.tomorrow.reference]),
        Example("officer", _called_off),
    ],
    "vaccination:lots": [Example("officer"), Example("minister")],
    "vaccination:lot": [Example("officer", _lot), Example("minister", _lot), Example("minister", _held)],
}
FRAGMENTS: set[str] = set()
