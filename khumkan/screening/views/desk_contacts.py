"""The hotline and officers: invitations that are read out, contacts named on the telephone, contacts to call."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.kernel.words import N_
from khumkan.registry.models import Person
from khumkan.screening.actions import contacts as actions
from khumkan.screening.actions import registrations
from khumkan.screening.forms.laboratory import DeskContactForm
from khumkan.screening.forms.registrations import DeskInvitedForm
from khumkan.screening.models import Contact
from khumkan.screening.queries import callers
from khumkan.screening.queries import contacts as queries
from khumkan.ui.tables import Cell, Column, Table

DESK = (Role.AGENT, Role.SUPERVISOR, Role.OFFICER)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def invitation(request: Request, reference: str) -> HttpResponse:
    """Register somebody who was invited and reads the code out; who named them is not shown."""
    found = queries.invitation(reference)
    form = DeskInvitedForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            who = _one(request, form.cleaned_data["what"])
            by = request.actor.acting_for(who.pk, because=form.cleaned_data["because"])
            registrations.register_invited(reference=found.reference, answers=form.answers(), by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("screening:desk_person", who.reference)
    context = {"form": form, "invitation": found}
    return render(request, "screening/contacts/invitation.html", context, status=422 if form.errors else 200)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def name(request: Request, person: str) -> HttpResponse:
    """Name somebody whom a caller met. Only who has a contact to name learns whether the caller is a case."""
    who = callers.caller(person, by=request.actor)
    form = DeskContactForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            _name(request, who, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. We have sent an invitation. You can name somebody else."))
            return redirect("screening:desk_contacts", who.reference)
    context = {"form": form, "person": who}
    return render(request, "screening/contacts/name.html", context, status=422 if form.errors else 200)


@open_to(Role.OFFICER)
@require_GET
def listed(request: Request) -> HttpResponse:
    """List the contacts who were invited and have not registered; name and telephone stay closed."""
    page = paginate(queries.unregistered(request.actor), number=request.GET.get("page"))
    return render(request, "screening/contacts/list.html", {"page": page, "table": _table(page.rows)})


@open_to(Role.OFFICER)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Open one contact to call; that it was opened is written down."""
    found = queries.contact_for(request.actor, reference)
    told = actions.open_contact(contact=found, by=request.actor)
    return render(request, "screening/contacts/one.html", {"contact": found, "told": told})


def _one(request: Request, what: str) -> Person:
    found = callers.find(what, by=request.actor)
    if not found:
        raise Refused(N_("Nobody was found. Please compare number by number with the caller."), "nobody_found")
    if len(found) > 1:
        raise Refused(N_("Several persons have this telephone. Ask for the identity number instead."), "several_found")
    return found[0]


def _name(request: Request, who: Person, form: DeskContactForm) -> None:
    case, told = queries.case_to_name_for(who.pk), form.cleaned_data
    if case is None:
        raise Refused(N_("This person has no infection on record, so there is nobody to name."), "no_case")
    actions.name_contact(
        case=case,
        name=told["name"],
        phone=told["phone"],
        last_met_on=told["last_met_on"],
        by=request.actor.acting_for(who.pk, because=told["because"]),
    )


def _table(rows: Sequence[Contact]) -> Table:
    return Table(
        caption=gettext_lazy("Who was named first stands on top"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Invitation"), _link, header=True),
            Column(gettext_lazy("Last met the case"), "last_met_on"),
            Column(gettext_lazy("Invited"), "invited_at"),
        ),
        empty=gettext_lazy("Everybody who was invited has registered."),
    )


def _link(row: Contact) -> Cell:
    return Cell(row.reference, href=reverse("screening:contact", args=[row.reference]))
