"""Announcements for officers: write, submit, approve, stop, withdraw, and see how far they went."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.accounts.queries import names_of
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.messages import templates
from khumkan.places import queries as places
from khumkan.places.states import SiteKind
from khumkan.situation.actions import announcements as actions
from khumkan.situation.announcement_words import WORDS, segment_words
from khumkan.situation.choices import SendingKind
from khumkan.situation.forms.announcements import (
    AnnouncementForm,
    SendBackForm,
    StopForm,
    WithdrawForm,
    written_before,
)
from khumkan.situation.permissions import announcements as permissions
from khumkan.situation.queries import announcements as queries
from khumkan.situation.rules.sms import length_of
from khumkan.situation.states import AnnouncementState
from khumkan.ui.tables import Cell, Column, Table


@open_to(*permissions.READERS)
@require_GET
def listed(request: Request) -> HttpResponse:
    """List announcements, the newest first."""
    page = paginate(queries.all_announcements(), number=request.GET.get("page"))
    table = Table(
        caption=_("Newest first"),
        rows=page.rows,
        columns=(
            Column(_("Headline"), lambda row: Cell(queries.told(row).title, href=_address(row)), header=True),
            Column(_("State"), lambda row: Cell(str(WORDS[AnnouncementState(row.state)].words), tone=_tone(row))),
            Column(_("Made public on"), "published_at"),
            Column(_("People"), lambda row: row.people if row.by_message and row.people is not None else ""),
        ),
        empty=_("Nothing has been written yet."),
    )
    context = {"table": table, "page": page, "may_announce": permissions.may_announce(request.actor)}
    return render(request, "situation/announcements/list.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Let an officer write an announcement."""
    permissions.check_may_announce(request.actor)
    form = _form(request, {"ways": ["public"], "group": "everybody"})
    if form.is_valid():
        try:
            made = actions.write(draft=form.draft(), by=request.actor)
            return redirect("situation:announcement", made.reference)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "back": reverse("situation:announcements"), "is_new": True}
    return render(request, "situation/announcements/write.html", context, status=422 if form.is_bound else 200)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def change(request: Request, reference: str) -> HttpResponse:
    """Let an officer change a draft."""
    permissions.check_may_announce(request.actor)
    found = queries.announcement_called(reference)
    form = _form(request, written_before(found))
    if form.is_valid():
        try:
            actions.change(announcement=found, draft=form.draft(), by=request.actor)
            return redirect(_address(found))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "back": _address(found), "is_new": False}
    return render(request, "situation/announcements/write.html", context, status=422 if form.is_bound else 200)


@open_to(*permissions.READERS)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show an announcement as people will read it, whom it concerns, how far it went, and what can be done."""
    return _page(request, queries.announcement_called(reference))


@open_to(Role.OFFICER)
@require_POST
def submit(request: Request, reference: str) -> HttpResponse:
    """Ask for approval."""
    permissions.check_may_announce(request.actor)
    found = queries.announcement_called(reference)
    said = gettext_lazy("Another officer can approve it now.")
    return do(request, lambda: actions.submit(announcement=found, by=request.actor), to=_address(found), said=said)


@open_to(Role.OFFICER)
@require_POST
def approve(request: Request, reference: str) -> HttpResponse:
    """Approve what another officer wrote."""
    permissions.check_may_announce(request.actor)
    found = queries.announcement_called(reference)
    said = gettext_lazy("Approved. It goes out at its time.")
    return do(request, lambda: actions.approve(announcement=found, by=request.actor), to=_address(found), said=said)


@open_to(Role.OFFICER)
@require_POST
def drop(request: Request, reference: str) -> HttpResponse:
    """Put a draft aside."""
    permissions.check_may_announce(request.actor)
    found = queries.announcement_called(reference)
    return do(request, lambda: actions.drop(announcement=found, by=request.actor), to=_address(found))


@open_to(Role.OFFICER)
@require_POST
def send_back(request: Request, reference: str) -> HttpResponse:
    """Make a draft of it again."""
    permissions.check_may_announce(request.actor)
    found, form = queries.announcement_called(reference), SendBackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, back_form=form)
    why = form.cleaned_data["why"]
    return do(
        request,
        lambda: actions.send_back(announcement=found, why=why, by=request.actor),
        to=_address(found),
        said=gettext_lazy("It is a draft again."),
    )


@open_to(Role.OFFICER)
@require_POST
def stop(request: Request, reference: str) -> HttpResponse:
    """Send no more."""
    permissions.check_may_announce(request.actor)
    found, form = queries.announcement_called(reference), StopForm(request.POST, prefix="stop")
    if not form.is_valid():
        return _page(request, found, stop_form=form)
    why = form.cleaned_data["why"]
    return do(
        request,
        lambda: actions.stop(announcement=found, why=why, by=request.actor),
        to=_address(found),
        said=gettext_lazy("What no provider had yet is not sent."),
    )


@open_to(Role.OFFICER)
@require_POST
def withdraw(request: Request, reference: str) -> HttpResponse:
    """Take an announcement back and tell those who were told."""
    permissions.check_may_announce(request.actor)
    found, form = queries.announcement_called(reference), WithdrawForm(request.POST, prefix="withdraw")
    if not form.is_valid():
        return _page(request, found, withdraw_form=form)
    why = form.cleaned_data
    return do(
        request,
        lambda: actions.withdraw(announcement=found, why_th=why["why_th"], why_en=why["why_en"], by=request.actor),
        to=_address(found),
        said=gettext_lazy("It is withdrawn. Those who were told are told so."),
    )


def _page(request: Request, found: Any, **forms: Any) -> HttpResponse:
    state, steps = AnnouncementState(found.state), queries.steps_of(found)
    names = names_of({step.by_id for step in steps if step.by_id})
    waits = state is AnnouncementState.SUBMITTED
    sendings = queries.sendings_of(found)
    is_out = found.published_at is not None and state is not AnnouncementState.WITHDRAWN
    context = {
        "announcement": found,
        "state": WORDS[state],
        "texts": [(told, _message(found, told.language)) for told in _told(found)],
        "segment": segment_words(queries.segment_of(found)),
        "news": sendings.get(SendingKind.NEWS),
        "withdrawal": sendings.get(SendingKind.WITHDRAWAL),
        "steps": [(WORDS[AnnouncementState(s.state)], s.why, s.at, names.get(s.by_id or 0)) for s in steps],
        "may_announce": permissions.may_announce(request.actor),
        "may_approve": permissions.may_approve(request.actor, found) if waits else None,
        "is_draft": state is AnnouncementState.DRAFT,
        "may_stop": is_out and found.by_message and state is not AnnouncementState.STOPPED,
        "may_withdraw": is_out or state is AnnouncementState.SCHEDULED,
        "back_form": SendBackForm(),
        "stop_form": StopForm(prefix="stop"),
        "withdraw_form": WithdrawForm(prefix="withdraw"),
        **forms,
        "form": next(iter(forms.values()), None),
    }
    return render(request, "situation/announcements/one.html", context, status=422 if forms else 200)


def _told(found: Any) -> list[queries.Told]:
    return [queries.told(found, language) for language in ("th", "en")]


def _message(found: Any, language: str) -> tuple[str, int, int] | None:
    """Return a message as it is sent, its characters and its parts."""
    if not found.by_message:
        return None
    words = queries.words_of(found, language)
    body = templates.render(queries.NEWS, language, words).body
    length = length_of(body)
    return body, length.characters, length.parts


def _form(request: Request, initial: dict[str, Any]) -> AnnouncementForm:
    provinces = [(each.pk, str(each)) for each in places.provinces()]
    sites = [(each.reference, str(each)) for each in places.open_sites(SiteKind.VACCINATION)]
    return AnnouncementForm(request.POST or None, provinces=provinces, sites=sites, initial=initial)


def _tone(row: Any) -> str:
    return WORDS[AnnouncementState(row.state)].tone


def _address(row: Any) -> str:
    return reverse("situation:announcement", args=[row.reference])
