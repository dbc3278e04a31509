"""The administrators' pages for tokens of other systems."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts import queries, scopes
from khumkan.accounts.access import Request, fresh_sign_in, open_to
from khumkan.accounts.actions import tokens
from khumkan.accounts.forms import TokenForm
from khumkan.accounts.views.office_users import SHOWN_ONCE
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.record.idempotency import unkeyed


@open_to(Role.ADMINISTRATOR)
@require_GET
def token_list(request: Request) -> HttpResponseBase:
    """All tokens, with what each may do and when it was last used."""
    page = paginate(queries.tokens(), number=request.GET.get("page"))
    headings = [_("System"), _("May do"), _("Answers for it"), _("Last used"), _("Until"), _("State")]
    names = scopes.names_of((token.scope_kind, token.key) for token in page.rows)
    rows = [(token, names.get((token.scope_kind, token.key), "")) for token in page.rows]
    context = {"page": page, "rows": rows, "headings": headings, "now": clock.now()}
    return render(request, "accounts/token_list.html", context)


@open_to(Role.ADMINISTRATOR)
@fresh_sign_in(minutes=10)
@unkeyed(SHOWN_ONCE)
def new_token(request: Request) -> HttpResponseBase:
    """Issue a token and show it once."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            token = tokens.issue(
                name=values["name"],
                scopes=values["scopes"],
                owner=values["owner"],
                lifetime=timedelta(days=int(values["days"])),
                scope_kind=ScopeKind(values["scope_kind"]),
                key=values["key"],
                by=request.actor,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return render(request, "accounts/token_issued.html", {"token": token, "name": values["name"]})
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/new_token.html", {"form": form}, status=status)


@open_to(Role.ADMINISTRATOR)
@require_POST
def revoke_token(request: Request, token_id: int) -> HttpResponseBase:
    """Revoke a token."""
    tokens.revoke(token_id=token_id, by=request.actor)
    messages.success(request, _("The token is refused from now on."))
    return HttpResponseRedirect(reverse("accounts:tokens"))
