"""Phases of vaccination: what everybody may read, and what officers draft, sign, pause and close."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to, public
from khumkan.accounts.doing import do
from khumkan.accounts.queries import names_of
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.places import queries as place_queries
from khumkan.policies.states import MOVES, PhaseState
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.actions import phases as actions
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.forms.areas import MoveForm, PhaseForm
from khumkan.vaccination.permissions import areas as permissions
from khumkan.vaccination.queries import phases as queries
from khumkan.vaccination.queries.phases import PlannedPhase
from khumkan.vaccination.words import PHASES

EVERYBODY = "Everybody may know where vaccination is open, and by which rule."
#: How a step of a phase is called beyond its state, by the reason that Khumkan itself writes.
SIGNED, SEEDED = "signed", "seeded"


@public(EVERYBODY)
@require_GET
def open_phases(request: Request) -> HttpResponse:
    """Show everybody which phases are open or will be, where, and by which rule."""
    shown = [_shown(planned) for planned in queries.open_phases()]
    return render(request, "vaccination/areas/open_phases.html", {"phases": shown})


@open_to(*permissions.READERS)
@require_GET
def phases(request: Request) -> HttpResponse:
    """List all phases, the newest first."""
    table = Table(
        caption=_("Phases"),
        rows=queries.all_phases(),
        columns=(
            Column(_("Phase"), lambda row: Cell(queries.title_of(row.phase), href=_address(row)), header=True),
            Column(_("State"), _state),
            Column(_("First day"), "phase.opens_on"),
            Column(_("Last day"), lambda row: row.phase.closes_on or _("until further notice")),
            Column(_("Doses"), lambda row: row.detail.doses if row.detail else "", numeric=True),
        ),
        empty=_("No phase has been drafted yet."),
    )
    context = {"table": table, "may_draft": permissions.may_choose(request.actor)}
    return render(request, "vaccination/areas/phases.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def new_phase(request: Request) -> HttpResponse:
    """Let an officer draft a phase."""
    permissions.check_may_choose(request.actor)
    provinces = [(each.pk, str(each)) for each in place_queries.provinces()]
    initial = {"years": str(clock.today().year), "sections": ["33"]}
    form = PhaseForm(request.POST or None, provinces=provinces, initial=initial)
    if form.is_valid():
        try:
            made = actions.draft(draft=form.draft(), by=request.actor)
            return redirect("vaccination:phase", made.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    status = 422 if form.is_bound else 200
    return render(request, "vaccination/areas/new_phase.html", {"form": form}, status=status)


@open_to(*permissions.READERS)
@require_GET
def phase(request: Request, phase_id: int) -> HttpResponse:
    """Show one phase, what became of it, and what comes next."""
    planned = queries.phase_called(phase_id)
    return _page(request, planned, _move_form(planned))


@open_to(Role.OFFICER)
@require_POST
def sign_phase(request: Request, phase_id: int) -> HttpResponse:
    """Sign a phase."""
    permissions.check_may_choose(request.actor)
    return do(
        request,
        lambda: actions.sign(phase_id=phase_id, by=request.actor),
        to=reverse("vaccination:phase", args=[queries.phase_called(phase_id).phase.pk]),
        said=gettext_lazy("The phase is signed. From its first day on it is open."),
    )


@open_to(Role.OFFICER)
@require_POST
def move_phase(request: Request, phase_id: int) -> HttpResponse:
    """Pause, reopen or close a phase."""
    permissions.check_may_choose(request.actor)
    planned = queries.phase_called(phase_id)
    form = _move_form(planned, request.POST)
    if not form.is_valid():
        return _page(request, planned, form, status=422)
    to, why = PhaseState(form.cleaned_data["to"]), form.cleaned_data["why"]
    return do(
        request,
        lambda: actions.move(phase_id=phase_id, to=to, why=why, by=request.actor),
        to=_address(planned),
        said=gettext_lazy("Done. Everybody who waits there sees it on their own page within minutes."),
    )


def _page(request: Request, planned: PlannedPhase, form: MoveForm, *, status: int = 200) -> HttpResponse:
    row = planned.phase
    steps = queries.steps_of(row)
    names = names_of({who for who in (row.drafted_by, row.signed_by, *(step.moved_by for step in steps)) if who})
    waits = row.state == PhaseState.PLANNED
    shown = _shown(planned)
    context = {
        **shown,
        "shown": shown,
        "form": form,
        "may_choose": permissions.may_choose(request.actor),
        "may_sign": permissions.may_sign(request.actor, proposed_by=row.drafted_by) if waits else None,
        "drafted_by": names.get(row.drafted_by or 0, ""),
        "signed_by": names.get(row.signed_by or 0, ""),
        "steps": [
            (PHASES[step.state], _why(step.why), step.created_at, names.get(step.moved_by or 0)) for step in steps
        ],
    }
    return render(request, "vaccination/areas/phase.html", context, status=status)


def _shown(planned: PlannedPhase) -> dict[str, Any]:
    """Return a phase in the words of a page."""
    detail, row = planned.detail, planned.phase
    areas, more = queries.area_words(row.area_codes)
    frame, more_frame = queries.area_words(detail.frame_codes if detail else [])
    return {
        "planned": planned,
        "phase": row,
        "title": queries.title_of(row),
        "state": _shown_state(planned),
        "areas": _listed(areas, more),
        "frame": _listed(frame, more_frame),
        "vaccines": ", ".join(str(Vaccine(one).label) for one in detail.vaccines) if detail else "",
        "sections": ", ".join(str(number) for number in detail.sections) if detail else "",
        "detail": detail,
        "choice": planned.signed_choice,
    }


def _listed(names: Sequence[str], more: int) -> str:
    if not more:
        return ", ".join(names)
    return _("%(names)s and %(more)s more") % {"names": ", ".join(names), "more": more}


def _why(why: str) -> str:
    """Return the reason of a step; what Khumkan wrote itself is put into words."""
    return {SIGNED: _("Signed"), SEEDED: _("Set up with the system")}.get(why, why)


def _move_form(planned: PlannedPhase, data: Any = None) -> MoveForm:
    moves = MOVES[PhaseState(planned.phase.state)]
    unsigned = planned.phase.state == PhaseState.PLANNED
    return MoveForm(data, moves=[move for move in moves if not (unsigned and move is PhaseState.OPEN)])


def _state(planned: PlannedPhase) -> Cell:
    words, tone = _shown_state(planned)
    return Cell(words, tone=tone)


def _shown_state(planned: PlannedPhase) -> tuple[str, str]:
    """Say where a phase stands today: its days count on top of its state."""
    row, today = planned.phase, clock.today()
    if planned.awaits_districts and row.state == PhaseState.PLANNED:
        return _("Waits for its districts"), "wait"
    if row.state == PhaseState.OPEN and row.opens_on > today:
        return _("Signed, opens later"), "info"
    if row.state == PhaseState.OPEN and not planned.is_running:
        return _("Over"), "done"
    shown = PHASES[row.state]
    return str(shown.words), shown.tone


def _address(planned: PlannedPhase) -> str:
    return reverse("vaccination:phase", args=[planned.phase.pk])
