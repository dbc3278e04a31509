"""The hotline and vaccination: whom to call, and what can be done for a caller, each time with the reason."""

from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.accounts.forms import OnBehalf
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.pages import paginate
from khumkan.kernel.words import N_
from khumkan.registry.models import Person
from khumkan.ui.forms import Form
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.actions import booking, calling, willing
from khumkan.vaccination.choices import Decided, WaitingBecause
from khumkan.vaccination.forms.mine import DayForm, OnBehalfDateForm, OnBehalfWishForm
from khumkan.vaccination.models import Dose
from khumkan.vaccination.queries import desk as queries
from khumkan.vaccination.queries import mine, offers
from khumkan.vaccination.views.showing_mine import context_of

#: What the person reads who was called because of the list.
ON_THE_LIST = N_("You are on the list of those whom the hotline calls")


@open_to(*queries.DESK)
@require_GET
def listed(request: Request) -> HttpResponse:
    """List whom to call, the longest overdue first; name and telephone stay closed."""
    page = paginate(queries.to_call(request.actor), number=request.GET.get("page"))
    return render(request, "vaccination/desk/list.html", {"page": page, "table": _table(page.rows)})


@open_to(*queries.DESK)
@require_GET
def call(request: Request, reference: str) -> HttpResponse:
    """Go from a line of the list to the person; that the page there shows them is noted."""
    return redirect("vaccination:desk_person", queries.dose_to_call(request.actor, reference).person.reference)


@open_to(*queries.DESK)
@require_GET
def person(request: Request, person: str) -> HttpResponse:
    """Show a caller's vaccination and what can be done for them."""
    who = queries.caller(request.actor, person)
    enrolment = mine.enrolment_of(who.pk)
    context: dict[str, object] = {"person": who, "enrolment": enrolment}
    if enrolment is not None:
        context |= {
            **context_of(mine.page_of(enrolment)),
            "phone": queries.phone_of(who),
            "may_decide": queries.may_decide(request.actor),
        }
    return render(request, "vaccination/desk/person.html", context)


@open_to(*queries.DESK)
@require_http_methods(["GET", "POST"])
def confirm(request: Request, person: str) -> HttpResponse:
    """Say for a caller that they want to be vaccinated, and near which place."""
    who = queries.caller(request.actor, person)
    enrolment = queries.enrolment_of(who)
    form = OnBehalfWishForm(request.POST or None, initial={"near": "home" if enrolment.near_home else "work"})

    def act(by: Actor) -> object:
        return willing.confirm(enrolment=enrolment, how=_how(by), by=by, near_home=form.near_home)

    words = gettext_lazy("Noted. The person was told by message.")
    return _tried(
        request, who, form, act, {"enrolment": enrolment}, template="vaccination/desk/confirm.html", said=words
    )


@open_to(*queries.DESK)
@require_http_methods(["GET", "POST"])
def refuse(request: Request, person: str) -> HttpResponse:
    """Say for a caller that they do not want to be vaccinated."""
    who = queries.caller(request.actor, person)
    enrolment, form = queries.enrolment_of(who), OnBehalf(request.POST or None)

    def act(by: Actor) -> object:
        return willing.refuse(enrolment=enrolment, how=_how(by), by=by)

    context = {"enrolment": enrolment, "dose": mine.coming(who.pk)}
    return _tried(
        request,
        who,
        form,
        act,
        context,
        template="vaccination/desk/refuse.html",
        said=gettext_lazy("Noted. The person was told by message."),
    )


@open_to(*queries.DESK)
@require_http_methods(["GET", "POST"])
def near(request: Request, person: str) -> HttpResponse:
    """Note near which place a caller wants to be vaccinated."""
    who = queries.caller(request.actor, person)
    enrolment = queries.enrolment_of(who)
    form = OnBehalfWishForm(request.POST or None, initial={"near": "home" if enrolment.near_home else "work"})

    def act(by: Actor) -> object:
        return willing.change_wish(enrolment=enrolment, near_home=form.near_home, by=by)

    context = {"enrolment": enrolment}
    return _tried(
        request,
        who,
        form,
        act,
        context,
        template="vaccination/desk/near.html",
        said=gettext_lazy("Noted. The person was told by message."),
    )


@open_to(*queries.DESK)
@require_http_methods(["GET", "POST"])
def change(request: Request, person: str) -> HttpResponse:
    """Offer a caller other dates and places, and move them to the chosen one; that is not counted."""
    who = queries.caller(request.actor, person)
    enrolment, dose = queries.enrolment_of(who), queries.coming(who)
    day_form = DayForm(request.GET if "day" in request.GET else None, days=offers.days_ahead(dose))
    on = day_form.chosen()
    # what is sent was offered a moment ago, perhaps for one day, and is judged anew when it is taken
    found = offers.chosen(who.pk, request.POST.get("session", ""))
    shown = offers.offers_for(dose, enrolment, on=on or (found[1].day if found else None))
    form = OnBehalfDateForm(request.POST or None, offers=shown)

    def act(by: Actor) -> object:
        if found is None:
            raise Missing("no such session")
        return booking.change_date(dose=found[0], session=found[1], by=by)

    context = {"dose": dose, "session": dose.session, "day_form": day_form, "on": on}
    return _tried(
        request,
        who,
        form,
        act,
        context,
        template="vaccination/desk/change.html",
        said=gettext_lazy("The date was changed, and the person was told by message."),
    )


@open_to(*queries.DESK)
@require_http_methods(["GET", "POST"])
def give_back(request: Request, person: str) -> HttpResponse:
    """Give a caller's date back."""
    who = queries.caller(request.actor, person)
    dose, form = queries.coming(who), OnBehalf(request.POST or None)

    def act(by: Actor) -> object:
        return booking.give_back(dose=dose, because=WaitingBecause.GAVE_BACK, by=by)

    context = {"dose": dose, "session": dose.session}
    return _tried(
        request,
        who,
        form,
        act,
        context,
        template="vaccination/desk/give_back.html",
        said=gettext_lazy("The date was given back, and the person was told by message."),
    )


@open_to(Role.SUPERVISOR, Role.OFFICER)
@require_http_methods(["GET", "POST"])
def let_plan_again(request: Request, person: str) -> HttpResponse:
    """Decide that somebody who stayed away too often gets dates again."""
    who = queries.caller(request.actor, person)
    dose, form = queries.coming(who), OnBehalf(request.POST or None)

    def act(by: Actor) -> object:
        return calling.let_plan_again(dose=dose, by=by)

    return _tried(
        request,
        who,
        form,
        act,
        {"dose": dose},
        template="vaccination/desk/again.html",
        said=gettext_lazy("Decided. The next plan gives this person a date; the person was told by message."),
    )


@open_to(*queries.DESK)
@require_POST
def called(request: Request, person: str) -> HttpResponse:
    """Note what came of a call."""
    who = queries.caller(request.actor, person)
    dose, answered = queries.coming(who), request.POST.get("answered") == "yes"
    by = request.actor.acting_for(who.pk, because=_(ON_THE_LIST))
    return do(
        request,
        lambda: calling.note_call(dose=dose, answered=answered, by=by),
        to=reverse("vaccination:desk_calls"),
        said=gettext_lazy("Noted. The person is off the list.")
        if answered
        else gettext_lazy("Noted. The person comes back onto the list later."),
    )


def _how(by: Actor) -> Decided:
    return Decided.OFFICE if by.has(Role.OFFICER) else Decided.HOTLINE


def _tried(
    request: Request,
    who: Person,
    form: Form,
    act: Callable[[Actor], object],
    context: Mapping[str, object],
    *,
    template: str,
    said: str | Promise,
) -> HttpResponse:
    """Do it for the caller when the form is right, say so, and go back to them; a refusal stands on the form."""
    if request.method == "POST" and form.is_valid():
        try:
            act(request.actor.acting_for(who.pk, because=form.cleaned_data["because"]))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(said))
            return redirect("vaccination:desk_person", who.reference)
    everything = {**context, "form": form, "person": who}
    status = 422 if request.method == "POST" else 200
    return render(request, template, everything, status=status)


def _table(rows: Sequence[Dose]) -> Table:
    return Table(
        caption=gettext_lazy("The longest overdue first"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Reference"), _link, header=True),
            Column(gettext_lazy("Why to call"), _why),
            Column(gettext_lazy("Dates missed"), "misses", numeric=True),
            Column(gettext_lazy("Dates taken back by us"), "fell_away", numeric=True),
            Column(gettext_lazy("To be called since"), "call_after"),
        ),
        empty=gettext_lazy("Nobody is to be called."),
    )


def _link(row: Dose) -> Cell:
    return Cell(row.reference, href=reverse("vaccination:desk_call", args=[row.reference]))


def _why(row: Dose) -> str:
    return _("Did not come to the date") if row.misses else _("We took dates back again and again")
