"""The steps of a round, each behind its own button, and its design with a preview."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import policies
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.screening.actions import rounds as actions
from khumkan.screening.actions.rounds.announcing import Arrangement
from khumkan.screening.forms import rounds as forms
from khumkan.screening.models import Round
from khumkan.screening.permissions import rounds as permissions
from khumkan.screening.queries import round_results
from khumkan.screening.queries import rounds as queries
from khumkan.screening.rules.sampling import Design, SizeRule
from khumkan.screening.states import RoundState
from khumkan.screening.terms.rounds import RoundTerms
from khumkan.screening.views.round_tables import preview_table
from khumkan.screening.views.rounds import show, sites_of


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def design(request: Request, reference: str) -> HttpResponse:
    """Show and change the design; “Calculate” shows what it draws without keeping it."""
    row = _own(request, reference)
    if row.state != RoundState.PLANNED:
        return redirect("screening:round", row.reference)
    before, terms = Design.from_json(row.design), policies.version(RoundTerms, row.terms_version)
    form = forms.DesignForm(request.POST or None, initial=forms.filled_in(before))
    wanted = before
    if request.method == "POST":
        if not form.is_valid() or forms.refused_by_rules(form, wanted := form.design(terms, before)):
            return _design_page(request, row, form, status=422)
        if "calculate" not in request.POST:
            try:
                actions.redesign(round=row, design=wanted, by=request.actor)
                return redirect("screening:round", row.reference)
            except Refused as refusal:
                form.add_error(None, str(refusal))
    return _design_page(request, row, form, drawn=_preview(row, wanted))


@open_to(Role.OFFICER)
@require_GET
def preview(request: Request, reference: str) -> HttpResponse:
    """Show what a design would draw, while the officer still types."""
    row = _own(request, reference)
    before, terms = Design.from_json(row.design), policies.version(RoundTerms, row.terms_version)
    form = forms.DesignForm(request.GET)
    if not form.is_valid() or forms.refused_by_rules(form, wanted := form.design(terms, before)):
        said = [str(error) for errors in form.errors.values() for error in errors]
        return render(request, "screening/rounds/preview.html", {"problems": said})
    return render(request, "screening/rounds/preview.html", _preview(row, wanted))


@open_to(Role.OFFICER)
@require_POST
def freeze(request: Request, reference: str) -> HttpResponse:
    """Freeze the frame."""
    row, form = _own(request, reference), forms.FreezeForm(request.POST)
    if not form.is_valid():
        return show(request, row, form=form, status=422)
    source = form.cleaned_data["public_source"]
    return do(
        request,
        lambda: actions.freeze(round=row, public_source=source, by=request.actor),
        to=_to(row),
        said=gettext_lazy("The frame is frozen. Its hash and the commitment to the seed are public now."),
    )


@open_to(Role.OFFICER)
@require_POST
def draw(request: Request, reference: str) -> HttpResponse:
    """Draw."""
    row, form = _own(request, reference), forms.DrawForm(request.POST)
    if row.public_source and not form.is_valid():
        return show(request, row, form=form, status=422)
    value = form.cleaned_data["public_value"] if row.public_source else ""
    return do(
        request,
        lambda: actions.draw(round=row, public_value=value, by=request.actor),
        to=_to(row),
        said=gettext_lazy("The workers are drawn and the seed is public. The file follows in a moment."),
    )


@open_to(Role.OFFICER)
@require_POST
def arrange(request: Request, reference: str) -> HttpResponse:
    """Give enterprises place and day."""
    row = _own(request, reference)
    form = forms.ArrangeForm(request.POST, sites=sites_of(row))
    if not form.is_valid():
        return show(request, row, form=form, status=422)
    asked = form.cleaned_data
    arrangement = Arrangement(
        site_id=None if asked["place"] == forms.WORKPLACE else int(asked["place"]),
        first_day=asked["first_day"],
        last_day=asked["last_day"],
        per_day=asked["per_day"],
    )
    return do(
        request,
        lambda: actions.arrange(round=row, arrangement=arrangement, by=request.actor),
        to=_to(row),
        said=gettext_lazy("Every enterprise with drawn workers has a place and a day. Nobody has been told yet."),
    )


@open_to(Role.OFFICER)
@require_POST
def announce(request: Request, reference: str) -> HttpResponse:
    """Tell employers and workers."""
    row = _own(request, reference)
    return do(
        request,
        lambda: actions.announce(round=row, by=request.actor),
        to=_to(row),
        said=gettext_lazy("Employers and workers are being told day, place and what to bring."),
    )


@open_to(Role.OFFICER)
@require_POST
def substitutes(request: Request, reference: str) -> HttpResponse:
    """Call substitutes."""
    row, form = _own(request, reference), forms.SubstitutesForm(request.POST)
    if not form.is_valid():
        return show(request, row, form=form, status=422)
    try:
        called = actions.call_substitutes(round=row, day=form.cleaned_data["day"], by=request.actor)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return show(request, row, form=form, status=422)
    said = _("%(called)s substitutes were called. %(exhausted)s places stay empty: their lists are used up.")
    return do(request, lambda: None, to=_to(row), said=said % vars(called))


@open_to(Role.OFFICER)
@require_POST
def close(request: Request, reference: str) -> HttpResponse:
    """Close the round."""
    row = _own(request, reference)
    said = gettext_lazy("The round is closed.")
    return do(request, lambda: actions.close(round=row, by=request.actor), to=_to(row), said=said)


@open_to(Role.OFFICER)
@require_POST
def cancel(request: Request, reference: str) -> HttpResponse:
    """Cancel the round."""
    row = _own(request, reference)
    said = gettext_lazy("The round is cancelled. Everybody who had a place is being told.")
    return do(request, lambda: actions.cancel(round=row, by=request.actor), to=_to(row), said=said)


def _design_page(
    request: Request, row: Round, form: forms.DesignForm, *, drawn: dict[str, object] | None = None, status: int = 200
) -> HttpResponse:
    finds_case = form["rule"].value() == SizeRule.DETECT.value
    context = {"form": form, "round": row, "finds_case": finds_case, "preview": None} | (drawn or {})
    return render(request, "screening/rounds/design.html", context, status=status)


def _own(request: Request, reference: str) -> Round:
    row = queries.round_for(request.actor, reference)
    permissions.check_may_run(request.actor, row)
    return row


def _to(row: Round) -> str:
    return reverse("screening:round", args=[row.reference])


def _preview(row: Round, design: Design) -> dict[str, object]:
    found = round_results.preview(row, design)
    chance_of = (
        _("Chance to find a case, in the least certain stratum") if design.in_each else _("Chance to find a case")
    )
    return {
        "preview": found,
        "table": preview_table(design, found),
        "two_stage": design.two_stage,
        "chance_of": chance_of,
    }
