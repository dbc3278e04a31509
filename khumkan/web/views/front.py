"""The front page, the first page of each role, and the page that says how Khumkan treats people's data."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to, public
from khumkan.kernel.actors import Role
from khumkan.web import navigation, queries


@public("the front page: what help there is, and where to sign in")
@require_GET
def front(request: Request) -> HttpResponse:
    """Show what help there is; somebody signed in goes on to their own first page, if their roles have one."""
    is_signed_in = request.actor.id is not None
    home = navigation.home_of(request.actor) if is_signed_in else None
    if home and "stay" not in request.GET:
        return HttpResponseRedirect(home)
    context = {"has_no_pages": is_signed_in and not home, "has_role": bool(request.actor.grants)}
    return render(request, "web/front.html", context)


@public("how to use the pages and what happens with personal data")
@require_GET
def about(request: Request) -> HttpResponse:
    """Show the statements on accessibility and privacy."""
    return render(request, "web/about.html")


@public("asked by the load balancer and the demonstration; tells nothing")
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Say that the server answers and reaches its database."""
    queries.reach_database()
    return JsonResponse({"status": "ok"})


@open_to(Role.OFFICER, Role.ADMINISTRATOR)
@require_GET
def office(request: Request) -> HttpResponse:
    """Show an officer's first page."""
    return _home(request, _("Office"))


@open_to(Role.SWABBER, Role.LAB, Role.FRONT_DESK, Role.NURSE, Role.DRIVER, Role.VACCINATOR)
@require_GET
def field(request: Request) -> HttpResponse:
    """Show the first page of those who work at a site."""
    return _home(request, _("Work at the site"))


@open_to(Role.AGENT, Role.SUPERVISOR)
@require_GET
def desk(request: Request) -> HttpResponse:
    """Show the first page of the hotline."""
    return _home(request, _("Hotline"))


@open_to(Role.BANKER)
@require_GET
def bank(request: Request) -> HttpResponse:
    """Show the first page of the officers of a bank."""
    return _home(request, _("Your bank"))


def _home(request: Request, heading: Promise) -> HttpResponse:
    return render(request, "web/home.html", {"heading": heading, "parts": navigation.cards_of(request.actor)})
