"""The office and its banks: who lends where, what is deposited there; certificates; whether the books agree."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing
from khumkan.loans.actions import banks as actions
from khumkan.loans.actions import certificates as papers
from khumkan.loans.actions import deposits
from khumkan.loans.forms.bank import WhyForm
from khumkan.loans.forms.office import BankForm, DepositForm, FindForm, NoticesForm
from khumkan.loans.models import Bank
from khumkan.loans.permissions import lending as permissions
from khumkan.loans.permissions import money as money_permissions
from khumkan.loans.queries import banks as queries
from khumkan.loans.queries import certificates, money, phases
from khumkan.loans.queries.phases import title_of
from khumkan.loans.views.acting import act_page
from khumkan.loans.words import STANDINGS
from khumkan.policies.states import PhaseState
from khumkan.ui.filters import baht
from khumkan.ui.tables import Cell, Column, Table

#: What the auditor's check calls what does not agree.
DISAGREEMENTS = {
    "journal": _("A journal does not balance"),
    "account": _("The balance of an account is not the sum of its lines"),
    "book": _("The schedule of a loan differs from its principal"),
    "paid": _("What is filled of a schedule differs from the payments"),
}


@open_to(*permissions.READERS)
@require_GET
def banks(request: Request) -> HttpResponse:
    """List all banks."""
    table = Table(
        caption=_("Banks"),
        rows=queries.all_banks(),
        columns=(
            Column(_("Bank"), lambda row: Cell(str(row), href=_home(row)), header=True),
            Column(_("Code"), "code"),
            Column(_("State"), _state),
            Column(_("Added"), "added_at"),
        ),
        empty=_("No bank has been added yet."),
    )
    return render(request, "loans/office/banks.html", {"table": table, "may_run": _may_run(request)})


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def new_bank(request: Request) -> HttpResponse:
    """Add a bank."""
    permissions.check_may_run(request.actor)
    form = BankForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: actions.add_bank(by=request.actor, **form.cleaned_data),
        heading=_("Add a bank"),
        lead=_("Its officers are invited afterwards, with a role for this bank alone."),
        caption="",
        back=reverse("loans:banks"),
        said=_("Added."),
        does=_("Add it"),
    )


@open_to(*permissions.READERS)
@require_GET
def bank(request: Request, reference: str) -> HttpResponse:
    """Show one bank: the phases in which it lends, and what is deposited there."""
    found = queries.bank_called(reference)
    taking_part = {each.phase_id: each for each in queries.phases_of(found)}
    rows = [
        (each.phase, title_of(each.phase), taking_part.get(each.phase.pk))
        for each in phases.all_phases()
        if each.phase.pk in taking_part or each.phase.state != PhaseState.CLOSED
    ]
    context = {
        "bank": found,
        "rows": rows,
        "headings": (_("Phase"), _("Lent"), _("Of it for repaying other loans"), _("Takes applications")),
        "deposit": money.deposit_of(found),
        "may_run": _may_run(request),
        "may_deposit": request.actor.is_national(Role.OFFICER),
    }
    return render(request, "loans/office/bank.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def bank_notices(request: Request, reference: str) -> HttpResponse:
    """Say where a bank is told of breaches."""
    permissions.check_may_run(request.actor)
    found = queries.bank_called(reference)
    form = NoticesForm(request.POST or None, initial={"address": found.notices_to})
    return act_page(
        request,
        form,
        lambda: actions.set_notices_to(bank=found, address=form.cleaned_data["address"], by=request.actor),
        heading=_("Where the bank is told"),
        lead=_("It is told how many breaches wait for it, and no name."),
        caption=str(found),
        back=_home(found),
        said=_("Saved."),
        does=_("Save"),
    )


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def suspend_bank(request: Request, reference: str) -> HttpResponse:
    """Suspend a bank."""
    permissions.check_may_run(request.actor)
    found = queries.bank_called(reference)
    form = WhyForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: actions.suspend(bank=found, why=form.cleaned_data["why"], by=request.actor),
        heading=_("Suspend the bank"),
        lead=_("It takes no new applications. What it has, it goes on with."),
        caption=str(found),
        back=_home(found),
        said=_("Suspended."),
        does=_("Suspend"),
        style="warning",
    )


@open_to(Role.OFFICER)
@require_POST
def resume_bank(request: Request, reference: str) -> HttpResponse:
    """Let a suspended bank take applications again."""
    permissions.check_may_run(request.actor)
    found = queries.bank_called(reference)
    said = _("The bank takes applications again.")
    return do(request, lambda: actions.resume(bank=found, by=request.actor), to=_home(found), said=said)


@open_to(Role.OFFICER)
@require_POST
def bank_in_phase(request: Request, reference: str, phase_id: int, what: str) -> HttpResponse:
    """Let a bank take part in a phase, or take no more applications of it."""
    permissions.check_may_run(request.actor)
    found, phase = queries.bank_called(reference), phases.phase_called(phase_id).phase
    acts: dict[str, tuple[Callable[..., object], Any]] = {
        "join": (actions.join, _("The bank takes applications of this phase.")),
        "leave": (actions.leave, _("The bank takes no more applications of this phase.")),
    }
    if what not in acts:
        raise Missing("a bank joins or leaves")
    act, said = acts[what]
    return do(request, lambda: act(bank=found, phase_id=phase.pk, by=request.actor), to=_home(found), said=said)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def deposit(request: Request, reference: str) -> HttpResponse:
    """Book that the office moved money to a bank or back."""
    money_permissions.check_may_deposit(request.actor)
    found = queries.bank_called(reference)
    form = DepositForm(request.POST or None)

    def act() -> None:
        move = deposits.deposit if form.cleaned_data["way"] == "deposit" else deposits.withdraw
        move(bank=found, by=request.actor, **form.movement)

    return act_page(
        request,
        form,
        act,
        heading=_("Money of the fund at the bank"),
        lead=_("At the bank now: %(amount)s.") % {"amount": baht(money.deposit_of(found))},
        caption=str(found),
        back=_home(found),
        said=_("Booked."),
        does=_("Book it"),
    )


@open_to(Role.OFFICER)
@require_GET
def office_certificates(request: Request) -> HttpResponse:
    """Find a certificate by its code, within the officer's provinces."""
    typed = request.GET.get("code", "")
    form = FindForm(request.GET if typed else None)
    found = None
    if typed and form.is_valid():
        try:
            found = certificates.for_officer(request.actor, form.cleaned_data["code"])
        except Missing:
            form.add_error("code", str(_("There is no certificate with this code in your provinces.")))
    context = {
        "form": form,
        "paper": found,
        "shown": STANDINGS[certificates.standing_of(found)] if found else None,
        "title": title_of(found.phase) if found else "",
    }
    return render(request, "loans/office/certificates.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def revoke_certificate(request: Request, code: str) -> HttpResponse:
    """Revoke a certificate."""
    found = certificates.for_officer(request.actor, code)
    form = WhyForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: papers.revoke(certificate=found, why=form.cleaned_data["why"], by=request.actor),
        heading=_("Revoke the certificate"),
        lead=_("Whoever checks it is told at once that it does not hold."),
        caption=f"{found.employer} · {found.code}",
        back=f"{reverse('loans:office_certificates')}?code={found.code}",
        said=_("Revoked."),
        does=_("Revoke"),
        style="warning",
    )


@open_to(Role.OFFICER, Role.AUDITOR)
@require_GET
def books(request: Request) -> HttpResponse:
    """Show what does not agree in the books of all loans."""
    table = Table(
        caption=_("What does not agree"),
        rows=money.disagreements(),
        columns=(
            Column(_("What does not agree"), lambda row: DISAGREEMENTS[row[0]], header=True),
            Column(_("Number"), 1),
        ),
        empty=_("Everything agrees: each journal balances, and balances, schedules and payments fit."),
    )
    return render(request, "loans/office/books.html", {"table": table})


def _may_run(request: Request) -> bool:
    return permissions.may_run(request.actor) and request.actor.has(Role.OFFICER)


def _state(row: Bank) -> Cell:
    if row.suspended_at is not None:
        return Cell(_("Suspended"), tone="bad")
    return Cell(_("Takes applications"), tone="good")


def _home(row: Bank) -> str:
    return reverse("loans:bank_at_office", args=[row.reference])
