"""Plans for officers: asked for, looked at with their figures, approved by another officer, stopped, resumed."""

from collections.abc import Sequence
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import policies
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.actions import plans as actions
from khumkan.vaccination.choices import PlanCause
from khumkan.vaccination.forms.plans import PlanForm
from khumkan.vaccination.models import Plan
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries import plans as queries
from khumkan.vaccination.states import LIVE_PLANS, PlanState, may_move
from khumkan.vaccination.terms.planning import PlanningTerms
from khumkan.vaccination.views import plan_figures
from khumkan.vaccination.words import WORDS

#: Days that are offered to somebody who plans.
USUAL_DAYS = 14


@open_to(Role.OFFICER)
@require_GET
def listed(request: Request) -> HttpResponse:
    """Show the plans of the officer's provinces, the newest first."""
    page = paginate(queries.plans_for(request.actor), number=request.GET.get("page"))
    names = dict(queries.provinces_of(request.actor))
    return render(request, "vaccination/plans/list.html", {"page": page, "table": _table(page.rows, names)})


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Ask for a plan of an area."""
    terms = policies.in_force(PlanningTerms, on=clock.today())
    first = clock.today() + timedelta(days=terms.days_of_notice)
    provinces, national = queries.provinces_of(request.actor), queries.is_national(request.actor)
    initial: dict[str, object] = {"first": first, "last": first + timedelta(days=USUAL_DAYS - 1)}
    if len(provinces) == 1:
        initial["province"] = provinces[0][0]
    form = PlanForm(request.POST or None, initial=initial, provinces=provinces, is_national=national)
    if request.method == "POST" and form.is_valid():
        try:
            plan = actions.propose(
                province_code=form.province_code(),
                first_day=form.cleaned_data["first"],
                last_day=form.cleaned_data["last"],
                by=request.actor,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("vaccination:plan", plan.reference)
    status = 422 if request.method == "POST" else 200
    return render(request, "vaccination/plans/new.html", {"form": form, "terms": terms}, status=status)


@open_to(Role.OFFICER)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one plan: how far it is, its figures, and what can be done with it."""
    plan = queries.plan_for(request.actor, reference)
    state, decides = PlanState(plan.state), scopes.is_officer_of(request.actor, plan.province_code)
    is_own = plan.made_by == request.actor.id
    context = {
        "plan": plan,
        **_progress(plan),
        "moved_from": queries.moved_from(plan),
        "is_of_lot": plan.cause == PlanCause.STOCK_SLIPPED,
        "area": _area(plan, dict(queries.provinces_of(request.actor))),
        "may_approve": decides and state is PlanState.PROPOSED and not is_own,
        "is_own": state is PlanState.PROPOSED and is_own,
        "may_stop": decides and state in LIVE_PLANS,
        "may_resume": decides and _may_resume(plan, state),
        **(plan_figures.shown(plan) if "cost" in plan.figures else {"has_figures": False}),
    }
    return render(request, "vaccination/plans/one.html", context)


@open_to(Role.OFFICER)
@require_POST
def approve(request: Request, reference: str) -> HttpResponse:
    """Let a plan be carried out."""
    plan = queries.plan_for(request.actor, reference)
    said = _("The plan is approved. People are booked now, and each is told.")
    return do(request, lambda: actions.approve(plan=plan, by=request.actor), to=_to(plan), said=said)


@open_to(Role.OFFICER)
@require_POST
def cancel(request: Request, reference: str) -> HttpResponse:
    """Stop a plan."""
    plan = queries.plan_for(request.actor, reference)
    said = _("The plan is stopped. Who has a date keeps it.")
    return do(request, lambda: actions.cancel(plan=plan, by=request.actor), to=_to(plan), said=said)


@open_to(Role.OFFICER)
@require_POST
def resume(request: Request, reference: str) -> HttpResponse:
    """Carry on with a plan that was stopped."""
    plan = queries.plan_for(request.actor, reference)
    stopped_at_once = plan.approved_at is None
    said = _("These people are being moved, and told.") if stopped_at_once else _("The plan goes on where it stopped.")
    return do(request, lambda: actions.resume(plan=plan, by=request.actor), to=_to(plan), said=said)


def _may_resume(plan: Plan, state: PlanState) -> bool:
    """Return whether a plan can go on: it was approved, or it moves people and stopped before."""
    if state is PlanState.CANCELLED and plan.approved_at is not None:
        return True
    return may_move(state, PlanState.COMPUTING).allowed and plan.cause != PlanCause.REGULAR and plan.approved_at is None


def moved(request: Request, plans: list[Plan], *, otherwise: str, said: str) -> HttpResponse:
    """Go to the plan that moves people, or, when nobody has to be moved, to another page."""
    if not plans:
        messages.success(request, said)
        return redirect(otherwise)
    messages.success(request, _("Everybody concerned is moved or waits for the next plan, and is told once."))
    return redirect(_to(plans[0]) if len(plans) == 1 else reverse("vaccination:plans"))


def _progress(plan: Plan) -> dict[str, object]:
    state = PlanState(plan.state)
    return {
        "shown": WORDS[state],
        "is_moving": state in (PlanState.COMPUTING, PlanState.CARRYING_OUT),
        "step": plan_figures.STEPS.get(plan.figures.get("step", ""), ""),
        "is_carried_out": state is PlanState.CARRYING_OUT,
    }


def _to(plan: Plan) -> str:
    return reverse("vaccination:plan", args=[plan.reference])


def _area(plan: Plan, names: dict[str, str]) -> str:
    return names.get(plan.province_code, plan.province_code) if plan.province_code else _("The whole country")


def _table(rows: Sequence[Plan], names: dict[str, str]) -> Table:
    return Table(
        caption=gettext_lazy("The newest first"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Plan of dates"), lambda row: Cell(row.reference, href=_to(row)), header=True),
            Column(gettext_lazy("Cause"), lambda row: row.get_cause_display()),
            Column(gettext_lazy("Area"), lambda row: _area(row, names)),
            Column(gettext_lazy("From"), "first_day"),
            Column(gettext_lazy("To"), "last_day"),
            Column(gettext_lazy("To be placed"), "persons", numeric=True),
            Column(gettext_lazy("Booked"), "booked", numeric=True),
            Column(gettext_lazy("State"), _state),
        ),
        empty=gettext_lazy("There is no plan yet."),
    )


def _state(plan: Plan) -> Cell:
    shown = WORDS[PlanState(plan.state)]
    return Cell(str(shown.words), tone=shown.tone)
