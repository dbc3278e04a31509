"""The first page of an HR office over all programmes, and what happened for its enterprises."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.web import navigation
from khumkan.web.queries import happened
from khumkan.web.under_way import employer as under_way

#: So much of what happened stands on the first page.
LATEST = 5


@open_to(Role.EMPLOYER)
@require_GET
def home(request: Request) -> HttpResponse:
    """Show what is under way for an employer and what to do, the latest that happened, and what there is."""
    known = under_way.enterprises_of(request.actor)
    latest = paginate(happened.for_enterprises(known), number=1, size=LATEST)
    context = {
        "things": under_way.of_employer(request.actor, known),
        "employers": known.employers,
        "several": len(known.employers) > 1,
        "happened": happened.in_words(latest.rows),
        "has_more": latest.has_next,
        "parts": navigation.cards_of(request.actor),
    }
    return render(request, "web/employer_home.html", context)


@open_to(Role.EMPLOYER)
@require_GET
def all_happened(request: Request) -> HttpResponse:
    """Show everything that happened for an employer, newest first."""
    known = under_way.enterprises_of(request.actor)
    page = paginate(happened.for_enterprises(known), number=request.GET.get("page"))
    context = {"page": page, "happened": happened.in_words(page.rows), "up": "web:employer"}
    return render(request, "web/happened.html", context)
