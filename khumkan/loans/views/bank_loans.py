"""The loans of a bank: the list, one loan with its money, its schedules, and what is left to lend."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khumkan import policies
from khumkan.accounts.access import Request, open_to
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.loans.models import Journal, Loan
from khumkan.loans.permissions import scopes
from khumkan.loans.queries import desk, money
from khumkan.loans.queries.desk import Left
from khumkan.loans.queries.phases import title_of
from khumkan.loans.states import LIVE_LOANS, LoanState
from khumkan.loans.terms.servicing import ServicingTerms
from khumkan.loans.views.money_tables import journals_table, lines_table, loans_table, schedules_table
from khumkan.loans.words import WORDS
from khumkan.ui.filters import baht
from khumkan.ui.tables import Column, Table


@open_to(Role.BANKER)
@require_GET
def loans(request: Request) -> HttpResponse:
    """List the loans of the bank, with how many are late and how much they owe."""
    shows_all = request.GET.get("show") == "all"
    states = () if shows_all else (*LIVE_LOANS, LoanState.RECALLED)
    page = paginate(desk.loans_of_banks(request.actor, *states), number=request.GET.get("page"))
    today = clock.today()
    terms = policies.in_force(ServicingTerms, on=today)
    delays = money.delays(on=today, terms=terms, bank_ids=sorted(scopes.bank_ids(request.actor)))
    context = {
        "table": loans_table(
            page.rows,
            view="loans:bank_loan",
            delays=money.delay_of_each((each.pk for each in page.rows), on=today, terms=terms),
        ),
        "page": page,
        "all": shows_all,
        "delays": [(WORDS[delay], share) for delay, share in delays.items()],
    }
    return render(request, "loans/bank/loans.html", context)


@open_to(Role.BANKER)
@require_GET
def loan(request: Request, reference: str) -> HttpResponse:
    """Show one loan: the contract, its money today, the schedule, what was booked, and what can be done."""
    found = desk.loan_of_bank(request.actor, reference)
    schedules = desk.schedules_of(found)
    page = paginate(desk.journals_of(found), number=request.GET.get("page"))
    context = {
        **of_loan(found),
        "lines": lines_table(desk.lines_of(schedules[0]) if schedules else []),
        "schedules": schedules_table(
            schedules, lambda row: reverse("loans:bank_schedule", args=[found.reference, row.version])
        ),
        "page": page,
        "journals": journals_table(
            page.rows, undo=lambda row: _undo(found, row) if row.schedule_id == schedules[0].pk else ""
        ),
        "is_drawn": bool(schedules),
        "may_draw": _may_draw(found),
        "is_owed": LoanState(found.state) in (LoanState.DRAWN, LoanState.RECALLED),
    }
    return render(request, "loans/bank/loan.html", context)


@open_to(Role.BANKER)
@require_GET
def schedule(request: Request, reference: str, version: int) -> HttpResponse:
    """Show one version of the schedule of a loan, as it was made."""
    found = desk.loan_of_bank(request.actor, reference)
    chosen = desk.schedule_of(found, version)
    context = {"loan": found, "schedule": chosen, "lines": lines_table(desk.lines_of(chosen))}
    return render(request, "loans/bank/schedule.html", context)


@open_to(Role.BANKER)
@require_GET
def room(request: Request) -> HttpResponse:
    """Show what is left to lend: of each tranche for all banks, and of the bank's share of this month."""
    table = Table(
        caption=_("What is left to lend"),
        rows=desk.left_for(request.actor),
        columns=(
            Column(_("Phase"), lambda row: title_of(row.phase), header=True),
            Column(_("Bank"), "bank"),
            Column(_("Size"), lambda row: row.size.label),
            Column(_("Left for all banks"), lambda row: baht(row.free), numeric=True),
            Column(_("Money in all"), lambda row: baht(row.total), numeric=True),
            Column(_("Left of your bank’s share of this month"), _month, numeric=True),
            Column(_("For one borrower, at most"), lambda row: baht(row.cap), numeric=True),
        ),
        empty=_("Your bank takes part in no phase that is open."),
    )
    return render(request, "loans/bank/room.html", {"table": table})


def of_loan(found: Loan) -> dict[str, Any]:
    """Return a loan with its money today, for the pages of bank, office and employer."""
    today = desk.money_today(found)
    return {
        "loan": found,
        "title": title_of(found.phase),
        "shown": WORDS[LoanState(found.state)],
        "money": today,
        "delay": WORDS[today.delay],
    }


def _may_draw(found: Loan) -> bool:
    """Tell whether a part of the loan is left that can be drawn today."""
    is_running = LoanState(found.state) in LIVE_LOANS and clock.today() <= found.drawable_until
    return is_running and desk.money_today(found).drawn < found.reserved


def _undo(found: Loan, row: Journal) -> str:
    return reverse("loans:reverse_payment", args=[found.reference, row.pk])


def _month(row: Left) -> str:
    return str(_("all of it")) if row.month is None else baht(row.month)
