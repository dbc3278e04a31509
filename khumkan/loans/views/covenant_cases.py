"""One case of too few workers: the bank decides with two officers, the office waives with two."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.loans.actions import breaches, waivers
from khumkan.loans.forms.covenants import AskWaiverForm, BreachForm, DecideWaiverForm
from khumkan.loans.models import CovenantCase
from khumkan.loans.permissions import covenants as permissions
from khumkan.loans.queries import covenants as queries
from khumkan.loans.states import CaseState, WaiverState
from khumkan.loans.views.covenant_tables import steps_table
from khumkan.loans.words import WORDS
from khumkan.ui.forms import Form

READERS = (Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR)


@open_to(Role.BANKER)
@require_http_methods(["GET", "POST"])
def bank_case(request: Request, reference: str) -> HttpResponse:
    """Show a bank one case, and let an officer propose what follows from a breach."""
    case = queries.case_of_bank(request.actor, reference)
    proposed = queries.decision_of(case)
    is_open = case.state == CaseState.BREACHED and proposed is None
    form = BreachForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _tried(
            request, form, lambda: breaches.propose(case=case, decision=form.decision(), by=request.actor),
            to=reverse("loans:bank_case", args=[case.reference]), page=lambda: _bank_page(request, case, form, True),
        )  # fmt: skip
    return _bank_page(request, case, form, is_open)


@open_to(Role.BANKER)
@require_POST
def decide_breach(request: Request, reference: str, what: str) -> HttpResponse:
    """Confirm what a colleague proposed, or put it aside."""
    case = queries.case_of_bank(request.actor, reference)
    if what not in ("confirm", "drop"):
        raise Missing("no such decision")
    act, said = (
        (breaches.confirm, _("Decided. The office and the employer see it."))
        if what == "confirm"
        else (breaches.drop, _("Put aside. Another proposal can be made."))
    )

    def decide() -> object:
        proposed = queries.decision_of(case)
        if proposed is None:
            raise Refused(N_("Nothing waits to be decided here any more."), "nothing_proposed")
        return act(decision=proposed, by=request.actor)

    return do(request, decide, to=reverse("loans:bank_case", args=[case.reference]), said=said)


@open_to(*READERS)
@require_GET
def office_case(request: Request, reference: str) -> HttpResponse:
    """Show the office one case."""
    case = queries.case_at_office(request.actor, reference)
    found = queries.waiver_of(case)
    is_running = case.state in (CaseState.CURE, CaseState.BREACHED)
    is_asked = found is not None and found.state == WaiverState.ASKED
    context = {
        **_of(case),
        "may_ask": is_running and not is_asked and request.actor.has(Role.OFFICER),
        "waiver": found,
        "waiver_shown": WORDS[WaiverState(found.state)] if found else None,
        "proposed": queries.decision_of(case),
    }
    return render(request, "loans/covenants/office_case.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def ask_waiver(request: Request, reference: str) -> HttpResponse:
    """Let an officer ask for a waiver of a case."""
    case = queries.case_at_office(request.actor, reference)
    form = AskWaiverForm(request.POST or None, began=case.began)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        return _tried(
            request, form,
            lambda: waivers.ask(case=case, until=given["until"], why=given["why"], by=request.actor),
            to=reverse("loans:office_case", args=[case.reference]), page=lambda: _ask_page(request, case, form),
        )  # fmt: skip
    return _ask_page(request, case, form)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def waiver(request: Request, reference: str) -> HttpResponse:
    """Let a second officer decide about the waiver of a case."""
    case = queries.case_at_office(request.actor, reference)
    found = queries.waiver_of(case)
    if found is None:
        raise Missing("no waiver was asked for")
    form = DecideWaiverForm(request.POST or None)
    context = {
        "case": case, "waiver": found, "form": form, "shown": WORDS[WaiverState(found.state)],
        "may_decide": found.state == WaiverState.ASKED and permissions.may_decide_waiver(request.actor, found),
    }  # fmt: skip

    def page() -> HttpResponse:
        return render(request, "loans/covenants/waiver.html", context, status=422 if form.errors else 200)

    if request.method == "GET" or not form.is_valid():
        return page()
    act = waivers.give if form.cleaned_data["decision"] == "give" else waivers.refuse
    why = form.cleaned_data["why"]
    back = reverse("loans:office_case", args=[case.reference])
    return _tried(request, form, lambda: act(waiver=found, why=why, by=request.actor), to=back, page=page)


def _bank_page(request: Request, case: CovenantCase, form: Form, is_open: bool) -> HttpResponse:
    proposed = queries.decision_of(case)
    context = {
        **_of(case),
        "form": form if is_open else None,
        "proposed": proposed,
        "is_proposal": proposed is not None and proposed.confirmed_at is None,
        "may_confirm": proposed is not None and bool(permissions.is_second(request.actor, proposed.proposed_by)),
        "most": queries.terms_of(case.loan).step_up,
    }
    return render(request, "loans/covenants/bank_case.html", context, status=422 if form.errors else 200)


def _ask_page(request: Request, case: CovenantCase, form: Form) -> HttpResponse:
    context = {"case": case, "form": form}
    return render(request, "loans/covenants/ask_waiver.html", context, status=422 if form.errors else 200)


def _of(case: CovenantCase) -> dict[str, Any]:
    return {
        "case": case,
        "shown": WORDS[CaseState(case.state)],
        "covenant": queries.covenant_of(case.loan),
        "steps": steps_table(queries.steps_of(case)),
    }


def _tried(
    request: Request, form: Form, act: Callable[[], object], *, to: str, page: Callable[[], HttpResponse]
) -> HttpResponse:
    """Act and go on, or show the page again with what was refused."""
    try:
        act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return page()
    return HttpResponseRedirect(to)
