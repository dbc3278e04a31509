"""An employer looks at its loan: what is owed next, the schedule, and what was paid."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.loans.queries import desk
from khumkan.loans.views.bank_loans import of_loan
from khumkan.loans.views.money_tables import lines_table, payments_table


@open_to(Role.EMPLOYER)
@require_GET
def loan(request: Request, reference: str) -> HttpResponse:
    """Show an employer one of its loans."""
    found = desk.loan_of_employer(request.actor, reference)
    schedules = desk.schedules_of(found)
    page = paginate(desk.journals_of(found), number=request.GET.get("page"))
    context = {
        **of_loan(found),
        "lines": lines_table(desk.lines_of(schedules[0]) if schedules else []),
        "payments": payments_table(page.rows),
        "page": page,
    }
    return render(request, "loans/lending/loan.html", context)
