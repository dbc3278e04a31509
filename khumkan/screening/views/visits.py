"""One person at the door: who comes, check-in, specimen, rapid result, or why not."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing
from khumkan.screening.actions import manifests, results
from khumkan.screening.actions import visits as actions
from khumkan.screening.choices import DoorOutcome, Method, Outcome
from khumkan.screening.documents import labels
from khumkan.screening.forms.visits import DoorForm, LabelForm, RapidForm
from khumkan.screening.models import Registration, Result, Specimen
from khumkan.screening.queries import visits as queries
from khumkan.screening.queries.corrections import readings_of
from khumkan.screening.states import RegistrationState
from khumkan.screening.words import WORDS


@open_to(Role.SWABBER)
@require_GET
def arrival(request: Request, reference: str) -> HttpResponse:
    """Show who a code belongs to and what is next; of somebody booked elsewhere only where and when."""
    found = queries.arrival(request.actor, reference)
    if found.registration is None:
        return render(request, "screening/visits/elsewhere.html", {"session": found.elsewhere})
    return _page(request, found.registration)


@open_to(Role.SWABBER)
@require_POST
def check_in(request: Request, reference: str) -> HttpResponse:
    """Let the person in."""
    registration = _here(request, reference)
    return do(request, lambda: actions.check_in(registration=registration, by=request.actor), to=_to(registration))


@open_to(Role.SWABBER)
@require_POST
def specimen(request: Request, reference: str) -> HttpResponse:
    """Note that the swab was taken."""
    registration, form = _here(request, reference), LabelForm(request.POST)
    if not form.is_valid():
        return _page(request, registration, label_form=form)
    code = form.cleaned_data["code"]
    return do(
        request,
        lambda: actions.take_specimen(registration=registration, code=code, by=request.actor),
        to=_to(registration),
    )


@open_to(Role.SWABBER)
@require_POST
def rapid(request: Request, reference: str) -> HttpResponse:
    """Take the two readings of a rapid test."""
    said = _("The result is stored and the person is told.")
    return _readings(request, reference, results.read_rapid, said=said)


@open_to(Role.SWABBER)
@require_POST
def correct(request: Request, reference: str) -> HttpResponse:
    """Take the two readings of a correction, which a second person releases."""
    return _readings(request, reference, results.correct_rapid, said=_("Entered. A second person releases it."))


@open_to(Role.SWABBER)
@require_POST
def cannot_use(request: Request, reference: str) -> HttpResponse:
    """Give up a specimen that has not left the site: broken, mixed up, or left behind."""
    registration = _here(request, reference)
    taken = _taken(registration)
    return do(
        request,
        lambda: manifests.give_up(specimen=taken, by=request.actor),
        to=reverse("screening:field_session", args=[taken.session.reference]),
        said=_("Noted. The person is told and is first in line for a new test."),
    )


@open_to(Role.SWABBER)
@require_POST
def door(request: Request, reference: str) -> HttpResponse:
    """Note why the person is not tested."""
    registration, form = _here(request, reference), DoorForm(request.POST)
    if not form.is_valid() or registration.session is None:
        return _page(request, registration, door_form=form)
    session, chosen = registration.session, form.cleaned_data
    return do(
        request,
        lambda: actions.note_at_door(
            session=session,
            registration=registration,
            outcome=DoorOutcome(chosen["outcome"]),
            note=chosen["note"],
            by=request.actor,
        ),
        to=_to(registration),
        said=_("Noted."),
    )


@open_to(Role.SWABBER)
@require_GET
def label(request: Request, code: str) -> HttpResponse:
    """Send the label of one specimen."""
    found = queries.specimen_at_site(request.actor, code)
    return HttpResponse(labels.sheet([found]), content_type="application/pdf")


def _here(request: Request, reference: str) -> Registration:
    found = queries.arrival(request.actor, reference).registration
    if found is None:
        raise Missing("not at these sites")
    return found


def _taken(registration: Registration) -> Specimen:
    taken = queries.specimen_of(registration)
    if taken is None:
        raise Missing("no specimen was taken")
    return taken


def _readings(request: Request, reference: str, act: Callable[..., Result], *, said: Promise) -> HttpResponse:
    """Take what was read twice off a rapid test, and do with it what is asked."""
    registration, form = _here(request, reference), RapidForm(request.POST)
    if not form.is_valid():
        return _page(request, registration, rapid_form=form)
    first, second = Outcome(form.cleaned_data["first"]), Outcome(form.cleaned_data["second"])
    taken = _taken(registration)
    return do(
        request,
        lambda: act(specimen=taken, first=first, second=second, by=request.actor),
        to=_to(registration),
        said=said,
    )


def _to(registration: Registration) -> str:
    return reverse("screening:arrival", args=[registration.reference])


def _page(
    request: Request,
    registration: Registration,
    *,
    door_form: DoorForm | None = None,
    label_form: LabelForm | None = None,
    rapid_form: RapidForm | None = None,
) -> HttpResponse:
    record.saw(by=request.actor, person_ids=[registration.person_id], page="screening:arrival")
    wrong = door_form or label_form or rapid_form
    taken = queries.specimen_of(registration)
    stands, waits = readings_of(taken) if taken is not None else (None, None)
    context = {
        "registration": registration,
        "shown": WORDS[RegistrationState(registration.state)],
        "session": registration.session,
        "person": registration.person,
        "documents": queries.documents_of(registration),
        "specimen": taken,
        "correction": waits,
        "can_correct": stands is not None and waits is None and stands.method == Method.RAPID,
        "notes": queries.notes_of(registration),
        "door_form": door_form or DoorForm(),
        "label_form": label_form or LabelForm(),
        "rapid_form": rapid_form or RapidForm(),
        "form": wrong,
    }
    return render(request, "screening/visits/arrival.html", context, status=422 if wrong else 200)
