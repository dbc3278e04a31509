"""Choosing other enterprises for a round that is not frozen yet."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.screening.actions import rounds as actions
from khumkan.screening.forms import rounds as forms
from khumkan.screening.permissions import rounds as permissions
from khumkan.screening.queries import risk
from khumkan.screening.queries import rounds as queries
from khumkan.screening.states import RoundState
from khumkan.screening.views.rounds import CHOICE, choices, from_risk


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def choose(request: Request, reference: str) -> HttpResponse:
    """Show the riskiest enterprises, or those that were searched for; chosen ones that are not shown stay chosen."""
    row = queries.round_for(request.actor, reference)
    permissions.check_may_run(request.actor, row)
    if row.state != RoundState.PLANNED:
        return redirect("screening:round", row.reference)
    search, now = request.GET.get("q", ""), queries.employer_ids_of(row)
    ranked = risk.riskiest(request.actor, province_code=row.province_code, on=clock.today(), most=CHOICE, search=search)
    shown = {each.employer_id for each in ranked}
    form = forms.ChoiceForm(
        request.POST or None, initial={"employers": [str(pk) for pk in now & shown]}, **choices(ranked)
    )
    if request.method == "POST" and form.is_valid():
        seen = {int(pk) for pk in request.POST.get("shown", "").split() if pk.isdecimal()}
        try:
            chosen = now - seen | form.ticked | from_risk(request, form, row.province_code)
            actions.choose_enterprises(round=row, employer_ids=sorted(chosen), by=request.actor)
            return redirect("screening:round_enterprises", row.reference)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"round": row, "form": form, "ranked": ranked, "search": search, "count": len(now)}
    context["shown"] = " ".join(str(pk) for pk in sorted(shown))
    return render(request, "screening/rounds/choose.html", context, status=422 if request.method == "POST" else 200)
