"""Money of a loan that the bank reports by hand, changes of its schedule, and the end of a contract."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.loans.actions import drawing, moratorium, prepaying, repaying, restructuring, signing
from khumkan.loans.forms.bank import MoneyForm, NewTermsForm, PauseForm, PrepayForm, WhyForm
from khumkan.loans.models import Loan
from khumkan.loans.money_choices import Prepaying
from khumkan.loans.queries import desk
from khumkan.loans.views.acting import act_page
from khumkan.ui.filters import baht

FORM = require_http_methods(["GET", "POST"])


@open_to(Role.BANKER)
@FORM
def draw(request: Request, reference: str) -> HttpResponse:
    """Book that money was paid out."""
    loan = desk.loan_of_bank(request.actor, reference)
    form = MoneyForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: drawing.draw(loan=loan, by=request.actor, **form.movement),
        heading=_("Money was drawn"),
        lead=_("The schedule is made anew with every drawing."),
        said=_("Booked. The schedule stands below."),
        does=_("Book it"),
        **_of(loan),
    )


@open_to(Role.BANKER)
@FORM
def repay(request: Request, reference: str) -> HttpResponse:
    """Book a payment of the employer."""
    loan = desk.loan_of_bank(request.actor, reference)
    form = MoneyForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: repaying.repay(loan=loan, by=request.actor, **form.movement),
        heading=_("The employer has paid"),
        lead=_("The oldest instalment is paid first, in each the interest first."),
        said=_("Booked."),
        does=_("Book it"),
        **_of(loan),
    )


@open_to(Role.BANKER)
@FORM
def prepay(request: Request, reference: str) -> HttpResponse:
    """Book a payment ahead of time."""
    loan = desk.loan_of_bank(request.actor, reference)
    form = PrepayForm(request.POST or None)

    def act() -> None:
        prepaying.prepay(loan=loan, way=Prepaying(form.cleaned_data["way"]), by=request.actor, **form.movement)

    heading, lead = _("Paid ahead of time"), _("Interest up to the day is paid first; the rest lowers the principal.")
    said, does = _("Booked. The schedule stands below."), _("Book it")
    return act_page(request, form, act, heading=heading, lead=lead, said=said, does=does, **_of(loan))


@open_to(Role.BANKER)
@FORM
def reverse_payment(request: Request, reference: str, journal_id: int) -> HttpResponse:
    """Take back a payment that did not come."""
    loan = desk.loan_of_bank(request.actor, reference)
    journal = desk.journal_of(loan, journal_id)
    form = WhyForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: repaying.reverse(journal=journal, why=form.cleaned_data["why"], by=request.actor),
        heading=_("Take the payment back"),
        lead=_("%(amount)s, for example a cheque that was not honoured. Both bookings stay.")
        % {"amount": baht(journal.amount)},
        said=_("Taken back."),
        does=_("Take the payment back"),
        style="warning",
        **_of(loan),
    )


@open_to(Role.BANKER)
@FORM
def pause(request: Request, reference: str) -> HttpResponse:
    """Let payments pause, as bank and employer agreed."""
    loan = desk.loan_of_bank(request.actor, reference)
    form = PauseForm(request.POST or None, version=_version(loan))

    def act() -> None:
        given = form.cleaned_data
        moratorium.pause_payments(
            loan=loan,
            pause=form.pause,
            on=given["on"],
            version=given["version"],
            why=given["why"],
            by=request.actor,
        )

    heading, said, does = _("Let payments pause"), _("The schedule was made anew. The old one stays."), _("Pause")
    return act_page(request, form, act, heading=heading, said=said, does=does, **_of(loan))


@open_to(Role.BANKER)
@FORM
def new_terms(request: Request, reference: str) -> HttpResponse:
    """Give a loan new terms, as bank and employer agreed."""
    loan = desk.loan_of_bank(request.actor, reference)
    form = NewTermsForm(request.POST or None, version=_version(loan))

    def act() -> None:
        given = form.cleaned_data
        restructuring.restructure(
            loan=loan, new=form.new, on=given["on"], version=given["version"], why=given["why"], by=request.actor
        )

    heading, said = _("New terms"), _("The schedule was made anew. The old one stays.")
    return act_page(request, form, act, heading=heading, said=said, does=_("Make the new schedule"), **_of(loan))


@open_to(Role.BANKER)
@require_POST
def finish_drawing(request: Request, reference: str) -> HttpResponse:
    """Note that nothing more is going to be drawn."""
    loan = desk.loan_of_bank(request.actor, reference)
    return do(
        request,
        lambda: drawing.finish_drawing(loan=loan, by=request.actor),
        to=_home(loan),
        said=_("Noted. What was not drawn is free for others."),
    )


@open_to(Role.BANKER)
@FORM
def give_up(request: Request, reference: str) -> HttpResponse:
    """Note that a contract was given up before any money."""
    loan = desk.loan_of_bank(request.actor, reference)
    form = WhyForm(request.POST or None)
    return act_page(
        request,
        form,
        lambda: signing.give_up(loan=loan, why=form.cleaned_data["why"], by=request.actor),
        heading=_("Give the contract up"),
        lead=_("Only before any money was drawn. The money is free for others at once."),
        said=_("Given up."),
        does=_("Give it up"),
        style="warning",
        **_of(loan),
    )


def _version(loan: Loan) -> int:
    schedules = desk.schedules_of(loan)
    return schedules[0].version if schedules else 0


def _of(loan: Loan) -> dict[str, Any]:
    return {"caption": f"{loan.employer} · {loan.reference}", "back": _home(loan)}


def _home(loan: Loan) -> str:
    return reverse("loans:bank_loan", args=[loan.reference])
