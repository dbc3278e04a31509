"""What an officer has to know at one look: doses, places, who waits; and the lots."""

from collections.abc import Sequence
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.actions import replanning, stock
from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.forms.plans import DelayForm, LotForm, LotStateForm
from khumkan.vaccination.models import Lot
from khumkan.vaccination.queries import plans as queries
from khumkan.vaccination.states import MOVES, LotState, PlanState
from khumkan.vaccination.views.plans import moved
from khumkan.vaccination.words import WAITS, WORDS

#: Days that the overview looks ahead.
AHEAD = 14
#: Plans that it names.
LATEST = 5


@open_to(Role.OFFICER)
@require_GET
def overview(request: Request) -> HttpResponse:
    """Show doses, places and who waits, and lead to what can be done."""
    by, today = request.actor, clock.today()
    places, doses, booked = queries.coming_places(by, first=today, last=today + timedelta(days=AHEAD - 1))
    usable = [lot for lot in queries.lots() if lot.state == LotState.USABLE and lot.expires_on >= today]
    reasons = queries.waiting_by_reason(by)
    context = {
        "ahead": AHEAD,
        "places": places,
        "doses": doses,
        "booked": booked,
        "free_doses": sum(lot.supply.total - lot.supply.taken for lot in usable),
        "waiting": sum(people for _because, people in reasons),
        "counted_at": queries.counted_at(by),
        "plans": [(plan, WORDS[PlanState(plan.state)]) for plan in queries.plans_for(by)[:LATEST]],
        "reasons": _reasons(reasons),
        "areas": _areas(queries.waiting_by_area(by)),
    }
    return render(request, "vaccination/plans/overview.html", context)


@open_to(Role.OFFICER)
@require_GET
def lots(request: Request) -> HttpResponse:
    """Show the lots, the first to expire first."""
    page = paginate(queries.lots(), number=request.GET.get("page"))
    context = {"page": page, "table": _lots(page.rows), "may_receive": queries.is_national(request.actor)}
    return render(request, "vaccination/plans/lots.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def receive(request: Request) -> HttpResponse:
    """Enter a lot."""
    stock.check_may_enter(request.actor)
    form = LotForm(request.POST or None, initial={"arrives": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = stock.receive_lot(details=form.details(), by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The lot is entered. The next plan uses it."))
            return redirect("vaccination:lot", made.pk)
    return render(request, "vaccination/plans/receive.html", {"form": form}, status=422 if form.errors else 200)


@open_to(Role.OFFICER)
@require_GET
def lot(request: Request, pk: int) -> HttpResponse:
    """Show one lot, and what can become of it."""
    return _page(request, queries.lot(pk))


@open_to(Role.OFFICER)
@require_POST
def change_lot(request: Request, pk: int) -> HttpResponse:
    """Hold a lot back, release or discard it; who was to have its doses is planned anew."""
    stock.check_may_enter(request.actor)
    lot = queries.lot(pk)
    form = LotStateForm(request.POST, moves=_moves(lot))
    if not form.is_valid():
        return _page(request, lot, state_form=form)
    try:
        plans = replanning.change_lot(
            lot=lot, to=LotState(form.cleaned_data["to"]), why=form.cleaned_data["why"], by=request.actor
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, lot, state_form=form)
    return moved(request, plans, otherwise=_to(lot), said=_("Done. Nobody’s date is concerned."))


@open_to(Role.OFFICER)
@require_POST
def delay_lot(request: Request, pk: int) -> HttpResponse:
    """Say that a lot arrives on another day; who was to have its doses before is planned anew."""
    stock.check_may_enter(request.actor)
    lot = queries.lot(pk)
    form = DelayForm(request.POST)
    if not form.is_valid():
        return _page(request, lot, delay_form=form)
    try:
        plans = replanning.delay_lot(
            lot=lot, arrives_on=form.cleaned_data["arrives"], why=form.cleaned_data["why"], by=request.actor
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, lot, delay_form=form)
    return moved(request, plans, otherwise=_to(lot), said=_("Done. Nobody’s date is concerned."))


def _page(
    request: Request, lot: Lot, *, state_form: LotStateForm | None = None, delay_form: DelayForm | None = None
) -> HttpResponse:
    wrong = state_form or delay_form
    moves = _moves(lot)
    context = {
        "lot": lot,
        "shown": WORDS[LotState(lot.state)],
        "left": lot.supply.total - lot.supply.taken,
        "people": queries.people_on_lot(lot),
        "may_change": queries.is_national(request.actor),
        "moves": moves,
        "state_form": state_form or LotStateForm(moves=moves, auto_id="state_%s"),
        "delay_form": delay_form or DelayForm(initial={"arrives": lot.arrives_on}, auto_id="delay_%s"),
        "form": wrong,
        "is_late": bool(delay_form),
    }
    return render(request, "vaccination/plans/lot.html", context, status=422 if wrong else 200)


def _moves(lot: Lot) -> list[str]:
    return sorted(MOVES[LotState][LotState(lot.state)])


def _to(lot: Lot) -> str:
    return reverse("vaccination:lot", args=[lot.pk])


def _lots(rows: Sequence[Lot]) -> Table:
    return Table(
        caption=gettext_lazy("The first to expire first"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Lot"), lambda row: Cell(row.number, href=_to(row)), header=True),
            Column(gettext_lazy("Vaccine"), lambda row: row.get_vaccine_display()),
            Column(gettext_lazy("Arrives on"), "arrives_on"),
            Column(gettext_lazy("Last day on which it may be given"), "expires_on"),
            Column(gettext_lazy("Doses"), "supply.total", numeric=True),
            Column(gettext_lazy("Kept for sessions"), "supply.taken", numeric=True),
            Column(gettext_lazy("State"), _state),
        ),
        empty=gettext_lazy("No lot was entered yet."),
    )


def _state(lot: Lot) -> Cell:
    shown = WORDS[LotState(lot.state)]
    return Cell(str(shown.words), tone=shown.tone)


def _reasons(rows: Sequence[tuple[WaitingBecause, int]]) -> Table:
    return Table(
        caption=gettext_lazy("Why people wait"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Waits because"), lambda row: WAITS[row[0]], header=True),
            Column(gettext_lazy("People"), lambda row: row[1], numeric=True),
        ),
        empty=gettext_lazy("Nobody waits."),
    )


def _areas(rows: Sequence[tuple[str, int]]) -> Table:
    return Table(
        caption=gettext_lazy("Districts in which most people wait"),
        rows=rows,
        columns=(
            Column(gettext_lazy("District"), lambda row: row[0] or str(gettext_lazy("Not known")), header=True),
            Column(gettext_lazy("People"), lambda row: row[1], numeric=True),
        ),
        empty=gettext_lazy("Nobody waits."),
    )
