"""The administrators' pages: users, their roles, their sign-ins, and what needs a second person."""

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts import queries, scopes, sessions, words
from khumkan.accounts.access import Request, fresh_sign_in, open_to
from khumkan.accounts.actions import four_eyes, grants, users
from khumkan.accounts.forms import GrantForm, UserForm, WhyForm
from khumkan.accounts.models import User
from khumkan.accounts.states import RequestKind
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.record.idempotency import unkeyed

OURS = (RequestKind.FACTOR_RESET, RequestKind.ADMINISTRATOR)
SHOWN_ONCE = "the answer shows a secret, which must not be stored with an answer"


@open_to(Role.ADMINISTRATOR)
@require_GET
def user_list(request: Request) -> HttpResponseBase:
    """All users."""
    search = request.GET.get("q", "").strip()
    page = paginate(queries.users(search=search), number=request.GET.get("page"))
    context = {
        "page": page,
        "search": search,
        "headings": [_("User name"), _("Name"), _("Roles"), _("Second factor"), _("State")],
        "rows": [(user, [words.ROLES[grant.role] for grant in user.held]) for user in page.rows],
        "waiting": queries.open_requests(*OURS).count(),
    }
    return render(request, "accounts/user_list.html", context)


@open_to(Role.ADMINISTRATOR)
@fresh_sign_in(minutes=30)
@unkeyed(SHOWN_ONCE)
def new_user(request: Request) -> HttpResponseBase:
    """Make a user and hand over the invitation."""
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invited = users.create_user(**form.cleaned_data, by=request.actor)
        except Refused as refused:
            form.add_error("username", str(refused))
        else:
            return render(request, "accounts/invited.html", {"invited": invited})
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/new_user.html", {"form": form}, status=status)


@open_to(Role.ADMINISTRATOR)
@require_GET
def user_page(request: Request, user_id: int) -> HttpResponseBase:
    """One user."""
    return _user_page(request, queries.user(user_id), GrantForm())


@open_to(Role.ADMINISTRATOR)
@fresh_sign_in(minutes=30)
@require_POST
def add_grant(request: Request, user_id: int) -> HttpResponseBase:
    """Give a role; the administrator's role becomes a request to a second person."""
    user = queries.user(user_id)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _user_page(request, user, form, status=422)
    if form.grant.role is Role.ADMINISTRATOR:
        four_eyes.ask(kind=RequestKind.ADMINISTRATOR, user=user, why=_("Role of administrator"), by=request.actor)
        messages.info(request, _("A second administrator must approve this."))
    else:
        grants.grant_role(user=user, grant=form.grant, by=request.actor)
        messages.success(request, _("The role counts from the user’s next page on."))
    return HttpResponseRedirect(reverse("accounts:user", args=[user_id]))


@open_to(Role.ADMINISTRATOR)
@fresh_sign_in(minutes=30)
@require_POST
def withdraw_grant(request: Request, user_id: int, grant_id: int) -> HttpResponseBase:
    """Take a role away."""
    grants.withdraw_role(grant_id=grant_id, user=queries.user(user_id), by=request.actor)
    messages.success(request, _("The role is gone from the user’s next page on."))
    return HttpResponseRedirect(reverse("accounts:user", args=[user_id]))


@open_to(Role.ADMINISTRATOR)
@fresh_sign_in(minutes=30)
@require_POST
def set_active(request: Request, user_id: int) -> HttpResponseBase:
    """Disable or enable a user."""
    active = request.POST.get("active") == "yes"
    users.set_active(user=queries.user(user_id), active=active, by=request.actor)
    messages.success(request, _("The user can sign in again.") if active else _("The user is signed out and disabled."))
    return HttpResponseRedirect(reverse("accounts:user", args=[user_id]))


@open_to(Role.ADMINISTRATOR)
@require_POST
def end_sign_ins(request: Request, user_id: int) -> HttpResponseBase:
    """Sign a user out everywhere."""
    ended = sessions.end_all(user_id=queries.user(user_id).pk)
    messages.success(request, _("Signed out of %(count)d devices.") % {"count": ended})
    return HttpResponseRedirect(reverse("accounts:user", args=[user_id]))


@open_to(Role.ADMINISTRATOR)
@require_POST
def ask_reset(request: Request, user_id: int) -> HttpResponseBase:
    """Ask a second administrator to let a user in anew."""
    why = request.POST.get("why", "")[:300]
    four_eyes.ask(kind=RequestKind.FACTOR_RESET, user=queries.user(user_id), why=why, by=request.actor)
    messages.info(request, _("A second administrator must see the user in person and approve this."))
    return HttpResponseRedirect(reverse("accounts:user", args=[user_id]))


@open_to(Role.ADMINISTRATOR)
@require_GET
def request_list(request: Request) -> HttpResponseBase:
    """What waits for a second administrator."""
    waiting = queries.open_requests(*OURS)[:100]
    rows = [(asked, words.REQUEST_KINDS[asked.kind], asked.asked_by_id == request.actor.id) for asked in waiting]
    return render(request, "accounts/requests.html", {"rows": rows})


@open_to(Role.ADMINISTRATOR)
@fresh_sign_in(minutes=10)
@unkeyed(SHOWN_ONCE)
@require_POST
def decide(request: Request, request_id: int) -> HttpResponseBase:
    """Decide as the second administrator."""
    if request.POST.get("decision") != "approve":
        four_eyes.decide(request_id=request_id, approve=False, by=request.actor)
        messages.success(request, _("Refused."))
        return HttpResponseRedirect(reverse("accounts:requests"))
    if queries.kind_of_request(request_id) is RequestKind.FACTOR_RESET:
        invited = four_eyes.approve_reset(request_id=request_id, by=request.actor)
        return render(request, "accounts/invited.html", {"invited": invited})
    four_eyes.approve_administrator(request_id=request_id, by=request.actor)
    messages.success(request, _("Approved."))
    return HttpResponseRedirect(reverse("accounts:requests"))


@open_to(Role.ADMINISTRATOR)
@require_GET
def signed_in(request: Request) -> HttpResponseBase:
    """Who of the staff is signed in, and the latest tries."""
    alive = paginate(queries.sessions_alive(), number=request.GET.get("page"))
    lines = list(queries.sign_in_log()[:50])
    names = queries.names_of({line.user_id for line in lines if line.user_id})
    context = {
        "page": alive,
        "sessions": [(each, words.METHODS[each.method]) for each in alive.rows],
        "lines": [(line, words.OUTCOMES[line.outcome], names.get(line.user_id or 0, "")) for line in lines],
    }
    return render(request, "accounts/signed_in.html", context)


def _user_page(request: Request, user: User, form: GrantForm, *, status: int = 200) -> HttpResponseBase:
    held = list(queries.grants_of(user.pk))
    names = scopes.names_of((grant.scope_kind, grant.key) for grant in held)
    context = {
        "subject": user,
        "own": user.pk == request.actor.id,
        "grants": [
            (
                grant,
                words.ROLES[grant.role],
                words.SCOPE_KINDS[grant.scope_kind],
                names.get((grant.scope_kind, grant.key), ""),
            )
            for grant in held
        ],
        "sessions": [(each, words.METHODS[each.method]) for each in queries.sessions_alive(user_id=user.pk)],
        "lines": [(line, words.OUTCOMES[line.outcome]) for line in queries.sign_in_log(user_id=user.pk)[:20]],
        "form": form,
        "why": WhyForm(),
    }
    return render(request, "accounts/user.html", context, status=status)
