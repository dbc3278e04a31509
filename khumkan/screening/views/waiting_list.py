"""The waiting list for officers: who waits and why, and what an officer decides."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.screening.actions import registrations as actions
from khumkan.screening.choices import EndedBecause, WaitingBecause
from khumkan.screening.forms.registrations import PlaceForm
from khumkan.screening.models import Registration
from khumkan.screening.queries import registrations as queries
from khumkan.screening.queries import sessions
from khumkan.screening.rules.answers import Answers
from khumkan.screening.views.showing import shown
from khumkan.ui.tables import Cell, Column, Table

GRANT = "grant"
#: How an officer may end a registration.
ENDS = (EndedBecause.NOT_ENTITLED, EndedBecause.OFFICE)


@open_to(Role.OFFICER)
@require_GET
def listed(request: Request) -> HttpResponse:
    """Show who waits in the officer's provinces, the first to be served first, by why."""
    because = request.GET.get("because", "")
    because = because if because in WaitingBecause.values else ""
    page = paginate(sessions.waiting_for(request.actor, because=because), number=request.GET.get("page"))
    record.saw(by=request.actor, person_ids=[row.person_id for row in page.rows], page="screening:waiting_list")
    counts = sessions.waiting_counts(request.actor)
    here = reverse("screening:waiting_list")
    tallies = [(f"{here}?because={choice.value}", choice.label, counts[choice]) for choice in WaitingBecause]
    context = {"page": page, "tallies": tallies, "because": because, "table": _table(page.rows)}
    return render(request, "screening/registrations/waiting_list.html", context)


@open_to(Role.OFFICER)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one who waits: answers, points, and what can be decided."""
    return _page(request, _waiting(request, reference))


@open_to(Role.OFFICER)
@require_POST
def decide(request: Request, reference: str) -> HttpResponse:
    """Grant the test, or end the registration."""
    registration, decision = _waiting(request, reference), request.POST.get("decision", "")
    if decision == GRANT:
        return do(
            request,
            lambda: actions.grant(registration=registration, by=request.actor),
            to=reverse("screening:waiting_list"),
            said=_("Decided. The person is told."),
        )
    because = EndedBecause(decision) if decision in ENDS else EndedBecause.OFFICE
    return do(
        request,
        lambda: actions.end(registration=registration, because=because, by=request.actor),
        to=reverse("screening:waiting_list"),
        said=_("The registration has ended. The person is told where to read why."),
    )


@open_to(Role.OFFICER)
@require_POST
def place(request: Request, reference: str) -> HttpResponse:
    """Give somebody who waits a place."""
    registration = _waiting(request, reference)
    form = PlaceForm(request.POST, offers=queries.other_places(registration))
    if not form.is_valid():
        return _page(request, registration, form=form)
    session_id = int(form.cleaned_data["session"])
    return do(
        request,
        lambda: actions.give_place(registration=registration, session_id=session_id, by=request.actor),
        to=reverse("screening:waiting_list"),
        said=_("The place is given. The person is told."),
    )


def _table(rows: Sequence[Registration]) -> Table:
    return Table(
        caption=gettext_lazy("The first to be served first"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Reference"), _link, header=True),
            Column(gettext_lazy("Name"), lambda row: row.person.full_name),
            Column(gettext_lazy("Points"), "priority", numeric=True),
            Column(gettext_lazy("Why a test"), lambda row: row.get_ground_display()),
            Column(gettext_lazy("Method"), lambda row: row.get_method_display()),
            Column(gettext_lazy("Waits because"), lambda row: row.get_waiting_because_display()),
            Column(gettext_lazy("Registered"), "registered_at"),
        ),
        empty=gettext_lazy("Nobody waits."),
    )


def _link(row: Registration) -> Cell:
    return Cell(row.reference, href=reverse("screening:waiting_one", args=[row.reference]))


def _waiting(request: Request, reference: str) -> Registration:
    return queries.registration_for(request.actor, reference)


def _page(request: Request, registration: Registration, *, form: PlaceForm | None = None) -> HttpResponse:
    record.saw(by=request.actor, person_ids=[registration.person_id], page="screening:waiting_one")
    context = {
        "registration": registration,
        "person": registration.person,
        "live": shown(registration),
        "answers": Answers.from_json(registration.answers),
        "why": queries.reasons_of(registration),
        "place_form": form or PlaceForm(offers=queries.other_places(registration)),
        "form": form,
    }
    return render(request, "screening/registrations/waiting_one.html", context, status=422 if form else 200)
