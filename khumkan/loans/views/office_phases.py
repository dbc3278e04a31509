"""Phases of lending: drafted, signed by a second officer, paused and closed; their envelope and their terms."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import policies
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.accounts.queries import names_of
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.loans.actions import phases as actions
from khumkan.loans.choices import SizeBand
from khumkan.loans.forms.office import BudgetForm, MoveForm, PhaseForm
from khumkan.loans.models import PhaseTranche
from khumkan.loans.permissions import lending as permissions
from khumkan.loans.queries import phases as queries
from khumkan.loans.queries.phases import LendingPhase
from khumkan.loans.terms.lending import LoanTerms
from khumkan.loans.views.acting import UNPROCESSABLE, act_page
from khumkan.loans.words import WORDS
from khumkan.policies.states import MOVES, PhaseState
from khumkan.ui.filters import baht
from khumkan.ui.tables import Cell, Column, Table


@open_to(*permissions.READERS)
@require_GET
def lending_phases(request: Request) -> HttpResponse:
    """List all phases of lending, the newest first."""
    table = Table(
        caption=_("Phases of lending"),
        rows=queries.all_phases(),
        columns=(
            Column(_("Phase"), lambda row: Cell(queries.title_of(row.phase), href=_home(row)), header=True),
            Column(_("State"), _state),
            Column(_("First day"), "phase.opens_on"),
            Column(_("Last day"), lambda row: row.phase.closes_on or _("until further notice")),
            Column(_("Money in all"), lambda row: baht(sum(one.budget for one in row.tranches)), numeric=True),
        ),
        empty=_("No phase has been drafted yet."),
    )
    context = {"table": table, "may_run": permissions.may_run(request.actor) and request.actor.has(Role.OFFICER)}
    return render(request, "loans/office/phases.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def new_lending_phase(request: Request) -> HttpResponse:
    """Let an officer draft a phase with its envelope."""
    permissions.check_may_run(request.actor)
    form = PhaseForm(request.POST or None, initial={"years": str(clock.today().year)})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft(draft=form.draft(), by=request.actor)
            return redirect("loans:lending_phase", made.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "loans/office/new_phase.html", {"form": form}, status=status)


@open_to(*permissions.READERS)
@require_GET
def lending_phase(request: Request, phase_id: int) -> HttpResponse:
    """Show one phase: its envelope and what is left of it, its terms, and what became of it."""
    found = queries.phase_called(phase_id)
    return _page(request, found, _move_form(found))


@open_to(Role.OFFICER)
@require_POST
def sign_lending_phase(request: Request, phase_id: int) -> HttpResponse:
    """Sign a phase as the second officer."""
    permissions.check_may_run(request.actor)
    found = queries.phase_called(phase_id)
    return do(
        request,
        lambda: actions.sign(phase_id=phase_id, by=request.actor),
        to=_home(found),
        said=gettext_lazy("The phase is signed. From its first day on money can be reserved."),
    )


@open_to(Role.OFFICER)
@require_POST
def move_lending_phase(request: Request, phase_id: int) -> HttpResponse:
    """Pause, reopen or close a phase."""
    permissions.check_may_run(request.actor)
    found = queries.phase_called(phase_id)
    form = _move_form(found, request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=UNPROCESSABLE)
    to, why = PhaseState(form.cleaned_data["to"]), form.cleaned_data["why"]
    return do(
        request,
        lambda: actions.move(phase_id=phase_id, to=to, why=why, by=request.actor),
        to=_home(found),
        said=gettext_lazy("Done. Banks and employers see it at once."),
    )


@open_to(Role.OFFICER)
@require_POST
def adopt_terms(request: Request, phase_id: int) -> HttpResponse:
    """Let a phase go on under the terms of today."""
    permissions.check_may_run(request.actor)
    found = queries.phase_called(phase_id)
    return do(
        request,
        lambda: actions.adopt_terms(phase_id=phase_id, by=request.actor),
        to=_home(found),
        said=gettext_lazy("The phase lends under the terms of today. What was signed before stays as it is."),
    )


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def change_budget(request: Request, phase_id: int) -> HttpResponse:
    """Change the money for employers of one size."""
    permissions.check_may_run(request.actor)
    found = queries.phase_called(phase_id)
    form = BudgetForm(request.POST or None)

    def act() -> None:
        given = form.cleaned_data
        size, budget = SizeBand(given["size"]), Decimal(given["budget"])
        actions.change_budget(phase_id=phase_id, size=size, budget=budget, by=request.actor)

    return act_page(
        request,
        form,
        act,
        heading=_("Change the money of a phase"),
        lead=_("Never below what is reserved already."),
        caption=queries.title_of(found.phase),
        back=_home(found),
        said=_("Changed."),
        does=_("Change it"),
    )


def _page(request: Request, found: LendingPhase, form: MoveForm, *, status: int = 200) -> HttpResponse:
    phase, steps = found.phase, queries.steps_of(found.phase)
    names = names_of({who for who in (phase.drafted_by, *(step.moved_by for step in steps)) if who})
    waits = phase.state == PhaseState.PLANNED
    today = policies.in_force(LoanTerms, on=clock.today()).version
    is_officer = permissions.may_run(request.actor) and request.actor.has(Role.OFFICER)
    context = {
        "lending": found,
        "phase": phase,
        "title": queries.title_of(phase),
        "shown": WORDS[PhaseState(phase.state)],
        "table": _envelope(found),
        "form": form,
        "may_run": is_officer,
        "may_sign": permissions.may_sign_phase(request.actor, drafted_by=phase.drafted_by) if waits else None,
        "can_adopt": is_officer and found.detail is not None and found.detail.terms_version != today,
        "terms": queries.terms_of(phase.pk) if found.detail else None,
        "drafted_by": names.get(phase.drafted_by or 0, ""),
        "steps": [(WORDS[PhaseState(step.state)], step, names.get(step.moved_by or 0, "")) for step in steps],
    }
    return render(request, "loans/office/phase.html", context, status=status)


def _envelope(found: LendingPhase) -> Table:
    rooms = queries.room_of(found.tranches)

    def left(row: PhaseTranche) -> str:
        return baht(rooms[row.pk].free) if row.pk in rooms else ""

    return Table(
        caption=_("The envelope"),
        rows=found.tranches,
        columns=(
            Column(_("Size"), lambda row: row.get_size_display(), header=True),
            Column(_("Money in all"), lambda row: baht(row.budget), numeric=True),
            Column(_("Left for all banks"), left, numeric=True),
            Column(_("For one borrower, at most"), lambda row: baht(row.cap), numeric=True),
        ),
    )


def _move_form(found: LendingPhase, data: Any = None) -> MoveForm:
    moves = MOVES[PhaseState(found.phase.state)]
    unsigned = found.phase.state == PhaseState.PLANNED
    return MoveForm(data, moves=[move for move in moves if not (unsigned and move is PhaseState.OPEN)])


def _state(row: LendingPhase) -> Cell:
    shown = WORDS[PhaseState(row.phase.state)]
    return Cell(shown.words, tone=shown.tone)


def _home(found: LendingPhase) -> str:
    return reverse("loans:lending_phase", args=[found.phase.pk])
