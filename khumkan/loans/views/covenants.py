"""The covenant of a loan, month by month: for the employer, the bank and the office."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing
from khumkan.kernel.pages import paginate
from khumkan.loans.choices import Standing
from khumkan.loans.documents import evidence
from khumkan.loans.models import Loan
from khumkan.loans.queries import covenants as queries
from khumkan.loans.states import CaseState
from khumkan.loans.views.covenant_tables import cases_table, loans_table, months_chart, months_table, waivers_table
from khumkan.loans.words import WORDS

READERS = (Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR)
#: What a bank looks at first.
WAITING = (CaseState.BREACHED, CaseState.CURE)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@open_to(Role.EMPLOYER)
@require_GET
def own_loans(request: Request) -> HttpResponse:
    """List the loans of the actor's employers."""
    page = paginate(queries.own_loans(request.actor), number=request.GET.get("page"))
    context = {"page": page, "table": loans_table(page.rows, view="loans:own_covenant")}
    return render(request, "loans/covenants/own_loans.html", context)


@open_to(Role.EMPLOYER)
@require_GET
def own(request: Request, reference: str) -> HttpResponse:
    """Show an employer how its loan stands, and what is needed by when."""
    return _covenant(request, queries.own_loan(request.actor, reference), back="loans:own_covenants", side="own")


@open_to(Role.BANKER)
@require_GET
def of_bank(request: Request) -> HttpResponse:
    """List the cases of the bank: first what waits, or all of them."""
    states = () if request.GET.get("show") == "all" else WAITING
    page = paginate(queries.cases_of_banks(request.actor, *states), number=request.GET.get("page"))
    table = cases_table(page.rows, view="loans:bank_case", is_of_one_bank=True)
    context = {"page": page, "table": table, "all": not states}
    return render(request, "loans/covenants/bank.html", context)


@open_to(Role.BANKER)
@require_GET
def at_bank(request: Request, reference: str) -> HttpResponse:
    """Show a bank how one of its loans stands."""
    return _covenant(request, queries.loan_of_bank(request.actor, reference), back="loans:bank_covenants", side="bank")


@open_to(*READERS)
@require_GET
def portfolio(request: Request) -> HttpResponse:
    """Show how all loans stand, the cases, and the waivers that wait."""
    states = () if request.GET.get("show") == "all" else WAITING
    page = paginate(queries.cases_at_office(request.actor, *states), number=request.GET.get("page"))
    figures = [(WORDS[standing], counts) for standing, counts in queries.figures(request.actor).items()]
    context = {
        "figures": figures,
        "page": page,
        "table": cases_table(page.rows, view="loans:office_case"),
        "waivers": waivers_table(queries.open_waivers(request.actor)[:100]),
        "all": not states,
    }
    return render(request, "loans/covenants/office.html", context)


@open_to(*READERS)
@require_GET
def at_office(request: Request, reference: str) -> HttpResponse:
    """Show the office how a loan stands."""
    loan = queries.loan_at_office(request.actor, reference)
    return _covenant(request, loan, back="loans:office_covenants", side="office")


@open_to(Role.EMPLOYER)
@require_GET
def own_evidence(request: Request, reference: str, kind: str) -> HttpResponse:
    """Send an employer what its covenant rests on."""
    return _evidence(request, queries.own_loan(request.actor, reference), kind)


@open_to(Role.BANKER)
@require_GET
def bank_evidence(request: Request, reference: str, kind: str) -> HttpResponse:
    """Send a bank what a covenant rests on."""
    return _evidence(request, queries.loan_of_bank(request.actor, reference), kind)


@open_to(*READERS)
@require_GET
def office_evidence(request: Request, reference: str, kind: str) -> HttpResponse:
    """Send the office what a covenant rests on."""
    return _evidence(request, queries.loan_at_office(request.actor, reference), kind)


def _covenant(request: Request, loan: Loan, *, back: str, side: str) -> HttpResponse:
    covenant = queries.covenant_of(loan)
    latest = covenant.latest
    context = {
        "loan": loan,
        "covenant": covenant,
        "shown": WORDS[Standing(latest.standing)] if latest else None,
        "percent": round(covenant.terms.share * 100),
        "table": months_table(covenant),
        "chart": months_chart(covenant),
        "back": back,
        "side": side,
        "evidence": f"loans:{side}_evidence",
        "cases": [(case, WORDS[CaseState(case.state)]) for case in covenant.cases],
    }
    return render(request, "loans/covenants/covenant.html", context)


def _evidence(request: Request, loan: Loan, kind: str) -> HttpResponse:
    if kind not in ("pdf", "xlsx"):
        raise Missing("no such kind of file")
    pack = evidence.pack_of(queries.covenant_of(loan))
    record.write("loans.evidence_handed_out", by=request.actor, about=loan, data={"kind": kind})
    if kind == "pdf":
        response = HttpResponse(evidence.pdf(pack), content_type="application/pdf")
    else:
        response = HttpResponse(evidence.xlsx(pack, title=_("Evidence")), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="evidence-{loan.reference}.{kind}"'
    return response
