"""An insured person's own vaccination: answer, see date and place, change them, give them back."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import capacity
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.vaccination.actions import booking, willing
from khumkan.vaccination.choices import Decided, WaitingBecause
from khumkan.vaccination.forms.mine import DateChoiceForm, DayForm, WishForm
from khumkan.vaccination.models import Dose, Enrolment
from khumkan.vaccination.queries import mine as queries
from khumkan.vaccination.queries import offers
from khumkan.vaccination.views.showing_mine import context_of

MINE = "vaccination:mine"
CHANGE = "vaccination:change_date"
CHANGED, TAKEN = "changed", "taken"


@open_to(Role.PERSON)
@require_GET
def mine(request: Request) -> HttpResponse:
    """Show what is now and what happens next; without any vaccination, how one comes onto a list."""
    enrolment = queries.enrolment_of(request.actor.person_id or 0)
    if enrolment is None:
        return render(request, "vaccination/mine/none.html")
    if CHANGED in request.GET:
        messages.success(request, _("Your date was changed. Below you see day, hour and place."))
    return _page(request, enrolment, WishForm(initial=_wish(enrolment)))


@open_to(Role.PERSON)
@require_POST
def confirm(request: Request) -> HttpResponse:
    """Take the answer that the person wants to be vaccinated, and near which place."""
    enrolment, form = queries.own(request.actor), WishForm(request.POST)
    if not form.is_valid():
        return _page(request, enrolment, form, status=422)
    return do(
        request,
        lambda: willing.confirm(enrolment=enrolment, how=Decided.LINK, by=request.actor, near_home=form.near_home),
        to=reverse(MINE),
        said=gettext_lazy("Thank you. You are in the queue; we tell you day and place."),
    )


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def refuse(request: Request) -> HttpResponse:
    """Ask once whether the person really does not want to be vaccinated."""
    enrolment = queries.own(request.actor)
    if request.method == "POST":
        return do(
            request,
            lambda: willing.refuse(enrolment=enrolment, how=Decided.LINK, by=request.actor),
            to=reverse(MINE),
            said=gettext_lazy("Noted. Nobody asks you why, and your employer is not told your answer."),
        )
    dose = queries.coming(enrolment.person_id)
    return render(request, "vaccination/mine/refuse.html", {"enrolment": enrolment, "dose": dose})


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def near(request: Request) -> HttpResponse:
    """Ask near which place the person wants to be vaccinated."""
    enrolment = queries.own(request.actor)
    form = WishForm(request.POST or None, initial=_wish(enrolment))
    if request.method == "POST" and form.is_valid():
        return do(
            request,
            lambda: willing.change_wish(enrolment=enrolment, near_home=form.near_home, by=request.actor),
            to=reverse(MINE),
            said=gettext_lazy("Noted. It counts for the next date that you are given."),
        )
    return _answer(request, "vaccination/mine/near.html", {"form": form, "enrolment": enrolment})


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def change(request: Request) -> HttpResponse:
    """Offer other dates and places, and move the person to the chosen one."""
    refused = ""
    if request.method == "POST" and (reference := request.POST.get("session", "")):
        try:
            booking.change_own_date(session_reference=reference, by=request.actor)
        except (capacity.Full, capacity.Closed):
            # the page is fetched anew, so that in a rush the answer that is kept for the form stays small
            return HttpResponseRedirect(f"{reverse(CHANGE)}?{TAKEN}", status=HTTPStatus.SEE_OTHER)
        except Refused as refusal:
            refused = str(refusal)
        else:
            return redirect(f"{reverse(MINE)}?{CHANGED}")  # and no session has to be kept for one sentence
    if TAKEN in request.GET:
        messages.error(request, _("This place has just been taken. You keep your date. Please choose another place."))
    return _choices(request, queries.own(request.actor), refused)


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def give_back(request: Request) -> HttpResponse:
    """Ask once whether the date really is to be given back."""
    dose = _booked(queries.own(request.actor))
    if request.method == "POST":
        return do(
            request,
            lambda: booking.give_back(dose=dose, because=WaitingBecause.GAVE_BACK, by=request.actor),
            to=reverse(MINE),
            said=gettext_lazy("Your date was given back. You keep your turn and get a new date."),
        )
    return render(request, "vaccination/mine/give_back.html", {"dose": dose, "session": dose.session})


def _choices(request: Request, enrolment: Enrolment, refused: str) -> HttpResponse:
    dose = _booked(enrolment)
    day_form = DayForm(request.GET if "day" in request.GET else None, days=offers.days_ahead(dose))
    on = day_form.chosen()
    form = DateChoiceForm(request.POST or None, offers=offers.offers_for(dose, enrolment, on=on))
    if refused:
        form.add_error(None, refused)
    page = queries.page_of_change(dose)
    context = {"form": form, "day_form": day_form, "dose": dose, "session": dose.session, "page": page, "on": on}
    return _answer(request, "vaccination/mine/change.html", context)


def _booked(enrolment: Enrolment) -> Dose:
    """Return the coming dose.

    :raises Missing: when none is coming.
    """
    dose = queries.coming(enrolment.person_id)
    if dose is None:
        raise Missing("no dose of this person is coming")
    return dose


def _wish(enrolment: Enrolment) -> dict[str, str]:
    return {"near": "home" if enrolment.near_home else "work"}


def _page(request: Request, enrolment: Enrolment, form: WishForm, *, status: int = 200) -> HttpResponse:
    context = {**context_of(queries.page_of(enrolment)), "form": form}
    return render(request, "vaccination/mine/one.html", context, status=status)


def _answer(request: Request, template: str, context: dict[str, object]) -> HttpResponse:
    """A form that was not accepted is shown again with what is wrong, as 422."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)
