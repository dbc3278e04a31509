"""Rounds for officers: the list, planning one, and one round with its steps."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from khumkan import policies
from khumkan.accounts.access import Request, open_to
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.pages import paginate
from khumkan.places import queries as places
from khumkan.screening import round_words as words
from khumkan.screening.actions import rounds as actions
from khumkan.screening.actions.rounds.planning import Plan
from khumkan.screening.choices import Method
from khumkan.screening.forms import rounds as forms
from khumkan.screening.models import Round, RoundEmployer
from khumkan.screening.permissions import rounds as permissions
from khumkan.screening.queries import risk
from khumkan.screening.queries import rounds as queries
from khumkan.screening.queries.risk import RankedEnterprise
from khumkan.screening.states import RoundState
from khumkan.screening.terms.rounds import RoundTerms
from khumkan.screening.views.round_tables import chart_of, results_table, strata_table
from khumkan.ui.tables import Cell, Column, Table

READERS = (Role.OFFICER, Role.AUDITOR)
#: Enterprises from which an officer chooses, the riskiest.
CHOICE = 100
DRAWN = (RoundState.DRAWN, RoundState.ANNOUNCED, RoundState.CLOSED)


@open_to(*READERS)
@require_GET
def listed(request: Request) -> HttpResponse:
    """Show the rounds within the officer's provinces."""
    page = paginate(queries.rounds_for(request.actor), number=request.GET.get("page"))
    table = Table(
        caption=_("Rounds"),
        rows=page.rows,
        columns=(
            Column(_("Round"), lambda row: Cell(row.title, href=_address(row)), header=True),
            Column(_("Reference"), "reference"),
            Column(_("Method"), lambda row: row.get_method_display()),
            Column(_("First day"), "first_day"),
            Column(
                _("Workers in the frame"), lambda row: "" if row.frame_count is None else row.frame_count, numeric=True
            ),
            Column(_("State"), lambda row: Cell(words.state_of(row)[0], tone=words.state_of(row)[1])),
        ),
        empty=_("No round has been planned yet."),
    )
    context = {"table": table, "page": page, "may_plan": request.actor.has(Role.OFFICER)}
    return render(request, "screening/rounds/list.html", context)


@open_to(Role.OFFICER)
@require_GET
def area(request: Request) -> HttpResponse:
    """Ask where the round goes, unless the officer has one province only."""
    choices = _provinces(request)
    if len(choices) == 1:
        return redirect("screening:new_round", choices[0][0])
    form = forms.AreaForm(request.GET if "province" in request.GET else None, provinces=choices)
    if form.is_bound and form.is_valid():
        return redirect("screening:new_round", form.cleaned_data["province"])
    return render(request, "screening/rounds/area.html", {"form": form}, status=422 if form.is_bound else 200)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def new(request: Request, province: str) -> HttpResponse:
    """Plan a round of some of the riskiest enterprises."""
    if province not in dict(_provinces(request)):
        raise Missing("no such area for this officer")
    code = "" if province == forms.WHOLE_COUNTRY else province
    today = clock.today()
    search = request.GET.get("q", "")
    ranked = risk.riskiest(request.actor, province_code=code, on=today, most=CHOICE, search=search)
    initial = {"first_day": today + timedelta(days=7), "last_day": today + timedelta(days=13), "method": Method.PCR}
    form = forms.NewRoundForm(
        request.POST or None,
        initial=initial,
        **choices(ranked),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = _plan(request, form, code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("screening:round_design", made.reference)
    area_name = places.area_names([code]).get(code, "")
    context = {"form": form, "ranked": ranked, "area": area_name, "search": search}
    return render(request, "screening/rounds/new.html", context, status=422 if request.method == "POST" else 200)


@open_to(*READERS)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one round: where it stands, what is next, what was published, and what was found."""
    return show(request, queries.round_for(request.actor, reference))


def show(request: Request, row: Round, *, form: object = None, status: int = 200) -> HttpResponse:
    """Show the page of a round; a form with errors takes the place of its fresh one."""
    has_drawn = row.state in DRAWN
    context = {
        "round": row,
        "state": words.state_of(row),
        "steps": [label for _state, label in words.STEPS],
        "step": _step(row),
        "may_run": permissions.may_run(request.actor, row),
        "progress": queries.progress_of(row) if has_drawn else None,
        "strata": strata_table(row) if row.frame_hash else None,
        "arranged": queries.arranged(row) if row.state == RoundState.DRAWN else (0, 0),
        "results": results_table(row) if row.announced_at else None,
        "chart": chart_of(row) if row.announced_at else None,
        "without_contact": queries.untold(row) if row.announced_at else (),
        "form": form,
        "forms": _forms(row, form),
    }
    return render(request, "screening/rounds/one.html", context, status=status)


@open_to(*READERS)
@require_GET
def enterprises(request: Request, reference: str) -> HttpResponse:
    """List the enterprises of a round with their risk and its reasons, day and place."""
    row = queries.round_for(request.actor, reference)
    page = paginate(queries.employers_of(row), number=request.GET.get("page"))
    table = Table(
        caption=_("Enterprises"),
        rows=page.rows,
        columns=(
            Column(_("Enterprise"), "employer", header=True),
            Column(_("Workers"), "workers", numeric=True),
            Column(_("Risk"), lambda each: f"{each.risk_score:.0f}", numeric=True),
            Column(_("Why"), _why),
            Column(_("Chance"), lambda each: f"{float(each.chance):.1%}", numeric=True),
            Column(_("Place"), lambda each: each.site or ""),
            Column(_("Day"), lambda each: each.day or ""),
        ),
        empty=_("This round has no enterprises."),
    )
    may_choose = row.state == RoundState.PLANNED and permissions.may_run(request.actor, row)
    context = {"round": row, "table": table, "page": page, "may_choose": may_choose}
    return render(request, "screening/rounds/enterprises.html", context)


def _forms(row: Round, bound: object) -> dict[str, object]:
    fresh = {
        "freeze": forms.FreezeForm(),
        "draw": forms.DrawForm(),
        "arrange": forms.ArrangeForm(sites=sites_of(row), initial=_days(row)),
        "substitutes": forms.SubstitutesForm(),
    }
    return {name: bound if type(form) is type(bound) else form for name, form in fresh.items()}


def sites_of(row: Round) -> list[tuple[str, str]]:
    """Return the testing sites where a round may test, for a list to choose from."""
    return [(str(site.pk), str(site)) for site in queries.testing_sites(row)]


def _days(row: Round) -> dict[str, object]:
    return {"first_day": row.first_day, "last_day": row.last_day, "per_day": 300}


def _step(row: Round) -> int:
    states = [state for state, _label in words.STEPS]
    at = states.index(RoundState(row.state)) if row.state in states else 0
    return min(len(states), at + 2)


def _plan(request: Request, form: forms.NewRoundForm, province_code: str) -> Round:
    asked = form.cleaned_data
    terms = policies.in_force(RoundTerms, on=clock.today())
    method = Method(asked["method"])
    plan = Plan(
        title=asked["title"],
        province_code=province_code,
        method=method,
        first_day=asked["first_day"],
        last_day=asked["last_day"],
    )
    chosen = form.ticked | from_risk(request, form, province_code)
    return actions.plan(
        plan=plan, design=forms.first_design(terms, method), employer_ids=sorted(chosen), by=request.actor
    )


def _provinces(request: Request) -> list[tuple[str, str]]:
    own = permissions.provinces_of(request.actor)
    choices = [(each.code, str(each)) for each in places.provinces() if own is None or each.code in own]
    return [(forms.WHOLE_COUNTRY, _("The whole country")), *choices] if own is None else choices


def choices(ranked: Sequence[RankedEnterprise]) -> dict[str, Any]:
    """Return enterprises to tick, each with its risk and the reasons, as a form takes them."""
    return {
        "employers": [(str(each.employer_id), each.name) for each in ranked],
        "hints": {str(each.employer_id): _hint(each) for each in ranked},
    }


def from_risk(request: Request, form: forms.ChoiceForm, province_code: str) -> set[int]:
    """Return the enterprises that were asked for by their risk."""
    points = form.cleaned_data["least"]
    if points is None:
        return set()
    return set(risk.at_least(request.actor, province_code=province_code, on=clock.today(), points=points))


def _hint(each: RankedEnterprise) -> str:
    reasons = "; ".join(str(part.reason) for part in each.risk.parts)
    points = _("Risk %(points)s of 100") % {"points": f"{each.risk.points:.0f}"}
    return f"{points}: {words.industry(each.industry)}. {reasons}"


def _why(row: RoundEmployer) -> str:
    return "; ".join(f"{part.reason} ({part.points:.0f})" for part in risk.parts_of(row))


def _address(row: Round) -> str:
    return reverse("screening:round", args=[row.reference])
