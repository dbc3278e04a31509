"""A person as the register holds them, and the office's corrections: each with what proves it, each kept."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.registry import actions, queries
from khumkan.registry.forms import CorrectionForm, DocumentForm, PersonForm, ProvenForm, WithdrawForm
from khumkan.registry.models import Person, PersonChange
from khumkan.registry.states import ChangeReason
from khumkan.ui.tables import Column, Table

OFFICE = (Role.OFFICER, Role.ADMINISTRATOR)
CORRECTED = ("title", "first_name", "last_name", "birth_date")


@open_to(*OFFICE)
@require_http_methods(["GET", "POST"])
def find(request: Request) -> HttpResponse:
    """Find a person. What was typed goes by POST: it must not stand in an address."""
    form, found = PersonForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        try:
            found = queries.find_typed(form.cleaned_data["what"], by=request.actor)
        except Refused as refusal:
            form.add_error("what", str(refusal))
        else:
            if len(found) == 1:
                return redirect("registry:person", found[0].reference)
            if not found:
                form.add_error("what", _("Nobody was found. Please compare the number digit by digit."))
    return render(request, "registry/persons.html", {"form": form, "found": found}, status=422 if form.errors else 200)


@open_to(*OFFICE)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show a person with documents and corrections."""
    who = queries.person_referred(request.actor, reference)
    context = {
        "person": who,
        "documents": queries.documents_of(who.pk),
        "changes": _changes(queries.changes_of(who)),
    }
    return render(request, "registry/person.html", context)


@open_to(*OFFICE)
@require_http_methods(["GET", "POST"])
def correct(request: Request, reference: str) -> HttpResponse:
    """Correct name and date of birth."""
    who = queries.person_referred(request.actor, reference)
    form = CorrectionForm(request.POST or None, initial={name: getattr(who, name) for name in CORRECTED})

    def act(by: Actor) -> None:
        why = ChangeReason(form.cleaned_data["why"])
        actions.correct_person(person_id=who.pk, correction=form.correction(), why=why, by=by)

    return _tried(request, who, form, act, title=gettext_lazy("Correct name and date of birth"))


@open_to(*OFFICE)
@require_http_methods(["GET", "POST"])
def add_document(request: Request, reference: str) -> HttpResponse:
    """Add an identity document."""
    who = queries.person_referred(request.actor, reference)
    form = DocumentForm(request.POST or None)

    def act(by: Actor) -> None:
        given = form.cleaned_data
        actions.add_document(person_id=who.pk, kind=IdentifierKind(given["kind"]), number=given["number"], by=by)

    return _tried(request, who, form, act, title=gettext_lazy("Add an identity document"))


@open_to(*OFFICE)
@require_http_methods(["GET", "POST"])
def withdraw_document(request: Request, reference: str) -> HttpResponse:
    """Withdraw a number that turned out wrong."""
    who = queries.person_referred(request.actor, reference)
    form = WithdrawForm(request.POST or None, documents=queries.documents_of(who.pk))

    def act(by: Actor) -> None:
        actions.withdraw_document(person_id=who.pk, document=form.document_meant(), by=by)

    return _tried(request, who, form, act, title=gettext_lazy("Withdraw a wrong number"))


def _tried(
    request: Request, who: Person, form: ProvenForm, act: Callable[[Actor], None], *, title: Promise
) -> HttpResponse:
    """Do it for the person when the form is right, and go back to them; a refusal stands on the form."""
    if request.method == "POST" and form.is_valid():
        try:
            act(request.actor.acting_for(who.pk, because=form.cleaned_data["because"]))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. What stood there before is kept."))
            return redirect("registry:person", who.reference)
    context = {"form": form, "person": who, "title": title}
    return render(request, "registry/person_form.html", context, status=422 if form.errors else 200)


def _changes(rows: Iterable[PersonChange]) -> Table:
    return Table(
        caption=gettext_lazy("Earlier corrections"),
        rows=rows,
        columns=(
            Column(gettext_lazy("When"), "at", header=True),
            Column(gettext_lazy("Why"), lambda row: _why(row.why)),
            Column(gettext_lazy("What stood there"), lambda row: _before(row)),
        ),
        empty=gettext_lazy("Nothing was corrected yet."),
    )


def _why(code: str) -> str:
    if code in ChangeReason.values:
        return str(ChangeReason(code).label)
    return _("A file brought it up to date")


def _before(row: PersonChange) -> str:
    """Return the words that stood there; the form for comparing names is left out."""
    return " · ".join(str(value or "–") for name, value in sorted(row.before.items()) if name != "name_key")
