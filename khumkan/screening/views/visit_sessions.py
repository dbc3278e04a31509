"""A session at a site: who is expected, walk-ins, labels, the box, the end of the day."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.kernel.pages import Page, paginate
from khumkan.registry.queries.persons import person_by_number
from khumkan.screening.actions import manifests, registrations
from khumkan.screening.actions import visits as actions
from khumkan.screening.choices import DoorOutcome, Ground
from khumkan.screening.documents import labels as label_sheets
from khumkan.screening.documents import manifests as manifest_sheets
from khumkan.screening.forms.visits import BoxForm, FindForm, WalkInForm
from khumkan.screening.models import Registration, Session
from khumkan.screening.queries import laboratory, visits
from khumkan.screening.rules.visits import nobody_found
from khumkan.screening.states import RegistrationState, SpecimenState
from khumkan.screening.words import WORDS

BLANK_LABELS = 24
#: So many specimens that still lie at a site are listed; the count beside them is the whole.
MOST_LEFT = 200


@open_to(Role.SWABBER)
@require_http_methods(["GET", "POST"])
def today(request: Request) -> HttpResponse:
    """Show the sessions of the day, and find somebody by code, number or name."""
    form = FindForm(request.POST or None)
    alike: list[Registration] = []
    if form.is_bound and form.is_valid():
        wanted = form.cleaned_data["wanted"]
        alike = visits.find_today(request.actor, wanted)
        if len(alike) == 1:
            return HttpResponseRedirect(reverse("screening:arrival", args=[alike[0].reference]))
        if not alike:
            form.add_error("wanted", str(nobody_found(wanted)))
        record.saw(by=request.actor, person_ids=[each.person_id for each in alike], page="screening:field_today")
    context = {
        "form": form,
        "alike": [(each, WORDS[RegistrationState(each.state)]) for each in alike],
        "sessions": visits.sessions_today(request.actor),
        "left": [(each, WORDS[SpecimenState(each.state)]) for each in visits.left_behind(request.actor)[:MOST_LEFT]],
    }
    return render(request, "screening/visits/today.html", context, status=422 if form.errors else 200)


@open_to(Role.SWABBER)
@require_http_methods(["GET", "POST"])
def session(request: Request, reference: str) -> HttpResponse:
    """Show the list of a session; what is searched for travels in the body, not in the address."""
    found = visits.session_for(request.actor, reference)
    form = FindForm(request.POST or None)
    wanted = form.cleaned_data["wanted"] if form.is_bound and form.is_valid() else ""
    people = paginate(visits.on_list(found, search=wanted), number=request.GET.get("page"))
    record.saw(by=request.actor, person_ids=[each.person_id for each in people.rows], page="screening:field_session")
    return render(request, "screening/visits/session.html", _session_context(found, form, people, wanted))


def _session_context(found: Session, form: FindForm, people: Page[Registration], wanted: str) -> dict[str, object]:
    return {
        "session": found,
        "form": form,
        "page": people,
        "listed": [(each, WORDS[RegistrationState(each.state)]) for each in people.rows],
        "wanted": wanted,
        "tally": visits.tally_of(found),
        "is_closed": visits.is_closed(found),
        "for_box": visits.waiting_for_box(found).count(),
    }


@open_to(Role.SWABBER)
@require_http_methods(["GET", "POST"])
def walk_in(request: Request, reference: str) -> HttpResponse:
    """Take somebody in who has no place here."""
    found = visits.session_for(request.actor, reference)
    form = WalkInForm(request.POST or None)
    if form.is_bound and form.is_valid():
        registration_reference = _take_in(request, found, form)
        if registration_reference:
            return HttpResponseRedirect(reverse("screening:arrival", args=[registration_reference]))
    context = {"form": form, "session": found}
    return render(request, "screening/visits/walk_in.html", context, status=422 if form.errors else 200)


def _take_in(request: Request, found: Session, form: WalkInForm) -> str:
    """Return the reference of the registration of a walk-in; without one, the form says why."""
    person = person_by_number(IdentifierKind(form.cleaned_data["kind"]), form.cleaned_data["number"])
    if person is None:
        form.add_error("number", _("Nobody insured is known by this number. Check it, or note “not on the list”."))
        return ""
    if listed := visits.live_here(found, person.pk):
        return listed.reference
    try:
        made = registrations.register_walk_in(
            session_id=found.pk, person_id=person.pk, ground=Ground(form.cleaned_data["ground"]), by=request.actor
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""
    return made.reference


@open_to(Role.SWABBER)
@require_POST
def not_on_list(request: Request, reference: str) -> HttpResponse:
    """Note that somebody came who is not on the list and cannot be taken in."""
    found = visits.session_for(request.actor, reference)
    return do(
        request,
        lambda: actions.note_at_door(session=found, outcome=DoorOutcome.NOT_ON_LIST, by=request.actor),
        to=_to(found),
        said=gettext_lazy("Noted: somebody came who is not on the list."),
    )


@open_to(Role.SWABBER)
@require_GET
def labels(request: Request, reference: str) -> HttpResponse:
    """Send the labels of all specimens of the session."""
    found = visits.session_for(request.actor, reference)
    return HttpResponse(label_sheets.sheet(list(visits.labelled(found))), content_type="application/pdf")


@open_to(Role.SWABBER)
@require_GET
def blank_labels(request: Request, reference: str) -> HttpResponse:
    """Send a sheet of labels with codes that no specimen carries yet."""
    found = visits.session_for(request.actor, reference)
    return HttpResponse(label_sheets.blank_sheet(found, BLANK_LABELS), content_type="application/pdf")


@open_to(Role.SWABBER)
@require_http_methods(["GET", "POST"])
def box(request: Request, reference: str) -> HttpResponse:
    """Close a box of specimens for a laboratory."""
    found = visits.session_for(request.actor, reference)
    laboratories = visits.laboratories()
    form = BoxForm(request.POST or None, laboratories=laboratories)
    if form.is_bound and form.is_valid():
        chosen = next(site for site in laboratories if site.reference == form.cleaned_data["laboratory"])
        return do(
            request,
            lambda: manifests.close_box(session=found, laboratory=chosen, by=request.actor),
            to=reverse("screening:box", args=[found.reference]),
            said=gettext_lazy("The box is closed. Print its list and put it inside."),
        )
    context = {
        "form": form,
        "session": found,
        "waiting": list(visits.waiting_for_box(found)[:500]),
        "boxes": visits.boxes_of(found),
    }
    return render(request, "screening/visits/box.html", context, status=422 if form.errors else 200)


@open_to(Role.SWABBER, Role.LAB)
@require_GET
def box_list(request: Request, reference: str) -> HttpResponse:
    """Send the list of a box, for the box and for the laboratory."""
    found = laboratory.box_for(request.actor, reference)
    return HttpResponse(manifest_sheets.sheet(found, laboratory.in_box(found)), content_type="application/pdf")


@open_to(Role.SWABBER)
@require_http_methods(["GET", "POST"])
def close(request: Request, reference: str) -> HttpResponse:
    """Count and end the day."""
    found = visits.session_for(request.actor, reference)
    if request.method == "POST":
        return do(
            request,
            lambda: actions.close_session(session=found, by=request.actor),
            to=reverse("screening:close_session", args=[found.reference]),
            said=gettext_lazy("The session is closed. Everybody on the list is accounted for."),
        )
    context = {
        "session": found,
        "tally": visits.tally_of(found),
        "closed": visits.is_closed(found),
        "left": [(each, WORDS[SpecimenState(each.state)]) for each in visits.left_at(found)[:MOST_LEFT]],
    }
    return render(request, "screening/visits/close.html", context)


def _to(session: Session) -> str:
    return reverse("screening:field_session", args=[session.reference])
