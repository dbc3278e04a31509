"""An insured person's own care: what is now and what happens next, the questions, reports, family, and saying no."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.isolation.actions import cares, parties, rounds, triage
from khumkan.isolation.choices import Level, ToldBy
from khumkan.isolation.forms.questions import FamilyForm, QuestionsForm, ReportForm, told_before
from khumkan.isolation.models import Care, Observation
from khumkan.isolation.queries import my_care as queries
from khumkan.isolation.queries import parties as party_queries
from khumkan.isolation.views.care_showing import context_of, shown
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.registry.states import Sex


@open_to(Role.PERSON)
@require_GET
def mine(request: Request) -> HttpResponse:
    """Show the care that is under way, and earlier ones; without any, what this page is for."""
    found = queries.cares_of(request.actor.person_id or 0)
    return render(request, "isolation/care/mine.html", {"cares": [shown(care) for care in found]})


@open_to(Role.PERSON)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one care: what is now, what happens next, and why."""
    care = queries.own(request.actor, reference)
    context = context_of(queries.page_of(care))
    context["arrival"] = request.build_absolute_uri(reverse("isolation:arriving", args=[care.reference]))
    return render(request, "isolation/care/one.html", context)


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def questions(request: Request, reference: str) -> HttpResponse:
    """Ask the questions of triage."""
    care = queries.own(request.actor, reference)
    form = questions_for(care, request)
    if request.method == "POST" and form.is_valid():
        try:
            triage.answer(
                care=care,
                answers=form.answers(),
                medicines=form.cleaned_data["medicines"],
                told_by=ToldBy.PERSON,
                by=request.actor,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Below you read what follows from your answers."))
            return redirect("isolation:my_care", care.reference)
    return _answer(request, "isolation/care/questions.html", {"form": form, "care": care, "live": shown(care)})


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def report(request: Request, reference: str) -> HttpResponse:
    """Take how somebody in care is."""
    care = queries.own(request.actor, reference)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            seen = rounds.observe(
                care=care,
                vitals=form.vitals(),
                symptoms=form.told(),
                medicine_taken=form.cleaned_data["medicine_taken"],
                by=request.actor,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            say_what_follows(request, seen)
            return redirect("isolation:my_care", care.reference)
    return _answer(request, "isolation/care/report.html", {"form": form, "care": care})


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def decline(request: Request, reference: str) -> HttpResponse:
    """Ask once whether the person really does not want a place."""
    care = queries.own(request.actor, reference)
    if request.method == "POST":
        return do(
            request,
            lambda: cares.decline(care=care, by=request.actor),
            to=reverse("isolation:my_care", args=[care.reference]),
        )
    return render(request, "isolation/care/decline.html", {"care": care, "live": shown(care)})


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def family(request: Request, reference: str) -> HttpResponse:
    """Ask somebody of the same home to stay together; the answer is the same whoever is meant."""
    care = queries.own(request.actor, reference)
    form = FamilyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            parties.ask(care=care, reference=told["reference"], phone_end=told["phone_end"], by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _(
                "If the reference and the number belong together, we have asked the other person, "
                "who answers on their own page."
            )
            messages.success(request, words)
            return redirect("isolation:my_care", care.reference)
    return _answer(request, "isolation/care/family.html", {"form": form, "care": care, "live": shown(care)})


@open_to(Role.PERSON)
@require_POST
def answer_family(request: Request, reference: str, asked: int) -> HttpResponse:
    """Take the answer of somebody who was asked to stay together."""
    care = queries.own(request.actor, reference)
    found, agrees = party_queries.request_for(request.actor, care, asked), request.POST.get("answer") == "yes"
    return do(
        request,
        lambda: parties.answer(request=found, agrees=agrees, by=request.actor),
        to=reverse("isolation:my_care", args=[care.reference]),
        said=gettext_lazy("We look for one room for all of you.")
        if agrees
        else gettext_lazy("Noted. Nothing changes for you, and the other person is not told."),
    )


def questions_for(care: Care, request: Request) -> QuestionsForm:
    """Return the questions for one person, beginning from what was answered before."""
    return QuestionsForm(
        request.POST or None,
        initial=told_before(queries.answers_before(care)),
        asks_pregnancy=care.person.sex != Sex.MALE,
        asks_home=queries.is_home_offered(),
    )


def say_what_follows(request: Request, seen: Observation) -> None:
    """Leave the words that fit what was reported."""
    if seen.level == Level.RED:
        words = _("These are signs of severe illness. Call 1669 now. We have told the nurse as well.")
        messages.error(request, words)
    elif seen.level == Level.YELLOW:
        words = _("Thank you. A nurse looks at this and calls. If it gets worse, call 1669 at once.")
        messages.warning(request, words)
    else:
        messages.success(request, _("Thank you. Nothing of this is a warning sign. Please report again next time."))


def _answer(request: Request, template: str, context: dict[str, object]) -> HttpResponse:
    """A form that was not accepted is shown again with what is wrong, as 422."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)
