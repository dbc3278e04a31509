"""One case, and everything that is done with it."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.hotline.actions import closing, merging, working
from khumkan.hotline.choices import Closed, Reply, Thing
from khumkan.hotline.forms import cases as forms
from khumkan.hotline.models import Case
from khumkan.hotline.permissions.cases import HOTLINE
from khumkan.hotline.queries import call_backs
from khumkan.hotline.queries import cases as queries
from khumkan.hotline.states import LIVE_CASES, CaseState
from khumkan.hotline.views.showing import shown_case
from khumkan.kernel.actors import Actor
from khumkan.ui.forms import Form


@open_to(*HOTLINE)
@require_GET
def case(request: Request, reference: str) -> HttpResponse:
    """Show a case: what to do and say, what was done, and the acts."""
    found = queries.case_for(request.actor, reference)
    page = queries.page_of(found)
    context = {
        "page": page,
        "case": found,
        "live": shown_case(found),
        "promised": call_backs.of_case(found.pk),
        "is_live": found.state in LIVE_CASES,
        "is_mine": found.owner_id == request.actor.id,
        "may_take": found.state in (CaseState.NEW, CaseState.WAITING) and found.owner_id in (None, request.actor.id),
        "may_reopen": found.state == CaseState.DONE,
        **_forms(page),
    }
    return render(request, "hotline/desk/case.html", context)


@open_to(*HOTLINE)
@require_POST
def take(request: Request, reference: str) -> HttpResponse:
    """Take a case."""
    return _act(request, reference, None, lambda found, by: working.take(case=found, by=by), _("The case is yours."))


@open_to(*HOTLINE)
@require_POST
def put_back(request: Request, reference: str) -> HttpResponse:
    """Put a case back into its queue."""
    said = _("The case is back in its queue.")
    return _act(request, reference, None, lambda found, by: working.put_back(case=found, by=by), said)


@open_to(*HOTLINE)
@require_POST
def note(request: Request, reference: str) -> HttpResponse:
    """Note something."""
    form = forms.NoteForm(request.POST)

    def act(found: Case, by: Actor) -> object:
        return working.write_note(case=found, text=form.cleaned_data["note"], by=by)

    return _act(request, reference, form, act, _("Noted."))


@open_to(*HOTLINE)
@require_POST
def wait(request: Request, reference: str) -> HttpResponse:
    """Let a case wait for what solves it."""
    form = forms.WaitForm(request.POST)

    def act(found: Case, by: Actor) -> object:
        return working.wait(case=found, thing=Thing(form.cleaned_data["thing"]), by=by)

    return _act(request, reference, form, act, _("The case waits, and closes itself when it happens."))


@open_to(*HOTLINE)
@require_POST
def reply(request: Request, reference: str) -> HttpResponse:
    """Send a reply that is ready in both languages."""
    form = forms.ReplyForm(request.POST)

    def act(found: Case, by: Actor) -> object:
        return working.reply(case=found, with_=Reply(form.cleaned_data["reply"]), by=by)

    return _act(request, reference, form, act, _("The message is on its way."))


@open_to(*HOTLINE)
@require_POST
def hand_over(request: Request, reference: str) -> HttpResponse:
    """Give a case to a colleague."""
    form = forms.HandForm(request.POST)

    def act(found: Case, by: Actor) -> object:
        return working.hand_over(case=found, to=form.cleaned_data["to"], by=by)

    return _act(request, reference, form, act, _("The colleague has the case now."))


@open_to(*HOTLINE)
@require_POST
def escalate(request: Request, reference: str) -> HttpResponse:
    """Pass a case up to the supervisors."""
    form = forms.EscalateForm(request.POST)

    def act(found: Case, by: Actor) -> object:
        return working.escalate(case=found, why=form.cleaned_data["why"], by=by)

    return _act(request, reference, form, act, _("The supervisors see this case now."))


@open_to(*HOTLINE)
@require_POST
def close(request: Request, reference: str) -> HttpResponse:
    """Close a case."""
    form = forms.CloseForm(request.POST)

    def act(found: Case, by: Actor) -> object:
        told = form.cleaned_data
        return closing.close(case=found, because=Closed(told["because"]), text=told["note"], by=by)

    return _act(request, reference, form, act, _("The case is closed."))


@open_to(*HOTLINE)
@require_POST
def merge(request: Request, reference: str) -> HttpResponse:
    """Merge a case into another one of the same person."""
    found = queries.case_for(request.actor, reference)
    form = forms.MergeForm(request.POST, others=_others(queries.others_of(found)))

    def act(case: Case, by: Actor) -> object:
        return merging.merge(case=case, into=queries.case_for(by, form.cleaned_data["into"]), by=by)

    return _act(request, reference, form, act, _("Merged: both keep their history."))


@open_to(*HOTLINE)
@require_POST
def reopen(request: Request, reference: str) -> HttpResponse:
    """Open a closed case again whose caller calls again."""
    said = _("The case is open again.")
    return _act(request, reference, None, lambda found, by: closing.reopen(case=found, by=by), said)


def _act(
    request: Request,
    reference: str,
    form: Form | None,
    act: Callable[[Case, Actor], object],
    said: Promise,
) -> HttpResponse:
    """Do it when the form is right, say so, and show the case; what is wrong stands above it."""
    found = queries.case_for(request.actor, reference)
    page = reverse("hotline:case", args=[found.reference])
    if form is not None and not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect(page)
    return do(request, lambda: act(found, request.actor), to=page, said=said)


def _forms(page: queries.CasePage) -> dict[str, Form]:
    """Return the empty forms of a case's page, each with ids of its own."""
    found = {
        "note_form": forms.NoteForm(auto_id="note_%s"),
        "wait_form": forms.WaitForm(auto_id="wait_%s", initial={"thing": page.case.waits_for}),
        "reply_form": forms.ReplyForm(auto_id="reply_%s"),
        "hand_form": forms.HandForm(auto_id="hand_%s"),
        "escalate_form": forms.EscalateForm(auto_id="escalate_%s"),
        "close_form": forms.CloseForm(auto_id="close_%s"),
    }
    if page.others:
        found["merge_form"] = forms.MergeForm(auto_id="merge_%s", others=_others(page.others))
    return found


def _others(others: Sequence[Case]) -> list[tuple[str, str]]:
    return [(each.reference, f"{each.reference}: {each.get_reason_display()}") for each in others]
