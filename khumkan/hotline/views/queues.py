"""The agent's day: own cases, the queues, and saying what one knows."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.hotline.actions import routing, working
from khumkan.hotline.choices import Skill, Spoken
from khumkan.hotline.forms.cases import PresenceForm
from khumkan.hotline.permissions.cases import HOTLINE
from khumkan.hotline.queries import agents, cases
from khumkan.hotline.views.showing import case_table
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate


@open_to(*HOTLINE)
@require_http_methods(["GET", "POST"])
def mine(request: Request) -> HttpResponse:
    """Show the actor's own cases, and what lies in the queues; being at the desk begins here."""
    present = agents.presence_of(request.actor)
    initial = {"skills": present.skills, "languages": present.languages} if present else {"languages": [Spoken.THAI]}
    form = PresenceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        skills, languages = [Skill(one) for one in told["skills"]], [Spoken(one) for one in told["languages"]]
        routing.come(skills=skills, languages=languages, by=request.actor)
        messages.success(request, _("You are at the desk. Cases come to you."))
        return redirect("hotline:cases")
    page = paginate(cases.mine(request.actor), number=request.GET.get("page"))
    context = {
        "form": form,
        "present": present,
        "page": page,
        "table": case_table(
            page.rows, gettext_lazy("What is due first stands on top"), gettext_lazy("You have no open case.")
        ),
        "queues": cases.counts(request.actor),
    }
    return render(request, "hotline/desk/mine.html", context, status=422 if form.errors else 200)


@open_to(*HOTLINE)
@require_POST
def leave(request: Request) -> HttpResponse:
    """Leave the desk."""
    return do(
        request,
        lambda: routing.leave(by=request.actor),
        to=reverse("hotline:cases"),
        said=gettext_lazy("You left the desk. No new case comes to you."),
    )


@open_to(*HOTLINE)
@require_POST
def take_next(request: Request) -> HttpResponse:
    """Take the next case that the actor knows about, and show it."""
    try:
        found = working.take_next(by=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("hotline:cases")
    if found is None:
        messages.info(request, _("No case of yours waits in the queues."))
        return redirect("hotline:cases")
    return HttpResponseRedirect(reverse("hotline:case", args=[found.reference]))


@open_to(*HOTLINE)
@require_GET
def queue(request: Request) -> HttpResponse:
    """Show what nobody has yet, the most urgent first; of one subject, when it is chosen."""
    skill = request.GET.get("skill", "")
    page = paginate(cases.queued(request.actor, skill=skill), number=request.GET.get("page"))
    context = {
        "page": page,
        "skills": Skill.choices,
        "skill": skill,
        "table": case_table(
            page.rows, gettext_lazy("The most urgent stands on top"), gettext_lazy("Nothing waits in this queue.")
        ),
    }
    return render(request, "hotline/desk/queue.html", context)
