"""Choosing districts: simulating, keeping, signing, and what everybody may check."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import policies
from khumkan.accounts.access import Request, open_to, public
from khumkan.accounts.doing import do
from khumkan.accounts.queries import names_of
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.ui.tables import Cell, Column, Table, csv_response
from khumkan.vaccination.actions import districts as actions
from khumkan.vaccination.forms.areas import OWN, ChoiceForm
from khumkan.vaccination.models import CaseFile, DistrictChoice
from khumkan.vaccination.permissions import areas as permissions
from khumkan.vaccination.queries import case_counts, phases
from khumkan.vaccination.queries import districts as queries
from khumkan.vaccination.queries.districts import Simulated, Wish
from khumkan.vaccination.states import DistrictChoiceState
from khumkan.vaccination.terms.areas import AreaTerms
from khumkan.vaccination.views import district_tables as tables
from khumkan.vaccination.words import CHOICES

EVERYBODY = "Anybody can check by which figures districts were chosen; they are of districts, never of persons."
NEW_CHOICE = "vaccination/areas/new_choice.html"
#: Figures of others are offered to choose from, the newest first.
MOST_FILES = 20


@open_to(*permissions.READERS)
@require_GET
def choices(request: Request) -> HttpResponse:
    """List the choices, the newest first."""
    page = paginate(queries.choices(), number=request.GET.get("page"))
    table = Table(
        caption=_("Choices of districts"),
        rows=page.rows,
        columns=(
            Column(_("Choice"), lambda row: Cell(row.reference, href=_address(row)), header=True),
            Column(_("State"), lambda row: Cell(str(CHOICES[row.state].words), tone=CHOICES[row.state].tone)),
            Column(_("Phase"), lambda row: phases.title_of(row.phase)),
            Column(_("Cases until"), "until_on"),
            Column(_("Rate from"), "least_rate", numeric=True),
            Column(_("Areas opened"), "opened", numeric=True),
            Column(_("Doses promised"), "promised", numeric=True),
        ),
        empty=_("Nothing has been simulated and kept yet."),
    )
    context = {"table": table, "page": page, "may_choose": permissions.may_choose(request.actor)}
    return render(request, "vaccination/areas/choices.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def new_choice(request: Request) -> HttpResponse:
    """Simulate with other thresholds and doses, as often as wanted (GET); keep it for a second officer (POST)."""
    permissions.check_may_choose(request.actor)
    waiting = phases.awaiting_districts()
    files = case_counts.files()[:MOST_FILES]
    asked = request.POST or (request.GET if "days" in request.GET else None)
    form = ChoiceForm(
        asked,
        phases=[(str(each.phase.pk), phases.title_of(each.phase)) for each in waiting],
        files=[(str(file.pk), f"{file.file_name} · {file.source}") for file in files],
        initial=_initial(waiting, request.GET.get("phase")),
    )
    context: dict[str, Any] = {"form": form, "waiting": waiting}
    if not form.is_bound:
        return render(request, NEW_CHOICE, context)
    if not form.is_valid():
        return render(request, NEW_CHOICE, context, status=422)
    wish = _wish(form.cleaned_data, waiting, files)
    try:
        if request.method == "POST":
            return redirect("vaccination:choice", actions.keep(wish=wish, by=request.actor).reference)
        return render(request, NEW_CHOICE, {**context, **_simulated(queries.simulate(wish))})
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return render(request, NEW_CHOICE, context, status=422)


@open_to(*permissions.READERS)
@require_GET
def choice(request: Request, reference: str) -> HttpResponse:
    """Show one choice with all its figures, and whether they are still those whose hash was published."""
    row = queries.choice_called(reference)
    names = names_of({who for who in (row.simulated_by, row.signed_by) if who})
    waits = row.state == DistrictChoiceState.SIMULATED
    context = {
        **_page(row),
        "may_choose": permissions.may_choose(request.actor),
        "may_sign": permissions.may_sign(request.actor, proposed_by=row.simulated_by) if waits else None,
        "simulated_by": names.get(row.simulated_by or 0, ""),
        "signed_by": names.get(row.signed_by or 0, ""),
    }
    return render(request, "vaccination/areas/choice.html", context)


@open_to(*permissions.READERS)
@require_GET
def choice_csv(request: Request, reference: str) -> HttpResponse:
    """Send all areas of a choice with the reason of each, as CSV."""
    row = queries.choice_called(reference)
    lines = tables.lines_of(queries.judged_of(row), queries.terms_of(row))
    return csv_response(tables.whole_table(lines, days=row.days), row.reference)


@open_to(Role.OFFICER)
@require_POST
def sign_choice(request: Request, reference: str) -> HttpResponse:
    """Sign a choice."""
    permissions.check_may_choose(request.actor)
    row = queries.choice_called(reference)
    seen = request.POST.get("figures_hash", "")
    return do(
        request,
        lambda: actions.sign(choice=row, figures_hash=seen, by=request.actor),
        to=_address(row),
        said=gettext_lazy("Signed. The figures are frozen, and the districts are the areas of the phase."),
    )


@open_to(Role.OFFICER)
@require_POST
def drop_choice(request: Request, reference: str) -> HttpResponse:
    """Drop a choice."""
    permissions.check_may_choose(request.actor)
    row = queries.choice_called(reference)
    said = gettext_lazy("The choice is dropped.")
    return do(request, lambda: actions.drop(choice=row, by=request.actor), to=_address(row), said=said)


@public(EVERYBODY)
@require_GET
def public_choice(request: Request, reference: str) -> HttpResponse:
    """Show everybody a signed choice and how to check it."""
    row = queries.signed_choice(reference)
    return render(request, "vaccination/areas/public_choice.html", _page(row))


@public(EVERYBODY)
@require_GET
def public_choice_file(request: Request, reference: str) -> HttpResponse:
    """Send the file of a signed choice, whose SHA-256 is the published hash."""
    row = queries.signed_choice(reference)
    response = HttpResponse(queries.file_of(row), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{row.reference}.json"'
    return response


def _page(row: DistrictChoice) -> dict[str, Any]:
    judged, terms = queries.judged_of(row), queries.terms_of(row)
    lines = tables.lines_of(judged, terms)
    return {
        "choice": row,
        "phase_title": phases.title_of(row.phase),
        "first_on": row.until_on - timedelta(days=row.days - 1),
        "state": CHOICES[row.state],
        "chosen": [line for line in lines if line.judged.is_chosen],
        "promised": sum(line.judged.wanted for line in lines if line.judged.is_chosen),
        "table": tables.table_of(
            lines, days=row.days, csv_href=reverse("vaccination:choice_csv", args=[row.reference])
        ),
        "public_table": tables.table_of(lines, days=row.days),
        "map": tables.map_of(lines),
        "difference": tables.difference_words(queries.difference(judged, without=row)),
        "is_whole": queries.is_whole(row),
        "estimated": sum(each.days_known < row.days for each in judged if each.cases),
        "check": f"sha256sum {row.reference}.json",
    }


def _simulated(simulated: Simulated) -> dict[str, Any]:
    lines = tables.lines_of(simulated.judged, simulated.terms)
    days = simulated.terms.days
    return {
        "simulated": simulated,
        "least_rate": f"{simulated.terms.least_rate:f}",
        "chosen": [line for line in lines if line.judged.is_chosen],
        "table": tables.table_of(lines, days=days),
        "map": tables.map_of(lines),
        "difference": tables.difference_words(queries.difference(simulated.judged)),
        "estimated": sum(each.days_known < days for each in simulated.judged if each.cases),
    }


def _wish(said: dict[str, Any], waiting: list[phases.PlannedPhase], files: list[CaseFile]) -> Wish:
    return Wish(
        planned=next(each for each in waiting if str(each.phase.pk) == said["phase"]),
        until_on=said["until_on"],
        days=said["days"],
        least_rate=said["least_rate"],
        doses=said["doses"],
        case_file=next((file for file in files if str(file.pk) == said["figures"]), None),
    )


def _initial(waiting: list[phases.PlannedPhase], wanted: str | None) -> dict[str, Any]:
    terms = policies.in_force(AreaTerms, on=clock.today())
    asked = [each for each in waiting if str(each.phase.pk) == wanted] or waiting[:1]
    return {
        "phase": str(asked[0].phase.pk) if asked else "",
        "figures": OWN,
        "until_on": clock.today() - timedelta(days=1),
        "days": terms.days,
        "least_rate": terms.least_rate,
        "doses": asked[0].detail.doses if asked and asked[0].detail else "",
    }


def _address(row: DistrictChoice) -> str:
    return reverse("vaccination:choice", args=[row.reference])
