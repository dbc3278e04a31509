"""A bank works on applications: what waits, one of them with its checks, and each step up to the contract."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.queries import names_of
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.loans.actions import deciding, scheduling, signing
from khumkan.loans.choices import Proposal, Security
from khumkan.loans.forms.bank import DecideForm, ProposeForm, ReturnForm, SignForm
from khumkan.loans.models import Application
from khumkan.loans.money_choices import Repaying
from khumkan.loans.permissions import lending as permissions
from khumkan.loans.queries import applications as queries
from khumkan.loans.queries import certificates, checking, desk, phases
from khumkan.loans.queries.phases import title_of
from khumkan.loans.rules.amounts import highest_rate
from khumkan.loans.rules.checking import STOPPING
from khumkan.loans.states import ApplicationState
from khumkan.loans.views.acting import act_page
from khumkan.loans.words import STANDINGS, WORDS
from khumkan.ui.filters import baht
from khumkan.ui.tables import Cell, Column, Table

#: Steps of the bank: who made them stands beside them.
BY_BANK = ("returned", "proposed", "approved", "declined", "signed")
#: In these states the checks are looked at again.
CHECKED = (*desk.WAITING, ApplicationState.RETURNED)


@open_to(Role.BANKER)
@require_GET
def applications(request: Request) -> HttpResponse:
    """List what waits for the bank, the oldest step first, or everything that was ever sent to it."""
    shows_all = request.GET.get("show") == "all"
    rows = queries.of_banks(request.actor, *(() if shows_all else desk.WAITING))
    page = paginate(rows, number=request.GET.get("page"))
    table = Table(
        caption=_("Applications"),
        rows=page.rows,
        columns=(
            Column(_("Enterprise"), lambda row: Cell(str(row.employer), href=_home(row)), header=True),
            Column(_("Bank"), "bank"),
            Column(_("Size"), lambda row: row.get_size_display()),
            Column(_("Amount asked for"), lambda row: baht(row.amount), numeric=True),
            Column(_("State"), _state),
            Column(_("Since"), "changed_at"),
        ),
        empty=_("No application waits for you."),
    )
    counts = queries.counts_of_banks(request.actor)
    figures = [(WORDS[state], counts.get(state, 0)) for state in desk.WAITING]
    context = {"table": table, "page": page, "figures": figures, "all": shows_all}
    return render(request, "loans/bank/applications.html", context)


@open_to(Role.BANKER)
@require_GET
def application(request: Request, reference: str) -> HttpResponse:
    """Show one application: what was asked for, the certificate, the checks, the documents, and what comes next."""
    found = queries.for_banker(request.actor, reference)
    state = ApplicationState(found.state)
    context = {
        "application": found,
        "title": title_of(found.phase),
        "shown": WORDS[state],
        "certificate": STANDINGS[certificates.standing_of(found.certificate)],
        "is_checked": state in CHECKED,
        "findings": _findings(found) if state in CHECKED else [],
        "documents": queries.documents_of(found),
        "may_decide": permissions.may_decide(request.actor, found),
        "steps": _steps(found),
        "loan": queries.loan_of(found),
    }
    return render(request, "loans/bank/application.html", context)


@open_to(Role.BANKER)
@require_GET
def document(request: Request, reference: str, document_id: int) -> HttpResponse:
    """Send the bank a document of an application; that it was opened is on record."""
    found = queries.for_banker(request.actor, reference)
    paper = queries.document_of(found, document_id)
    record.write("loans.document_opened", by=request.actor, about=found, data={"document": paper.pk})
    answer = HttpResponse(paper.opened(found.reference), content_type=paper.file_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="document-{paper.pk}{paper.ending}"'
    return answer


@open_to(Role.BANKER)
@require_http_methods(["GET", "POST"])
def return_application(request: Request, reference: str) -> HttpResponse:
    """Ask the employer for what is missing."""
    found = queries.for_banker(request.actor, reference)
    form = ReturnForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: deciding.return_(application=found, why=form.cleaned_data["why"], by=request.actor),
        heading=_("Ask the employer for something"),
        said=_("Returned. The employer is told."),
        does=_("Return it to the employer"),
        **_of(found),
    )


@open_to(Role.BANKER)
@require_http_methods(["GET", "POST"])
def propose(request: Request, reference: str) -> HttpResponse:
    """Let the first officer propose what to decide."""
    found = queries.for_banker(request.actor, reference)
    form = ProposeForm.of(found, request.POST or None)

    def act() -> None:
        given = form.cleaned_data
        deciding.propose(
            application=found,
            proposal=Proposal(given["proposal"]),
            why=given["why"],
            amount=Decimal(given["amount"]),
            refinance=Decimal(given["refinance"]),
            by=request.actor,
        )

    said, does = _("Proposed. A second officer of your bank decides."), _("Propose")
    return act_page(request, form, act, heading=_("Propose what to decide"), said=said, does=does, **_of(found))


@open_to(Role.BANKER)
@require_http_methods(["GET", "POST"])
def decide_application(request: Request, reference: str) -> HttpResponse:
    """Let the second officer decide."""
    found = queries.for_banker(request.actor, reference)
    form = DecideForm(request.POST or None)

    def act() -> None:
        given = form.cleaned_data
        deciding.decide(application=found, agrees=given["agrees"] == "yes", why=given["why"], by=request.actor)

    lead: str | Promise = ""
    if found.proposal == Proposal.APPROVE:
        lead = _("Proposed: approve %(amount)s. When you agree, the money is reserved at once.") % {
            "amount": baht(found.proposed_amount)
        }
    elif found.proposal == Proposal.DECLINE:
        lead = _("Proposed: decline.")
    said, does = _("Decided."), _("Decide")
    return act_page(request, form, act, heading=_("Decide"), lead=lead, said=said, does=does, **_of(found))


@open_to(Role.BANKER)
@require_http_methods(["GET", "POST"])
def sign_loan(request: Request, reference: str) -> HttpResponse:
    """Note the contract: the loan begins, and its workers are counted from the filings."""
    found = queries.for_banker(request.actor, reference)
    form, terms = SignForm(request.POST or None), phases.terms_of(found.phase_id)

    def act() -> None:
        given = form.cleaned_data
        kind, months = Repaying(given["kind"]), given["interest_only"] or 0
        signing.sign(
            application=found,
            contract=form.contract,
            schedule=scheduling.book_with(kind=kind, interest_only=months),
            by=request.actor,
        )

    lead = _("At most %(rate)s percent a year, fixed, for %(months)s months at most.") % {
        "rate": highest_rate(Security(found.security), terms),
        "months": terms.term_months,
    }
    heading, said, does = _("Sign the contract"), _("Signed. Money can be drawn now."), _("The contract is signed")
    return act_page(request, form, act, heading=heading, lead=lead, said=said, does=does, **_of(found))


def _of(found: Application) -> dict[str, Any]:
    return {"caption": f"{found.employer} · {found.reference}", "back": _home(found)}


def _home(found: Application) -> str:
    return reverse("loans:bank_application", args=[found.reference])


def _state(row: Application) -> Cell:
    shown = WORDS[ApplicationState(row.state)]
    return Cell(shown.words, tone=shown.tone)


def _findings(found: Application) -> Sequence[tuple[str, bool]]:
    """Return what stands against an application in words, and whether it stops it."""
    return [(str(each.finding.label), each.finding in STOPPING) for each in checking.findings(found)]


def _steps(found: Application) -> Sequence[tuple[Any, Any, str]]:
    """Return every step with its words; with those of the bank the name of the officer who made it."""
    steps = queries.steps_of(found)
    officers = {each.pk: each.by_id for each in steps if each.by_id and each.state in BY_BANK}
    names = names_of(set(officers.values()))
    return [(each, WORDS[ApplicationState(each.state)], names.get(officers.get(each.pk, 0), "")) for each in steps]
