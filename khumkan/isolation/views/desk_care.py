"""The hotline and care: whom to call, and what can be done for a caller, each time with the reason."""

from collections.abc import Callable, Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.accounts.forms import OnBehalf
from khumkan.isolation.actions import cares, parties, rounds, triage
from khumkan.isolation.choices import ToldBy
from khumkan.isolation.forms.desk import DeskFamilyForm
from khumkan.isolation.forms.questions import ReportForm
from khumkan.isolation.models import Care
from khumkan.isolation.queries import calls as queries
from khumkan.isolation.queries import my_care
from khumkan.isolation.views.care_showing import context_of, shown
from khumkan.isolation.views.my_care import questions_for, say_what_follows
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.kernel.words import N_
from khumkan.ui.forms import Form
from khumkan.ui.tables import Cell, Column, Table

#: What the person reads who was called because of the list.
ON_THE_LIST = N_("You are on the list of those whom the hotline calls")


@open_to(*queries.DESK)
@require_GET
def listed(request: Request) -> HttpResponse:
    """List whom to call, the longest overdue first; name and telephone stay closed."""
    page = paginate(queries.to_call(request.actor), number=request.GET.get("page"))
    return render(request, "isolation/desk/list.html", {"page": page, "table": _table(page.rows)})


@open_to(*queries.DESK)
@require_GET
def call(request: Request, reference: str) -> HttpResponse:
    """Go from a line of the list to the person; that the page there shows them is noted."""
    return redirect("isolation:desk_care", queries.care_to_call(request.actor, reference).person.reference)


@open_to(*queries.DESK)
@require_GET
def person(request: Request, person: str) -> HttpResponse:
    """Show a caller's care and what can be done for them."""
    who = queries.caller(request.actor, person)
    care = my_care.latest_of(who.pk)
    context: dict[str, object] = {"person": who, "care": care}
    if care is not None:
        context |= {**context_of(my_care.page_of(care)), "phone": queries.phone_of(who)}
    return render(request, "isolation/desk/person.html", context)


@open_to(*queries.DESK)
@require_http_methods(["GET", "POST"])
def questions(request: Request, person: str) -> HttpResponse:
    """Answer the questions of triage for a caller."""
    who = queries.caller(request.actor, person)
    care = queries.care_of(who)
    form, why = questions_for(care, request), OnBehalf(request.POST or None)

    def act(by: Actor) -> None:
        medicines = form.cleaned_data["medicines"]
        triage.answer(care=care, answers=form.answers(), medicines=medicines, told_by=ToldBy.HOTLINE, by=by)

    context = {"form": form, "why_form": why, "person": who, "care": care, "live": shown(care)}
    return _tried(request, [form, why], act, context, template="isolation/desk/questions.html")


@open_to(*queries.DESK)
@require_http_methods(["GET", "POST"])
def report(request: Request, person: str) -> HttpResponse:
    """Enter how a caller in care is."""
    who = queries.caller(request.actor, person)
    care = queries.care_of(who)
    form, why = ReportForm(request.POST or None), OnBehalf(request.POST or None)

    def act(by: Actor) -> None:
        taken = form.cleaned_data["medicine_taken"]
        seen = rounds.observe(care=care, vitals=form.vitals(), symptoms=form.told(), medicine_taken=taken, by=by)
        say_what_follows(request, seen)

    context = {"form": form, "why_form": why, "person": who, "care": care, "live": shown(care)}
    return _tried(request, [form, why], act, context, template="isolation/desk/report.html")


@open_to(*queries.DESK)
@require_http_methods(["GET", "POST"])
def decline(request: Request, person: str) -> HttpResponse:
    """Say for a caller that no place is wanted."""
    who = queries.caller(request.actor, person)
    care, form = queries.care_of(who), OnBehalf(request.POST or None)
    context = {"form": form, "why_form": form, "person": who, "care": care, "live": shown(care)}
    return _tried(
        request,
        [form],
        lambda by: cares.decline(care=care, by=by),
        context,
        template="isolation/desk/decline.html",
    )


@open_to(*queries.DESK)
@require_http_methods(["GET", "POST"])
def take_up_again(request: Request, person: str) -> HttpResponse:
    """Take a caller in again who has changed their mind."""
    who = queries.caller(request.actor, person)
    care, form = queries.care_of(who), OnBehalf(request.POST or None)
    context = {"form": form, "why_form": form, "person": who, "care": care, "live": shown(care)}
    return _tried(
        request,
        [form],
        lambda by: cares.take_up_again(care=care, by=by),
        context,
        template="isolation/desk/take_up_again.html",
    )


@open_to(*queries.DESK)
@require_http_methods(["GET", "POST"])
def family(request: Request, person: str) -> HttpResponse:
    """Let a caller and somebody else in care stay together."""
    who = queries.caller(request.actor, person)
    care, form = queries.care_of(who), DeskFamilyForm(request.POST or None)

    def act(by: Actor) -> None:
        parties.join(care=care, other=queries.other_in_care(request.actor, form.cleaned_data["reference"]), by=by)

    context = {"form": form, "why_form": form, "person": who, "care": care, "live": shown(care)}
    return _tried(request, [form], act, context, template="isolation/desk/family.html")


@open_to(*queries.DESK)
@require_POST
def called(request: Request, person: str) -> HttpResponse:
    """Note that a call was tried and nobody answered."""
    who = queries.caller(request.actor, person)
    care = queries.care_of(who)
    by = request.actor.acting_for(who.pk, because=_(ON_THE_LIST))
    return do(
        request,
        lambda: cares.note_called(care=care, by=by),
        to=reverse("isolation:desk_cares"),
        said=gettext_lazy("Noted. The person comes back onto the list later."),
    )


def _tried(
    request: Request,
    forms: Sequence[Form],
    act: Callable[[Actor], None],
    context: dict[str, object],
    *,
    template: str,
) -> HttpResponse:
    """Do it for the caller when the forms are right, and go back to them; a refusal stands on the first form.

    The last form says why it is done.
    """
    who = context["person"]
    if request.method == "POST" and all([form.is_valid() for form in forms]):
        try:
            act(request.actor.acting_for(who.pk, because=forms[-1].cleaned_data["because"]))  # type: ignore[attr-defined]
        except Refused as refusal:
            forms[0].add_error(None, str(refusal))
        else:
            return redirect("isolation:desk_care", who.reference)  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _table(rows: Sequence[Care]) -> Table:
    return Table(
        caption=gettext_lazy("The longest overdue first"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Care"), _link, header=True),
            Column(gettext_lazy("Why to call"), _why),
            Column(gettext_lazy("Since"), "answers_due_at"),
            Column(gettext_lazy("Last tried"), "called_at"),
        ),
        empty=gettext_lazy("Nobody is to be called."),
    )


def _link(row: Care) -> Cell:
    return Cell(row.reference, href=reverse("isolation:desk_call", args=[row.reference]))


def _why(row: Care) -> object:
    return row.get_waiting_because_display() if row.waiting_because else _("Questions not answered yet")
