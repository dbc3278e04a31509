"""The supervisor's lists: what was passed up, stuck or overdue, who has how much, and closed cases to look at."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.hotline.actions import bulk, reviewing
from khumkan.hotline.choices import Closed
from khumkan.hotline.forms.cases import BulkForm, ReviewForm
from khumkan.hotline.models import Case
from khumkan.hotline.queries import agents, cases, reading
from khumkan.hotline.rules import bulk as rules
from khumkan.hotline.views.showing import case_table, shown_case
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.ui.tables import Column, Table

#: The lists of cases, by what stands in the address.
LISTS: dict[str, tuple[Promise, Callable[[Actor], "QuerySet[Case]"]]] = {
    "escalated": (gettext_lazy("Passed up"), cases.escalated),
    "overdue": (gettext_lazy("Overdue"), cases.overdue),
    "stuck": (gettext_lazy("Opened because a chain stands still"), cases.stuck),
}
FIRST = "escalated"


@open_to(Role.SUPERVISOR)
@require_GET
def overview(request: Request) -> HttpResponse:
    """Show one of the lists with boxes to tick, and who has how much."""
    which = request.GET.get("list", FIRST)
    words, ask = LISTS.get(which, LISTS[FIRST])
    page = paginate(ask(request.actor).select_related("owner"), number=request.GET.get("page"))
    context = {
        "lists": [(name, title, name == which) for name, (title, _ask) in LISTS.items()],
        "words": words,
        "page": page,
        "rows": [(case, shown_case(case)) for case in page.rows],
        "headings": [_("Choose"), _("Case"), _("Why the person calls"), _("Case state"), _("Due"), _("With")],
        "loads": _load_table(),
        "queues": cases.counts(request.actor),
        "alerts": reading.open_count(request.actor),
    }
    return render(request, "hotline/desk/supervise.html", context)


@open_to(Role.SUPERVISOR)
@require_http_methods(["GET", "POST"])
def many(request: Request) -> HttpResponse:
    """Do something with many cases: choose what, see what will happen, confirm it."""
    told = request.POST if request.method == "POST" else request.GET
    chosen = cases.chosen(request.actor, told.getlist("case"))
    form = BulkForm(request.POST if "act" in request.POST else None)
    shown = ""
    if form.is_bound and form.is_valid():
        act = _act_of(form)
        shown = rules.fingerprint(act, [(case.pk, case.state) for case in chosen])
        if "confirmed" in request.POST:
            try:
                count = _carry_out(form, chosen, request.POST["confirmed"], request.actor)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                words = ngettext("%(count)s case was changed.", "%(count)s cases were changed.", count)
                messages.success(request, words % {"count": count})
                return redirect("hotline:supervise")
    context = {"form": form, "chosen": chosen, "shown": shown, "rows": [(case, shown_case(case)) for case in chosen]}
    return render(request, "hotline/desk/many.html", context, status=422 if form.errors else 200)


@open_to(Role.SUPERVISOR)
@require_GET
def reviews(request: Request) -> HttpResponse:
    """Show the closed cases of yesterday that were drawn for this supervisor."""
    rows = cases.to_review(request.actor)
    table = case_table(
        rows,
        gettext_lazy("Closed yesterday, drawn at random"),
        gettext_lazy("No closed case to look at today."),
        page="hotline:review",
    )
    return render(request, "hotline/desk/reviews.html", {"table": table})


@open_to(Role.SUPERVISOR)
@require_http_methods(["GET", "POST"])
def review(request: Request, reference: str) -> HttpResponse:
    """Give marks to a closed case."""
    found = cases.case_for(request.actor, reference)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        marks = reviewing.Marks(int(told["listened"]), int(told["solved"]), int(told["plain"]))
        try:
            reviewing.review(case=found, marks=marks, text=told["note"], by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. The marks are kept."))
            return redirect("hotline:reviews")
    context = {"form": form, "page": cases.page_of(found), "case": found, "live": shown_case(found)}
    return render(request, "hotline/desk/review.html", context, status=422 if form.errors else 200)


def _act_of(form: BulkForm) -> str:
    told = form.cleaned_data
    return f"hand.{told['to']}" if told["act"] == "hand" else str(told["act"])


def _carry_out(form: BulkForm, chosen: list[Case], shown: str, by: Actor) -> int:
    told = form.cleaned_data
    if told["act"] == "hand":
        return bulk.hand_many(cases=chosen, to=told["to"], shown=shown, by=by)
    because = Closed(str(told["act"]).removeprefix("close."))
    return bulk.close_many(cases=chosen, because=because, shown=shown, by=by)


def _load_table() -> Table:
    return Table(
        caption=gettext_lazy("Who has how much"),
        rows=agents.loads(),
        columns=(
            Column(_("User name"), "username", header=True),
            Column(_("At the desk"), lambda load: _("Yes") if load.present else _("No")),
            Column(_("Works on"), "opened", numeric=True),
            Column(_("Waiting cases"), "waiting", numeric=True),
            Column(_("Overdue"), "overdue", numeric=True),
            Column(_("First due"), "first_due"),
        ),
        empty=gettext_lazy("Nobody is at the desk, and nobody has a case."),
    )
