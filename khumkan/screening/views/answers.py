"""For the person: the answer as a letter, and whom they met."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.registry.queries.persons import person_for
from khumkan.screening.actions import contacts as actions
from khumkan.screening.documents import answers as documents
from khumkan.screening.forms.laboratory import ContactForm
from khumkan.screening.queries import answers as queries


@open_to(Role.PERSON)
@require_GET
def letter(request: Request, reference: str) -> HttpResponse:
    """Send the answer to one test as a PDF."""
    told = queries.result_by_reference(request.actor, reference)
    if told.is_waiting:
        raise Refused(N_("The answer is not ready yet."), "answer_not_ready")
    person = person_for(request.actor, request.actor.person_id or 0)
    return HttpResponse(documents.letter(told, person), content_type="application/pdf")


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def name_contacts(request: Request, reference: str) -> HttpResponse:
    """Ask a case for the people met; each of them is offered a test and does not hear who named them."""
    case = queries.case_of(request.actor, reference)
    form = ContactForm(request.POST or None)
    if form.is_bound and form.is_valid():
        named = form.cleaned_data
        return do(
            request,
            lambda: actions.name_contact(
                case=case,
                name=named["name"],
                phone=named["phone"],
                last_met_on=named["last_met_on"],
                by=request.actor,
            ),
            to=reverse("screening:name_contacts", args=[case.reference]),
            said=_("Thank you. We have sent an invitation. You can name somebody else."),
        )
    context = {"form": form, "case": case, "named": queries.contacts_named(case)}
    return render(request, "screening/laboratory/contacts.html", context, status=422 if form.errors else 200)
