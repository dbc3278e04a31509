"""The first page of an insured person, and who looked at their data."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.ui.tables import Column, Table
from khumkan.web import navigation
from khumkan.web.queries import audit


@open_to(Role.PERSON)
@require_GET
def home(request: Request) -> HttpResponse:
    """Show what a person can do here."""
    context = {"heading": _("Your services"), "parts": navigation.cards_of(request.actor)}
    return render(request, "web/home.html", context)


@open_to(Role.PERSON)
@require_GET
def who_looked(request: Request) -> HttpResponse:
    """Show a person who looked at their data, when and why."""
    page = paginate(audit.who_saw_me(request.actor), number=request.GET.get("page"))
    table = Table(
        caption=_("Newest first"),
        rows=audit.lines_for_the_person(page.rows),
        columns=(
            Column(_("When"), "at", header=True),
            Column(_("Who"), "who"),
            Column(_("What"), "what"),
            Column(_("Why"), "because"),
        ),
        empty=_("Nobody has looked at your data yet."),
    )
    return render(request, "web/who_looked.html", {"page": page, "table": table})
