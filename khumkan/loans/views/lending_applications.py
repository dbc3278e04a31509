"""An employer's application: written, sent, followed, with its documents, and withdrawn."""

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
from khumkan.kernel.errors import Refused
from khumkan.loans.actions import applications as actions
from khumkan.loans.actions import documents
from khumkan.loans.choices import DocumentKind
from khumkan.loans.forms.lending import ApplyForm, DocumentForm, WishForm, WithdrawForm
from khumkan.loans.models import Application
from khumkan.loans.queries import applications as queries
from khumkan.loans.queries import banks, offers
from khumkan.loans.queries.phases import title_of
from khumkan.loans.states import ApplicationState
from khumkan.loans.words import WORDS
from khumkan.ui.forms import Form


@open_to(Role.EMPLOYER)
@require_http_methods(["GET", "POST"])
def apply(request: Request, employer: str, phase: int) -> HttpResponse:
    """Write a new application; it is sent from its own page, after the documents are there."""
    offer = offers.offer_for(request.actor, employer, phase)
    form = ApplyForm(request.POST or None, banks=banks.lending_in(offer.lending.phase.pk))

    def act(_given: dict[str, Any]) -> HttpResponse:
        made = actions.draft(
            employer=offer.employer,
            phase_id=offer.lending.phase.pk,
            bank=form.chosen,
            wish=form.wish,
            by=request.actor,
        )
        return HttpResponseRedirect(_home(made))

    back = reverse("loans:offer", args=[offer.employer.reference, offer.lending.phase.pk])
    context = {"title": title_of(offer.lending.phase), "employer": offer.employer, "back": back}
    return _page(request, form, "loans/lending/apply.html", act, context)


@open_to(Role.EMPLOYER)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show an application: how far it is, its documents, every step, and what can be done next."""
    application = queries.own(request.actor, reference)
    state = ApplicationState(application.state)
    context = {
        "application": application,
        "title": title_of(application.phase),
        "shown": WORDS[state],
        "is_writable": state in actions.WRITABLE,
        "can_withdraw": state in actions.WITHDRAWABLE,
        "documents": queries.documents_of(application),
        "steps": [(each, WORDS[ApplicationState(each.state)]) for each in queries.steps_of(application)],
        "loan": queries.loan_of(application),
        "form": DocumentForm() if state in actions.WRITABLE else None,
    }
    return render(request, "loans/lending/application.html", context)


@open_to(Role.EMPLOYER)
@require_http_methods(["GET", "POST"])
def change(request: Request, reference: str) -> HttpResponse:
    """Change what is asked for."""
    application = queries.own(request.actor, reference)
    form = WishForm.of(application, request.POST or None)

    def act(_given: dict[str, Any]) -> HttpResponse:
        actions.change(application=application, wish=form.wish, by=request.actor)
        return HttpResponseRedirect(_home(application))

    context = {"title": title_of(application.phase), "employer": application.employer, "back": _home(application)}
    return _page(request, form, "loans/lending/apply.html", act, context)


@open_to(Role.EMPLOYER)
@require_POST
def send(request: Request, reference: str) -> HttpResponse:
    """Send an application to the bank."""
    application = queries.own(request.actor, reference)
    return do(
        request,
        lambda: actions.send(application=application, by=request.actor),
        to=_home(application),
        said=_("Sent. The bank looks at it, and you see its answer here."),
    )


@open_to(Role.EMPLOYER)
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, reference: str) -> HttpResponse:
    """Withdraw an application, with the reason."""
    application = queries.own(request.actor, reference)
    form = WithdrawForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        actions.withdraw(application=application, why=given["why"], by=request.actor)
        return HttpResponseRedirect(_home(application))

    context = {"application": application, "back": _home(application)}
    return _page(request, form, "loans/lending/withdraw.html", act, context)


@open_to(Role.EMPLOYER)
@require_http_methods(["GET", "POST"])
def add_document(request: Request, reference: str) -> HttpResponse:
    """Add a document."""
    application = queries.own(request.actor, reference)
    form = DocumentForm(request.POST or None, request.FILES or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        file, kind = given["file"], DocumentKind(given["kind"])
        documents.add(application=application, kind=kind, name=file.name, content=file.read(), by=request.actor)
        return HttpResponseRedirect(_home(application))

    context = {"application": application, "back": _home(application)}
    return _page(request, form, "loans/lending/add_document.html", act, context, field="file")


@open_to(Role.EMPLOYER)
@require_GET
def document(request: Request, reference: str, document_id: int) -> HttpResponse:
    """Send a document back to the employer that sent it."""
    application = queries.own(request.actor, reference)
    found = queries.document_of(application, document_id)
    answer = HttpResponse(found.opened(application.reference), content_type=found.file_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="document-{found.pk}{found.ending}"'
    return answer


@open_to(Role.EMPLOYER)
@require_POST
def remove_document(request: Request, reference: str, document_id: int) -> HttpResponse:
    """Take a document back."""
    application = queries.own(request.actor, reference)
    return do(
        request,
        lambda: documents.remove(application=application, document_id=document_id, by=request.actor),
        to=_home(application),
        said=_("Taken back. Its content is gone."),
    )


def _page(
    request: Request,
    form: Form,
    template: str,
    act: Callable[[dict[str, Any]], HttpResponse],
    context: dict[str, object],
    *,
    field: str | None = None,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            return act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(field, str(refusal))
    return render(request, template, {**context, "form": form}, status=422 if form.errors else 200)


def _home(application: Application) -> str:
    return reverse("loans:application", args=[application.reference])
