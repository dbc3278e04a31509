"""Who may call a view. Every view carries one of these marks; a test walks all URLs and fails where one is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from khumkan.accounts.sessions import SignedIn
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)


class Request(HttpRequest):
    """A request as our views get it. Behind `open_to` the actor is somebody; behind `public` it may be `NOBODY`."""

    actor: Actor
    signed_in: Callable[[], SignedIn | None]


View = Callable[Concatenate[Request, P], HttpResponseBase]
DjangoView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True)
class Access:
    """The mark of a view: the roles that may call it, or the reason why everybody may."""

    roles: frozenset[Role] = frozenset()
    public: str = ""


def open_to(*roles: Role) -> Callable[[View[P]], DjangoView[P]]:
    """Let only signed-in holders of one of the roles call the view, within any scope.

    Somebody not signed in is led to the sign-in page and back; anybody else gets the page of a URL that does not exist.
    What exactly within the scope may be seen is the business of the view's queries and permissions.
    """
    if not roles:
        raise ValueError("name at least one role, or use public(reason)")

    def mark(view: View[P]) -> DjangoView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            ours = cast(Request, request)
            if ours.actor.id is None:
                return to_sign_in(request, roles=roles)
            if not ours.actor.has(*roles):
                raise Http404
            return view(ours, *args, **kwargs)

        return marked(guarded, Access(roles=frozenset(roles)))

    return mark


def public(reason: str) -> Callable[[View[P]], DjangoView[P]]:
    """Let everybody call the view; the reason stands in the list that reviewers read."""
    if not reason:
        raise ValueError("say why everybody may call this view")

    def mark(view: View[P]) -> DjangoView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return view(cast(Request, request), *args, **kwargs)

        return marked(guarded, Access(public=reason))

    return mark


def fresh_sign_in(*, minutes: int = 10) -> Callable[[View[P]], View[P]]:
    """Ask for a proof of identity not older than some minutes, for acts such as a change of phone or an export.

    Stands below `open_to`. The proof is asked for on a page of its own, which leads back.
    """

    def mark(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            signed_in = request.signed_in()
            if signed_in is None or signed_in.session.proved_at < clock.now() - timedelta(minutes=minutes):
                return _redirect(request, reverse("accounts:prove_again"))
            return view(request, *args, **kwargs)

        return guarded

    return mark


def marked(view: DjangoView[P], access: Access) -> DjangoView[P]:
    """Put the mark on a view."""
    cast(Any, view).access = access
    return view


def access_of(view: object) -> Access | None:
    """Return the mark of a view, or None: then it must not be reachable."""
    return getattr(view, "access", None)


def to_sign_in(request: HttpRequest, *, roles: tuple[Role, ...] = ()) -> HttpResponse:
    """Lead to the sign-in page for these roles, and back here afterwards."""
    for_persons = not roles or Role.PERSON in roles
    return _redirect(request, reverse("sign_in:start" if for_persons else "accounts:sign_in"))


def safe_next(request: HttpRequest, target: str | None, *, default: str) -> str:
    """Return where to go after signing in: only a page of this site, never elsewhere."""
    if target and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return default


def _redirect(request: HttpRequest, page: str) -> HttpResponse:
    address = f"{page}?{urlencode({'next': _came_from(request)})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _came_from(request: HttpRequest) -> str:
    """Return the page to come back to: this one, or for a sent form the page on which it stood."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    parts = urlsplit(request.headers.get("Referer", ""))
    return parts.path or "/"
